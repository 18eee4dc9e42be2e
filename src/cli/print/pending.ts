/**
 * Printer of what a snapshot would keep, for the notes in an editor.
 *
 * @module
 */
import type { Comparison, Status } from "../../index.ts";
import { escapeLines, escapeText } from "./escape.ts";
import type { Page } from "./page.ts";
import { pathText } from "./path.ts";
import { changedText } from "./state.ts";

/** Entries that are named before the rest is only counted. */
const MOST_NAMED = 60;

/** What is pending in one knowledge base. */
export interface Pending {
  readonly path: string;
  /** Null where it could not be told. */
  readonly status: Status | null;
  /** Null where nothing changed, or there is nothing to compare with. */
  readonly comparison: Comparison | null;
  /** Why nothing can be kept, or null. */
  readonly problem: string | null;
}

/** The file and how it changed, then the entries that did. */
export function pendingLines({ path, status, comparison, problem }: Pending, page: Page): string[] {
  const file = pathText(path, page);
  if (problem !== null) return [`${file}: ${escapeLines(problem)}`];
  const how = status === null || status.current === null ? "the first version" : changedText(status);
  const entries = comparison === null ? [] : entryLines(comparison);
  const hidden = entries.length - MOST_NAMED;
  return [
    `${file}: ${how}`,
    ...entries.slice(0, MOST_NAMED),
    ...(hidden > 0 ? [`... and ${hidden} more`] : []),
  ];
}

function entryLines({ removed, added, renamed, modified, outside }: Comparison): string[] {
  return [
    ...removed.map((id) => `- ${escapeText(id)}`),
    ...added.map((id) => `+ ${escapeText(id)}`),
    ...renamed.map(({ from, to }) => `> ${escapeText(from)} -> ${escapeText(to)}`),
    ...modified.map(({ id }) => `~ ${escapeText(id)}`),
    ...(outside.length === 0 ? [] : ["~ outside all entries"]),
  ];
}
