import { afterEach, describe, expect, it, vi } from "vitest";
import { seal } from "../../../src/knowledge-base/seal.ts";
import { MemoryStorage } from "../../../src/knowledge-base/storage/memory.ts";
import { committedSince } from "../../../src/knowledge-base/turns/since.ts";
import { OpenTurn, TurnTaken } from "../../../src/knowledge-base/turns/take-turn.ts";
import {
  encodeTurn,
  highestTurn,
  keptTurns,
  listTurns,
  readTurn,
  turnName,
} from "../../../src/knowledge-base/turns/turn-blob.ts";
import { count, countTo, eventOf, leaveTurn, numbersIn, range } from "./counter.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const textOf = async (storage: MemoryStorage, name: string): Promise<string | undefined> =>
  (await storage.get(name))?.toString();

describe("a turn", () => {
  it("commits what it holds, under its own name and in the blob of the turn", async () => {
    const storage = new MemoryStorage();
    const event = eventOf(1);
    await (await OpenTurn.begin(storage)).take([event]);
    expect(await listTurns(storage)).toEqual([1]);
    expect((await readTurn(storage, 1))?.blobs).toEqual([event]);
    expect(await textOf(storage, event.name)).toBe(event.text);
  });

  it("is followed by the next one of the same writer, as long as nobody else came", async () => {
    const storage = new MemoryStorage();
    const turn = await OpenTurn.begin(storage);
    await turn.take([eventOf(1)]);
    await turn.take([eventOf(2)]);
    expect(await numbersIn(storage)).toEqual([1, 2]);
    await count(storage);
    await expect(turn.take([eventOf(3)])).rejects.toBeInstanceOf(TurnTaken);
    expect(await numbersIn(storage)).toEqual([1, 2, 3]);
  });

  it("is taken by exactly one of many who began at once", async () => {
    const storage = new MemoryStorage();
    const turns = await Promise.all(range(20).map(() => OpenTurn.begin(storage)));
    const events = turns.map(() => eventOf(1));
    const taken = await Promise.allSettled(turns.map((turn, index) => turn.take([events[index]!])));
    const won = taken.flatMap(({ status }, index) => (status === "fulfilled" ? [index] : []));
    expect(won).toHaveLength(1);
    for (const outcome of taken)
      if (outcome.status === "rejected") expect(outcome.reason).toBeInstanceOf(TurnTaken);
    expect(await storage.list("journal/")).toEqual([events[won[0]!]?.name]);
  });

  it("is taken again and again until all of many have counted", async () => {
    const storage = new MemoryStorage();
    await Promise.all(range(16).map(() => count(storage)));
    expect(await numbersIn(storage)).toEqual(range(16));
  });

  it("commits many blobs, or none", async () => {
    const storage = new MemoryStorage();
    const [early, late] = [await OpenTurn.begin(storage), await OpenTurn.begin(storage)];
    await early.take([eventOf(1), eventOf(2)]);
    await expect(late.take([eventOf(1), eventOf(2)])).rejects.toBeInstanceOf(TurnTaken);
    expect(await numbersIn(storage)).toEqual([1, 2]);
  });

  it("that commits nothing sends away who began before it", async () => {
    const storage = new MemoryStorage();
    const early = await OpenTurn.begin(storage);
    await (await OpenTurn.begin(storage)).take([]);
    await expect(early.take([eventOf(1)])).rejects.toBeInstanceOf(TurnTaken);
    expect(await numbersIn(storage)).toEqual([]);
    await count(storage);
    expect(await listTurns(storage)).toEqual([1, 2]);
  });

  it("is forgotten when a hundred others came", async () => {
    const storage = new MemoryStorage();
    await countTo(storage, keptTurns + 5);
    expect(await listTurns(storage)).toEqual(range(keptTurns).map((number) => number + 5));
  });

  it("that cannot be forgotten harms nobody", async () => {
    const storage = new MemoryStorage();
    vi.spyOn(storage, "remove").mockRejectedValue(new Error("not allowed"));
    await countTo(storage, keptTurns + 5);
    expect(await listTurns(storage)).toEqual(range(keptTurns + 5));
  });

  it.each([
    ["a blob that is no record and no event", { name: "store.json", text: "{}" }, "STORE_DAMAGED"],
    ["a way out of the store", { name: "../../etc/passwd", text: "{}" }, "STORE_DAMAGED"],
    ["a record that is none", { name: "v1_20250127_120000.json", text: "{}" }, "STORE_DAMAGED"],
    ["an event of another number", { ...eventOf(2), text: eventOf(3).text }, "STORE_DAMAGED"],
    [
      "an event of a later kbvault",
      { ...eventOf(1), text: seal({ number: 1, op: "new" }, 99).toString() },
      "FORMAT_TOO_NEW",
    ],
  ])("is not taken to commit %s, and nothing is written", async (_, blob, code) => {
    const storage = new MemoryStorage();
    const turn = await OpenTurn.begin(storage);
    await expect(turn.take([eventOf(1), blob])).rejects.toMatchObject({ code });
    expect(await listTurns(storage)).toEqual([]);
    expect(await numbersIn(storage)).toEqual([]);
  });

  it("counts where the answer to its put was lost and a repeated put found it there", async () => {
    const storage = new MemoryStorage();
    const put = storage.putIfAbsent.bind(storage);
    vi.spyOn(storage, "putIfAbsent").mockImplementation(async (name, chunks) => {
      await put(name, chunks);
      return put(name, chunks);
    });
    await (await OpenTurn.begin(storage)).take([eventOf(1)]);
    expect(await numbersIn(storage)).toEqual([1]);
  });

  it("is given up an hour after it began: nothing is committed", async () => {
    const storage = new MemoryStorage();
    const turn = await OpenTurn.begin(storage);
    const now = performance.now();
    vi.spyOn(performance, "now").mockReturnValue(now + 60 * 60 * 1000);
    await expect(turn.take([eventOf(1)])).rejects.toMatchObject({
      code: "LOCK_LOST",
      data: { file: "memory:" },
    });
    expect(await listTurns(storage)).toEqual([]);
  });
});

