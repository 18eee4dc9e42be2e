/**
 * Taking turns: many writers on one store without a lock that somebody could hold for ever.
 *
 * Whoever wants to write looks which turn was the last, works out its change, and creates the blob of the next turn with
 * the change in it. One of many succeeds; the others look again. A turn that is taken counts, even if its writer is killed
 * in the same moment: the next writer puts the record or event that the turn holds. So nobody waits for the dead, no
 * clock is asked, and a writer that slept finds its turn taken.
 *
 * @module
 */
import { KbvaultError } from "../../errors.ts";
import { randomId } from "../../files/random-id.ts";
import { damaged } from "../seal.ts";
import type { BlobStorage } from "../storage/storage.ts";
import { checkCommitted, finishLastTurn, isPublished, publish, readSoundTurn } from "./publish.ts";
import {
  type CommittedBlob,
  encodeTurn,
  highestTurn,
  keptTurns,
  listTurns,
  type Turn,
  turnName,
} from "./turn-blob.ts";

/**
 * A writer that began longer ago gives up instead of committing, in milliseconds: what it read of the store is old, and the
 * packs that it put are taken for leftovers a day after they were put.
 */
const longestTurnMs = 60 * 60 * 1000;

/** TurnTaken is thrown where another writer came first: nothing was committed, and everything has to be looked at again. */
export class TurnTaken extends Error {
  constructor() {
    super("another writer came first");
  }
}

/** OpenTurn is the right to take the turn after the last one that its writer saw. */
export class OpenTurn {
  readonly #storage: BlobStorage;
  readonly #startedAt = performance.now();
  #last: number;

  private constructor(storage: BlobStorage, last: number) {
    this.#storage = storage;
    this.#last = last;
  }

  /** Looks which turn was the last, and finishes what its writer left. What is read of the store from now on counts. */
  static async begin(storage: BlobStorage): Promise<OpenTurn> {
    return new OpenTurn(storage, await finishLastTurn(storage));
  }

  /**
   * Commits `blobs`, all or none. None at all: whoever began before this and has not committed yet has to begin again.
   *
   * @throws TurnTaken where anything was committed since this turn began
   * @throws KbvaultError LOCK_LOST where it began more than an hour ago, STORE_DAMAGED and FORMAT_TOO_NEW where `blobs` are not
   *   sound, and those of writing
   */
  async take(blobs: readonly CommittedBlob[]): Promise<void> {
    this.refuseOld();
    const number = this.#last + 1;
    const turn: Turn = { number, token: await randomId(20), at: new Date().toISOString(), blobs };
    if (number > highestTurn) throw damaged(turnName(highestTurn), "no writer can have come so far");
    checkCommitted(turn);
    if (!(await this.#storage.putIfAbsent(turnName(number), encodeTurn(turn)))) await this.#refuseTaken(turn);
    const numbers = await listTurns(this.#storage);
    await this.#refuseStale(turn, numbers);
    await publish(this.#storage, blobs);
    this.#last = number;
    await this.#refuseOthers(blobs);
    await forgetOld(this.#storage, numbers, number);
  }

  /** Throws LOCK_LOST where what was read of the store is too old to act on. */
  refuseOld(): void {
    if (performance.now() - this.#startedAt < longestTurnMs) return;
    const { url } = this.#storage;
    throw new KbvaultError(
      "LOCK_LOST",
      `Writing to ${url} was begun more than an hour ago and is not finished. Nothing more was changed. Repeat the command.`,
      { file: url },
    );
  }

  /** A put that was repeated after a cut connection finds what it put itself. */
  async #refuseTaken({ number, token }: Turn): Promise<void> {
    const there = await readSoundTurn(this.#storage, number);
    if (typeof there === "string" || there.token !== token) throw new TurnTaken();
  }

  /**
   * A number that was taken and forgotten long ago is free once more. But the highest turn is never forgotten, and whoever
   * takes the one after ours has published ours before. (Of a turn that commits nothing nobody can tell; it is taken again.)
   */
  async #refuseStale({ number, blobs }: Turn, numbers: readonly number[]): Promise<void> {
    const isLast = (numbers.at(-1) ?? 0) <= number;
    if (isLast || (blobs.length > 0 && (await isPublished(this.#storage, blobs)))) return;
    await this.#storage.remove(turnName(number)).catch(() => undefined);
    throw new TurnTaken();
  }

  /** Where a name was taken by other bytes, nothing of ours counts. */
  async #refuseOthers(blobs: readonly CommittedBlob[]): Promise<void> {
    for (const { name, text } of blobs) {
      const bytes = await this.#storage.get(name);
      if (bytes?.equals(Buffer.from(text)) !== true) throw new TurnTaken();
    }
  }
}

/** Old turns are of no use to anybody; that one cannot be removed harms nobody. */
async function forgetOld(storage: BlobStorage, numbers: readonly number[], last: number): Promise<void> {
  const old = numbers.filter((number) => number <= last - keptTurns);
  await Promise.all(old.map((number) => storage.remove(turnName(number)).catch(() => undefined)));
}
