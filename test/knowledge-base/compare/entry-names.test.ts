import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nameEntries, type UnnamedEntry } from "../../../src/knowledge-base/compare/entry-names.ts";

/** An entry with an id, or, where it begins with `=`, one without an id and with this text. */
const entryOf = (text: string): UnnamedEntry =>
  text.startsWith("=") ? { id: null, value: Buffer.from(text) } : { id: text, value: Buffer.from("{}") };

const names = (
  older: readonly string[],
  newer: readonly string[],
): readonly [readonly string[], readonly string[]] => {
  const named = nameEntries(older.map(entryOf), newer.map(entryOf));
  return [named.older, named.newer];
};

describe("names of entries", () => {
  it.each<[string, string[], string[], string[], string[]]>([
    ["are the ids", ["a", "b"], ["b", "c"], ["a", "b"], ["b", "c"]],
    [
      "count an id that occurs again",
      ["a", "a", "a"],
      ["a", "b", "a"],
      ["a", "a#2", "a#3"],
      ["a", "b", "a#2"],
    ],
    ["are places without an id", ["a", "=x", "=y"], ["=z"], ["a", "#1", "#2"], ["#0"]],
    [
      "are the same for equal entries without an id",
      ["=x", "=y"],
      ["=y", "=new", "=x"],
      ["#0", "#1"],
      ["#1", "#1+", "#0"],
    ],
    [
      "pair entries without an id by place when nothing else is left",
      ["=x", "=y"],
      ["=x", "=z"],
      ["#0", "#1"],
      ["#0", "#1"],
    ],
    ["leave an id alone that looks like a count", ["a", "a", "a#2"], ["a#2"], ["a", "a#2+", "a#2"], ["a#2"]],
    [
      "leave an id of the other side alone",
      ["a", "a"],
      ["a", "a", "a#2"],
      ["a", "a#2+"],
      ["a", "a#2+", "a#2"],
    ],
    ["leave an id alone that looks like a place", ["=x", "#0"], ["#0"], ["#0+", "#0"], ["#0"]],
    [
      "tell an empty id from none",
      ["", "", "=x"],
      ["=y", "=z", "=w"],
      ["", "#2", "#2+"],
      ["#0", "#1", "#2+"],
    ],
  ])("%s", (_, older, newer, olderNames, newerNames) => {
    expect(names(older, newer)).toEqual([olderNames, newerNames]);
  });

  it("are never given twice on one side, and are the same on both sides for the same list", () => {
    const anyId = fc.constantFrom("a", "a#2", "a#2+", "", "#0", "#1", "#1+", "=x", "=y", "=");
    const list = fc.array(anyId, { maxLength: 8 });
    fc.assert(
      fc.property(list, list, (one, other) => {
        for (const side of names(one, other)) expect(new Set(side).size).toBe(side.length);
        const [older, newer] = names(one, one);
        expect(newer).toEqual(older);
      }),
      { numRuns: 1000 },
    );
  });
});
