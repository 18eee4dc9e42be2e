/**
 * The blocks of a planned version and the pieces that they are made of.
 *
 * @module
 */
import type { Base, LiveUnit, Stretch } from "./align.ts";
import { type BlockRange, cutBlocks, SMALLEST_BLOCK } from "./blocks.ts";
import { deltaPieces, type Piece, SHORTEST_COPY } from "./delta.ts";

/** A block of the new version. */
export interface PlannedBlock extends BlockRange {
  /** Where its bytes come from; `to` counts in the live bytes. */
  readonly pieces: readonly Piece[];
  /** Units that begin in new bytes, or more of them; empty for an unchanged block. */
  readonly units: readonly LiveUnit[];
  /** The digest of an unchanged block; null for one that holds a difference. */
  readonly digest: string | null;
}

/** The blocks of `live`, aligned with `base` by `stretches`, in order. */
export function planBlocks(live: Uint8Array, base: Base, stretches: readonly Stretch[]): PlannedBlock[] {
  return joinSmall([...plannedBlocks(live, base, stretches)]);
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
