import { describe, expect, it } from "vitest";
import { UnitCursor } from "../../../src/knowledge-base/layout/unit-cursor.ts";
import { mostRuns, planVersion } from "../../../src/knowledge-base/match/plan.ts";
import { PENDING, type Run } from "../../../src/knowledge-base/pack/run-list.ts";
import { edit, type Model, randomFrom, randomModel, type Shape, write } from "../random-documents.ts";
import { newBytes, PlanHistory } from "./plan-history.ts";

const map = { entries: ["/*"], idField: null };
const shapes: readonly (readonly [Shape, readonly string[]])[] = [
  ["map", ["/*"]],
  ["array", ["/*"]],
  ["collections", ["/problems/*", "/articles/*"]],
  ["nested", ["/api/*/*"]],
];

/** Whether no byte of a pack is part of two runs. */
function useEachByteOnce(runs: readonly Run[]): boolean {
  const ends = new Map<string, number>();
  return runs
    .toSorted((one, other) => one.offset - other.offset)
    .every(({ pack, offset, length }) => {
      const isFree = (ends.get(pack) ?? 0) <= offset;
      ends.set(pack, offset + length);
      return isFree;
    });
}

function entriesIn(document: Uint8Array, entries: readonly string[]): number {
  const cursor = new UnitCursor(document, { entries, idField: null });
  let count = 0;
  while (cursor.next()) if (cursor.isEntry) count++;
  return count;
}

/** A document of `count` entries of about `size` bytes each, in which `texts` replace those of some. */
function documentOf(count: number, size: number, texts: ReadonlyMap<number, string> = new Map()): Buffer {
  const entries = Array.from({ length: count }, (_, index) => [
    `e${index}`,
    { text: texts.get(index) ?? filler(index, size) },
  ]);
  return Buffer.from(JSON.stringify(Object.fromEntries(entries), null, 1));
}

function filler(seed: number, length: number): string {
  const random = randomFrom(seed + 1);
  return Array.from({ length }, () => String.fromCharCode(97 + Math.floor(random() * 26))).join("");
}

describe.each(shapes)("the plans of a random history of a %s", (shape, entries) => {
  it.each([11, 12, 13])(
    "rebuild every version, count its entries and use no byte twice (seed %i)",
    async (seed) => {
      const random = randomFrom(seed);
      const history = new PlanHistory({ entries, idField: null });
      let model: Model = randomModel(random, shape, 150);
      for (let step = 0; step < 15; step++) {
        const live = write(model);
        const plan = await history.add(live);
        expect((await history.bytes()).equals(live)).toBe(true);
        expect(useEachByteOnce(history.runs)).toBe(true);
        expect(plan.entryCount).toBe(entriesIn(live, entries));
        expect(plan.blocks.reduce((sum, block) => sum + block.length, 0)).toBe(live.length);
        model = edit(model, random);
      }
    },
  );
});

