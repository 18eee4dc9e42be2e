/**
 * Printer of the stats of a store.
 *
 * @module
 */
import type { StoreStats } from "../../index.ts";
import { count, size } from "./amount.ts";
import { escapeText } from "./escape.ts";
import type { Page } from "./page.ts";
import { alignedRows } from "./rows.ts";

/** Sizes first, then what came in month by month, then who made how many versions. */
export function statsLines(stats: StoreStats, page: Page): string[] {
  const { kinds, trash, ratio } = stats;
  const facts: readonly (readonly [string, string])[] = [
    ["versions", `${stats.versions} (${count(kinds.snapshot, "snapshot")}, ${kinds.safety} safety)`],
    ["logical size", `${size(stats.logicalBytes)}, each version as a file of its own`],
    ["stored size", `${size(stats.storedBytes)}${ratio === null ? "" : `, ratio ${ratio.toFixed(1)}`}`],
    ["  packs", size(stats.packBytes)],
    ["  records", size(stats.recordBytes)],
    ["  journal", size(stats.journalBytes)],
    ["unused", `${size(stats.deadBytes)} before compression, of no version`],
    ["trash", `${count(trash.versions, "version")}; emptying it frees about ${size(trash.freedBytes)}`],
  ];
  return [
    ...facts.map(([name, value]) => `${page.style.dim(name.padEnd(14))}${value}`),
    ...monthLines(stats, page),
    ...authorLines(stats, page),
  ];
}

function monthLines({ months }: StoreStats, page: Page): string[] {
  if (months.length === 0) return [];
  const rows = months.map(({ month, versions, logicalBytes, storedBytes }) => ({
    cells: [month, count(versions, "version"), size(logicalBytes), `${size(storedBytes)} stored`],
    text: "",
  }));
  return [
    "",
    page.style.bold("By month"),
    ...alignedRows(rows, [page.style.cyan, String, String, String], page),
  ];
}

function authorLines({ authors }: StoreStats, page: Page): string[] {
  if (authors.length === 0) return [];
  const rows = authors.map(({ author, versions }) => ({
    cells: [escapeText(author), count(versions, "version")],
    text: "",
  }));
  return ["", page.style.bold("By author"), ...alignedRows(rows, [String, String], page)];
}
