/**
 * Printer of rows with aligned columns, and a text at the end of each that takes the room that is left.
 *
 * @module
 */
import type { Page } from "./page.ts";
import { cutToWidth, padToWidth, widthOf } from "./width.ts";

/** Where fewer columns than this remain for the texts, they go on lines of their own. */
const LEAST_TEXT = 24;
const GAP = "  ";
const INDENT = "    ";

/** A row before it is aligned; all its parts are escaped. */
export interface Row {
  readonly cells: readonly string[];
  /** Cut to the room that is left; cells never are. */
  readonly text: string;
}

/** The lines of the rows; a column that is empty in all of them is left out. */
export function alignedRows(
  rows: readonly Row[],
  colours: readonly ((text: string) => string)[],
  page: Page,
): string[] {
  const columns = colours
    .map((colour, index) => ({ colour, index, width: widest(rows, index) }))
    .filter((column) => column.width > 0);
  const room = page.columns - columns.reduce((sum, column) => sum + column.width + GAP.length, 0);
  return rows.flatMap(({ cells, text }) => {
    const fixed = columns
      .map(({ colour, index, width }) => colour(padToWidth(cells[index] ?? "", width)))
      .join(GAP);
    if (text === "") return [fixed.trimEnd()];
    if (room < LEAST_TEXT) return [fixed, INDENT + cutToWidth(text, page.columns - INDENT.length)];
    return [fixed + GAP + cutToWidth(text, room)];
  });
}

function widest(rows: readonly Row[], column: number): number {
  return rows.reduce((width, { cells }) => Math.max(width, widthOf(cells[column] ?? "")), 0);
}
