import fc, { type Stream } from "fast-check";
import { describe, expect, it } from "vitest";
import { MemoryStorage } from "../../../src/knowledge-base/storage/memory.ts";
import { committedSince } from "../../../src/knowledge-base/turns/since.ts";
import { OpenTurn, TurnTaken } from "../../../src/knowledge-base/turns/take-turn.ts";
import { type CommittedBlob, keptTurns } from "../../../src/knowledge-base/turns/turn-blob.ts";
import { isLong, sampled } from "../../faults/sampled.ts";
import {
  copyOf,
  count,
  countOnce,
  countTo,
  eventOf,
  leaveTurn,
  numbersIn,
  range,
  watched,
} from "./counter.ts";
import { playInTurns } from "./turn-based.ts";

const numRuns = isLong ? 2000 : 60;

/** How many calls counting once makes. */
async function callsOfCounting(storage: MemoryStorage): Promise<number> {
  let calls = 0;
  await countOnce(
    watched(await copyOf(storage), async (call) => {
      calls = call;
    }),
  );
  return calls;
}

async function storeOf(turns: number): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  await countTo(storage, turns);
  return storage;
}

describe("a writer that is killed before any of its calls", () => {
  it.each([
    ["in a new store", 0],
    ["in a young one", 3],
    ["where turns are forgotten", keptTurns + 2],
  ])("leaves its commit whole or not at all, %s", async (_, turns) => {
    const before = await storeOf(turns);
    const calls = await callsOfCounting(before);
    const outcomes: number[] = [];
    for (let last = 1; last <= calls; last++) {
      const storage = await copyOf(before);
      const killed = watched(storage, async (call) => {
        if (call >= last) throw new Error("killed");
      });
      const wasCounted = await countOnce(killed).then(
        () => true,
        (error: Error) => {
          // That old turns are not removed is nobody's concern.
          expect(error.message).toBe("killed");
          return false;
        },
      );
      const next = await count(storage);
      const numbers = await numbersIn(storage);
      const counted = numbers.length - turns - 1;
      expect([0, 1], `call ${last}`).toContain(counted);
      if (wasCounted) expect(counted).toBe(1);
      expect(numbers, `call ${last}`).toEqual(range(turns + 1 + counted));
      expect(next.name).toContain(`_${String(turns + 1 + counted).padStart(6, "0")}_`);
      outcomes.push(counted);
    }
    // Both happen, and from the turn on it counts.
    expect(outcomes).toEqual(outcomes.toSorted());
    expect(new Set(outcomes)).toEqual(new Set([0, 1]));
  });
});

describe("a writer that sleeps before any of its calls while others take turns", () => {
  it.each([
    [0, 1],
    [3, 1],
    [3, 2],
    [3, keptTurns - 1],
    [3, keptTurns],
    [3, keptTurns + 1],
    [3, 150],
    [120, 1],
    [120, 150],
  ])("never commits on an old state (turns before: %i, meanwhile: %i)", async (turns, meanwhile) => {
    const before = await storeOf(turns);
    const calls = Array.from({ length: await callsOfCounting(before) }, (_, call) => call + 1);
    for (const asleep of sampled(calls, 12, `sleeping before a call of counting`)) {
      const storage = await copyOf(before);
      const sleepy = watched(storage, async (call) => {
        if (call !== asleep) return;
        for (let others = 0; others < meanwhile; others++) await count(storage);
      });
      const counted = await countOnce(sleepy).catch((error: unknown) => {
        expect(error).toBeInstanceOf(TurnTaken);
        return null;
      });
      const numbers = await numbersIn(storage);
      expect(numbers, `call ${asleep}`).toEqual(range(numbers.length));
      const names = await storage.list("journal/");
      if (counted !== null) expect(names).toContain(counted.name);
      // Whoever read nothing yet commits what it reads now.
      expect(numbers.length - turns - meanwhile).toBe(counted === null ? 0 : 1);
      await count(storage);
      expect(await numbersIn(storage), `call ${asleep}`).toEqual(range(numbers.length + 1));
    }
  });

  it("is not finished by another who slept as well, having seen its number as the last", async () => {
    const storage = await storeOf(4);
    const stale = eventOf(4);
    const late = watched(storage, async (_, key) => {
      if (key === "get") await overtake(storage, stale);
    });
    const turn = await OpenTurn.begin(late);
    expect(await storage.list("journal/")).not.toContain(stale.name);
    await expect(turn.take([eventOf(5)])).rejects.toBeInstanceOf(TurnTaken);
    expect(await numbersIn(storage)).toEqual(range(keptTurns + 10));
  });

  it.each([2, 3])("is not believed by a reader who slept as well, and knew turn %i", async (known) => {
    const storage = await storeOf(4);
    const stale = eventOf(4);
    const late = watched(storage, async (_, key) => {
      if (key === "get") await overtake(storage, stale);
    });
    const { turn, names } = await committedSince(late, known);
    expect(turn).toBeLessThanOrEqual(4);
    expect(names).toBeNull();
  });
});

