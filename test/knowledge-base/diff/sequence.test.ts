import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  commonSubsequence,
  longestIncreasing,
  type Pair,
} from "../../../src/knowledge-base/diff/sequence.ts";

/** Length of the longest common subsequence by the textbook's table. */
function longestByTable(before: readonly number[], after: readonly number[]): number {
  let row = new Array<number>(after.length + 1).fill(0);
  for (const element of before) {
    const next = [0];
    for (const [index, other] of after.entries()) {
      next.push(element === other ? row[index]! + 1 : Math.max(row[index + 1]!, next[index]!));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

function expectCommonSubsequence(
  before: readonly number[],
  after: readonly number[],
  pairs: readonly Pair[],
): void {
  for (const [index, pair] of pairs.entries()) {
    expect(before[pair.before]).toBe(after[pair.after]);
    if (index === 0) continue;
    expect(pair.before).toBeGreaterThan(pairs[index - 1]!.before);
    expect(pair.after).toBeGreaterThan(pairs[index - 1]!.after);
  }
}

describe("a common subsequence", () => {
  it("is the longest one of short lists", () => {
    const list = fc.array(fc.nat(5), { maxLength: 30 });
    fc.assert(
      fc.property(list, list, (before, after) => {
        const pairs = commonSubsequence(before, after);
        expectCommonSubsequence(before, after, pairs);
        expect(pairs).toHaveLength(longestByTable(before, after));
      }),
      { numRuns: 1000 },
    );
  });

  it("keeps its anchors where nothing is found between them", () => {
    const list = (seed: number): number[] =>
      Array.from({ length: 8000 }, (_, index) =>
        index % 1000 === 0 ? 1000 + index : Math.imul(index * seed, 2654435761) >>> 29,
      );
    const [before, after] = [list(3), list(5)];
    const pairs = commonSubsequence(before, after);
    expectCommonSubsequence(before, after, pairs);
    expect(pairs.filter((pair) => before[pair.before]! >= 1000)).toHaveLength(8);
  });

  it("of lists that differ too much is still a common subsequence, anchored at unique elements", () => {
    const random = (seed: number) => (index: number) => Math.imul(index + seed, 2654435761) >>> 29;
    const length = 8000;
    const before = Array.from({ length }, (_, index) => (index % 10 === 0 ? 1000 + index : random(1)(index)));
    const after = Array.from({ length }, (_, index) => (index % 10 === 0 ? 1000 + index : random(7)(index)));
    const pairs = commonSubsequence(before, after);
    expectCommonSubsequence(before, after, pairs);
    expect(pairs.length).toBeGreaterThanOrEqual(length / 10);
  });

  it("of lists without a common element is empty", () => {
    expect(commonSubsequence([1, 2, 3], [4, 5])).toEqual([]);
    expect(commonSubsequence([], [4, 5])).toEqual([]);
    expect(commonSubsequence([], [])).toEqual([]);
  });
});

describe("the longest increasing choice of pairs", () => {
  it("is as long as any", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { maxLength: 12 }), (places) => {
        const pairs = places.map((after, before) => ({ before, after }));
        const chosen = longestIncreasing(pairs);
        for (const [index, pair] of chosen.entries()) {
          if (index > 0) expect(pair.after).toBeGreaterThan(chosen[index - 1]!.after);
        }
        expect(chosen).toHaveLength(longestByTrial(places));
      }),
    );
  });
});

function longestByTrial(places: readonly number[]): number {
  const lengths: number[] = [];
  for (const [index, place] of places.entries()) {
    const before = lengths.filter((_, earlier) => places[earlier]! < place);
    lengths[index] = Math.max(0, ...before) + 1;
  }
  return Math.max(0, ...lengths);
}