describe("whoever comes after a turn whose writer was killed", () => {
  it("finishes what it left, and goes on", async () => {
    const storage = new MemoryStorage();
    await countTo(storage, 2);
    const left = [eventOf(3), eventOf(4)];
    await leaveTurn(storage, 3, left);
    expect(await committedSince(storage, 2)).toEqual({ turn: 2, names: [] });
    expect(await committedSince(storage, 1)).toMatchObject({
      turn: 2,
      names: [expect.stringMatching(/_000002_/)],
    });
    await count(storage);
    expect(await numbersIn(storage)).toEqual(range(5));
    for (const { name, text } of left) expect(await textOf(storage, name)).toBe(text);
    expect((await committedSince(storage, 2)).names).toHaveLength(3);
  });

  it("finishes what is half there", async () => {
    const storage = new MemoryStorage();
    const left = [eventOf(1), eventOf(2)];
    await leaveTurn(storage, 1, left);
    await storage.putIfAbsent(left[0]!.name, Buffer.from(left[0]!.text));
    await count(storage);
    expect(await numbersIn(storage)).toEqual([1, 2, 3]);
  });

  it("leaves a turn alone that came too late: others stand at the names that it wanted", async () => {
    const storage = new MemoryStorage();
    const wanted = eventOf(1);
    const turn = await OpenTurn.begin(storage);
    await storage.putIfAbsent(wanted.name, Buffer.from(eventOf(1, { by: "Somebody else" }).text));
    await expect(turn.take([wanted])).rejects.toBeInstanceOf(TurnTaken);
    await count(storage);
    expect(await numbersIn(storage)).toEqual([1, 2]);
    expect(await textOf(storage, wanted.name)).toContain("Somebody else");
  });

  it.each([
    ["is cut short", (whole: Buffer) => whole.subarray(0, 50)],
    ["is empty", () => Buffer.alloc(0)],
    [
      "is that of another number",
      () => encodeTurn({ number: 7, token: "t", at: "2025-01-27T12:00:00.000Z", blobs: [] }),
    ],
    [
      "names what no writer commits",
      () =>
        encodeTurn({
          number: 3,
          token: "t",
          at: "2025-01-27T12:00:00.000Z",
          blobs: [{ name: "../x", text: "" }],
        }),
    ],
  ])("passes over a turn that %s, and readers look at everything", async (_, damage) => {
    const storage = new MemoryStorage();
    await countTo(storage, 3);
    const whole = (await storage.get(turnName(3)))!;
    await storage.remove(turnName(3));
    await storage.putIfAbsent(turnName(3), damage(whole));
    expect(await committedSince(storage, 2)).toEqual({ turn: 2, names: null });
    await count(storage);
    expect(await numbersIn(storage)).toEqual(range(4));
    expect(await committedSince(storage, 2)).toEqual({ turn: 4, names: null });
    expect((await committedSince(storage, 3)).names).toHaveLength(1);
    expect(await storage.list("")).toEqual([]);
  });

  it("refuses a turn of a later kbvault, and writes nothing", async () => {
    const storage = new MemoryStorage();
    await storage.putIfAbsent(turnName(1), seal({ number: 1 }, 99));
    const refusal = { code: "FORMAT_TOO_NEW", data: { file: turnName(1) } };
    await expect(OpenTurn.begin(storage)).rejects.toMatchObject(refusal);
    await expect(committedSince(storage, 0)).rejects.toMatchObject(refusal);
    expect(await storage.list("turns/")).toEqual([turnName(1)]);
  });

  it("refuses to go on after a number that nobody can have reached", async () => {
    const storage = new MemoryStorage();
    await leaveTurn(storage, highestTurn, []);
    const turn = await OpenTurn.begin(storage);
    await expect(turn.take([eventOf(1)])).rejects.toMatchObject({
      code: "STORE_DAMAGED",
      data: { file: turnName(highestTurn) },
    });
    expect(await numbersIn(storage)).toEqual([]);
  });
});

