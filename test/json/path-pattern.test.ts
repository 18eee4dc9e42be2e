import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coversPath, matchesPath, parsePathPattern } from "../../src/json/path-pattern.ts";
import { formatPointer, parsePointer } from "../../src/json/pointer.ts";

const matches = (pattern: string, path: string): boolean =>
  matchesPath(parsePathPattern(pattern), parsePointer(path));
const covers = (pattern: string, path: string): boolean =>
  coversPath(parsePathPattern(pattern), parsePointer(path));

describe("a path pattern", () => {
  it.each<[pattern: string, named: string[], others: string[]]>([
    ["", [""], ["/a", "/"]],
    ["/", ["/"], ["", "/a", "//"]],
    ["/updated_at", ["/updated_at"], ["", "/meta/updated_at", "/updated_at/0", "/updated_a"]],
    [
      "updated_at",
      ["/updated_at", "/meta/updated_at", "/a/0/updated_at"],
      ["/updated_at/0", "/x_updated_at"],
    ],
    ["meta/by", ["/meta/by", "/a/meta/by"], ["/meta", "/meta/x/by", "/by"]],
    ["/steps/*", ["/steps/0", "/steps/x", "/steps/"], ["/steps", "/steps/0/title", "/a/steps/0"]],
    ["/*/title", ["/a/title", "//title"], ["/title", "/a/b/title"]],
    ["/**/title", ["/title", "/a/title", "/a/b/title"], ["/title/a", "/titles"]],
    ["/steps/**", ["/steps", "/steps/0", "/steps/0/title"], ["", "/a/steps", "/stepss"]],
    ["/a/**/b/**/c", ["/a/b/c", "/a/x/b/y/z/c", "/a/b/b/c/c"], ["/a/c/b", "/a/b/c/d", "/b/c"]],
    ["/**", ["", "/a", "/a/b"], []],
    ["/a~1b/m~0n", ["/a~1b/m~0n"], ["/a/b/m~0n"]],
    ["a~1b", ["/a~1b", "/x/a~1b"], ["/a/b"]],
    ["/a*", ["/a*"], ["/ab", "/a"]],
  ])("%j names the places it should, and no others", (pattern, named, others) => {
    expect(named.filter((path) => !matches(pattern, path))).toEqual([]);
    expect(others.filter((path) => matches(pattern, path))).toEqual([]);
  });

  it.each<[pattern: string, covered: string[], others: string[]]>([
    ["", ["", "/a", "/a/b"], []],
    ["/meta", ["/meta", "/meta/by", "/meta/by/0"], ["", "/metas", "/a/meta"]],
    ["updated_at", ["/updated_at", "/a/updated_at/0"], ["", "/a"]],
    ["/steps/*/id", ["/steps/0/id", "/steps/0/id/x"], ["/steps/0", "/steps", "/steps/0/x"]],
  ])("%j covers what is in those places, and nothing around them", (pattern, covered, others) => {
    expect(covered.filter((path) => !covers(pattern, path))).toEqual([]);
    expect(others.filter((path) => covers(pattern, path))).toEqual([]);
  });

  it("without wildcards names the one place that the pointer names", () => {
    const tokens = fc.array(fc.constantFrom("a", "b", "", "~", "/", "0"), { maxLength: 4 });
    fc.assert(
      fc.property(tokens, tokens, (one, other) => {
        const [pattern, path] = [formatPointer(one), formatPointer(other)];
        expect(matches(pattern, path)).toBe(pattern === path);
        expect(covers(pattern, path)).toBe(path === pattern || path.startsWith(`${pattern}/`));
      }),
    );
  });

  it("covers exactly the places at and below one that it names", () => {
    const parts = fc.array(fc.constantFrom("a", "b", "*", "**"), { maxLength: 5 });
    const tokens = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 6 });
    fc.assert(
      fc.property(parts, tokens, (pattern, path) => {
        const above = Array.from({ length: path.length + 1 }, (_, length) => path.slice(0, length));
        expect(coversPath(pattern, path)).toBe(above.some((place) => matchesPath(pattern, place)));
      }),
    );
  });

  it("takes no longer than the two lengths times each other", () => {
    const path = Array.from({ length: 2000 }, () => "a");
    expect(matchesPath(parsePathPattern(`${"/**/a".repeat(50)}/b`), path)).toBe(false);
  });

  it.each(["/a~b", "a~", "~2"])("is refused as %j", (text) => {
    expect(() => parsePathPattern(text)).toThrow(expect.objectContaining({ code: "USAGE" }));
  });
});
