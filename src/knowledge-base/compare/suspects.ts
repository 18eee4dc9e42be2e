/**
 * Suspects are the units in which two versions may differ, found by their run lists.
 *
 * @module
 */
import { firstIndex } from "../content/bisect.ts";
import type { Content, UnitRange } from "../content/content.ts";
import { type Gap, gapsIn, reversed, type SharedRange } from "../content/difference.ts";
import { entryAt } from "../content/entry-at.ts";
import type { Layout } from "../layout/layout.ts";
import type { EntryText } from "./entries.ts";

/** An entry that may differ, with its place. */
export interface Suspect extends EntryText {
  readonly start: number;
  readonly end: number;
}

/** Units that may differ, by their start; one side of a comparison. */
export class Suspects {
  readonly content: Content;
  readonly units: Map<number, UnitRange> = new Map();

  constructor(content: Content) {
    this.content = content;
  }

  /** The units from the first to the last. */
  inOrder(): UnitRange[] {
    return [...this.units.values()].sort((one, other) => one.start - other.start);
  }

  /** Whether text outside all entries is among them. */
  get holdOutside(): boolean {
    return [...this.units.values()].some((unit) => unit.container === null);
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

/** Collects the units of both sides that differ, or whose partner on the other side does. */
export async function findSuspects(
  older: Content,
  newer: Content,
  toNewer: readonly SharedRange[],
): Promise<{ readonly before: Suspects; readonly after: Suspects }> {
  const toOlder = reversed(toNewer);
  const before = new Suspects(older);
  const after = new Suspects(newer);
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
  return { before, after };
}

/** Where the other side holds the shared bytes of `unit`; `shared` is in the order of the unit's side. */
function* partnersOf(unit: UnitRange, shared: readonly SharedRange[]): Generator<Gap> {
  const first = firstIndex(shared.length, (index) => shared[index]!.to + shared[index]!.length > unit.start);
  for (let index = first; index < shared.length; index++) {
    const range = shared[index]!;
    if (range.to >= unit.end) return;
    const start = Math.max(range.to, unit.start);
    const end = Math.min(range.to + range.length, unit.end);
    yield { start: range.from + start - range.to, end: range.from + end - range.to };
  }
}

/** The entries among the suspects, in order; null when one has no id. */
export async function readSuspects(suspects: Suspects, layout: Layout): Promise<Suspect[] | null> {
  const entries: Suspect[] = [];
  for (const unit of suspects.inOrder()) {
    if (unit.container === null) continue;
    const { id, value } = await entryAt(suspects.content, unit, layout);
    if (id === null) return null;
    entries.push({ id, value, start: unit.start, end: unit.end });
  }
  return entries;
}

/** Whether one of `entries` may share its id: `duplicates` are the ids that repeat in its version, or null for too many. */
export function mayRepeat(entries: readonly EntryText[], duplicates: readonly string[] | null): boolean {
  const ids = new Set(entries.map((entry) => entry.id));
  return ids.size < entries.length || duplicates === null || duplicates.some((id) => ids.has(id));
}
