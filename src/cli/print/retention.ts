/**
 * Printers of pruning: what becomes of each version and why, what becomes of files, what is in the trash.
 *
 * @module
 */
import type {
  EmptyTrashResult,
  PrunePlan,
  PruneResult,
  TrashedVersion,
  VersionDecision,
} from "../../index.ts";
import { count, relativeTime, size, utc } from "./amount.ts";
import { escapeText } from "./escape.ts";
import type { Page } from "./page.ts";
import { alignedRows } from "./rows.ts";

/** What would become of each version, newest first, and of files. */
export function prunePlanLines(plan: PrunePlan, page: Page): string[] {
  return [...decisionRows(plan.decisions, page), ...fileStepLines(plan)];
}

/** What was done, or for a dry run would be. */
export function prunedLines({ pruned, plan }: PruneResult, page: Page): string[] {
  if (plan.decisions.length === 0 && fileStepLines(plan).length === 0) return ["There are no versions."];
  const steps = fileStepLines(plan);
  if (steps.length === 0) return [...decisionRows(plan.decisions, page), "Nothing to do."];
  return [...decisionRows(plan.decisions, page), pruned ? "Done:" : "Would be done:", ...steps];
}

/** What becomes of files and of versions as a whole, a line for each step; none where nothing is done. */
export function fileStepLines({ trashed, emptied, files, compactions, freedBytes }: PrunePlan): string[] {
  const given = files.filter(({ why }) => why === "given up").length;
  const left = files.length - given;
  const steps: readonly (readonly [string, number, string])[] = [
    ["trash", trashed.length, `${count(trashed.length, "version")}; all their files stay for now`],
    ["give up", emptied.length, `${count(emptied.length, "version")} that had been in the trash long enough`],
    ["remove", given, `${count(given, "file")} that only versions given up needed`],
    ["sweep", left, `${count(left, "file")} that was never finished`],
    ["compact", compactions.length, `${count(compactions.length, "pack")} that are mostly unused`],
    ["free", freedBytes, `about ${size(freedBytes)}`],
  ];
  return steps.flatMap(([verb, amount, what]) => (amount === 0 ? [] : [`    ${verb.padEnd(9)} ${what}`]));
}

/** What was given up, or for a dry run would be. */
export function emptiedTrashLines({ emptied, plan }: EmptyTrashResult): string[] {
  const steps = fileStepLines(plan);
  if (steps.length === 0) return ["Nothing to do."];
  return [emptied ? "Done:" : "Would be done:", ...steps];
}

/** A row for each version in the trash: id, when it was made, when and by whom it was pruned, description. */
export function trashLines(trash: readonly TrashedVersion[], page: Page): string[] {
  const { yellow, dim } = page.style;
  const rows = trash.map(({ version, prunedAt, prunedBy }) => ({
    cells: [
      escapeText(version.versionId),
      utc(version.createdAt),
      `pruned ${relativeTime(prunedAt, page.now)} by ${escapeText(prunedBy)}`,
    ],
    text: escapeText(version.description),
  }));
  return alignedRows(rows, [yellow, dim, String], page);
}

function decisionRows(decisions: readonly VersionDecision[], page: Page): string[] {
  const { red, green, dim, yellow } = page.style;
  const mark = (text: string): string => (text.startsWith("remove") ? red(text) : green(text));
  const rows = decisions.map(({ versionId, createdAt, keep, reasons }) => ({
    cells: [keep ? "keep" : "remove", escapeText(versionId), utc(createdAt)],
    text: escapeText(reasons.join(", ")),
  }));
  return alignedRows(rows, [mark, yellow, dim], page);
}
