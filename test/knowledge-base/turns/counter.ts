import { isEventName, journalPrefix } from "../../../src/knowledge-base/journal.ts";
import { seal } from "../../../src/knowledge-base/seal.ts";
import { MemoryStorage } from "../../../src/knowledge-base/storage/memory.ts";
import type { BlobStorage } from "../../../src/knowledge-base/storage/storage.ts";
import { OpenTurn, TurnTaken } from "../../../src/knowledge-base/turns/take-turn.ts";
import { type CommittedBlob, encodeTurn, turnName } from "../../../src/knowledge-base/turns/turn-blob.ts";

/**
 * The journal as a counter: each writer reads how far it got, and adds the event with the next number. Two events of one number
 * are a writer that committed on an old state; a missing number is a commit that was lost.
 */

let made = 0;

/** The event number `number`, with a name that no other event has. */
export function eventOf(number: number, members: object = {}): CommittedBlob {
  const unique = (made++).toString(36).padStart(8, "0");
  const name = `${journalPrefix}20250127T120000000Z_${String(number).padStart(6, "0")}_${unique}.json`;
  const head = { number, at: "2025-01-27T12:00:00.000Z", by: "Ana", previous: null, follows: [] };
  const change = { op: "label", label: "l", versionId: `v${number}_20250127_120000`, was: null };
  return { name, text: seal({ ...head, ...change, ...members }).toString() };
}

/** A turn as a writer leaves it that is killed right after it was taken. */
export async function leaveTurn(
  storage: BlobStorage,
  number: number,
  blobs: readonly CommittedBlob[],
): Promise<void> {
  const turn = { number, token: "t".repeat(20), at: "2025-01-27T12:00:00.000Z", blobs };
  await storage.putIfAbsent(turnName(number), encodeTurn(turn));
}

/** The numbers of all events that are there under their own names, ascending. */
export async function numbersIn(storage: BlobStorage): Promise<readonly number[]> {
  const names = (await storage.list(journalPrefix)).filter(isEventName);
  return names.map((name) => Number(name.split("_")[1])).sort((one, other) => one - other);
}

/** Counts on once; the event that was committed. Throws TurnTaken where somebody else did meanwhile. */
export async function countOnce(storage: BlobStorage): Promise<CommittedBlob> {
  const turn = await OpenTurn.begin(storage);
  const last = (await numbersIn(storage)).at(-1) ?? 0;
  const event = eventOf(last + 1);
  await turn.take([event]);
  return event;
}

/** Counts on until it succeeded. */
export async function count(storage: BlobStorage): Promise<CommittedBlob> {
  for (;;) {
    try {
      return await countOnce(storage);
    } catch (error) {
      if (!(error instanceof TurnTaken)) throw error;
    }
  }
}

export async function countTo(storage: BlobStorage, most: number): Promise<void> {
  while (((await numbersIn(storage)).at(-1) ?? 0) < most) await count(storage);
}

export function range(length: number): readonly number[] {
  return Array.from({ length }, (_, index) => index + 1);
}

export async function copyOf(storage: MemoryStorage): Promise<MemoryStorage> {
  const copy = new MemoryStorage();
  for (const prefix of ["", "journal/", "packs/", "turns/"])
    for (const name of await storage.list(prefix))
      await copy.putIfAbsent(name, (await storage.get(name)) ?? Buffer.alloc(0));
  return copy;
}

/** `storage`, of which each call first does `before`, with the number of the call, from 1 on, and what is called. */
export function watched(
  storage: MemoryStorage,
  before: (call: number, key: string, args: readonly unknown[]) => Promise<void>,
): MemoryStorage {
  let calls = 0;
  return new Proxy(storage, {
    get: (target, key) => {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== "function") return member;
      return async (...args: unknown[]) => {
        calls += 1;
        await before(calls, String(key), args);
        return Reflect.apply(member, target, args);
      };
    },
  });
}
