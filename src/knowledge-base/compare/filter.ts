/**
 * A part of a comparison: certain entries, certain kinds, without what does not matter.
 *
 * @module
 */
import { coversPath, type PathPattern, parsePathPattern } from "../../json/path-pattern.ts";
import { parsePointer } from "../../json/pointer.ts";
import type { Comparison, FieldChange } from "../comparison.ts";
import { counted } from "./entries.ts";

/** What can happen to an entry, by the names of the lists of a Comparison. */
export type EntryChangeKind = "added" | "removed" | "renamed" | "modified";

/** Which part of a comparison is wanted; without a key, nothing is left out on its account. */
export interface ComparisonFilter {
  /** Ids of entries: only these, and nothing outside them. A renamed entry is found by either id. */
  readonly entries?: readonly string[];
  /** Only these lists, without reformatted entries, order, and changes outside the entries. */
  readonly only?: readonly EntryChangeKind[];
  /**
   * Path patterns of changes that do not matter, inside an entry or, outside all entries, inside the document: a JSON
   * Pointer in which `*` is any one token and `**` any number of them, such as `/meta/updated_at`, or, without a
   * slash at the front, a key at any depth: `updated_at`.
   */
  readonly ignore?: readonly string[];
}

/**
 * The part of `comparison` that `filter` asks for.
 *
 * - A change is ignored where a pattern names its path or a place around it; a change of more than that place is not.
 *   An entry of which all changes are ignored counts as unchanged. `summary.ignored` grows by the number of changes.
 * - With `entries`, `unchangedCount` is the number of named entries that do not differ. An id that neither side has
 *   is no error here; `compareVersions` refuses it.
 * - With `only`, `unchangedCount` stays as it is.
 *
 * Filtering a second time changes nothing.
 *
 * @throws KbvaultError USAGE, with `data` = `{pointer}`, for a pattern with a `~` that has no 0 or 1 behind it
 * @example
 * ```ts
 * const before = Buffer.from('{"wifi": {"title": "No signal", "updated_at": "2025-01-27"}}');
 * const after = Buffer.from('{"wifi": {"title": "No signal", "updated_at": "2025-02-03"}}');
 * filterComparison(compareDocuments(before, after), { ignore: ["updated_at"] }).modified; // []
 * ```
 */
export function filterComparison(comparison: Comparison, filter: ComparisonFilter): Comparison {
  const { entries, only, ignore } = filter;
  const named = entries === undefined ? comparison : onlyEntries(comparison, entries);
  const chosen = only === undefined ? named : onlyKinds(named, only);
  return ignore === undefined ? chosen : withoutIgnored(chosen, ignore.map(parsePathPattern));
}

/** The ids among `entries` that `comparison` does not name: they are the same on both sides, or on neither. */
export function unchangedAmong(comparison: Comparison, entries: readonly string[]): string[] {
  const { added, removed, renamed, modified, reformatted } = comparison;
  const differing = new Set([...added, ...removed, ...reformatted]);
  for (const { id } of modified) differing.add(id);
  for (const { from, to } of renamed) differing.add(from).add(to);
  return [...new Set(entries)].filter((id) => !differing.has(id));
}

function onlyEntries(comparison: Comparison, entries: readonly string[]): Comparison {
  const wanted = new Set(entries);
  const isWanted = (id: string): boolean => wanted.has(id);
  return counted(
    {
      ...comparison,
      added: comparison.added.filter(isWanted),
      removed: comparison.removed.filter(isWanted),
      renamed: comparison.renamed.filter(({ from, to }) => isWanted(from) || isWanted(to)),
      modified: comparison.modified.filter(({ id }) => isWanted(id)),
      reformatted: comparison.reformatted.filter(isWanted),
      reordered: false,
      outside: [],
      // What another filter left out is named by no list any more, but is not unchanged.
      unchangedCount: Math.min(comparison.unchangedCount, unchangedAmong(comparison, entries).length),
    },
    comparison.summary.ignored,
  );
}

function onlyKinds(comparison: Comparison, only: readonly EntryChangeKind[]): Comparison {
  const listOf = <Element>(kind: EntryChangeKind, list: readonly Element[]): readonly Element[] =>
    only.includes(kind) ? list : [];
  return counted(
    {
      ...comparison,
      added: listOf("added", comparison.added),
      removed: listOf("removed", comparison.removed),
      renamed: listOf("renamed", comparison.renamed),
      modified: listOf("modified", comparison.modified),
      reformatted: [],
      reordered: false,
      outside: [],
    },
    comparison.summary.ignored,
  );
}

function withoutIgnored(comparison: Comparison, patterns: readonly PathPattern[]): Comparison {
  let ignored = 0;
  const mattering = (changes: readonly FieldChange[]): readonly FieldChange[] => {
    const kept = changes.filter(({ path }) => !isCovered(parsePointer(path), patterns));
    ignored += changes.length - kept.length;
    return kept;
  };
  const modified = comparison.modified
    .map((entry) => ({ entry, kept: { id: entry.id, changes: mattering(entry.changes) } }))
    .filter(({ entry, kept }) => kept.changes.length > 0 || entry.changes.length === 0)
    .map(({ kept }) => kept);
  const renamed = comparison.renamed.map((entry) => ({ ...entry, changes: mattering(entry.changes) }));
  const outside = mattering(comparison.outside);
  const unchangedCount = comparison.unchangedCount + comparison.modified.length - modified.length;
  return counted(
    { ...comparison, renamed, modified, outside, unchangedCount },
    comparison.summary.ignored + ignored,
  );
}

function isCovered(tokens: readonly string[], patterns: readonly PathPattern[]): boolean {
  return patterns.some((pattern) => coversPath(pattern, tokens));
}
