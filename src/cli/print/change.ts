/**
 * Printer of one change: path, kind, findings, then before and after or lines of marked words.
 *
 * @module
 */
import type { LinePart, ReportChange, ReportLine } from "../../index.ts";
import { escapeText } from "./escape.ts";
import { findingMarks } from "./finding.ts";
import type { Page } from "./page.ts";

/** The lines of one change, for instance `/difficulty  changed  "fácil" -> "medio"`. */
export function changeLines({ path, kind, body, findings }: ReportChange, page: Page): string[] {
  const { red, green, dim } = page.style;
  const head = [path === "" ? "(whole value)" : escapeText(path)];
  const marks = findingMarks(findings, page);
  switch (body.kind) {
    case "moved":
      return [[...head, dim(`moved from position ${body.from} to ${body.to}`), ...marks].join("  ")];
    case "values": {
      const before = body.before === null ? [] : [red(escapeText(body.before))];
      const after = body.after === null ? [] : [green(escapeText(body.after))];
      return [[...head, dim(kind), [...before, ...after].join(" -> "), ...marks].join("  ")];
    }
    case "lines":
      return [
        [...head, dim(kind), ...marks].join("  "),
        ...body.lines.map((line) => `    ${lineText(line, page)}`),
      ];
  }
}

/** `- ` and `+ ` lines of one side, two spaces before others, whose words are marked one by one. */
function lineText(line: ReportLine, page: Page): string {
  const { red, green, dim } = page.style;
  switch (line.kind) {
    case "note":
      return dim(`  [${line.text}]`);
    case "removed":
      return red(`- ${plainText(line.parts)}`);
    case "added":
      return green(`+ ${plainText(line.parts)}`);
    default:
      return `  ${line.parts.map((part) => partText(part, page)).join("")}`;
  }
}

function plainText(parts: readonly LinePart[]): string {
  return parts.map(({ kind, text }) => (kind === "note" ? `[${text}]` : escapeText(text))).join("");
}

/** Marked as `[-removed-]{+added+}`; on a coloured page struck through and underlined instead. */
function partText({ kind, text }: LinePart, { style }: Page): string {
  const shown = escapeText(text);
  switch (kind) {
    case "note":
      return style.dim(`[${shown}]`);
    case "removed":
      return style.isColorSupported ? style.red(style.strikethrough(shown)) : `[-${shown}-]`;
    case "added":
      return style.isColorSupported ? style.green(style.underline(shown)) : `{+${shown}+}`;
    case "common":
      return shown;
  }
}
