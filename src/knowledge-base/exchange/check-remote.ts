/**
 * What a remote is good for: whether it answers, how fast, whose store it is, and whether it can be written.
 *
 * @module
 */
import { isKbvaultError } from "../../errors.ts";
import { randomId } from "../../files/random-id.ts";
import { type ConditionalWriteCheck, checkConditionalWrites } from "../storage/conditional-writes.ts";
import type { BlobStorage } from "../storage/storage.ts";
import { markerName } from "../store.ts";
import { openStore, type StoreAccess } from "../store-access.ts";
import { accessTo } from "./exchange.ts";
import { markerOf } from "./store-side.ts";

/** How many round trips are measured. */
const roundTrips = 5;

/** Clocks that differ by more make times in the journal hard to read, in milliseconds. */
const mostSkew = 60_000;

/** A remote, as it was found. */
export interface RemoteCheck {
  /** As it may be shown. */
  readonly url: string;
  /** Whether everything is as it has to be for push, pull and sync. */
  readonly ok: boolean;
  readonly reachable: boolean;
  /** Round trips of a small read, in milliseconds; null where the place does not answer. */
  readonly latency: { readonly least: number; readonly median: number; readonly most: number } | null;
  /** By how much its clock is ahead of ours, in milliseconds; null where it has none. */
  readonly clockSkewMs: number | null;
  /** The store that is there; null for none: then a push makes it. */
  readonly store: {
    readonly storeId: string;
    /** Whether it is a copy of ours; null where we have none. */
    readonly isOurs: boolean | null;
    readonly versions: number;
  } | null;
  /** Whether blobs can be put and removed; null where that was not tried. */
  readonly writable: boolean | null;
  /**
   * Whether several may write at the same time; null where that was not tried: in a folder the lock decides it, and a place
   * with `writers=single` has only one.
   */
  readonly conditionalWrites: ConditionalWriteCheck | null;
  /** What is wrong, a sentence each. */
  readonly problems: readonly string[];
}

/** How to check. */
export interface RemoteCheckOptions {
  /** Try to write, too, in blobs that are removed again. Default true. */
  readonly write?: boolean;
}

/** Looks at the remote at `location`. What is wrong is in the result. */
export async function checkRemote(
  ours: StoreAccess,
  location: string,
  { write = true }: RemoteCheckOptions = {},
): Promise<RemoteCheck> {
  const access = accessTo(ours, location);
  const storage = access.storage.origin ?? access.storage;
  const problems: string[] = [];
  const tell = (error: unknown): null => {
    if (!isKbvaultError(error)) throw error;
    problems.push(`${error.code}: ${error.message}`);
    return null;
  };
  const latency = await measure(storage).catch(tell);
  const nothing = { clockSkewMs: null, store: null, writable: null, conditionalWrites: null };
  if (latency === null)
    return { url: storage.url, ok: false, reachable: false, latency, ...nothing, problems };

  const clockSkewMs = await skewOf(storage, ours.clock).catch(tell);
  if (clockSkewMs !== null && Math.abs(clockSkewMs) > mostSkew)
    problems.push(
      `Its clock differs from ours by ${Math.round(clockSkewMs / 1000)} s: set the one that is wrong.`,
    );
  const store = await storeAt(access, ours).catch(tell);
  if (store?.isOurs === false)
    problems.push("It is the store of another knowledge base: nothing can be moved between the two.");
  // A folder that is not there yet is not made just to try it.
  const isTried = write && !(storage.isFolder && store === null);
  const writable = isTried ? await tryToWrite(storage).catch(tell) : null;
  const isShared = !storage.isFolder && !("writers" in storage && storage.writers === "single");
  const conditionalWrites =
    writable === true && isShared ? await checkConditionalWrites(storage).catch(tell) : null;
  if (isTried && writable !== true) problems.push("It cannot be written: pull works, push and sync do not.");
  if (conditionalWrites?.holds === false)
    problems.push("Conditional writes do not hold there: two writers could overwrite each other's work.");
  const ok = problems.length === 0;
  return {
    url: storage.url,
    ok,
    reachable: true,
    latency,
    clockSkewMs,
    store,
    writable,
    conditionalWrites,
    problems,
  };
}

async function measure(storage: BlobStorage): Promise<NonNullable<RemoteCheck["latency"]>> {
  const times: number[] = [];
  // The first one makes the connection.
  await storage.stat(markerName);
  for (let trip = 0; trip < roundTrips; trip++) {
    const start = performance.now();
    await storage.stat(markerName);
    times.push(performance.now() - start);
  }
  times.sort((one, other) => one - other);
  return { least: times[0]!, median: times[Math.floor(roundTrips / 2)]!, most: times[roundTrips - 1]! };
}

/** Halfway through the question, its clock showed what it answered. */
async function skewOf(storage: BlobStorage, clock: () => Date): Promise<number | null> {
  if (storage.readClock === undefined) return null;
  const before = clock().getTime();
  const theirs = await storage.readClock();
  return Math.round(theirs.getTime() - (before + clock().getTime()) / 2);
}

async function storeAt(theirs: StoreAccess, ours: StoreAccess): Promise<RemoteCheck["store"]> {
  const marker = await markerOf({ whose: "theirs", access: theirs });
  if (marker === null) return null;
  const own = await markerOf({ whose: "ours", access: ours }).catch((error: unknown) => {
    if (!isKbvaultError(error)) throw error;
    return null;
  });
  const { catalog } = await openStore({ ...theirs, readOnly: true });
  const isOurs = own === null ? null : own.storeId === marker.storeId;
  return { storeId: marker.storeId, isOurs, versions: catalog.versions.length };
}

async function tryToWrite(storage: BlobStorage): Promise<boolean> {
  const name = `probe-${await randomId(12)}`;
  const bytes = Buffer.from("kbvault remote check\n");
  try {
    await storage.putIfAbsent(name, bytes);
    return (await storage.get(name))?.equals(bytes) === true;
  } finally {
    await storage.remove(name);
  }
}