/** Others take turns until number 4 is forgotten; then a writer that slept takes it, and is killed. */
async function overtake(storage: MemoryStorage, stale: CommittedBlob): Promise<void> {
  if ((await numbersIn(storage)).length > 4) return;
  await countTo(storage, keptTurns + 10);
  await leaveTurn(storage, 4, [stale]);
}

interface Story {
  /** What says who comes next. */
  readonly choices: Stream<number>;
  /** Before which of its calls each writer is killed; null: never. */
  readonly ends: readonly (number | null)[];
}

const stories: fc.Arbitrary<Story> = fc.record({
  choices: fc.infiniteStream(fc.nat(999)),
  ends: fc.array(fc.option(fc.integer({ min: 1, max: 60 }), { freq: 3 }), { minLength: 3, maxLength: 3 }),
});

/** Mostly whoever was chosen before, so that the others sleep for long. */
function chooser(choices: Stream<number>): (ready: readonly number[]) => number {
  let last = 0;
  return (ready) => {
    const choice = Number(choices.next().value);
    if (choice % 3 === 0 || !ready.includes(last)) last = ready[choice % ready.length] ?? 0;
    return last;
  };
}

describe("three writers, two readers, and others who take a hundred turns at once", () => {
  it("lose nothing, commit nothing twice, and see what is there, in whatever order their calls are made", async () => {
    const before = await storeOf(keptTurns - 5);
    await fc.assert(
      fc.asyncProperty(stories, async ({ choices, ends }) => {
        const storage = await copyOf(before);
        const counted = new Set(await storage.list("journal/"));
        const writers = ends.map((end) => async (own: MemoryStorage) => {
          const mortal = watched(own, async (call) => {
            if (end !== null && call >= end) throw new Error("killed");
          });
          try {
            for (let step = 0; step < 3; step++) counted.add((await count(mortal)).name);
          } catch (error) {
            if ((error as Error).message !== "killed") throw error;
          }
        });
        const readers = [new Reader(), new Reader()];
        const reading = readers.map((reader) => async (own: MemoryStorage) => {
          for (let step = 0; step < 4; step++) {
            const sure = [...counted];
            await reader.read(own);
            expect(sure.filter((name) => !reader.names.has(name))).toEqual([]);
            const there = new Set(await storage.list("journal/"));
            expect([...reader.names].filter((name) => !there.has(name))).toEqual([]);
          }
        });
        const crowd = async (own: MemoryStorage): Promise<void> => {
          for (let times = 0; times < 2; times++) {
            await own.stat("now");
            for (let turn = 0; turn <= keptTurns; turn++) counted.add((await count(storage)).name);
          }
        };
        await playInTurns(storage, [...writers, ...reading, crowd], chooser(choices));

        counted.add((await count(storage)).name);
        const names = await storage.list("journal/");
        expect([...counted].filter((name) => !names.includes(name))).toEqual([]);
        expect(await numbersIn(storage)).toEqual(range(names.length));
        for (const reader of readers) {
          await reader.read(storage);
          expect([...reader.names].sort()).toEqual(names);
        }
      }),
      { numRuns },
    );
  });
});

/** Learns from turns what is new, and lists everything where they do not tell. */
class Reader {
  #known: number | null = null;
  names: Set<string> = new Set();

  async read(storage: MemoryStorage): Promise<void> {
    const { turn, names } = await committedSince(storage, this.#known);
    if (names === null) this.names = new Set(await storage.list("journal/"));
    else for (const name of names) this.names.add(name);
    this.#known = turn;
  }
}
