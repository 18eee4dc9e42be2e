/**
 * The plan of a new version: of which bytes it consists, which of them are new, and which units begin in those.
 * Nothing is written here.
 *
 * @module
 */
import type { Layout } from "../layout/layout.ts";
import { UnitCursor, type UnitCursorOptions } from "../layout/unit-cursor.ts";
import type { PackContent } from "../pack/pack-writer.ts";
import { appendRun, PENDING, type Run, type RunList } from "../pack/run-list.ts";
import { align, type Base, type LiveUnit, liveUnit, type Stretch } from "./align.ts";
import { type Block, digestOf } from "./blocks.ts";
import { packContent } from "./new-bytes.ts";
import { type PlannedBlock, planBlocks } from "./planned-blocks.ts";

/** A version as it would be stored. */
export interface VersionPlan {
  /** Runs of stored packs, and of `PENDING` for the new bytes. */
  readonly runs: readonly Run[];
  readonly pack: PackContent;
  readonly blocks: readonly Block[];
  readonly entryCount: number;
  /** Units that the base has not, or in other words; in order. */
  readonly changed: readonly LiveUnit[];
}

/** Most runs that a block of `length` bytes may be cut into; one with more is stored anew. */
export function mostRuns(length: number): number {
  return 16 + Math.floor(length / 256);
}

/**
 * Plans `live` as a version that shares bytes with `base`.
 *
 * The number of runs is bounded: every block of 32 KiB or more has at most `mostRuns` of them. An unchanged block has
 * those that it had, and a changed one is checked and, if it is cut into more, stored anew.
 */
export async function planVersion(
  live: Uint8Array,
  base: Base,
  options: UnitCursorOptions = {},
): Promise<VersionPlan> {
  const stretches = await align(live, base, options);
  const planned = planBlocks(live, base, stretches).map((block) =>
    block.digest === null && countRuns(block, base.content.runs) > mostRuns(block.length)
      ? storedAnew(block, live, base.layout)
      : block,
  );
  return {
    runs: runsOf(planned, base.content.runs),
    pack: packContent(planned, live),
    blocks: planned.map(({ start, length, container, digest }) => ({
      length,
      container,
      digest: digest ?? digestOf(live.subarray(start, start + length)),
    })),
    entryCount: stretches.reduce((count, stretch) => count + newEntries(stretch), base.entryCount),
    changed: stretches.flatMap((stretch) =>
      stretch.kind === "same" ? [] : stretch.units.filter((unit) => isChanged(unit, live)),
    ),
  };
}

function newEntries(stretch: Stretch): number {
  if (stretch.kind === "same") return 0;
  return stretch.units.filter((unit) => unit.container !== null).length - stretch.baseEntries;
}

function isChanged(unit: LiveUnit, live: Uint8Array): boolean {
  const { partner } = unit;
  if (partner === null || partner.valueLength !== unit.valueEnd - unit.start) return true;
  return (
    Buffer.compare(
      partner.text.subarray(0, partner.valueLength),
      live.subarray(unit.start, unit.valueEnd),
    ) !== 0
  );
}

function countRuns(block: PlannedBlock, baseRuns: RunList): number {
  let count = 0;
  for (const { from, length } of block.pieces) {
    count += from === null ? 1 : baseRuns.indexAt(from + length - 1) - baseRuns.indexAt(from) + 1;
  }
  return count;
}

/** `block` with all its bytes new; its units are read again, since some may not have been read at all. */
function storedAnew(block: PlannedBlock, live: Uint8Array, layout: Layout): PlannedBlock {
  const { start, length, container } = block;
  const bytes = live.subarray(start, start + length);
  const from = container === null ? {} : { from: { offset: 0, container } };
  const cursor = new UnitCursor(bytes, layout, { ...from, partial: true });
  const units: LiveUnit[] = [];
  while (cursor.next()) {
    const unit = liveUnit(cursor);
    units.push({
      ...unit,
      start: start + unit.start,
      valueEnd: start + unit.valueEnd,
      end: start + unit.end,
    });
  }
  return { ...block, pieces: [{ from: null, to: start, length }], units };
}

function runsOf(blocks: readonly PlannedBlock[], baseRuns: RunList): Run[] {
  const runs: Run[] = [];
  let pending = 0;
  for (const { pieces } of blocks) {
    for (const { from, length } of pieces) {
      if (from === null) {
        appendRun(runs, { pack: PENDING, offset: pending, length });
        pending += length;
      } else {
        for (const run of baseRuns.slice(from, length)) appendRun(runs, run);
      }
    }
  }
  return runs;
}
