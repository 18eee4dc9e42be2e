/**
 * Comparison of two versions by their run lists: only the bytes in which they differ are read.
 *
 * The rule it stands on: a byte range of a pack that is part of an entry belongs to an entry of the same id in every
 * version that uses it, because a new version takes over an entry's bytes only from the entry with its id.
 *
 * @module
 */
import type { Comparison, FieldChange } from "../comparison.ts";
import { firstIndex } from "../content/bisect.ts";
import type { Content, UnitRange } from "../content/content.ts";
import { type SharedRange, sharedRanges } from "../content/difference.ts";
import { compareValues } from "../diff/compare.ts";
import { type Layout, sameLayout } from "../layout/layout.ts";
import { type CompareOptions, compareEntries, comparisonOf, isReordered } from "./entries.ts";
import { findSuspects, mayRepeat, readSuspects, type Suspect, type Suspects } from "./suspects.ts";

/** One of two versions that are compared. */
export interface ComparedContent {
  /** What the result calls this side. */
  readonly name: string;
  readonly content: Content;
  readonly layout: Layout;
  readonly entryCount: number;
  /** Ids that occur more than once (more may be named); null when they are too many to name. */
  readonly duplicates: readonly string[] | null;
}

/**
 * The differences between two versions, or null where run lists cannot tell: the layouts differ, an entry that
 * changed has no id or one that occurs twice, or entries moved where ids occur twice. Then the documents themselves
 * must be compared.
 */
export async function compareContents(
  older: ComparedContent,
  newer: ComparedContent,
  options: CompareOptions = {},
): Promise<Comparison | null> {
  if (!sameLayout(older.layout, newer.layout)) return null;
  const toNewer = sharedRanges(older.content.runs, newer.content.runs);
  const { before, after } = await findSuspects(older.content, newer.content, toNewer);

  const olderEntries = await readSuspects(before, older.layout);
  const newerEntries = await readSuspects(after, newer.layout);
  if (olderEntries === null || newerEntries === null) return null;
  if (mayRepeat(olderEntries, older.duplicates) || mayRepeat(newerEntries, newer.duplicates)) return null;

  const reordered = isReordered(olderPositions(toNewer, olderEntries, newerEntries, after));
  // Two entries of one id that changed places are the same bytes, but neither is what it was: they count by occurrence.
  if (reordered && (hasDuplicates(older) || hasDuplicates(newer))) return null;

  return comparisonOf({
    from: older.name,
    to: newer.name,
    entries: compareEntries(olderEntries, newerEntries, { ...options, idField: newer.layout.idField }),
    reordered,
    outside: await compareOutside(before, after, options),
    entryCount: newer.entryCount,
  });
}

function hasDuplicates({ duplicates }: ComparedContent): boolean {
  return duplicates === null || duplicates.length > 0;
}

/** Positions on the older side of everything that both sides have, in the order of the newer side. */
function olderPositions(
  shared: readonly SharedRange[],
  older: readonly Suspect[],
  newer: readonly Suspect[],
  after: Suspects,
): number[] {
  const olderStarts = new Map(older.map((entry) => [entry.id, entry.start]));
  const placed = newer.flatMap(({ id, start }) => {
    const from = olderStarts.get(id);
    return from === undefined ? [] : [{ to: start, from }];
  });
  const suspects = after.inOrder();
  for (const range of shared) {
    const clean = firstCleanByte(range, suspects);
    if (clean !== null) placed.push({ to: clean, from: range.from + clean - range.to });
  }
  return placed.sort((one, other) => one.to - other.to).map((place) => place.from);
}

/** The first byte of `range` that is in no suspect unit, or null. */
function firstCleanByte(range: SharedRange, suspects: readonly UnitRange[]): number | null {
  const first = firstIndex(suspects.length, (index) => suspects[index]!.end > range.to);
  let at = range.to;
  for (let index = first; index < suspects.length && suspects[index]!.start <= at; index++)
    at = suspects[index]!.end;
  return at < range.to + range.length ? at : null;
}

async function compareOutside(
  before: Suspects,
  after: Suspects,
  options: CompareOptions,
): Promise<readonly FieldChange[]> {
  if (!before.holdOutside && !after.holdOutside) return [];
  const [older, newer] = await Promise.all([before.content.outsideText(), after.content.outsideText()]);
  return compareValues(older, newer, options);
}
