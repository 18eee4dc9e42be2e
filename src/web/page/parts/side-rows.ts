/**
 * Lines of a change side by side.
 *
 * @module
 */
import type { EntryDetailAnswer } from "../../api.ts";

/** Whether both sides stand in one text, or beside each other. */
export type Arrangement = "inline" | "side";

/** One change, as the server tells it. */
export type Change = EntryDetailAnswer["changes"][number];

/** What a change looks like when it is a text. */
export type ChangeLines = Extract<Change["body"], { readonly kind: "lines" }>["lines"];

type Line = ChangeLines[number];

/** A line of text, and what it is made of. */
export type TextLine = Exclude<Line, { readonly kind: "note" }>;

/** What stands beside each other: a line of each side, null where that side has none; or a note over both. */
export type SideRow =
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "lines"; readonly before: TextLine | null; readonly after: TextLine | null };

/** The rows of two columns. Removed lines stand beside the added ones that follow them. */
export function sideRows(lines: ChangeLines): SideRow[] {
  const rows: SideRow[] = [];
  let removed: TextLine[] = [];
  let added: TextLine[] = [];
  const flush = (): void => {
    for (let at = 0; at < Math.max(removed.length, added.length); at++)
      rows.push({ kind: "lines", before: removed[at] ?? null, after: added[at] ?? null });
    removed = [];
    added = [];
  };
  for (const line of lines) {
    if (line.kind === "removed") {
      if (added.length > 0) flush();
      removed.push(line);
    } else if (line.kind === "added") added.push(line);
    else {
      flush();
      if (line.kind === "note") rows.push({ kind: "note", text: line.text });
      else rows.push({ kind: "lines", before: without(line, "added"), after: without(line, "removed") });
    }
  }
  flush();
  return rows;
}

function without(line: TextLine, side: "added" | "removed"): TextLine {
  return { kind: line.kind, parts: line.parts.filter(({ kind }) => kind !== side) };
}
