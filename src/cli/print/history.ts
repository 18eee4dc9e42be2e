/**
 * Printer of the history of one entry.
 *
 * @module
 */
import { changesText, type EntryEvent, type EntryHistory, reportedChange } from "../../index.ts";
import { relativeTime, utc } from "./amount.ts";
import { changeLines } from "./change.ts";
import { escapeText } from "./escape.ts";
import type { Page } from "./page.ts";
import { alignedRows, type Row } from "./rows.ts";
import { shortRef } from "./version.ts";

/** What stands before a version in which the entry was added, and so on. */
const marks: Readonly<Record<EntryEvent["kind"], string>> = {
  added: "+",
  removed: "-",
  renamed: ">",
  modified: "~",
};

/** A row per version: mark and number, time, author, what happened, description; with `patch`, the changes below it. */
export function entryHistoryLines(
  { events }: EntryHistory,
  { patch }: { readonly patch: boolean },
  page: Page,
): string[] {
  const { yellow, dim, cyan } = page.style;
  const rows = alignedRows(
    events.map((event) => rowOf(event, page)),
    [yellow, dim, String, cyan],
    { ...page, columns: patch ? Number.POSITIVE_INFINITY : page.columns },
  );
  if (!patch) return rows;
  return events.flatMap(({ changes }, index) => [
    rows[index] ?? "",
    ...changes
      .flatMap((change) => changeLines(reportedChange(change, []), page))
      .map((line) => `    ${line}`),
  ]);
}

function rowOf(event: EntryEvent, page: Page): Row {
  const { kind, version } = event;
  return {
    cells: [
      `${marks[kind]} ${version === null ? "live" : shortRef(version.versionId)}`,
      version === null
        ? "not saved"
        : `${utc(version.createdAt)} (${relativeTime(version.createdAt, page.now)})`,
      escapeText(version?.author ?? ""),
      whatHappened(event),
    ],
    text: escapeText(version?.description ?? ""),
  };
}

function whatHappened({ kind, previousId, renamedTo, similarity, changes }: EntryEvent): string {
  const alike = similarity === null ? "" : ` (${Math.floor(similarity * 100)} % alike)`;
  switch (kind) {
    case "added":
      return "added";
    case "removed":
      return renamedTo === null ? "removed" : `renamed to ${escapeText(renamedTo)}${alike}`;
    case "renamed": {
      const inside = changesText(changes);
      return `renamed from ${escapeText(previousId ?? "")}${alike}${inside === "" ? "" : `, ${inside}`}`;
    }
    case "modified":
      return changesText(changes);
  }
}
