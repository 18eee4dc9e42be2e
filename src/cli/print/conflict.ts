/**
 * Printer of merge conflicts: each with all three values.
 *
 * @module
 */
import { type JsonValue, type MergeConflict, shortened, stringifyJson } from "../../index.ts";
import { escapeText } from "./escape.ts";
import type { Page } from "./page.ts";

/** What the three sides are called. */
export interface SideNames {
  readonly base: string;
  readonly ours: string;
  readonly theirs: string;
}

/** A line for each conflict, and one for the value of each side. */
export function conflictLines(conflicts: readonly MergeConflict[], names: SideNames, page: Page): string[] {
  const { red, dim } = page.style;
  const width = Math.max(names.base.length, names.ours.length, names.theirs.length);
  const row = (name: string, value: JsonValue | undefined): string =>
    `    ${dim(name.padEnd(width))}  ${value === undefined ? dim("(nothing)") : escapeText(shortened(stringifyJson(value)))}`;
  return conflicts.flatMap((conflict) => [
    [red(`! ${placeOf(conflict)}`), dim(reasons[conflict.kind])].join("  "),
    row(names.base, conflict.base),
    row(names.ours, conflict.ours),
    row(names.theirs, conflict.theirs),
  ]);
}

const reasons: Readonly<Record<MergeConflict["kind"], string>> = {
  added: "added in two ways",
  removed: "removed on one side, changed on the other",
  changed: "changed in two ways",
  moved: "put in two orders",
};

function placeOf({ id, path }: MergeConflict): string {
  const where = id === null ? "Outside all entries" : escapeText(id);
  return path === "" ? where : `${where}  ${escapeText(path)}`;
}
