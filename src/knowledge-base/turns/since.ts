/**
 * What is new in a store that many write, at the cost of what is new.
 *
 * @module
 */
import type { BlobStorage } from "../storage/storage.ts";
import { isPublished } from "./publish.ts";
import { listTurns, readTurn, type Turn } from "./turn-blob.ts";

/** What was committed after a turn. */
export interface CommittedSince {
  /** The last turn that counts. */
  readonly turn: number;
  /** Names of the blobs that were committed after the known turn; null where only listing everything tells. */
  readonly names: readonly string[] | null;
}

const atOnce = 32;

/**
 * What was committed after turn `known`; null: nothing is known. A turn whose writer was killed before its blobs were put
 * does not count yet.
 */
export async function committedSince(storage: BlobStorage, known: number | null): Promise<CommittedSince> {
  const numbers = await listTurns(storage);
  const last = numbers.at(-1) ?? 0;
  if (known === last) return { turn: last, names: [] };
  const newest = last === 0 ? null : await readTurn(storage, last);
  const counts = newest === null || (await isPublished(storage, newest.blobs));
  const turn = counts ? last : last - 1;
  const fresh = numbers.filter((number) => known !== null && number > known && number < last);
  if (known === null || known > last || fresh.length !== last - known - 1) return { turn, names: null };
  const turns: (Turn | null)[] = [];
  for (let from = 0; from < fresh.length; from += atOnce) {
    const some = fresh.slice(from, from + atOnce);
    turns.push(...(await Promise.all(some.map((number) => readTurn(storage, number)))));
  }
  if (counts) turns.push(newest);
  // One was forgotten since it was listed: too much has happened to go through it one by one.
  if (turns.includes(null)) return { turn, names: null };
  return { turn, names: turns.flatMap((one) => one?.blobs.map(({ name }) => name) ?? []) };
}
