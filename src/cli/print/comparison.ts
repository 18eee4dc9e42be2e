/**
 * Printer of a comparison: what a reviewer reads on a terminal.
 *
 * @module
 */
import {
  type ComparisonReport,
  type ComparisonSummary,
  foldedSentences,
  type ReportEntry,
  type ReportSectionKind,
} from "../../index.ts";
import { changeLines } from "./change.ts";
import { escapeText } from "./escape.ts";
import { findingMarks } from "./finding.ts";
import type { Page } from "./page.ts";

/** The lines of a report: summary, findings, the sections in their order, then what is no difference of values. */
export function comparisonLines(report: ComparisonReport, page: Page): string[] {
  const { from, to, summary, sections } = report;
  return [
    page.style.bold(`${escapeText(from)} -> ${escapeText(to)}: ${summaryText(summary)}`),
    ...findingsLine(report, page),
    ...sections.flatMap(({ kind, entries }) => entries.flatMap((entry) => entryLines(kind, entry, page))),
    ...foldedSentences(report, escapeText).map((line) => page.style.dim(line)),
  ];
}

/** `+1 -0 ~2`, then what else there is to say, for instance `1 renamed, 1 reformatted, 3 unchanged`. */
export function summaryText(summary: ComparisonSummary): string {
  const { added, removed, renamed, modified, reformatted, unchanged, outside, ignored } = summary;
  const rest = [
    ...(renamed === 0 ? [] : [`${renamed} renamed`]),
    ...(outside === 0 ? [] : [`${outside} outside`]),
    ...(reformatted === 0 ? [] : [`${reformatted} reformatted`]),
    ...(ignored === 0 ? [] : [`${ignored} ignored`]),
    `${unchanged} unchanged`,
  ];
  return `+${added} -${removed} ~${modified}, ${rest.join(", ")}`;
}

function findingsLine({ findings, findingCounts }: ComparisonReport, page: Page): string[] {
  return findings.length === 0 ? [] : [`Review: ${page.style.yellow(findingCounts)}`];
}

function entryLines(kind: ReportSectionKind, entry: ReportEntry, page: Page): string[] {
  const head = [headOf(kind, entry, page), ...wordsOf(entry), ...findingMarks(entry.findings, page)];
  return [
    head.join("  "),
    ...entry.changes.flatMap((change) => changeLines(change, page)).map((line) => `    ${line}`),
  ];
}

function headOf(kind: ReportSectionKind, { id, renamed }: ReportEntry, page: Page): string {
  const { red, green, yellow, cyan } = page.style;
  const name = escapeText(id ?? "");
  switch (kind) {
    case "removed":
      return red(`- ${name}`);
    case "added":
      return green(`+ ${name}`);
    case "renamed":
      return cyan(`> ${escapeText(renamed?.from ?? "")} -> ${name}`);
    case "modified":
      return yellow(`~ ${name}`);
    case "outside":
      return yellow("Outside all entries");
  }
}

function wordsOf({ renamed, counts }: ReportEntry): string[] {
  return [...(renamed === null ? [] : [`${renamed.percent} % alike`]), ...(counts === "" ? [] : [counts])];
}
