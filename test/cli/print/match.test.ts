import { describe, expect, it } from "vitest";
import { matchLines, spanLines } from "../../../src/cli/print/match.ts";
import { page, version } from "./sample.ts";

/** The line of a value, with every occurrence of `found` as a match. */
function lineOf(text: string, found: string): string | undefined {
  const ranges = [...text.matchAll(new RegExp(found, "gu"))].map(
    (match) => [match.index, match.index + match[0].length] as const,
  );
  return matchLines([{ id: "a", path: "/t", text, ranges }], page())[1]?.trim();
}

const far = "-".repeat(100);

describe("an excerpt", () => {
  it.each([
    ["shows a short text whole", "one x two", "/t  one »x« two"],
    [
      "cuts a long text around the first match",
      `${far}x${far}`,
      `/t  …${"-".repeat(40)}»x«${"-".repeat(40)}…`,
    ],
    ["marks further matches in the same excerpt", `x-x${far}`, `/t  »x«-»x«${"-".repeat(38)}…`],
    ["counts those that are not shown", `x${far}x${far}x`, `/t  »x«${"-".repeat(40)}…  [2 matches more]`],
    ["never cuts a character in half", `${"😀".repeat(50)}x`, `/t  …${"😀".repeat(20)}»x«`],
    ["keeps a line break on its line", "one\nx", "/t  one\\u000a»x«"],
  ])("%s", (_, text, expected) => {
    expect(lineOf(text, "x")).toBe(expected);
  });
});

describe("a span", () => {
  const places = Array.from({ length: 7 }, (_, index) => ({
    path: `/s/${index}`,
    text: "x",
    ranges: [[0, 1]] as const,
  }));
  const span = { id: null, found: 'x"', first: version(), last: version(), gone: null, places };

  it("names its text, its versions and who brought it", () => {
    expect(spanLines([span], { places: false }, page())).toEqual([
      '(outside all entries)  "x\\""  v3  came with v3 by Ana (2025-01-27 12:00 UTC), still there',
    ]);
  });

  it("shows five places and counts the rest", () => {
    const lines = spanLines([span], { places: true }, page());
    expect(lines).toHaveLength(7);
    expect(lines[6]?.trim()).toBe("and 2 places more");
  });
});
