/**
 * Printers of restores: the plan before, the result after.
 *
 * @module
 */
import type { RestorePlan, RestoreResult, WritePlan } from "../../index.ts";
import { size } from "./amount.ts";
import { summaryText } from "./comparison.ts";
import { escapeText } from "./escape.ts";
import type { Page } from "./page.ts";
import { pathText } from "./path.ts";

/** What is shown before somebody agrees. */
export interface Question {
  readonly lines: readonly string[];
  readonly question: string;
}

/** What a whole restore would do, in the order in which it would do it. */
export function planLines(plan: RestorePlan, page: Page): string[] {
  const path = pathText(plan.path, page);
  const target = `${escapeText(plan.to.versionId)} (${size(plan.to.bytes)}, sha256 ${plan.to.sha256.slice(0, 12)})`;
  if (plan.from.sha256 === plan.to.sha256)
    return [`Nothing to do: ${path} already holds the bytes of ${target}.`];
  return [
    "Plan",
    `    save      ${savedText(plan, path)}`,
    `    replace   ${path} by ${target}`,
    ...(plan.changes === null ? [] : [`    changes   ${summaryText(plan.changes)}`]),
  ];
}

/** What happens to the bytes that are there. */
export function savedText(plan: WritePlan, path: string): string {
  const { from } = plan;
  if (plan.saves === "nothing-to-save" || from.bytes === null) return `nothing: ${path} does not exist`;
  const held = from.versionId === null ? "" : ` ${escapeText(from.versionId)} holds them`;
  return plan.saves === "already-saved"
    ? `not needed: the ${size(from.bytes)} of now are saved,${held}`
    : `the ${size(from.bytes)} of now as a safety version`;
}

/** What a restore did: which bytes are live now and where the previous ones are. */
export function restoredLines(result: RestoreResult, page: Page): string[] {
  const { restored, version, safetyVersion, sha256, plan } = result;
  if (!restored) return planLines(plan, page);
  return [
    `Restored ${escapeText(version.versionId)} to ${pathText(plan.path, page)}: ${size(version.bytes)}, sha256 ${sha256.slice(0, 12)}, read back and compared.`,
    safetyVersion === null
      ? "There was no live file before."
      : `The previous bytes are ${escapeText(safetyVersion.versionId)}.`,
  ];
}
