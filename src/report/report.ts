/**
 * ComparisonReport is a comparison as a document: what readers see, in the order in which they read it, as plain data
 * that the terminal, Markdown, HTML and pages print.
 *
 * @module
 */
import type { Comparison, ComparisonSummary, FieldChange } from "../knowledge-base/comparison.ts";
import { findingsByEntry, type ReviewFinding } from "../knowledge-base/review/review.ts";
import { type ReportChange, reportedChange } from "./change.ts";
import { changesText, findingsText } from "./phrase.ts";

/** Ids of reformatted entries that are named before the rest is only counted. */
const NAMED_REFORMATTED = 5;

/** What happened to the entries of a section; `outside` is what changed outside all entries. */
export type ReportSectionKind = "removed" | "added" | "renamed" | "modified" | "outside";

/** One entry, or everything outside all entries. Texts of the knowledge base are not escaped yet. */
export interface ReportEntry {
  /** Id on the newer side, on the older one where it was removed; null outside all entries. */
  readonly id: string | null;
  /** What a renamed entry was called, and how alike it stayed in per cent, rounded down; null for others. */
  readonly renamed: { readonly from: string; readonly percent: number } | null;
  /** Changes in words, such as `1 added, 2 changed`; "" where there are none. */
  readonly counts: string;
  /** Findings about the entry as a whole. */
  readonly findings: readonly ReviewFinding[];
  /** Without those that only renumber elements; empty where only counts were asked for. */
  readonly changes: readonly ReportChange[];
}

/** Entries of one kind; there is at least one. */
export interface ReportSection {
  readonly kind: ReportSectionKind;
  readonly entries: readonly ReportEntry[];
}

/** A comparison as a document. */
export interface ComparisonReport {
  readonly from: string;
  readonly to: string;
  readonly summary: ComparisonSummary;
  /** All of them; they stand again where they belong. */
  readonly findings: readonly ReviewFinding[];
  /** How many of each severity, in words, such as `1 error, 2 warn`; "" for none. */
  readonly findingCounts: string;
  /** In the order removed, added, renamed, modified, outside. */
  readonly sections: readonly ReportSection[];
  /** What is no difference of values. */
  readonly folded: {
    /** Ids of the first few entries that are written in another way. */
    readonly reformatted: readonly string[];
    /** How many more there are. */
    readonly moreReformatted: number;
    readonly reordered: boolean;
  };
}

export interface ReportOptions {
  /** Only counts: entries have no `changes`. Default false. */
  readonly stat?: boolean;
  /** Hide nothing of long texts and values. Default false. */
  readonly whole?: boolean;
}

/**
 * The report of a comparison. `findings` are those of `reviewComparison`, for the same comparison.
 *
 * Long texts are compared by words: unchanged stretches of more than 60 characters and lines more than three away from a
 * change are hidden, each with a note of how much. Values that are on one side only are shown by their first members.
 * With `whole` all of it is there, which of long texts is a lot.
 *
 * @example
 * ```ts
 * const comparison = await versioner.compareVersions("v1", "v3");
 * const report = reportOf(comparison, reviewComparison(comparison));
 * report.sections.map(({ kind }) => kind); // ["removed", "added", "modified"]
 * ```
 */
export function reportOf(
  comparison: Comparison,
  findings: readonly ReviewFinding[],
  options: ReportOptions = {},
): ComparisonReport {
  const { from, to, summary, removed, added, renamed, modified, outside, reformatted } = comparison;
  const findingsOf = findingsByEntry(findings);
  const entryOf = (
    id: string | null,
    changes: readonly FieldChange[],
    renamedFrom: ReportEntry["renamed"] = null,
  ): ReportEntry => {
    const own = findingsOf.get(id) ?? [];
    return {
      id,
      renamed: renamedFrom,
      counts: changesText(changes),
      findings: own.filter(({ path }) => path === null),
      changes: options.stat
        ? []
        : changes
            .filter(({ kind }) => kind !== "renumbered")
            .map((change) => reportedChange(change, findingsAt(own, change), options.whole ?? false)),
    };
  };
  const sections: readonly ReportSection[] = [
    { kind: "removed", entries: removed.map((id) => entryOf(id, [])) },
    { kind: "added", entries: added.map((id) => entryOf(id, [])) },
    {
      kind: "renamed",
      entries: renamed.map((entry) =>
        entryOf(entry.to, entry.changes, { from: entry.from, percent: Math.floor(entry.similarity * 100) }),
      ),
    },
    { kind: "modified", entries: modified.map(({ id, changes }) => entryOf(id, changes)) },
    { kind: "outside", entries: outside.length === 0 ? [] : [entryOf(null, outside)] },
  ];
  return {
    from,
    to,
    summary,
    findings,
    findingCounts: findingsText(findings),
    sections: sections.filter(({ entries }) => entries.length > 0),
    folded: {
      reformatted: reformatted.slice(0, NAMED_REFORMATTED),
      moreReformatted: Math.max(0, reformatted.length - NAMED_REFORMATTED),
      reordered: comparison.reordered,
    },
  };
}

function findingsAt(findings: readonly ReviewFinding[], { path, kind }: FieldChange): ReviewFinding[] {
  return findings.filter((finding) => finding.path === path && finding.kind === kind);
}
