import { describe, expect, it } from "vitest";
import { patternsOf, sameLayout } from "../../../src/knowledge-base/layout/layout.ts";

const layoutOf = (...entries: string[]): { entries: string[]; idField: null } => ({ entries, idField: null });

describe("patterns of entries", () => {
  it("are read as tokens", () => {
    expect(patternsOf(layoutOf("/*", "/a~1b/*/*"))).toEqual([["*"], ["a/b", "*", "*"]]);
  });

  it.each(["", "/problems", "/problems/*/title"])(
    "%j is refused: entries are members of something",
    (pattern) => {
      expect(() => patternsOf(layoutOf(pattern))).toThrow(
        expect.objectContaining({ code: "USAGE", data: { pattern } }),
      );
    },
  );

  it.each(["problems/*", "/a~2/*"])("%j is refused as a pointer", (pattern) => {
    expect(() => patternsOf(layoutOf(pattern))).toThrow(expect.objectContaining({ code: "USAGE" }));
  });
});

describe("two layouts", () => {
  it("are the same when patterns, their order and the id field are", () => {
    expect(sameLayout(layoutOf("/a/*", "/b/*"), layoutOf("/a/*", "/b/*"))).toBe(true);
    expect(sameLayout(layoutOf("/a/*", "/b/*"), layoutOf("/b/*", "/a/*"))).toBe(false);
    expect(sameLayout(layoutOf("/*"), { entries: ["/*"], idField: "id" })).toBe(false);
  });
});
