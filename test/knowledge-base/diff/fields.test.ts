import deepDiff from "deep-diff";
import { describe, expect, it } from "vitest";
import { compare, compareData, lines } from "./lines.ts";

function nested(depth: number, inside: unknown): unknown {
  let value = inside;
  for (let level = 0; level < depth; level++) value = { a: value };
  return value;
}

/** Each shows what deep-diff makes of plain values, and what is made of it here. */
describe("where deep-diff by itself", () => {
  it("overlooks an added key that is empty, the comparison reports it", () => {
    expect(deepDiff({}, { "": 1 })).toBeUndefined();
    expect(lines(compareData({}, { "": 1 }))).toEqual(["+ / 1"]);
  });

  it("takes minus zero for zero, the comparison reports it", () => {
    expect(deepDiff({ n: 0 }, { n: -0 })).toBeUndefined();
    expect(lines(compare('{"n":0}', '{"n":-0}'))).toEqual(["~ /n 0 -> -0"]);
  });

  it("overlooks what a double rounds away, the comparison reports it", () => {
    const texts = ['{"n":9007199254740993}', '{"n":9007199254740992}'] as const;
    expect(deepDiff(JSON.parse(texts[0]), JSON.parse(texts[1]))).toBeUndefined();
    expect(lines(compare(...texts))).toEqual(["~ /n 9007199254740993 -> 9007199254740992"]);
  });

  it("overlooks the first of two members with one key, the comparison reports it", () => {
    const texts = ['{"n":1,"n":2}', '{"n":3,"n":2}'] as const;
    expect(deepDiff(JSON.parse(texts[0]), JSON.parse(texts[1]))).toBeUndefined();
    expect(lines(compare(...texts))).toEqual(["~ /n 1 -> 3"]);
  });

  it("compares arrays by position, the comparison follows the elements", () => {
    expect(deepDiff(["b", "c", "d"], ["a", "b", "c", "d"])).toHaveLength(4);
    expect(lines(compareData(["b", "c", "d"], ["a", "b", "c", "d"]))).toEqual(['+ /0 "a"']);
  });

  it("exhausts the stack in deep values, the comparison does not", () => {
    expect(() => deepDiff(nested(100_000, 1), nested(100_000, 2))).toThrow(RangeError);
    expect(lines(compareData(nested(1000, 1), nested(1000, 2)))).toEqual([`~ ${"/a".repeat(1000)} 1 -> 2`]);
  });
});
