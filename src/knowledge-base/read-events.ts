/**
 * Reading of the journal.
 *
 * @module
 */
import {
  decodeEvent,
  isEventName,
  isKnown,
  type JournalEvent,
  journalPrefix,
  type UnknownEvent,
} from "./journal.ts";
import type { StoreProblem } from "./problem.ts";
import { readBlobs } from "./read-blobs.ts";
import type { BlobStorage } from "./storage/storage.ts";

/** What was read, what has to be left out, and what was wrong with the rest. */
export interface ReadEvents {
  readonly events: readonly JournalEvent[];
  readonly unknown: readonly UnknownEvent[];
  readonly problems: readonly StoreProblem[];
}

/** The names of all events in a store. */
export async function listEvents(storage: BlobStorage): Promise<readonly string[]> {
  return (await storage.list(journalPrefix)).filter(isEventName);
}

/** Reads the events `names`. Throws FORMAT_TOO_NEW. */
export async function readEvents(storage: BlobStorage, names: readonly string[]): Promise<ReadEvents> {
  const { values, problems } = await readBlobs(storage, names, decodeEvent);
  const unknown = values.flatMap((event) => (isKnown(event) ? [] : [event]));
  return { events: values.filter(isKnown), unknown, problems };
}
