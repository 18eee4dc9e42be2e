import { compareDocuments } from "../../src/knowledge-base/compare/documents.ts";
import type { Comparison, FieldChange } from "../../src/knowledge-base/comparison.ts";
import { reviewComparison } from "../../src/knowledge-base/review/review.ts";
import { type ComparisonReport, type ReportOptions, reportOf } from "../../src/report/report.ts";

/** A comparison of nothing, changed where the test says so; its summary counts what is there. */
function comparisonWith(changes: Partial<Comparison>): Comparison {
  const { added = [], removed = [], renamed = [], modified = [], reformatted = [], outside = [] } = changes;
  const unchangedCount = changes.unchangedCount ?? 0;
  return {
    from: "v1_20250127_120000",
    to: "live",
    reordered: false,
    ...changes,
    ...{ added, removed, renamed, modified, reformatted, outside, unchangedCount },
    summary: {
      added: added.length,
      removed: removed.length,
      renamed: renamed.length,
      modified: modified.length,
      reformatted: reformatted.length,
      unchanged: unchangedCount,
      outside: outside.length,
      ignored: 0,
      ...changes.summary,
    },
  };
}

/** The report of a comparison, with what the default rules find. */
export function reportWith(changes: Partial<Comparison>, options: ReportOptions = {}): ComparisonReport {
  const comparison = comparisonWith(changes);
  return reportOf(comparison, reviewComparison(comparison), options);
}

/** The report of one entry with one change. */
export function reportOfChange(change: FieldChange): ComparisonReport {
  return reportWith({ modified: [{ id: "entry", changes: [change] }] });
}

/** Changes of which one side has nothing, and one of the whole value. */
export const oneSided: Partial<Comparison> = {
  modified: [
    {
      id: "router",
      changes: [
        { path: "/old", kind: "removed", before: 1 },
        { path: "/new", kind: "added", after: 2 },
      ],
    },
    { id: "title", changes: [{ path: "", kind: "changed", before: "Red", after: "Green" }] },
  ],
  unchangedCount: 1,
};

/** The report of two knowledge bases. */
export function reportOfData(before: unknown, after: unknown): ComparisonReport {
  const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
  const comparison = compareDocuments(bytes(before), bytes(after));
  return reportOf(comparison, reviewComparison(comparison));
}

/** Every kind of change at once. */
export const everything: Partial<Comparison> = {
  removed: ["gone"],
  added: ["new"],
  renamed: [
    {
      from: "old name",
      to: "new name",
      similarity: 0.937,
      changes: [{ path: "/level", kind: "changed", before: 1, after: 2 }],
    },
  ],
  modified: [
    {
      id: "router",
      changes: [
        { path: "/title", kind: "changed", before: "No signal", after: null },
        { path: "/steps/0", kind: "added", after: { step_number: 1, title: "x".repeat(80) } },
        { path: "/steps/1", kind: "removed", before: "Call us" },
        { path: "/steps/0", kind: "moved", before: 2, after: 0 },
        {
          path: "/text",
          kind: "changed",
          before: `${"Wait a minute. ".repeat(20)}Then restart it.`,
          after: `${"Wait a minute. ".repeat(20)}Then reset it.`,
        },
      ],
    },
  ],
  outside: [{ path: "/meta/version", kind: "changed", before: "1", after: "2" }],
  reformatted: ["a", "b", "c", "d", "e", "f"],
  reordered: true,
  unchangedCount: 7,
};
