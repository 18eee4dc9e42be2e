import { describe, expect, it } from "vitest";
import { comparisonLines, summaryText } from "../../../src/cli/print/comparison.ts";
import type { Comparison } from "../../../src/knowledge-base/comparison.ts";
import { page } from "./sample.ts";

function comparison(changes: Partial<Comparison>): Comparison {
  return {
    from: "v1_20250127_120000",
    to: "live",
    added: [],
    removed: [],
    renamed: [],
    modified: [],
    reformatted: [],
    reordered: false,
    outside: [],
    unchangedCount: 0,
    summary: {
      added: 0,
      removed: 0,
      renamed: 0,
      modified: 0,
      reformatted: 0,
      unchanged: 0,
      outside: 0,
      ignored: 0,
    },
    ...changes,
  };
}

describe("a comparison", () => {
  it("counts kinds of changes behind a modified entry, and shows them below it", () => {
    const lines = comparisonLines(
      comparison({
        modified: [
          {
            id: "router",
            changes: [
              { path: "/level", kind: "changed", before: 1, after: 2 },
              { path: "/steps/0", kind: "added", after: "Abrir" },
              { path: "/steps/3", kind: "moved", before: 0, after: 3 },
            ],
          },
        ],
      }),
      { stat: false },
      page(),
    );
    expect(lines.slice(1)).toEqual([
      "~ router  1 added, 1 changed, 1 moved",
      "    /level  changed  1 -> 2",
      '    /steps/0  added  "Abrir"',
      "    /steps/3  moved  from position 0 to 3",
    ]);
  });

  it("names five reformatted entries and counts the rest", () => {
    const lines = comparisonLines(
      comparison({ reformatted: ["a", "b", "c", "d", "e", "f", "g"], reordered: true }),
      { stat: true },
      page(),
    );
    expect(lines.slice(1)).toEqual([
      "7 entries reformatted, same values: a, b, c, d, e and 2 more",
      "The entries stand in another order.",
    ]);
  });

  it("escapes ids", () => {
    const lines = comparisonLines(
      comparison({ added: ["\u202eid"], removed: ["\u001b"] }),
      { stat: true },
      page(),
    );
    expect(lines.slice(1)).toEqual(["- \\u001b", "+ \\u202eid"]);
  });
});

it("a summary leaves out what is nothing", () => {
  const summary = {
    added: 1,
    removed: 0,
    renamed: 0,
    modified: 2,
    reformatted: 0,
    unchanged: 3,
    outside: 0,
    ignored: 0,
  };
  expect(summaryText(summary)).toBe("+1 -0 ~2, 3 unchanged");
  expect(summaryText({ ...summary, reformatted: 4, outside: 5 })).toBe(
    "+1 -0 ~2, 5 outside, 4 reformatted, 3 unchanged",
  );
});
