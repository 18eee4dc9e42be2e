/**
 * Journal: who did what to a store besides making versions, one immutable event per blob.
 *
 * Each event is a blob of its own, so that two clones of a store that both grew merge without a conflict.
 *
 * @module
 */
import { isKbvaultError, KbvaultError } from "../errors.ts";
import { randomId } from "../files/random-id.ts";
import { type ChainEnd, isFollows, type Link, type Linked } from "./chain.ts";
import { type Guards, isCount, isText, isTime, orNull, pick } from "./guards.ts";
import { changeGuards, formatOfOperation, isOperation, type JournalChange } from "./journal-change.ts";
import { readRecord, recordName } from "./record.ts";
import { damaged, newestStoreFormat, openSeal, seal } from "./seal.ts";
import type { BlobStorage } from "./storage/storage.ts";

interface EventHead {
  /** 1 for the first event of a store, then counting up; clones that grew apart may use a number twice. */
  readonly number: number;
  /** ISO 8601 in UTC. */
  readonly at: string;
  /** Author. */
  readonly by: string;
  /** File of the event before, or null for the first. */
  readonly previous: string | null;
  /** What the store ended with before; null where it was written by a kbvault that kept no chain. */
  readonly follows: readonly Link[] | null;
}

/** An event, with the name of its blob and its seal. */
export type JournalEvent<Change extends JournalChange = JournalChange> = EventHead & Change & Linked;

/** What an event comes after; a catalog knows it. */
export interface StoreEnd extends Pick<ChainEnd, "heads"> {
  /** The event before, or null. */
  readonly lastEvent: Pick<JournalEvent, "number" | "file"> | null;
}

/** What creates the blob of an event, for good; false where its name is taken. A WriteLock is one. */
export interface Committer {
  commit(name: string, bytes: Buffer): Promise<boolean>;
}

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
 * Adds an event durably, at the end of the store.
 *
 * @param event.by who did it, as `checkText("author", ...)` returned it.
 * @param event.above a number that it takes effect after, besides those of the store; default: none.
 * @throws KbvaultError STORE_NOT_WRITABLE, NO_SPACE, IO_ERROR
 */
export async function appendEvent<Change extends JournalChange>(
  storage: BlobStorage,
  lock: Committer,
  { lastEvent, heads }: StoreEnd,
  event: { readonly at: Date; readonly by: string; readonly change: Change; readonly above?: number },
): Promise<JournalEvent<Change>> {
  const number = Math.max(lastEvent?.number ?? 0, event.above ?? 0) + 1;
  const at = event.at.toISOString();
  const stamp = at.replaceAll(/[-:.]/g, "");
  const file = `${journalPrefix}${stamp}_${String(number).padStart(6, "0")}_${await randomId(8)}.json`;
  const follows = [...heads, ...(await linksOfRemoved(storage, event.change))];
  const stored = { number, at, by: event.by, previous: lastEvent?.file ?? null, follows, ...event.change };
  const bytes = seal(stored, formatOfOperation(event.change.op));
  if (!(await lock.commit(file, bytes))) {
    throw new KbvaultError("IO_ERROR", `${file} exists already. Nothing was committed. Repeat the command.`, {
      file,
    });
  }
  return { ...stored, follows, file, checksum: openSeal(bytes, file, newestStoreFormat).checksum };
}

/** What only records that are about to be removed follow: the event that removes them follows it in their place. */
async function linksOfRemoved(storage: BlobStorage, change: JournalChange): Promise<readonly Link[]> {
  if (change.op !== "trash-empty") return [];
  const removed = new Set(change.versions.map(({ versionId }) => recordName(versionId)));
  const links = new Map<string, Link>();
  for (const { versionId } of change.versions) {
    const record = await readRecord(storage, versionId).catch((error: unknown) => {
      if (!isKbvaultError(error, "STORE_DAMAGED")) throw error;
      return null;
    });
    for (const link of record?.follows ?? []) if (!removed.has(link.file)) links.set(link.file, link);
  }
  return [...links.values()];
}

const head: Guards<EventHead> = {
  number: isCount,
  at: isTime,
  by: isText,
  previous: orNull(isText),
  follows: isFollows,
};

/** An event of an operation that this kbvault does not know. */
export interface UnknownEvent extends Linked {
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
  const { members: stored, checksum } = openSeal(bytes, file, newestStoreFormat);
  const members = { follows: null, ...stored };
  const { op, follows } = pick<Pick<Linked, "follows"> & { op: string }>(
    members,
    { op: isText, follows: isFollows },
    file,
  );
  if (!isOperation(op)) return { file, checksum, follows, unknownOp: op };
  const guards = { ...head, ...changeGuards[op] } as Guards<EventHead & JournalChange>;
  const event = pick(members, guards, file);
  if (Number(fileName.exec(file)?.[1]) !== event.number)
    throw damaged(file, `it is event number ${event.number}`);
  return { ...event, file, checksum };
}

/** Whether the operation of an event is known. */
export function isKnown(event: JournalEvent | UnknownEvent): event is JournalEvent {
  return !("unknownOp" in event);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
