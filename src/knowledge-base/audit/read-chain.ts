/**
 * Reading of everything that the chain is made of.
 *
 * @module
 */
import { emptyJournal, foldEvents, linkedRecord } from "../catalog-fold.ts";
import type { Link, Linked } from "../chain.ts";
import type { JournalEvent } from "../journal.ts";
import type { StoreProblem } from "../problem.ts";
import { readBlobs } from "../read-blobs.ts";
import { listEvents, readEvents } from "../read-events.ts";
import { decodeRecord, recordName, type StoredRecord, versionOfRecordName } from "../record.ts";
import type { BlobStorage } from "../storage/storage.ts";
import { type ChainBreak, chainBreaks } from "./chain-breaks.ts";

/** All records and events of a store, and where the chain is broken. */
export interface ReadChain {
  readonly records: readonly StoredRecord[];
  readonly events: readonly JournalEvent[];
  /** Records and events, those of unknown operations too. */
  readonly items: readonly Linked[];
  readonly breaks: readonly ChainBreak[];
  /** Files that cannot be read; the chain does not name them again. */
  readonly problems: readonly StoreProblem[];
}

/**
 * Reads every record and event, and follows every link. Needs no lock: what seems broken is looked at once more, for a
 * writer may have come between two listings.
 *
 * @param expected links that have to lead somewhere, too.
 * @throws KbvaultError FORMAT_TOO_NEW, IO_ERROR
 */
export async function readChain(storage: BlobStorage, expected: readonly Link[] = []): Promise<ReadChain> {
  const chain = await readOnce(storage, expected);
  return chain.breaks.length + chain.problems.length === 0 ? chain : readOnce(storage, expected);
}

async function readOnce(storage: BlobStorage, expected: readonly Link[]): Promise<ReadChain> {
  const eventNames = await listEvents(storage);
  const recordNames = (await storage.list("")).filter((name) => versionOfRecordName(name) !== null);
  const records = await readBlobs(storage, recordNames, decodeRecord);
  const { events, unknown, problems: unreadEvents } = await readEvents(storage, eventNames);
  const problems = [...records.problems, ...unreadEvents];
  const items = [...records.values.map(linkedRecord), ...events, ...unknown];
  const excused = new Set([...problems.map(({ file }) => file), ...givenUp(events), ...repaired(events)]);
  return { records: records.values, events, items, breaks: chainBreaks(items, expected, excused), problems };
}

/** Files that a repair set aside, or made anew otherwise than they were. */
export function repaired(events: readonly JournalEvent[]): readonly string[] {
  return events.flatMap((event) =>
    event.op === "repair" ? event.files.flatMap(({ file, exact }) => (exact ? [] : [file])) : [],
  );
}

/** Records that may be gone: those of versions that were given up for good. */
function givenUp(events: readonly JournalEvent[]): readonly string[] {
  const { pruned } = foldEvents(emptyJournal, events);
  return [...pruned].flatMap(([versionId, { emptied }]) => (emptied ? [recordName(versionId)] : []));
}
