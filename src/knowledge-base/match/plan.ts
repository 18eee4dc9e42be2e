/**
 * The plan of a new version: of which bytes it consists, which of them are new, and which units begin in those.
 * Nothing is written here.
 *
 * @module
 */
import { hashBytes } from "../../json/hash.ts";
import type { Layout } from "../layout/layout.ts";
import { type Container, UnitCursor, type UnitCursorOptions } from "../layout/unit-cursor.ts";
import type { PackContent } from "../pack/pack-writer.ts";
import { appendRun, PENDING, type Run, type RunList } from "../pack/run-list.ts";
import { OUTSIDE } from "../pack/unit-starts.ts";
import { align, type Base, type LiveUnit, liveUnit, type Stretch } from "./align.ts";
import { type Block, type BlockRange, cutBlocks, digestOf, SMALLEST_BLOCK } from "./blocks.ts";
import { deltaPieces, type Piece, SHORTEST_COPY } from "./delta.ts";

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

/** A block of the new version. */
interface PlannedBlock extends BlockRange {
  /** Where its bytes come from; `to` counts in the live bytes. */
  readonly pieces: readonly Piece[];
  /** Units that begin in new bytes, or more of them; empty for an unchanged block. */
  readonly units: readonly LiveUnit[];
  /** The digest of an unchanged block; null for one that holds a difference. */
  readonly digest: string | null;
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
  const planned = joinSmall([...plannedBlocks(live, base, stretches)]).map((block) =>
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

function* plannedBlocks(
  live: Uint8Array,
  base: Base,
  stretches: readonly Stretch[],
): Generator<PlannedBlock> {
  let basePosition = 0;
  let baseBlock = 0;
  for (const stretch of stretches) {
    if (stretch.kind === "units") {
      yield* changedBlocks(live, stretch);
      continue;
    }
    for (; baseBlock < stretch.firstBlock; baseBlock++) basePosition += base.blocks[baseBlock]!.length;
    let start = stretch.start;
    for (; baseBlock < stretch.endBlock; baseBlock++) {
      const { length, container, digest } = base.blocks[baseBlock]!;
      yield {
        start,
        length,
        container,
        digest,
        units: [],
        pieces: [{ from: basePosition, to: start, length }],
      };
      start += length;
      basePosition += length;
    }
  }
}

function* changedBlocks(live: Uint8Array, stretch: Stretch & { kind: "units" }): Generator<PlannedBlock> {
  const pieces = piecesOf(stretch.units, live);
  let piece = 0;
  let unit = 0;
  for (const block of cutBlocks(stretch.units, stretch.start, stretch.end, stretch.container)) {
    const end = block.start + block.length;
    const firstUnit = unit;
    while (unit < stretch.units.length && stretch.units[unit]!.start < end) unit++;
    const own: Piece[] = [];
    for (; piece < pieces.length && pieces[piece]!.to < end; piece++) {
      own.push(clipped(pieces[piece]!, block.start, end));
      if (pieces[piece]!.to + pieces[piece]!.length > end) break;
    }
    yield { ...block, digest: null, pieces: own, units: stretch.units.slice(firstUnit, unit) };
  }
}

function clipped(piece: Piece, start: number, end: number): Piece {
  const to = Math.max(piece.to, start);
  const length = Math.min(piece.to + piece.length, end) - to;
  return { from: piece.from === null ? null : piece.from + to - piece.to, to, length };
}

/** The pieces of consecutive units, joined where they touch; copies too short to pay become new bytes. */
function piecesOf(units: readonly LiveUnit[], live: Uint8Array): Piece[] {
  const copied: Piece[] = [];
  for (const unit of units) for (const piece of piecesOfUnit(unit, live)) appendPiece(copied, piece);
  const pieces: Piece[] = [];
  for (const piece of copied) {
    appendPiece(
      pieces,
      piece.from !== null && piece.length < SHORTEST_COPY ? { ...piece, from: null } : piece,
    );
  }
  return pieces;
}

function* piecesOfUnit(unit: LiveUnit, live: Uint8Array): Generator<Piece> {
  const { partner, start, end, valueEnd } = unit;
  if (partner === null) {
    yield { from: null, to: start, length: end - start };
    return;
  }
  if (partner.text.length === end - start && Buffer.compare(partner.text, live.subarray(start, end)) === 0) {
    yield { from: partner.start, to: start, length: end - start };
    return;
  }
  const value = live.subarray(start, valueEnd);
  for (const { from, to, length } of deltaPieces(partner.text.subarray(0, partner.valueLength), value)) {
    yield { from: from === null ? null : partner.start + from, to: start + to, length };
  }
  const separator = live.subarray(valueEnd, end);
  const isSame = Buffer.compare(partner.text.subarray(partner.valueLength), separator) === 0;
  yield { from: isSame ? partner.start + partner.valueLength : null, to: valueEnd, length: separator.length };
}

function appendPiece(pieces: Piece[], piece: Piece): void {
  const last = pieces.at(-1);
  const touches =
    last !== undefined &&
    (piece.from === null ? last.from === null : last.from !== null && last.from + last.length === piece.from);
  if (piece.length === 0) return;
  if (touches) pieces[pieces.length - 1] = { ...last, length: last.length + piece.length };
  else pieces.push(piece);
}

/** Joins each changed block that is small to the block behind it. */
function joinSmall(blocks: readonly PlannedBlock[]): PlannedBlock[] {
  const joined: PlannedBlock[] = [];
  for (const block of blocks) {
    const last = joined.at(-1);
    if (last === undefined || last.digest !== null || last.length >= SMALLEST_BLOCK) {
      joined.push(block);
      continue;
    }
    joined[joined.length - 1] = {
      start: last.start,
      length: last.length + block.length,
      container: last.container,
      digest: null,
      pieces: [...last.pieces, ...block.pieces],
      units: [...last.units, ...block.units],
    };
  }
  return joined;
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

/** The new bytes, and the units that begin in them. */
function packContent(blocks: readonly PlannedBlock[], live: Uint8Array): PackContent {
  const literals: Uint8Array[] = [];
  const offsets: number[] = [];
  const containers = new Map<string, number>();
  const table: Container[] = [];
  const numbers: number[] = [];
  const idHashes: number[] = [];
  const numberOf = (container: Container | null): number => {
    if (container === null) return OUTSIDE;
    const known = containers.get(container.pointer);
    if (known !== undefined) return known;
    containers.set(container.pointer, table.length);
    return table.push(container) - 1;
  };
  let pending = 0;
  for (const { pieces, units } of blocks) {
    let unit = 0;
    for (const { from, to, length } of pieces) {
      if (from !== null) continue;
      literals.push(live.subarray(to, to + length));
      while (unit < units.length && units[unit]!.start < to) unit++;
      for (; unit < units.length && units[unit]!.start < to + length; unit++) {
        const { start, container, id } = units[unit]!;
        offsets.push(pending + start - to);
        numbers.push(numberOf(container));
        idHashes.push(container === null || id === null ? 0 : idHash(container, id));
      }
      pending += length;
    }
  }
  return {
    literals,
    units: { offsets: Float64Array.from(offsets), containers: Int32Array.from(numbers) },
    idHashes: Uint32Array.from(idHashes),
    containers: table,
  };
}

/** What a pack keeps of an entry's id, to notice ids that occur twice. */
export function idHash(container: Container, id: string): number {
  return hashBytes(Buffer.from(`${container.pointer}\n${id}`)) >>> 0;
}
