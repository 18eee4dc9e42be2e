/**
 * Journal: who did what to a store besides making versions, one immutable event per blob.
 *
 * Each event is a blob of its own, so that two clones of a store that both grew merge without a conflict.
 *
 * @module
 */
import { KbvaultError } from "../errors.ts";
import { randomId } from "../files/random-id.ts";
import { type Guards, isCount, isSha256, isText, isTime, listOf, oneOf, orNull, pick } from "./guards.ts";
import { isVersionId } from "./record.ts";
import { damaged, seal, unseal } from "./seal.ts";
import type { BlobStorage } from "./storage/storage.ts";

/** Tags were added to a version. */
export interface TagChange {
  readonly op: "tag";
  readonly versionId: string;
  readonly tags: readonly string[];
}

/** A label was set. */
export interface LabelChange {
  readonly op: "label";
  readonly label: string;
  readonly versionId: string;
  /** The version that the label named before, or null. */
  readonly was: string | null;
}

/** A label was deleted. */
export interface UnlabelChange {
  readonly op: "unlabel";
  readonly label: string;
  readonly was: string | null;
}

/** A version was described anew. */
export interface DescribeChange {
  readonly op: "describe";
  readonly versionId: string;
  readonly description: string;
  /** The description until then. */
  readonly was: string;
}

/** What every writing of the live file says; its event is written after that was done. */
export interface LiveWrite {
  /** The live file, absolute. */
  readonly path: string;
  /** SHA-256 of the live file before; null where there was none. */
  readonly fromSha256: string | null;
  readonly toSha256: string;
  /** The version that holds the bytes from before; null where there were none. */
  readonly safetyVersion: string | null;
  /** Highest sequence in the store then: versions above it were made later, whatever the clocks say. */
  readonly newestSequence: number;
}

/** The live file was replaced by a version. */
export interface RestoreChange extends LiveWrite {
  readonly op: "restore";
  /** The version that was restored. */
  readonly versionId: string;
  /** File of the event that this one takes back; null for a restore that is no undo. */
  readonly undoes: string | null;
}

/** What an edit of the live file was for. */
export type EditPurpose = "restore-entries" | "revert";

/** A part of the live file was changed: entries or fields were brought back, or what a version changed was taken back. */
export interface EditChange extends LiveWrite {
  readonly op: "edit";
  readonly purpose: EditPurpose;
  /** The version that entries were brought back from, or that was reverted. */
  readonly versionId: string;
  /** Ids of the entries that were asked for; none for a revert. */
  readonly entries: readonly string[];
  /** JSON Pointers inside the entry, where only fields were asked for. */
  readonly fields: readonly string[];
}

/** What an event says was done. */
export type JournalChange =
  | TagChange
  | LabelChange
  | UnlabelChange
  | DescribeChange
  | RestoreChange
  | EditChange;

interface EventHead {
  /** 1 for the first event of a store, then counting up; clones that grew apart may use a number twice. */
  readonly number: number;
  /** ISO 8601 in UTC. */
  readonly at: string;
  /** Author. */
  readonly by: string;
  /** File of the event before, or null for the first. */
  readonly previous: string | null;
}

/** An event, with the name of its blob. */
export type JournalEvent<Change extends JournalChange = JournalChange> = EventHead &
  Change & { readonly file: string };

/** Under which prefix events are stored. */
export const journalPrefix = "journal/";

const fileName = /^journal\/\d{8}T\d{9}Z_(\d{6,15})_[0-9a-z]{8}\.json$/;

/** Whether the blob `name` is named like an event. */
export function isEventName(name: string): boolean {
  return fileName.test(name);
}

/** Order in which events take effect: by number, then time, then name; the same in every clone. */
export function compareEvents(a: JournalEvent, b: JournalEvent): number {
  return a.number - b.number || compareText(a.at, b.at) || compareText(a.file, b.file);
}

/**
 * Adds an event durably, after `last`. The caller holds the lock.
 *
 * @param event.by who did it, as `checkText("author", ...)` returned it.
 * @throws KbvaultError STORE_NOT_WRITABLE, NO_SPACE, IO_ERROR
 */
export async function appendEvent<Change extends JournalChange>(
  storage: BlobStorage,
  last: Pick<JournalEvent, "number" | "file"> | null,
  event: { readonly at: Date; readonly by: string; readonly change: Change },
): Promise<JournalEvent<Change>> {
  const number = (last?.number ?? 0) + 1;
  const at = event.at.toISOString();
  const stamp = at.replaceAll(/[-:.]/g, "");
  const file = `${journalPrefix}${stamp}_${String(number).padStart(6, "0")}_${await randomId(8)}.json`;
  const stored = { number, at, by: event.by, previous: last?.file ?? null, ...event.change };
  if (!(await storage.putIfAbsent(file, seal(stored)))) {
    throw new KbvaultError("IO_ERROR", `${file} exists already. Nothing was committed. Repeat the command.`, {
      file,
    });
  }
  return { ...stored, file };
}

const head: Guards<EventHead> = {
  number: isCount,
  at: isTime,
  by: isText,
  previous: orNull(isText),
};

const liveWrite: Guards<LiveWrite> = {
  path: isText,
  fromSha256: orNull(isSha256),
  toSha256: isSha256,
  safetyVersion: orNull(isVersionId),
  newestSequence: isCount,
};

const guards: {
  readonly [Op in JournalChange["op"]]: Guards<EventHead & Extract<JournalChange, { op: Op }>>;
} = {
  tag: { ...head, op: oneOf("tag"), versionId: isVersionId, tags: listOf(isText) },
  label: { ...head, op: oneOf("label"), label: isText, versionId: isVersionId, was: orNull(isVersionId) },
  unlabel: { ...head, op: oneOf("unlabel"), label: isText, was: orNull(isVersionId) },
  describe: {
    ...head,
    op: oneOf("describe"),
    versionId: isVersionId,
    description: isText,
    was: isText,
  },
  restore: {
    ...head,
    op: oneOf("restore"),
    versionId: isVersionId,
    ...liveWrite,
    undoes: orNull(isText),
  },
  edit: {
    ...head,
    op: oneOf("edit"),
    purpose: oneOf("restore-entries", "revert"),
    versionId: isVersionId,
    entries: listOf(isText),
    fields: listOf(isText),
    ...liveWrite,
  },
};

/** An event of an operation that this kbvault does not know. */
export interface UnknownEvent {
  readonly file: string;
  readonly unknownOp: string;
}

/**
 * The event in `bytes`, every member looked at and the checksum verified. One that a later kbvault wrote may have an
 * unknown operation: readers leave it out, since one that must not be left out comes with a new format.
 *
 * @param file name of the blob.
 * @throws KbvaultError STORE_DAMAGED (`data.file`), FORMAT_TOO_NEW (`data.file`, `data.format`)
 */
export function decodeEvent(bytes: Uint8Array, file: string): JournalEvent | UnknownEvent {
  const members = unseal(bytes, file);
  const { op } = pick<{ op: string }>(members, { op: isText }, file);
  if (!isOp(op)) return { file, unknownOp: op };
  const event: EventHead & JournalChange = pick(
    members,
    guards[op] as Guards<EventHead & JournalChange>,
    file,
  );
  if (Number(fileName.exec(file)?.[1]) !== event.number)
    throw damaged(file, `it is event number ${event.number}`);
  return { ...event, file };
}

/** Whether the operation of an event is known. */
export function isKnown(event: JournalEvent | UnknownEvent): event is JournalEvent {
  return !("unknownOp" in event);
}

function isOp(op: string): op is JournalChange["op"] {
  return Object.hasOwn(guards, op);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
