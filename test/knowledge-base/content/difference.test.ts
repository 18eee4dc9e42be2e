import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gapsIn, reversed, sharedRanges } from "../../../src/knowledge-base/content/difference.ts";
import { appendRun, type Run, RunList } from "../../../src/knowledge-base/pack/run-list.ts";

/** Run lists of two packs of 30 bytes, no byte of which is used twice. */
const anyList = fc
  .tuple(
    fc.shuffledSubarray(Array.from({ length: 12 }, (_, index) => index)),
    fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 12, maxLength: 12 }),
  )
  .map(([slots, lengths]) => {
    const runs: Run[] = [];
    for (const slot of slots)
      appendRun(runs, { pack: slot < 6 ? "a" : "b", offset: (slot % 6) * 5, length: lengths[slot] ?? 1 });
    return new RunList(runs);
  });

/** The bytes of a version as names of pack bytes. */
const bytesOf = (list: RunList): readonly string[] =>
  list.runs.flatMap((run) =>
    Array.from({ length: run.length }, (_, index) => `${run.pack}${run.offset + index}`),
  );

describe("what two versions share", () => {
  it("is every byte that both have, and nothing else", () => {
    fc.assert(
      fc.property(anyList, anyList, (older, newer) => {
        const [before, after] = [bytesOf(older), bytesOf(newer)];
        const pairs = sharedRanges(older, newer).flatMap(({ from, to, length }) =>
          Array.from({ length }, (_, index) => [before[from + index], after[to + index]]),
        );
        expect(pairs.every(([one, other]) => one === other)).toBe(true);
        expect(pairs.map(([name]) => name)).toEqual(after.filter((name) => before.includes(name)));
      }),
    );
  });

  it("the other way round is the same, in the order of the older version", () => {
    fc.assert(
      fc.property(anyList, anyList, (older, newer) => {
        const bytes = (list: ReturnType<typeof sharedRanges>): string[] =>
          list.flatMap(({ from, to, length }) =>
            Array.from({ length }, (_, index) => `${from + index} ${to + index}`),
          );
        expect(bytes(reversed(sharedRanges(older, newer)))).toEqual(bytes(sharedRanges(newer, older)));
      }),
    );
  });

  it("leaves the bytes that the older version lacks as gaps, and seams where bytes meet anew", () => {
    fc.assert(
      fc.property(anyList, anyList, (older, newer) => {
        const [before, after] = [bytesOf(older), bytesOf(newer)];
        const gaps = gapsIn(sharedRanges(older, newer), newer.length);
        const inGaps = gaps.flatMap(({ start, end }) => after.slice(start, end));
        expect(inGaps).toEqual(after.filter((name) => !before.includes(name)));
        for (const [index, name] of after.entries()) {
          const previous = after[index - 1];
          if (previous === undefined) continue;
          const metBefore = before.indexOf(previous) !== -1 && before[before.indexOf(previous) + 1] === name;
          const isCovered = gaps.some(
            ({ start, end }) => (start <= index && index < end) || start === index || end === index,
          );
          if (!metBefore) expect(isCovered, `between ${previous} and ${name}`).toBe(true);
        }
      }),
    );
  });

  it("is everything for equal versions, without gaps, and nothing for strangers", () => {
    const list = new RunList([
      { pack: "a", offset: 0, length: 5 },
      { pack: "b", offset: 3, length: 4 },
    ]);
    const other = new RunList([{ pack: "c", offset: 0, length: 9 }]);
    expect(sharedRanges(list, list)).toEqual([{ from: 0, to: 0, length: 9 }]);
    expect(gapsIn(sharedRanges(list, list), 9)).toEqual([]);
    expect(sharedRanges(list, other)).toEqual([]);
    expect(gapsIn([], 9)).toEqual([{ start: 0, end: 9 }]);
  });
});
