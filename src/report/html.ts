/**
 * Report as one HTML file: no script, nothing from elsewhere, light and dark, ready to be printed.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { ReviewFinding } from "../knowledge-base/review/review.ts";
import type { ChangeBody, ReportChange } from "./change.ts";
import { escapeHtml } from "./escape.ts";
import type { LinePart, ReportLine } from "./lines.ts";
import { findingText, foldedSentences, sectionTitles, summaryText } from "./phrase.ts";
import type { ComparisonReport, ReportEntry, ReportSection } from "./report.ts";

/**
 * The report as a self-contained HTML document, to be attached to a ticket: it runs no script, loads nothing, follows the
 * reader's light or dark scheme, and prints with everything unfolded. All text of the knowledge base is escaped.
 *
 * @example
 * ```ts
 * const comparison = await versioner.compareVersions("v1", "v3");
 * const page = htmlReport(reportOf(comparison, await versioner.reviewChanges(comparison)));
 * page.startsWith("<!doctype html>"); // true
 * ```
 */
export function htmlReport(report: ComparisonReport): string {
  const title = `${escapeHtml(report.from)} → ${escapeHtml(report.to)}`;
  const styleHash = createHash("sha256").update(style).digest("base64");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${escapeHtml(summaryText(report.summary))}</p>
${report.findings.length === 0 ? "" : `<p class="review">Review: ${escapeHtml(report.findingCounts)}</p>\n`}${report.sections.map(sectionHtml).join("")}${foldedHtml(report)}</main>
</body>
</html>
`;
}

function sectionHtml({ kind, entries }: ReportSection): string {
  const title = kind === "outside" ? sectionTitles[kind] : `${sectionTitles[kind]} (${entries.length})`;
  const body = entries.every(({ changes }) => changes.length === 0)
    ? `<ul>\n${entries.map((entry) => `<li>${headHtml(entry)}</li>\n`).join("")}</ul>\n`
    : entries.map(entryHtml).join("");
  return `<section class="${kind}">\n<h2>${title}</h2>\n${body}</section>\n`;
}

function headHtml({ id, renamed, counts, findings }: ReportEntry): string {
  const was = renamed === null ? "" : `<bdi>${escapeHtml(renamed.from)}</bdi> → `;
  const name = id === null ? "" : `<b>${was}<bdi>${escapeHtml(id)}</bdi></b>`;
  const words = [
    ...(renamed === null ? [] : [`${renamed.percent} % alike`]),
    ...(counts === "" ? [] : [counts]),
  ];
  return `${name} <small>${words.join(", ")}</small>${findingsHtml(findings)}`;
}

function findingsHtml(findings: readonly ReviewFinding[]): string {
  return findings
    .map((finding) => ` <mark class="${finding.severity}">${escapeHtml(findingText(finding))}</mark>`)
    .join("");
}

function entryHtml(entry: ReportEntry): string {
  const changes = entry.changes.map(changeHtml).join("");
  return `<details open>\n<summary>${headHtml(entry)}</summary>\n<dl>\n${changes}</dl>\n</details>\n`;
}

function changeHtml({ path, kind, body, findings }: ReportChange): string {
  const place = path === "" ? "<i>whole value</i>" : `<code><bdi>${escapeHtml(path)}</bdi></code>`;
  return `<dt>${place} <small>${kind}</small>${findingsHtml(findings)}</dt>\n<dd>${bodyHtml(body)}</dd>\n`;
}

function bodyHtml(body: ChangeBody): string {
  switch (body.kind) {
    case "moved":
      return `from position ${body.from} to ${body.to}`;
    case "values": {
      const before = body.before === null ? [] : [`<del>${escapeHtml(body.before)}</del>`];
      const after = body.after === null ? [] : [`<ins>${escapeHtml(body.after)}</ins>`];
      return [...before, ...after].join(" → ");
    }
    case "lines":
      return `<div class="text">${body.lines.map(lineHtml).join("")}</div>`;
  }
}

function lineHtml(line: ReportLine): string {
  if (line.kind === "note") return `<p class="note">${line.text}</p>`;
  return `<p dir="auto">${line.parts.map(partHtml).join("")}</p>`;
}

function partHtml({ kind, text }: LinePart): string {
  switch (kind) {
    case "note":
      return `<small class="note">${text}</small>`;
    case "removed":
      return `<del>${escapeHtml(text)}</del>`;
    case "added":
      return `<ins>${escapeHtml(text)}</ins>`;
    case "common":
      return escapeHtml(text);
  }
}

function foldedHtml(report: ComparisonReport): string {
  const lines = foldedSentences(report, (id) => `<bdi>${escapeHtml(id)}</bdi>`);
  return lines.length === 0 ? "" : `<footer>\n${lines.map((line) => `<p>${line}</p>\n`).join("")}</footer>\n`;
}

const style = `
:root { color-scheme: light dark; --line: #d0d7de; --quiet: #59636e; --old: #82071e; --old-back: #ffebe9; --new: #0a5223; --new-back: #dafbe1; --mark: #fff8c5; }
@media (prefers-color-scheme: dark) { :root { --line: #3d444d; --quiet: #9198a1; --old: #ffb3ad; --old-back: #4b1113; --new: #8ddb9b; --new-back: #12351d; --mark: #4d3d00; } }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.15rem; border-bottom: 1px solid var(--line); }
small, footer, .note { color: var(--quiet); } .note::before { content: "["; } .note::after { content: "]"; }
ul { padding-left: 1.5rem; } summary { cursor: pointer; padding: .25rem 0; }
dl { margin: 0 0 1rem 1rem; padding-left: 1rem; border-left: 2px solid var(--line); } dd { margin: 0 0 .75rem; }
del { color: var(--old); background: var(--old-back); text-decoration: line-through; }
ins { color: var(--new); background: var(--new-back); text-decoration: underline; }
mark { color: inherit; background: var(--mark); padding: 0 .3em; border-radius: .2em; font-size: .85em; } mark.error { font-weight: bold; }
.text p { margin: 0; min-height: 1.5em; white-space: pre-wrap; }
@media print { :root { --line: #999; --quiet: #444; --old: #82071e; --old-back: transparent; --new: #0a5223; --new-back: transparent; --mark: transparent; } body { color: #000; background: #fff; font-size: 11pt; } main { max-width: none; padding: 0; } details::details-content { content-visibility: visible; display: block; } dt { break-after: avoid; } }
`;
