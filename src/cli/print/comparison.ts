/**
 * Printer of a comparison: what a reviewer reads.
 *
 * @module
 */
import type { Comparison, ComparisonSummary, ModifiedEntry } from "../../index.ts";
import { count } from "./amount.ts";
import { changeLines } from "./change.ts";
import { escapeText } from "./escape.ts";
import type { Page } from "./page.ts";

/** Ids of reformatted entries that are named before the rest is only counted. */
const NAMED_REFORMATTED = 5;

export interface ComparisonTextOptions {
  /** Only the counts of each entry, not its changes. */
  readonly stat: boolean;
}

/** The lines of a comparison: summary; removed, added, modified entries; the rest counted; changes outside all entries. */
export function comparisonLines(
  comparison: Comparison,
  options: ComparisonTextOptions,
  page: Page,
): string[] {
  const { bold, red, green, yellow } = page.style;
  const { removed, added, modified, outside } = comparison;
  return [
    bold(
      `${escapeText(comparison.from)} -> ${escapeText(comparison.to)}: ${summaryText(comparison.summary)}`,
    ),
    ...removed.map((id) => red(`- ${escapeText(id)}`)),
    ...added.map((id) => green(`+ ${escapeText(id)}`)),
    ...modified.flatMap((entry) => [
      `${yellow(`~ ${escapeText(entry.id)}`)}  ${changeKinds(entry)}`,
      ...(options.stat ? [] : entry.changes.flatMap((change) => indent(changeLines(change, page)))),
    ]),
    ...foldedLines(comparison, page),
    ...(outside.length === 0
      ? []
      : [
          yellow(`Outside all entries: ${count(outside.length, "change")}`),
          ...(options.stat ? [] : outside.flatMap((change) => indent(changeLines(change, page)))),
        ]),
  ];
}

/** `+1 -0 ~2`, then what else there is to say, for instance `3 unchanged, 1 reformatted`. */
export function summaryText(summary: ComparisonSummary): string {
  const { added, removed, modified, reformatted, unchanged, outside } = summary;
  const rest = [
    ...(outside === 0 ? [] : [`${outside} outside`]),
    ...(reformatted === 0 ? [] : [`${reformatted} reformatted`]),
    `${unchanged} unchanged`,
  ];
  return `+${added} -${removed} ~${modified}, ${rest.join(", ")}`;
}

function changeKinds(entry: ModifiedEntry): string {
  const kinds = ["added", "removed", "changed", "moved"] as const;
  return kinds
    .map((kind) => [entry.changes.filter((change) => change.kind === kind).length, kind] as const)
    .filter(([amount]) => amount > 0)
    .map(([amount, kind]) => `${amount} ${kind}`)
    .join(", ");
}

function foldedLines(comparison: Comparison, page: Page): string[] {
  const { reformatted, reordered } = comparison;
  const named = reformatted.slice(0, NAMED_REFORMATTED).map(escapeText).join(", ");
  const more = reformatted.length - NAMED_REFORMATTED;
  const lines = [
    ...(reformatted.length === 0
      ? []
      : [
          `${count(reformatted.length, "entry", "entries")} reformatted, same values: ${named}${more > 0 ? ` and ${more} more` : ""}`,
        ]),
    ...(reordered ? ["The entries stand in another order."] : []),
  ];
  return lines.map((line) => page.style.dim(line));
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `    ${line}`);
}
