/**
 * Printer of a merge: what came from theirs, and every conflict.
 *
 * @module
 */
import type { MergeVersionsResult } from "../../index.ts";
import { count } from "./amount.ts";
import { conflictLines } from "./conflict.ts";
import { escapeText } from "./escape.ts";
import type { Page } from "./page.ts";
import { pathText } from "./path.ts";

/** The conflicts with all three values, then a summary. */
export function mergeLines(result: MergeVersionsResult, page: Page): string[] {
  const { conflicts, file } = result;
  const written = file === null ? "" : ` Wrote ${pathText(file, page)}.`;
  const verdict =
    conflicts.length === 0
      ? page.style.green("merged cleanly")
      : `${page.style.red(count(conflicts.length, "conflict"))}, at which the result has what ours has`;
  return [
    ...conflictLines(conflicts, { base: "base", ours: "ours", theirs: "theirs" }, page),
    `${escapeText(result.theirs)} into ${escapeText(result.ours)}, base ${escapeText(result.base)}: ${takenText(result)}; ${verdict}.${written}`,
  ];
}

function takenText({ taken: { added, removed, modified, outside } }: MergeVersionsResult): string {
  const counts = [
    [added, "added"],
    [removed, "removed"],
    [modified, "modified"],
    [outside, "outside all entries"],
  ] as const;
  const parts = counts.filter(([amount]) => amount > 0).map(([amount, what]) => `${amount} ${what}`);
  return parts.length === 0 ? "nothing to take" : `took ${parts.join(", ")}`;
}
