import { describe, expect, it } from "vitest";
import { type BlockUnit, cutBlocks } from "../../../src/knowledge-base/match/blocks.ts";

const container = { pointer: "", kinds: "o" };
const KIB = 1024;

/** Units of `size` bytes, one after the other, after 10 bytes outside. */
function unitsOf(count: number, size: number): BlockUnit[] {
  const entries = Array.from({ length: count }, (_, index) => ({ start: 10 + index * size, container }));
  return [{ start: 0, container: null }, ...entries];
}

describe("blocks", () => {
  it("cover the document without gaps, begin at entries, and are complete at 64 KiB", () => {
    const end = 10 + 300 * KIB + 5;
    const blocks = cutBlocks(unitsOf(300, KIB), 0, end, null);
    expect(blocks.map((block) => block.length)).toEqual([
      10 + 64 * KIB,
      64 * KIB,
      64 * KIB,
      64 * KIB,
      44 * KIB + 5,
    ]);
    expect(blocks.map((block) => block.container)).toEqual([
      null,
      container,
      container,
      container,
      container,
    ]);
    let start = 0;
    for (const block of blocks) {
      expect(block.start).toBe(start);
      start += block.length;
    }
    expect(start).toBe(end);
  });

  it("are as large as the entries that they hold", () => {
    const blocks = cutBlocks(unitsOf(3, 500 * KIB), 0, 10 + 1500 * KIB, null);
    expect(blocks.map((block) => block.length)).toEqual([10 + 500 * KIB, 500 * KIB, 500 * KIB]);
  });

  it("never begin at text outside entries", () => {
    const units = [
      ...unitsOf(1, KIB),
      { start: 10 + 70 * KIB, container: null },
      { start: 10 + 71 * KIB, container },
    ];
    expect(cutBlocks(units, 0, 80 * KIB, null).map((block) => block.start)).toEqual([0, 10 + 71 * KIB]);
  });

  it("are one for a small document and none for an empty one", () => {
    expect(cutBlocks(unitsOf(2, 100), 0, 300, null)).toEqual([{ start: 0, length: 300, container: null }]);
    expect(cutBlocks([], 0, 0, null)).toEqual([]);
  });
});
