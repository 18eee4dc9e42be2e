/**
 * The fold of records and journal into what listing and finding versions needs: pure, and the same in every clone.
 *
 * @module
 */
import { compareEvents, type EditChange, type JournalEvent, type RestoreChange } from "./journal.ts";
import type { VersionRecord } from "./record.ts";

/** What the catalog keeps of a record. */
export type VersionSummary = Pick<
  VersionRecord,
  | "versionId"
  | "sequence"
  | "createdAt"
  | "author"
  | "description"
  | "tags"
  | "kind"
  | "parent"
  | "valid"
  | "bytes"
  | "sha256"
  | "entryCount"
  | "changes"
>;

/** Where a label stands, and who moved it there when. */
export interface LabelState {
  readonly versionId: string;
  /** ISO 8601 in UTC. */
  readonly movedAt: string;
  readonly movedBy: string;
}

/** What records and journal come to. Plain JSON; `catalog.json` holds it. */
export interface CatalogState {
  /** Ascending by sequence, then id. */
  readonly versions: readonly VersionSummary[];
  readonly journal: JournalState;
}

/** What the journal comes to. */
export interface JournalState {
  /** Names of the events that were folded. */
  readonly events: readonly string[];
  readonly lastEvent: { readonly number: number; readonly file: string } | null;
  /** The event of the last time that the live file was written. */
  readonly lastWrite: JournalEvent<RestoreChange | EditChange> | null;
  readonly labels: ReadonlyMap<string, LabelState>;
  /** Tags that were added after creation, by version, sorted. */
  readonly addedTags: ReadonlyMap<string, readonly string[]>;
  /** The newest description of each version that was described anew. */
  readonly descriptions: ReadonlyMap<string, string>;
}

/** A journal without events. */
export const emptyJournal: JournalState = {
  events: [],
  lastEvent: null,
  lastWrite: null,
  labels: new Map(),
  addedTags: new Map(),
  descriptions: new Map(),
};

/** `versions` with those of `records`, in order. */
export function foldRecords(
  versions: readonly VersionSummary[],
  records: readonly VersionRecord[],
): readonly VersionSummary[] {
  if (records.length === 0) return versions;
  return [...versions, ...records.map(summaryOf)].sort(compareVersions);
}

/** Whether `events` all take effect after those in `journal`, so that folding them in gives the true state. */
export function comeAfter(journal: JournalState, events: readonly JournalEvent[]): boolean {
  const last = journal.lastEvent?.number ?? 0;
  return events.every((event) => event.number > last);
}

/** `journal` with `events` folded in, which come after it (`comeAfter`) and may be in any order among themselves. */
export function foldEvents(journal: JournalState, events: readonly JournalEvent[]): JournalState {
  if (events.length === 0) return journal;
  const ordered = events.toSorted(compareEvents);
  const labels = new Map(journal.labels);
  const addedTags = new Map(journal.addedTags);
  const descriptions = new Map(journal.descriptions);
  let { lastEvent, lastWrite } = journal;
  for (const event of ordered) {
    lastEvent = { number: event.number, file: event.file };
    switch (event.op) {
      case "tag": {
        const tags = addedTags.get(event.versionId) ?? [];
        addedTags.set(event.versionId, union(tags, event.tags));
        break;
      }
      case "label":
        labels.set(event.label, { versionId: event.versionId, movedAt: event.at, movedBy: event.by });
        break;
      case "unlabel":
        labels.delete(event.label);
        break;
      case "describe":
        descriptions.set(event.versionId, event.description);
        break;
      case "restore":
      case "edit":
        lastWrite = event;
        break;
    }
  }
  const files = ordered.map((event) => event.file);
  return { events: [...journal.events, ...files], lastEvent, lastWrite, labels, addedTags, descriptions };
}

/** Both lists of tags, sorted, without repetition. */
export function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])].sort();
}

function compareVersions(a: VersionSummary, b: VersionSummary): number {
  return a.sequence - b.sequence || (a.versionId < b.versionId ? -1 : 1);
}

function summaryOf(record: VersionRecord): VersionSummary {
  const { layout: _layout, entries: _entries, duplicates: _duplicates, pack: _pack, ...summary } = record;
  return summary;
}
