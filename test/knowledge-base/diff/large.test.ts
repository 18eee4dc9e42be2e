import { describe, expect, it } from "vitest";
import { stringifyJson } from "../../../src/json/stringify.ts";
import { compareValues } from "../../../src/knowledge-base/diff/compare.ts";
import { compare, compareData, lines } from "./lines.ts";

describe("many members and elements", () => {
  it("are compared when every one of 20,000 keys changed", () => {
    const object = (first: string): string =>
      `{${Array.from({ length: 20_000 }, (_, i) => `"${first}${i}":${i}`)}}`;
    expect(compare(object("a"), object("b"))).toHaveLength(40_000);
  });

  it.each<[string, number, (index: number) => unknown]>([
    ["100,000 different numbers", 100_000, (index) => index],
    ["100,000 numbers, of which there are few", 100_000, (index) => (index * index) % 7],
    ["100,000 times one number", 100_000, () => 0],
    ["20,000 objects", 20_000, (index) => ({ row: index, text: `row ${index}` })],
  ])("are compared when a few changed of %s", (_, length, element) => {
    const before = Array.from({ length }, (_, index) => element(index));
    const after = before
      .toSpliced(length * 0.9, 1)
      .toSpliced(length / 2, 0, "more")
      .toSpliced(10, 0, "new");
    const changes = compareData(before, after);
    expect(changes.length).toBeLessThanOrEqual(3);
    expect(lines(changes)[0]).toBe('+ /10 "new"');
  });

  const rows = Array.from({ length: 5000 }, (_, index) => ({ id: index, text: `row ${index * 7919}` }));

  it("are compared when all were reversed", () => {
    const changes = compareData(rows, rows.toReversed());
    expect(changes.map(({ kind }) => kind)).toEqual(Array(4999).fill("moved"));
  });

  it("are compared when all were rewritten", () => {
    const changes = compareData(
      rows,
      rows.map(({ id }) => ({ id, text: `new x${id}` })),
    );
    expect(changes.map(({ path }) => path)).toEqual(rows.map((_, index) => `/${index}/text`));
  });

  it("are compared when all were numbered anew", () => {
    const changes = compareData(
      rows,
      rows.map(({ id, text }) => ({ id: id + 1, text })),
    );
    expect(changes.map(({ path }) => path)).toEqual(rows.map((_, index) => `/${index}/id`));
  });
});

describe("nesting", () => {
  const nested = (depth: number, inside: string): string =>
    '{"a":'.repeat(depth) + inside + "}".repeat(depth);

  it("beyond 1,000 levels, where the caller allows it, is compared as a whole", () => {
    const before = Buffer.from(nested(50_000, '{"x":1}'));
    const after = Buffer.from(nested(50_000, '{"x":2}'));
    const options = { maxDepth: 100_000 };
    expect(compareValues(before, before, options)).toEqual([]);
    const [change] = compareValues(before, after, options);
    expect([change?.path, change?.kind]).toEqual(["/a".repeat(1000), "changed"]);
    expect(stringifyJson(change?.after)).toBe(nested(49_000, '{"x":2}'));
  });
});
