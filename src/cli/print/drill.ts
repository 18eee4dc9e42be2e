/**
 * Printer of a drill.
 *
 * @module
 */
import type { DrillResult } from "../../index.ts";
import { count, size } from "./amount.ts";
import { escapeText } from "./escape.ts";
import type { Page } from "./page.ts";

/** A line for each version that was tried, then the verdict. */
export function drillLines({ versions, versionCount, ok }: DrillResult, page: Page): string[] {
  const { green, red } = page.style;
  const lost = versions.filter(({ problem }) => problem !== null).length;
  const tried = `${versions.length} of ${count(versionCount, "version")} restored for practice`;
  return [
    ...versions.map(({ versionId, bytes, problem }) =>
      problem === null
        ? `${green("came back")}  ${escapeText(versionId)}  ${size(bytes)}`
        : `${red("lost")}       ${escapeText(versionId)}  ${escapeText(problem)}`,
    ),
    ok ? `${green("ready")}: ${tried}` : `${red("not ready")}: ${tried}, ${lost} did not come back`,
  ];
}
