/**
 * Comparison of two versions by their run lists: only the bytes in which they differ are read.
 *
 * The rule it stands on: a byte range of a pack that is part of an entry belongs to an entry of the same id in every
 * version that uses it, because a new version takes over an entry's bytes only from the entry with its id.
 *
 * @module
 */
import type { Comparison, FieldChange } from "../comparison.ts";
import type { Content, UnitRange } from "../content/content.ts";
import { type Gap, gapsIn, reversed, type SharedRange, sharedRanges } from "../content/difference.ts";
import { compareValues } from "../diff/compare.ts";
import { type Layout, sameLayout } from "../layout/layout.ts";
import { UnitCursor } from "../layout/unit-cursor.ts";
import { type CompareOptions, compareEntries, comparisonOf, type EntryText, isReordered } from "./entries.ts";

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

/** An entry that may differ, with its place. */
interface Suspect extends EntryText {
  readonly start: number;
  readonly end: number;
}

/** Units that may differ, by their start; one side of a comparison. */
class Suspects {
  readonly content: Content;
  readonly units = new Map<number, UnitRange>();

  constructor(content: Content) {
    this.content = content;
  }

  /** Adds the units that hold a byte of `gap`, or, where it is a seam, the unit that it cuts; returns the new ones. */
  async add(gap: Gap): Promise<UnitRange[]> {
    const isSeam = gap.start === gap.end;
    if (isSeam && (await this.content.isUnitStart(gap.start))) return [];
    const units = await this.content.unitsIn(gap.start, isSeam ? gap.start + 1 : gap.end);
    const added = units.filter((unit) => !this.units.has(unit.start));
    for (const unit of added) this.units.set(unit.start, unit);
    return added;
  }
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
  const toOlder = reversed(toNewer);
  const before = new Suspects(older.content);
  const after = new Suspects(newer.content);
  await findSuspects(before, after, toNewer, toOlder);

  const olderEntries = await readEntries(before, older.layout);
  const newerEntries = await readEntries(after, newer.layout);
  if (olderEntries === null || newerEntries === null) return null;
  if (mayRepeat(olderEntries, older.duplicates) || mayRepeat(newerEntries, newer.duplicates)) return null;

  const reordered = isReordered(olderPositions(toNewer, olderEntries, newerEntries, after));
  // Two entries of one id that changed places are the same bytes, but neither is what it was: they count by occurrence.
  if (reordered && (hasDuplicates(older) || hasDuplicates(newer))) return null;

  return comparisonOf({
    from: older.name,
    to: newer.name,
    entries: compareEntries(olderEntries, newerEntries, options),
    reordered,
    outside: await compareOutside(before, after, options.maxDepth),
    entryCount: newer.entryCount,
  });
}

/** Collects the units of both sides that differ, or whose partner on the other side does. */
async function findSuspects(
  before: Suspects,
  after: Suspects,
  toNewer: readonly SharedRange[],
  toOlder: readonly SharedRange[],
): Promise<void> {
  const sides = [
    { suspects: before, other: after, gaps: gapsIn(toOlder, before.content.length), shared: toOlder },
    { suspects: after, other: before, gaps: gapsIn(toNewer, after.content.length), shared: toNewer },
  ] as const;
  const waiting: { side: (typeof sides)[number]; units: UnitRange[] }[] = [];
  for (const side of sides) {
    await side.suspects.content.prefetch(side.gaps);
    for (const gap of side.gaps) waiting.push({ side, units: await side.suspects.add(gap) });
  }
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { side, units } = next;
    const otherSide = side === sides[0] ? sides[1] : sides[0];
    for (const unit of units) {
      for (const gap of partnersOf(unit, side.shared))
        waiting.push({ side: otherSide, units: await side.other.add(gap) });
    }
  }
}

/** Where the other side holds the shared bytes of `unit`; `shared` is in the order of the unit's side. */
function* partnersOf(unit: UnitRange, shared: readonly SharedRange[]): Generator<Gap> {
  for (let index = firstEndingBehind(shared, unit.start); index < shared.length; index++) {
    const range = shared[index]!;
    if (range.to >= unit.end) return;
    const start = Math.max(range.to, unit.start);
    const end = Math.min(range.to + range.length, unit.end);
    yield { start: range.from + start - range.to, end: range.from + end - range.to };
  }
}

function firstEndingBehind(shared: readonly SharedRange[], position: number): number {
  let low = 0;
  let high = shared.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (shared[middle]!.to + shared[middle]!.length <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The entries among the suspects, in order; null when one has no id. */
async function readEntries(suspects: Suspects, layout: Layout): Promise<Suspect[] | null> {
  const entries: Suspect[] = [];
  const units = [...suspects.units.values()].sort((one, other) => one.start - other.start);
  for (const { start, end, container } of units) {
    if (container === null) continue;
    const bytes = await suspects.content.read(start, end);
    const cursor = new UnitCursor(bytes, layout, { from: { offset: 0, container }, partial: true });
    cursor.next();
    if (cursor.id === null) return null;
    entries.push({ id: cursor.id, value: bytes.subarray(cursor.valueStart, cursor.valueEnd), start, end });
  }
  return entries;
}

function mayRepeat(entries: readonly EntryText[], duplicates: readonly string[] | null): boolean {
  const ids = new Set(entries.map((entry) => entry.id));
  return ids.size < entries.length || duplicates === null || duplicates.some((id) => ids.has(id));
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
  const suspects = [...after.units.values()].sort((one, other) => one.start - other.start);
  for (const range of shared) {
    const clean = firstCleanByte(range, suspects);
    if (clean !== null) placed.push({ to: clean, from: range.from + clean - range.to });
  }
  return placed.sort((one, other) => one.to - other.to).map((place) => place.from);
}

/** The first byte of `range` that is in no suspect unit, or null. */
function firstCleanByte(range: SharedRange, suspects: readonly UnitRange[]): number | null {
  let low = 0;
  let high = suspects.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (suspects[middle]!.end <= range.to) low = middle + 1;
    else high = middle;
  }
  let at = range.to;
  for (let index = low; index < suspects.length && suspects[index]!.start <= at; index++)
    at = suspects[index]!.end;
  return at < range.to + range.length ? at : null;
}

async function compareOutside(
  before: Suspects,
  after: Suspects,
  maxDepth: number | undefined,
): Promise<readonly FieldChange[]> {
  const differs = [before, after].some(({ units }) =>
    [...units.values()].some((unit) => unit.container === null),
  );
  if (!differs) return [];
  const [older, newer] = await Promise.all([before.content.outsideText(), after.content.outsideText()]);
  return compareValues(older, newer, maxDepth === undefined ? {} : { maxDepth });
}
