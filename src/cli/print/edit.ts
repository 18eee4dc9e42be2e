/**
 * Printers of edits of the live file: entries that were brought back, versions that were reverted.
 *
 * @module
 */
import {
  type EditPlan,
  type EditResult,
  type RestoreEntriesResult,
  type RevertResult,
  reportOf,
} from "../../index.ts";
import { count, size } from "./amount.ts";
import { comparisonLines, summaryText } from "./comparison.ts";
import { conflictLines } from "./conflict.ts";
import { escapeText } from "./escape.ts";
import type { Page } from "./page.ts";
import { pathText } from "./path.ts";
import { type Question, savedText } from "./plan.ts";

/** Ids of removed entries that are named before the rest is only counted. */
const NAMED_REMOVED = 5;

/** What an edit would do, in the order in which it would do it, then every entry and field that changes. */
function editPlanLines(plan: EditPlan, page: Page): string[] {
  const path = pathText(plan.path, page);
  return [
    "Plan",
    `    save      ${savedText(plan, path)}`,
    `    edit      ${path}: then ${size(plan.to.bytes)}, sha256 ${plan.to.sha256.slice(0, 12)}`,
    ...comparisonLines(reportOf(plan.changes, []), page),
  ];
}

/** The plan, and a question that names what would be removed. */
export function editQuestion(plan: EditPlan, page: Page): Question {
  const { removed } = plan.changes;
  const named = removed.slice(0, NAMED_REMOVED).map((id) => `"${escapeText(id)}"`);
  const more = removed.length - named.length;
  const loss =
    removed.length === 0 ? "" : ` and remove ${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  return { lines: editPlanLines(plan, page), question: `Change ${pathText(plan.path, page)}${loss}?` };
}

/** What a restore of entries or fields did, or would do. */
export function partsRestoredLines(result: RestoreEntriesResult, page: Page): string[] {
  const { plan, version } = result;
  const versionId = escapeText(version.versionId);
  if (plan.from.sha256 === plan.to.sha256)
    return [`Nothing to do: ${pathText(plan.path, page)} has these parts as ${versionId} has them.`];
  if (!result.restored) return editPlanLines(plan, page);
  return [
    `Restored parts of ${versionId} in ${pathText(plan.path, page)}: ${editedText(result)}`,
    ...savedLine(result),
  ];
}

/** What a revert did, or would do, or what is in its way. */
export function revertedLines(result: RevertResult, page: Page): string[] {
  const { plan, version, conflicts } = result;
  const versionId = escapeText(version.versionId);
  const path = pathText(plan.path, page);
  if (conflicts.length > 0) {
    const names = { base: versionId, ours: "live", theirs: `before, ${escapeText(version.parent ?? "")}` };
    return [
      ...conflictLines(conflicts, names, page),
      `Not reverted: ${count(conflicts.length, "place was", "places were")} changed again since ${versionId}. Nothing was changed.`,
    ];
  }
  if (plan.from.sha256 === plan.to.sha256)
    return [`Nothing to do: ${path} has nothing of what ${versionId} changed.`];
  if (!result.reverted) return editPlanLines(plan, page);
  return [`Reverted ${versionId} in ${path}: ${editedText(result)}`, ...savedLine(result)];
}

function editedText({ plan: { changes, to } }: EditResult): string {
  return `${summaryText(changes.summary)}; ${size(to.bytes)}, sha256 ${to.sha256.slice(0, 12)}, read back and compared.`;
}

function savedLine({ safetyVersion }: EditResult): string[] {
  return safetyVersion === null ? [] : [`The previous bytes are ${escapeText(safetyVersion.versionId)}.`];
}
