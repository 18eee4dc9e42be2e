/**
 * Which records and events a store holds, told as cheaply as its place can: a folder is listed; where many write, the turns
 * since the last look say what is new.
 *
 * @module
 */
import { isKbvaultError } from "../errors.ts";
import type { CatalogState, ReadUpTo } from "./catalog-fold.ts";
import { isEventName } from "./journal.ts";
import type { StoreProblem } from "./problem.ts";
import { problemOf } from "./read-blobs.ts";
import { listEvents } from "./read-events.ts";
import { versionOfRecordName } from "./record.ts";
import type { BlobStorage } from "./storage/storage.ts";
import { decodeMarker, markerName, readMarker } from "./store.ts";
import { committedSince } from "./turns/since.ts";

/** Names of what a store holds, or of what is new in it. */
export interface Listing {
  /** Whether everything is listed; else what was committed since the cached state, some of which that may know. */
  readonly isWhole: boolean;
  /** Ascending by sequence, then id, where everything is listed. */
  readonly records: readonly string[];
  readonly events: readonly string[];
  /** What is wrong with the marker. */
  readonly problems: readonly StoreProblem[];
  readonly upTo: ReadUpTo | null;
  /** Whether what was cached is of another store, which was at this place before. */
  readonly isOther: boolean;
}

/**
 * Lists the store, of which `cached` is known; null: nothing.
 *
 * @throws KbvaultError STORE_NOT_FOUND, FORMAT_TOO_NEW, IO_ERROR
 */
export async function listStore(storage: BlobStorage, cached: CatalogState | null): Promise<Listing> {
  if (storage.isFolder) return { ...(await listAll(storage)), upTo: null, isOther: false };
  const known = cached?.upTo ?? null;
  const [marker, since] = await Promise.all([
    readStoreId(storage),
    committedSince(storage, known?.turn ?? null),
  ]);
  const upTo = { storeId: marker, turn: since.turn };
  const isOther = known !== null && known.storeId !== marker;
  const isKnown = cached !== null && marker !== null && !isOther;
  // What is new first, everything then: whatever was committed up to that turn, the listing holds.
  if (!isKnown || since.names === null) return { ...(await listAll(storage)), upTo, isOther };
  const records = since.names.filter(isRecordName);
  return { isWhole: false, records, events: since.names.filter(isEventName), problems: [], upTo, isOther };
}

/** Events first, records next: whatever one of them names, the next listing holds. */
async function listAll(storage: BlobStorage): Promise<Omit<Listing, "upTo" | "isOther">> {
  const events = await listEvents(storage);
  const names = await storage.list("");
  const problems = await checkMarker(storage, names);
  return { isWhole: true, records: bySequence(names.filter(isRecordName)), events, problems };
}

function isRecordName(name: string): boolean {
  return versionOfRecordName(name) !== null;
}

/** Names of records, sorted by code unit, in order of sequence: among numbers of as many digits the two orders are one. */
function bySequence(names: readonly string[]): readonly string[] {
  const byDigits: string[][] = [];
  for (const name of names) {
    const digits = name.indexOf("_");
    byDigits[digits] ??= [];
    byDigits[digits].push(name);
  }
  return byDigits.flat();
}

async function checkMarker(storage: BlobStorage, names: readonly string[]): Promise<readonly StoreProblem[]> {
  try {
    await readMarker(storage, names);
    return [];
  } catch (error) {
    if (!isKbvaultError(error, "STORE_DAMAGED")) throw error;
    return [problemOf(markerName, error)];
  }
}

/** Null where the marker is missing or damaged; listing everything then says what that means. */
async function readStoreId(storage: BlobStorage): Promise<string | null> {
  const bytes = await storage.get(markerName);
  if (bytes === null) return null;
  try {
    return decodeMarker(bytes).storeId;
  } catch (error) {
    if (!isKbvaultError(error, "STORE_DAMAGED")) throw error;
    return null;
  }
}
