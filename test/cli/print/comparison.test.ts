import { describe, expect, it } from "vitest";
import { comparisonLines, summaryText } from "../../../src/cli/print/comparison.ts";
import { everything, reportWith } from "../../report/make-report.ts";
import { page } from "./sample.ts";

describe("a comparison", () => {
  it("shows sections in the order of reading, with counts, findings and changes", () => {
    expect(comparisonLines(reportWith(everything), page())).toEqual([
      "v1_20250127_120000 -> live: +1 -1 ~1, 1 renamed, 1 outside, 6 reformatted, 7 unchanged",
      "Review: 2 warn",
      "- gone  warn: removed entry",
      "+ new",
      "> old name -> new name  93 % alike  1 changed",
      "    /level  changed  1 -> 2",
      "~ router  1 added, 1 removed, 2 changed, 1 moved",
      '    /title  changed  "No signal" -> null',
      "    /steps/0  added",
      "        + step_number: 1",
      `        + title: "${"x".repeat(80)}"`,
      '    /steps/1  removed  "Call us"  warn: removed step',
      "    /steps/0  moved from position 3 to 1",
      "    /text  changed",
      "          [275 characters hidden]a minute. Wait a minute. Then [-restart-]{+reset+} it.",
      "Outside all entries  1 changed",
      '    /meta/version  changed  "1" -> "2"',
      "6 entries reformatted, same values: a, b, c, d, e and 1 more",
      "The entries stand in another order.",
    ]);
  });

  it("has one line for each entry where only counts were asked for", () => {
    expect(comparisonLines(reportWith(everything, { stat: true }), page())).toHaveLength(9);
  });

  it("escapes ids", () => {
    const lines = comparisonLines(reportWith({ added: ["\u202eid"], removed: ["\u001b"] }), page());
    expect(lines.slice(2)).toEqual(["- \\u001b  warn: removed entry", "+ \\u202eid"]);
  });
});

it("a summary leaves out what is nothing", () => {
  const summary = {
    ...{
      added: 1,
      removed: 0,
      renamed: 0,
      modified: 2,
      reformatted: 0,
      unchanged: 3,
      outside: 0,
      ignored: 0,
    },
  };
  expect(summaryText(summary)).toBe("+1 -0 ~2, 3 unchanged");
  expect(summaryText({ ...summary, renamed: 1, reformatted: 4, outside: 5, ignored: 6 })).toBe(
    "+1 -0 ~2, 1 renamed, 5 outside, 4 reformatted, 6 ignored, 3 unchanged",
  );
});
