/**
 * Printers of versions: the one row format of every list, and the record in full.
 *
 * @module
 */
import type { ChangeCounts, Version } from "../../index.ts";
import { count, relativeTime, size, utc } from "./amount.ts";
import { escapeText } from "./escape.ts";
import type { Page } from "./page.ts";
import { alignedRows } from "./rows.ts";

/**
 * One row per version: number, id, UTC and relative time, author, labels and tags, changes, description.
 * Columns are aligned; the description is cut to the width of the page, ids never are.
 */
export function versionRows(versions: readonly Version[], page: Page): string[] {
  const { yellow, cyan, dim, green } = page.style;
  const rows = versions.map((version) => ({
    cells: cellsOf(version, page),
    text: escapeText(version.description),
  }));
  return alignedRows(rows, [yellow, cyan, dim, String, green, String], page);
}

function cellsOf(version: Version, page: Page): string[] {
  return [
    `v${version.sequence}`,
    escapeText(version.versionId),
    `${utc(version.createdAt)} (${relativeTime(version.createdAt, page.now)})`,
    escapeText(version.author),
    escapeText(marksOf(version).join(" ")),
    changeCounts(version.changes),
  ];
}

/** `[known-good] #login (safety) (not JSON)`: labels in brackets, tags with a number sign, the rest in words. */
function marksOf(version: Version): string[] {
  return [
    ...version.labels.map((label) => `[${label}]`),
    ...version.tags.map((tag) => `#${tag}`),
    ...(version.kind === "safety" ? ["(safety)"] : []),
    ...(version.valid ? [] : ["(not JSON)"]),
  ];
}

/** The shortest ref of a version: `v3` of `v3_20250127_120000`. */
export function shortRef(versionId: string): string {
  return versionId.split("_", 1)[0] ?? versionId;
}

/** `+3 -1 ~5`: added, removed, modified; `?` where there is nothing to compare. */
function changeCounts(changes: ChangeCounts | null): string {
  return changes === null ? "?" : `+${changes.added} -${changes.removed} ~${changes.modified}`;
}

/** The record of a version, a line per member. */
export function versionRecord(version: Version, page: Page): string[] {
  const entries = version.entryCount === null ? "" : `, ${count(version.entryCount, "entry", "entries")}`;
  const members: readonly (readonly [string, string])[] = [
    ["version", `${version.versionId} (number ${version.sequence}, ${version.kind})`],
    [
      "created",
      `${utc(version.createdAt)} (${relativeTime(version.createdAt, page.now)}), ${version.createdAt}`,
    ],
    ["author", version.author],
    ["description", version.description],
    ["labels", version.labels.join(" ") || "none"],
    ["tags", version.tags.join(" ") || "none"],
    ["parent", version.parent ?? "none"],
    ["changes", changeCounts(version.changes)],
    ["content", `${size(version.bytes)}${entries}${version.valid ? "" : ", not JSON"}`],
    ["sha256", version.sha256],
  ];
  return members.map(([name, text]) => `${page.style.dim(name.padEnd(11))} ${escapeText(text)}`);
}