describe("a plan", () => {
  it("of the first version takes everything as new", async () => {
    const live = documentOf(10, 100);
    const plan = await new PlanHistory(map).add(live);
    expect(plan.runs).toEqual([{ pack: PENDING, offset: 0, length: live.length }]);
    expect(plan.changed.map((unit) => unit.id).filter((id) => id !== null)).toHaveLength(10);
  });

  it("of equal bytes takes nothing as new and reads nothing but the last block", async () => {
    const history = new PlanHistory(map);
    await history.add(documentOf(2000, 1000));
    const plan = await history.add(documentOf(2000, 1000));
    expect([newBytes(plan), plan.changed, history.bytesRead]).toEqual([0, [], 0]);
  });

  it("keeps an edit to the bytes that changed, whatever the document's size", async () => {
    const costs: number[] = [];
    for (const count of [200, 2000]) {
      const history = new PlanHistory(map);
      await history.add(documentOf(count, 1000));
      const text = filler(100, 1000);
      const edited = new Map([[100, `${text.slice(0, 400)} more ${text.slice(400)}`]]);
      const plan = await history.add(documentOf(count, 1000, edited));
      expect(newBytes(plan)).toBe(" more ".length);
      expect(plan.changed.map((unit) => unit.id)).toEqual(["e100"]);
      costs.push(history.bytesRead);
    }
    // Two blocks: the one that holds the edit, and the next, where both sides meet again.
    expect(Math.max(...costs)).toBeLessThan(3 * 65 * 1024);
    expect(costs[1]).toBe(costs[0]);
  });

  it("finds entries that moved far without storing them anew", async () => {
    const entries = Object.entries(JSON.parse(documentOf(1000, 1000).toString()) as Record<string, unknown>);
    const document = (list: readonly (readonly [string, unknown])[]): Buffer =>
      Buffer.from(JSON.stringify(Object.fromEntries(list), null, 1));
    const history = new PlanHistory(map);
    await history.add(document(entries));
    for (const moved of [
      [...entries.slice(1), ...entries.slice(0, 1)],
      [...entries.slice(500), ...entries.slice(0, 500)],
      entries.toReversed(),
    ]) {
      const plan = await history.add(document(moved));
      expect((await history.bytes()).equals(document(moved))).toBe(true);
      // Only separators, where the last entry of the document changed.
      expect(newBytes(plan)).toBeLessThan(50);
      expect(plan.changed).toEqual([]);
    }
  });

  it("costs a separator when the last entry goes or one is appended", async () => {
    const history = new PlanHistory({ entries: ["/*"], idField: null });
    const list = Array.from({ length: 300 }, (_, index) => ({ id: index, text: filler(index, 500) }));
    const document = (length: number): Buffer => Buffer.from(JSON.stringify(list.slice(0, length), null, 2));
    await history.add(document(300));
    const shorter = await history.add(document(299));
    // Where the bytes behind it would be a run of their own, they are stored instead.
    expect([newBytes(shorter), shorter.changed]).toEqual(["\n]".length, []]);
    const longer = await history.add(document(300));
    expect(newBytes(longer)).toBeLessThan(700);
    expect(longer.changed.map((unit) => unit.id)).toEqual(["299"]);
  });

  it("takes a removal of most of the document in time linear in it", async () => {
    const history = new PlanHistory(map);
    await history.add(documentOf(3000, 1000));
    const entries = Object.entries(JSON.parse(documentOf(3000, 1000).toString()) as Record<string, unknown>);
    const rest = Buffer.from(
      JSON.stringify(Object.fromEntries([...entries.slice(0, 5), ...entries.slice(2990)]), null, 1),
    );
    const plan = await history.add(rest);
    expect([newBytes(plan), plan.changed, plan.entryCount]).toEqual([0, [], 15]);
    expect(history.bytesRead).toBeLessThan(2 * documentOf(3000, 1000).length);
  });

  it("refuses what is no JSON only where it changed, wherever that is", async () => {
    const history = new PlanHistory(map);
    const good = documentOf(500, 1000);
    await history.add(good);
    for (const at of [0, 1, 1000, 300_000, good.length - 2, good.length - 1]) {
      const bad = Buffer.from(good);
      bad[at] = 0x01;
      await expect(planVersion(bad, history.base), `byte ${at}`).rejects.toMatchObject({
        code: "INVALID_JSON",
      });
    }
    for (const length of [0, 1, 65_536, 300_000, good.length - 1]) {
      await expect(planVersion(good.subarray(0, length), history.base)).rejects.toMatchObject({
        code: "INVALID_JSON",
      });
    }
    await expect(planVersion(Buffer.concat([good, Buffer.from("]")]), history.base)).rejects.toMatchObject({
      code: "INVALID_JSON",
    });
  });

  it("does not take over blocks whose collection has become one of another kind", async () => {
    const history = new PlanHistory({ entries: ["/api/*/*"], idField: null });
    const entries = Array.from({ length: 300 }, (_, index) =>
      JSON.stringify({ id: `e${index}`, text: filler(index, 1000) }),
    ).join(",");
    await history.add(Buffer.from(`{"api":[[${entries}]]}`));
    const closedWrongly = Buffer.from(`{"api":{"0":[${entries}]]}`);
    await expect(planVersion(closedWrongly, history.base)).rejects.toMatchObject({ code: "INVALID_JSON" });
    const changed = Buffer.from(`{"api":{"0":[${entries}]}}`);
    const plan = await history.add(changed);
    expect((await history.bytes()).equals(changed)).toBe(true);
    expect(newBytes(plan)).toBeLessThan(100);
    expect(plan.blocks.flatMap((block) => block.container?.kinds ?? [])).toEqual(
      plan.blocks.slice(1).map(() => "ooa"),
    );
  });
});

describe("the number of runs", () => {
  it("stays below what the blocks allow, however many versions of scattered edits there are", async () => {
    const count = 120;
    const random = randomFrom(5);
    const texts = new Map<number, string>();
    const history = new PlanHistory(map);
    await history.add(documentOf(count, 1500));
    let most = 0;
    let storedAnew = 0;
    for (let version = 0; version < 300; version++) {
      for (let edits = 0; edits < 3; edits++) {
        const at = Math.floor(random() * count);
        const text = texts.get(at) ?? filler(at, 1500);
        const place = Math.floor(random() * text.length);
        texts.set(at, `${text.slice(0, place)}${Math.floor(random() * 1000)}${text.slice(place + 2)}`);
      }
      const live = documentOf(count, 1500, texts);
      const plan = await history.add(live);
      const allowed = plan.blocks.reduce((sum, block) => sum + mostRuns(block.length), 0);
      expect(plan.runs.length, `version ${version}`).toBeLessThanOrEqual(allowed);
      most = Math.max(most, plan.runs.length);
      if (newBytes(plan) > 32 * 1024) storedAnew++;
      if (version % 50 === 0) expect((await history.bytes()).equals(live)).toBe(true);
    }
    // Otherwise the rule was never put to the test.
    expect(most).toBeGreaterThan(200);
    expect(storedAnew).toBeGreaterThan(0);
    expect(storedAnew).toBeLessThan(30);
  });
});
