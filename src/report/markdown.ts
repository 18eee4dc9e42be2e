/**
 * Report as Markdown, for a comment on a pull request.
 *
 * Text of the knowledge base stands in `<code>` and `<pre>` only: there no forge makes links of addresses, or of what
 * looks like the name of a person, an issue or a commit.
 *
 * @module
 * @see GitHub Flavored Markdown, HTML blocks: https://github.github.com/gfm/#html-blocks. A block that begins with `<pre>`
 *   is taken as it is up to `</pre>`, empty lines included.
 */
import type { ReportChange } from "./change.ts";
import { escapeHtml, escapeMarkdown } from "./escape.ts";
import type { LinePart, ReportLine } from "./lines.ts";
import { amountOf, findingText, foldedSentences, sectionTitles, summaryText } from "./phrase.ts";
import type { ComparisonReport, ReportEntry } from "./report.ts";
import { shortened } from "./shorten.ts";

/** Forges refuse comments of 65,536 characters. */
const MOST_CHARACTERS = 65_000;

/** Room for headings, for what is folded, and for what says how much was left out. */
const RESERVE = 5000;

/** Characters of a section that only lists ids, so that it leaves room for those that say more. */
const MOST_OF_LIST = 12_000;

/** Characters of one entry; the rest of its changes is counted. */
const MOST_OF_ENTRY = 8000;

/**
 * The report as Markdown of at most 65,000 characters: a heading with counts, then each modified entry to be unfolded. Where
 * it would become longer, entries are left out and counted. All text of the knowledge base is escaped: it makes no
 * Markdown, HTML, links or mentions.
 *
 * @example
 * ```ts
 * const comparison = await versioner.compareVersions("v1", "v3");
 * const comment = markdownReport(reportOf(comparison, await versioner.reviewChanges(comparison)));
 * comment.length < 65_000; // true
 * ```
 */
export function markdownReport(report: ComparisonReport): string {
  let left = MOST_CHARACTERS - RESERVE;
  let text = headingOf(report);
  for (const section of report.sections) {
    const isList = section.entries.every(({ changes }) => changes.length === 0);
    const fitting = fittingTexts(
      section.entries.map(entryText),
      isList ? Math.min(MOST_OF_LIST, left) : left,
    );
    const shown = fitting.join("");
    const more = section.entries.length - fitting.length;
    text += `\n#### ${sectionTitles[section.kind]}\n\n${shown}`;
    if (more > 0) text += `\n**${more} more** did not fit here.\n`;
    left -= shown.length;
  }
  return text + foldedText(report);
}

/** The first of `texts` that together have at most `most` characters. */
function fittingTexts(texts: Iterable<string>, most: number): string[] {
  const fitting: string[] = [];
  let left = most;
  for (const text of texts) {
    left -= text.length;
    if (left < 0) break;
    fitting.push(text);
  }
  return fitting;
}

function headingOf({ from, to, summary, findings, findingCounts }: ComparisonReport): string {
  const review = findings.length === 0 ? "" : `\n**Review:** ${findingCounts}\n`;
  return `### ${nameText(from)} → ${nameText(to)}\n\n${summaryText(summary)}\n${review}`;
}

/** An id, or what else has a name. */
function nameText(name: string): string {
  return `<code>${escapeMarkdown(shortened(name))}</code>`;
}

function entryText(entry: ReportEntry): string {
  const { id, renamed, counts, findings, changes } = entry;
  const was = renamed === null ? "" : `${nameText(renamed.from)} → `;
  const words = [
    ...(renamed === null ? [] : [`${renamed.percent} % alike`]),
    ...(counts === "" ? [] : [counts]),
    ...findings.map((finding) => `<b>${escapeMarkdown(findingText(finding))}</b>`),
  ];
  const head = [...(id === null ? [] : [was + nameText(id)]), ...words].join(", ");
  if (changes.length === 0) return `- ${head}\n`;
  const shown = fittingTexts(changes.map(changeText), MOST_OF_ENTRY);
  const more = changes.length - shown.length;
  const note = more > 0 ? `[${amountOf(more, "more change")}]\n` : "";
  // The empty line in front of <pre> makes it a block of its own, in which no empty line ends anything.
  return `<details><summary>${head}</summary>\n\n<pre>\n${shown.join("")}${note}</pre>\n\n</details>\n`;
}

/** Lines inside `<pre>`. */
function changeText({ path, kind, body, findings }: ReportChange): string {
  const place = path === "" ? "(whole value)" : escapeHtml(shortened(path));
  const marks = findings.map((finding) => `  <b>${escapeHtml(findingText(finding))}</b>`).join("");
  switch (body.kind) {
    case "moved":
      return `${place}  moved from position ${body.from} to ${body.to}${marks}\n`;
    case "values": {
      const before = body.before === null ? [] : [`<del>${escapeHtml(body.before)}</del>`];
      const after = body.after === null ? [] : [`<ins>${escapeHtml(body.after)}</ins>`];
      return `${place}  ${kind}  ${[...before, ...after].join(" → ")}${marks}\n`;
    }
    case "lines":
      return `${place}  ${kind}${marks}\n${body.lines.map(lineText).join("")}`;
  }
}

function lineText(line: ReportLine): string {
  if (line.kind === "note") return `    [${line.text}]\n`;
  return `    ${line.parts.map(partText).join("")}\n`;
}

function partText({ kind, text }: LinePart): string {
  switch (kind) {
    case "note":
      return `[${text}]`;
    case "removed":
      return `<del>${escapeHtml(text)}</del>`;
    case "added":
      return `<ins>${escapeHtml(text)}</ins>`;
    case "common":
      return escapeHtml(text);
  }
}

function foldedText(report: ComparisonReport): string {
  const lines = foldedSentences(report, nameText);
  return lines.length === 0
    ? ""
    : `\n#### Without a difference of values\n\n${lines.map((line) => `- ${line}\n`).join("")}`;
}
