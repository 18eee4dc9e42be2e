/**
 * What happened to entries, given those of both sides that may differ.
 *
 * @module
 */
import type { Comparison, FieldChange, ModifiedEntry, RenamedEntry } from "../comparison.ts";
import { type CompareValuesOptions, compareValues, equalValues } from "../diff/compare.ts";
import { type RenameOptions, renamesBetween } from "./renames.ts";

/** An entry of one side: its name, which no other entry of that side has, and the text of its value. */
export interface EntryText {
  readonly id: string;
  readonly value: Uint8Array;
}

/** What became of the entries that were looked at. */
export interface EntryChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly renamed: readonly RenamedEntry[];
  readonly modified: readonly ModifiedEntry[];
  readonly reformatted: readonly string[];
}

/** How to compare. */
export interface CompareOptions extends CompareValuesOptions {
  /** Only sort entries by id: `changes` of modified entries stay empty, and none is renamed. Default false. */
  readonly countOnly?: boolean | undefined;
}

/** Pairs entries by id and sorts them by what happened; entries with equal bytes appear nowhere. */
export function compareEntries(
  before: readonly EntryText[],
  after: readonly EntryText[],
  options: CompareOptions & RenameOptions = {},
): EntryChanges {
  const earlier = new Map(before.map((entry) => [entry.id, entry]));
  const later = new Set(after.map((entry) => entry.id));
  const added: EntryText[] = [];
  const modified: ModifiedEntry[] = [];
  const reformatted: string[] = [];
  for (const newer of after) {
    const { id, value } = newer;
    const entry = earlier.get(id);
    if (entry === undefined) {
      added.push(newer);
    } else if (Buffer.compare(entry.value, value) !== 0) {
      const changes = changesOf(entry.value, value, options);
      if (changes === null) reformatted.push(id);
      else modified.push({ id, changes });
    }
  }
  const removed = before.filter((entry) => !later.has(entry.id));
  const renamed = options.countOnly === true ? [] : renamesBetween(removed, added, options);
  const renamedIds = new Set(renamed.flatMap(({ from, to }) => [from, to]));
  const idsOf = (entries: readonly EntryText[]): string[] =>
    entries.map(({ id }) => id).filter((id) => !renamedIds.has(id));
  return { added: idsOf(added), removed: idsOf(removed), renamed, modified, reformatted };
}

/** What changed in an entry whose bytes differ; null where its value does not. */
function changesOf(
  before: Uint8Array,
  after: Uint8Array,
  options: CompareOptions,
): readonly FieldChange[] | null {
  if (options.countOnly === true) return equalValues(before, after, options) ? null : [];
  const changes = compareValues(before, after, options);
  return changes.length === 0 ? null : changes;
}

/** The Comparison that consists of these parts. */
export function comparisonOf(parts: {
  readonly from: string;
  readonly to: string;
  readonly entries: EntryChanges;
  readonly reordered: boolean;
  readonly outside: readonly FieldChange[];
  /** Number of entries on the newer side. */
  readonly entryCount: number;
}): Comparison {
  const { from, to, reordered, outside } = parts;
  const { added, removed, renamed, modified, reformatted } = parts.entries;
  const unchangedCount =
    parts.entryCount - added.length - renamed.length - modified.length - reformatted.length;
  return counted(
    { from, to, added, removed, renamed, modified, reformatted, reordered, outside, unchangedCount },
    0,
  );
}

/** The comparison with the summary that its lists have; `ignored` changes were left out of them. */
export function counted(lists: Omit<Comparison, "summary">, ignored: number): Comparison {
  const { added, removed, renamed, modified, reformatted, outside, unchangedCount } = lists;
  const summary = {
    added: added.length,
    removed: removed.length,
    renamed: renamed.length,
    modified: modified.length,
    reformatted: reformatted.length,
    unchanged: unchangedCount,
    outside: outside.length,
    ignored,
  };
  return { ...lists, summary };
}

/** Whether `positions` ever go down. */
export function isReordered(positions: Iterable<number>): boolean {
  let last = -1;
  for (const position of positions) {
    if (position < last) return true;
    last = position;
  }
  return false;
}
