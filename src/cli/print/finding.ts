/**
 * Printer of findings of a review.
 *
 * @module
 */
import { findingText, type ReviewFinding } from "../../index.ts";
import { escapeText } from "./escape.ts";
import type { Page } from "./page.ts";

/** `warn: removed step` for each finding. */
export function findingMarks(findings: readonly ReviewFinding[], { style }: Page): string[] {
  const colours = { info: style.cyan, warn: style.yellow, error: style.red };
  return findings.map((finding) => colours[finding.severity](escapeText(findingText(finding))));
}