describe("what was committed since a turn", () => {
  it("is nothing in a store without turns", async () => {
    expect(await committedSince(new MemoryStorage(), 0)).toEqual({ turn: 0, names: [] });
    expect(await committedSince(new MemoryStorage(), null)).toEqual({ turn: 0, names: null });
  });

  it("is told name by name as far as turns are kept, and not beyond", async () => {
    const storage = new MemoryStorage();
    await countTo(storage, keptTurns + 20);
    const last = keptTurns + 20;
    expect(await committedSince(storage, last)).toEqual({ turn: last, names: [] });
    expect((await committedSince(storage, last - 3)).names).toHaveLength(3);
    expect((await committedSince(storage, last - keptTurns)).names).toHaveLength(keptTurns);
    expect(await committedSince(storage, last - keptTurns - 1)).toEqual({ turn: last, names: null });
    // As where a backup of the store was brought back.
    expect(await committedSince(storage, last + 5)).toEqual({ turn: last, names: null });
  });

  it("is not told name by name where a turn is missing in between", async () => {
    const storage = new MemoryStorage();
    await countTo(storage, 5);
    await storage.remove(turnName(3));
    expect(await committedSince(storage, 1)).toEqual({ turn: 5, names: null });
    expect((await committedSince(storage, 3)).names).toHaveLength(2);
  });

  it("is not believed of the turn of a writer that slept while its number was forgotten", async () => {
    const storage = new MemoryStorage();
    await countTo(storage, 3);
    await countTo(storage, keptTurns + 4);
    await leaveTurn(storage, 4, [eventOf(4)]);
    expect(await committedSince(storage, 3)).toEqual({ turn: keptTurns + 4, names: null });
    await count(storage);
    expect(await listTurns(storage)).toEqual(range(keptTurns).map((number) => number + 5));
    expect(await numbersIn(storage)).toEqual(range(keptTurns + 5));
  });
});
