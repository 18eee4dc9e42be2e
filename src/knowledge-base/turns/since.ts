/**
 * What is new in a store that many write, at the cost of what is new.
 *
 * @module
 */
import type { BlobStorage } from "../storage/storage.ts";
import { isPublished, readSoundTurn } from "./publish.ts";
import { keptTurns, listTurns, type Turn } from "./turn-blob.ts";

/** What was committed after a turn. */
export interface CommittedSince {
  /** The last turn that counts. */
  readonly turn: number;
  /** Names of the blobs that were committed after the known turn; null where only listing everything tells. */
  readonly names: readonly string[] | null;
}

type ReadTurn = Awaited<ReturnType<typeof readSoundTurn>>;

const atOnce = 32;

/**
 * What was committed after turn `known`; null: nothing is known. A turn whose writer was killed before its blobs were put
 * does not count yet.
 *
 * @throws KbvaultError FORMAT_TOO_NEW, and those of reading
 */
export async function committedSince(storage: BlobStorage, known: number | null): Promise<CommittedSince> {
  const numbers = await listTurns(storage);
  const last = numbers.at(-1) ?? 0;
  if (known === last) return { turn: last, names: [] };
  const newest = last === 0 ? "forgotten" : await readSoundTurn(storage, last);
  const counts =
    newest === "forgotten" || (newest !== "damaged" && (await isPublished(storage, newest.blobs)));
  const turn = counts ? last : last - 1;
  if (known === null || known > last || last - known > keptTurns) return { turn, names: null };
  const between = numbers.filter((number) => number > known && number < last);
  if (between.length !== last - known - 1) return { turn, names: null };
  const turns: ReadTurn[] = [];
  for (let from = 0; from < between.length; from += atOnce) {
    const some = between.slice(from, from + atOnce);
    turns.push(...(await Promise.all(some.map((number) => readSoundTurn(storage, number)))));
  }
  if (counts || newest === "damaged") turns.push(newest);
  if (!turns.every((one): one is Turn => typeof one !== "string")) return { turn, names: null };
  // Of the last turns of all none is ever taken twice; of those before, a writer that slept may have put another.
  const now = (await listTurns(storage)).at(-1) ?? 0;
  if (now - known > keptTurns) return { turn, names: null };
  return { turn, names: turns.flatMap(({ blobs }) => blobs.map(({ name }) => name)) };
}
