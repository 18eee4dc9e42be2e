/**
 * The fold of records and journal into what listing and finding versions needs: pure, and the same in every clone.
 *
 * @module
 */
import type { ChainEnd, Linked } from "./chain.ts";
import { compareEvents, type JournalEvent } from "./journal.ts";
import type {
  CompactedPack,
  EditChange,
  PruneChange,
  RestoreChange,
  TrashEmptyChange,
} from "./journal-change.ts";
import { recordName, type StoredRecord } from "./record.ts";
import type { VersionList } from "./version-list.ts";

/** What the catalog keeps of a record. */
export type VersionSummary = Pick<
  StoredRecord,
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

/** What records and journal come to; `catalog.json` and its pages hold it. */
export interface CatalogState {
  readonly versions: VersionList;
  readonly journal: JournalState;
  readonly chain: ChainEnd;
  /** Up to where a store that many write was read; null for one in a folder. */
  readonly upTo: ReadUpTo | null;
}

/** A moment in the life of a store that many write. */
export interface ReadUpTo {
  /** Which store it was, for another one may stand at the same place by now; null where its marker is gone. */
  readonly storeId: string | null;
  /** The last turn that was read. */
  readonly turn: number;
}

/** A version that was taken out of the store. */
export interface PrunedState {
  /** The version that it came from, or null. */
  readonly parent: string | null;
  /** When, ISO 8601 in UTC, and by whom. */
  readonly at: string;
  readonly by: string;
  /** Whether it is given up for good: then it never comes back, and its files may be gone. */
  readonly emptied: boolean;
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
  /** Versions that were taken out of the store and not brought back. */
  readonly pruned: ReadonlyMap<string, PrunedState>;
  /** The newest compacted form of each pack that has one. */
  readonly compacted: ReadonlyMap<string, CompactedPack>;
}

/** A journal without events. */
export const emptyJournal: JournalState = {
  events: [],
  lastEvent: null,
  lastWrite: null,
  labels: new Map(),
  addedTags: new Map(),
  descriptions: new Map(),
  pruned: new Map(),
  compacted: new Map(),
};

/** `versions` with those of `records`. */
export function foldRecords(versions: VersionList, records: readonly StoredRecord[]): VersionList {
  return versions.with(records.map(summaryOf));
}

/** A record as a part of the chain. */
export function linkedRecord({ versionId, checksum, follows }: StoredRecord): Linked {
  return { file: recordName(versionId), checksum, follows };
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
  const pruned = new Map(journal.pruned);
  const compacted = new Map(journal.compacted);
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
      case "prune":
      case "trash-empty":
        foldTaken(pruned, event, event.op === "trash-empty");
        break;
      case "trash-restore":
        for (const versionId of event.versionIds)
          if (pruned.get(versionId)?.emptied === false) pruned.delete(versionId);
        break;
      case "compact":
        for (const pack of event.packs) compacted.set(pack.versionId, pack);
        break;
    }
  }
  const files = ordered.map((event) => event.file);
  return {
    events: [...journal.events, ...files],
    lastEvent,
    lastWrite,
    labels,
    addedTags,
    descriptions,
    pruned,
    compacted,
  };
}

/** Once a version is given up it stays so, in whatever order the events of two clones come together. */
function foldTaken(
  pruned: Map<string, PrunedState>,
  { at, by, versions }: JournalEvent<PruneChange | TrashEmptyChange>,
  emptied: boolean,
): void {
  for (const { versionId, parent } of versions) {
    if (pruned.get(versionId)?.emptied === true) continue;
    pruned.set(versionId, { parent, at, by, emptied });
  }
}

/** Both lists of tags, sorted, without repetition. */
export function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])].sort();
}

function summaryOf(record: StoredRecord): VersionSummary {
  const { layout: _layout, entries: _entries, duplicates: _duplicates, pack: _pack, ...rest } = record;
  const { follows: _follows, checksum: _checksum, signed: _signed, ...summary } = rest;
  return summary;
}
