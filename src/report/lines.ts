/**
 * Texts by line: which lines are shown, and what of each.
 *
 * @module
 */
import type { TextPart } from "../knowledge-base/diff/words.ts";
import { amountOf } from "./phrase.ts";
import { shortenCommon, shortenMiddle } from "./shorten.ts";

/** Unchanged lines that are shown on either side of a changed one. */
const CONTEXT = 3;

/** Lines of one change that are shown at most. */
const MOST_LINES = 80;

/** How a line break that was removed or added is shown where a line goes on behind it. */
const LINE_BREAK = "↵";

/** A part of a line: text of both sides or of one, or a note of what is hidden there. */
export interface LinePart {
  readonly kind: TextPart["kind"] | "note";
  readonly text: string;
}

/**
 * A line of text, or a note of how many lines are hidden there. Of a `common` line nothing changed, a `removed` or
 * `added` one is on that side only, and of a `mixed` one its parts tell.
 */
export type ReportLine =
  | { readonly kind: TextPart["kind"] | "mixed"; readonly parts: readonly LinePart[] }
  | { readonly kind: "note"; readonly text: string };

type Line = readonly TextPart[];

/**
 * The lines of two texts at once, given their parts; lines and stretches of lines far from changes are hidden, except
 * where `whole`.
 */
export function linesOf(parts: readonly TextPart[], whole = false): ReportLine[] {
  const lines = brokenIntoLines(parts);
  if (whole) return lines.map((line) => ({ kind: kindOf(line), parts: line }));
  const shown = new Set<number>();
  for (const [index, line] of lines.entries()) {
    if (shown.size >= MOST_LINES) break;
    if (kindOf(line) === "common") continue;
    for (let near = index - CONTEXT; near <= index + CONTEXT; near++) if (lines[near]) shown.add(near);
  }
  return shownLines(lines, (index) => shown.has(index));
}

/** Lines of one side, of which the first `most` are shown. */
export function firstLines(kind: "removed" | "added", texts: readonly string[], most: number): ReportLine[] {
  const lines = texts.map((text): Line => [{ kind, text }]);
  return shownLines(lines, (index) => index < most);
}

/** The chosen lines, with a note for each stretch of others. One hidden line would take no less room as a note. */
function shownLines(lines: readonly Line[], isShown: (index: number) => boolean): ReportLine[] {
  const report: ReportLine[] = [];
  let hidden: Line[] = [];
  const flush = (): void => {
    if (hidden.length === 1) report.push(...hidden.map(shortenedLine));
    else if (hidden.length > 1)
      report.push({ kind: "note", text: `${amountOf(hidden.length, "line")} hidden` });
    hidden = [];
  };
  for (const [index, line] of lines.entries()) {
    if (!isShown(index)) {
      hidden.push(line);
      continue;
    }
    flush();
    report.push(shortenedLine(line));
  }
  flush();
  return report;
}

function brokenIntoLines(parts: readonly TextPart[]): Line[] {
  const lines: TextPart[][] = [[]];
  for (const { kind, text } of parts) {
    for (const [index, piece] of text.split(/\r?\n/).entries()) {
      if (index > 0) {
        if (kind !== "common") lines.at(-1)?.push({ kind, text: LINE_BREAK });
        lines.push([]);
      }
      if (piece !== "") lines.at(-1)?.push({ kind, text: piece });
    }
  }
  return lines.flatMap(tidied);
}

/** The line, as two where nothing on it is common, and without line breaks that go without saying. */
function tidied(line: Line): Line[] {
  if (line.some(({ kind }) => kind === "common")) return [line];
  const sides = (["removed", "added"] as const).map((side) => line.filter(({ kind }) => kind === side));
  const whole = sides.filter((side) => side.length > 0);
  if (whole.length === 0) return [line];
  return whole.map((side) =>
    side.length > 1 && side.at(-1)?.text === LINE_BREAK ? side.slice(0, -1) : side,
  );
}

function kindOf(line: Line): TextPart["kind"] | "mixed" {
  const kinds = new Set(line.map(({ kind }) => kind));
  const [kind = "common"] = kinds;
  return kinds.size > 1 ? "mixed" : kind;
}

function shortenedLine(line: Line): ReportLine {
  const parts = line.flatMap(({ kind, text }, index): LinePart[] => {
    const pieces =
      kind === "common"
        ? shortenCommon(text, { inFront: index > 0, behind: index < line.length - 1 })
        : shortenMiddle(text);
    return pieces.map((piece) => (piece.kind === "note" ? piece : { kind, text: piece.text }));
  });
  return { kind: kindOf(line), parts };
}
