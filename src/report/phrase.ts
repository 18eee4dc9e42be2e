/**
 * Counts and headings in words, the same in every form of a report.
 *
 * @module
 */
import type { ComparisonSummary, FieldChange, FieldChangeKind } from "../knowledge-base/comparison.ts";
import type { ReviewFinding } from "../knowledge-base/review/review.ts";
import { reviewSeverities } from "../knowledge-base/review/rules.ts";
import type { ComparisonReport, ReportSectionKind } from "./report.ts";

const changeKinds: readonly FieldChangeKind[] = ["added", "removed", "changed", "moved", "renumbered"];

/** The headings of sections. */
export const sectionTitles: Readonly<Record<ReportSectionKind, string>> = {
  removed: "Removed",
  added: "Added",
  renamed: "Renamed",
  modified: "Modified",
  outside: "Outside all entries",
};

/** `1 line`, `3 lines`. */
export function amountOf(amount: number, one: string, many = `${one}s`): string {
  return `${amount} ${amount === 1 ? one : many}`;
}

/** `2 added, 1 changed`; "" for no changes. */
export function changesText(changes: readonly FieldChange[]): string {
  return countedList(changeKinds.map((kind) => [countOf(changes, (change) => change.kind === kind), kind]));
}

/** `1 removed, 1 added, 6 modified, 1 unchanged`, what is nothing left out. */
export function summaryText(summary: ComparisonSummary): string {
  const { added, removed, renamed, modified, outside, reformatted, ignored, unchanged } = summary;
  const differing = countedList([
    [removed, "removed"],
    [added, "added"],
    [renamed, "renamed"],
    [modified, "modified"],
    [outside, "outside all entries"],
    [reformatted, "reformatted"],
    [ignored, "ignored"],
  ]);
  return `${differing === "" ? "" : `${differing}, `}${unchanged} unchanged`;
}

/** `2 error, 1 warn`, the worst first; "" for no findings. */
export function findingsText(findings: readonly ReviewFinding[]): string {
  return countedList(
    reviewSeverities
      .toReversed()
      .map((severity) => [countOf(findings, (finding) => finding.severity === severity), severity]),
  );
}

/** `warn: removed step`. */
export function findingText({ severity, message }: ReviewFinding): string {
  return `${severity}: ${message}`;
}

/** What is no difference of values, in sentences; `name` writes the id of an entry. */
export function foldedSentences(
  { folded, summary }: Pick<ComparisonReport, "folded" | "summary">,
  name: (id: string) => string,
): string[] {
  const { reformatted, moreReformatted, reordered } = folded;
  const more = moreReformatted > 0 ? ` and ${moreReformatted} more` : "";
  const entries = amountOf(summary.reformatted, "entry", "entries");
  return [
    ...(reformatted.length === 0
      ? []
      : [`${entries} reformatted, same values: ${reformatted.map(name).join(", ")}${more}`]),
    ...(reordered ? ["The entries stand in another order."] : []),
    ...(summary.ignored === 0 ? [] : [`${amountOf(summary.ignored, "change")} ignored.`]),
  ];
}

function countOf<Element>(list: readonly Element[], holds: (element: Element) => boolean): number {
  return list.reduce((count, element) => count + (holds(element) ? 1 : 0), 0);
}

function countedList(counts: readonly (readonly [amount: number, what: string])[]): string {
  return counts
    .filter(([amount]) => amount > 0)
    .map(([amount, what]) => `${amount} ${what}`)
    .join(", ");
}
