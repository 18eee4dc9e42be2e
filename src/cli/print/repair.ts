/**
 * Printers of repairs: the plan before, the result after.
 *
 * @module
 */
import type { LostVersion, RepairPlan, RepairStep, RepairStoreResult } from "../../index.ts";
import { count, size } from "./amount.ts";
import { escapeText } from "./escape.ts";
import type { Page } from "./page.ts";

/** Every step, then the versions that stay lost. */
export function repairPlanLines(plan: RepairPlan, page: Page): string[] {
  const { green, red } = page.style;
  const verdict =
    plan.remaining.length === 0
      ? green("everything comes back")
      : `${red("still damaged")} afterwards: ${count(plan.remaining.length, "file")}`;
  return [
    ...plan.steps.flatMap((step) => stepLines(step, page)),
    ...plan.remaining.map(
      ({ file, message }) => `${red("stays")}  ${escapeText(file)}: ${escapeText(message)}`,
    ),
    ...plan.lost.map((version) => lostLine(version, page)),
    plan.steps.length === 0 && plan.remaining.length === 0
      ? `${green("intact")}: there is nothing to repair.`
      : `${count(plan.steps.length, "step")}; ${verdict}`,
  ];
}

/** The plan as it was carried out, and where the damaged files are. */
export function repairLines({ repaired, plan, quarantine }: RepairStoreResult, page: Page): string[] {
  const lines = repairPlanLines(plan, page);
  if (!repaired) return lines;
  const kept =
    quarantine === null
      ? "Repaired. Nothing had to be taken away."
      : `Repaired. What was taken away is in ${escapeText(quarantine)} of the store, with why.json.`;
  return [...lines, kept];
}

function stepLines({ file, action, problem, how, exact }: RepairStep, page: Page): string[] {
  const { green, yellow } = page.style;
  const mark = exact ? green(action) : yellow(action);
  return [
    `${mark}  ${escapeText(file)}`,
    `    because   ${escapeText(problem)}`,
    `    ${action === "set-aside" ? "and       " : "from      "}${escapeText(how)}${exact || action === "set-aside" ? "" : " (not the very bytes of before)"}`,
  ];
}

function lostLine({ versionId, bytes, readableBytes }: LostVersion, page: Page): string {
  const of = bytes === null ? "its record is lost" : `${size(readableBytes)} of ${size(bytes)} can be read`;
  return `${page.style.red("lost")}  ${escapeText(versionId)}: ${of}`;
}
