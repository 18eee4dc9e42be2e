/**
 * The bytes that a changed entry shares with its earlier text.
 *
 * @module
 * @see Andrew Tridgell, Efficient Algorithms for Sorting and Synchronization (1999), chapter 3: blocks of the
 *   old text are found in the new one by a rolling hash.
 */

/** A range of a new text that is copied from the old text at `from`, or that is new (`from` null). */
export interface Piece {
  readonly from: number | null;
  /** Position in the new text. */
  readonly to: number;
  readonly length: number;
}

/** A copied piece shorter than this costs more as a run than as bytes. */
export const SHORTEST_COPY = 40;

/** Length of the blocks of the old text that are looked for. */
const WINDOW = 16;

/** Texts larger than this are compared by their common beginning and end only. */
const LARGEST_SEARCHED = 4 * 1024 * 1024;

const MULTIPLIER = 0x01000193;
const MULTIPLIER_TO_WINDOW = power(MULTIPLIER, WINDOW);

/**
 * `after` as pieces of `before` and new bytes, in order. Pieces come from ascending places of `before`, none is used
 * twice, and its first byte is only ever used as the first byte: so the start of an entry stays one.
 */
export function deltaPieces(before: Uint8Array, after: Uint8Array): Piece[] {
  const shorter = Math.min(before.length, after.length);
  const prefix = commonPrefix(before, after, shorter);
  if (prefix === before.length && prefix === after.length) return [{ from: 0, to: 0, length: prefix }];
  const suffix = commonSuffix(before, after, shorter - prefix - (prefix === 0 ? 1 : 0));
  const pieces: Piece[] = [];
  append(pieces, { from: 0, to: 0, length: prefix });
  const beforeEnd = before.length - suffix;
  const afterEnd = after.length - suffix;
  searchMiddle(before, after, Math.max(1, prefix), beforeEnd, prefix, afterEnd, pieces);
  append(pieces, { from: beforeEnd, to: afterEnd, length: suffix });
  return joined(pieces, after.length);
}

function searchMiddle(
  before: Uint8Array,
  after: Uint8Array,
  beforeStart: number,
  beforeEnd: number,
  afterStart: number,
  afterEnd: number,
  pieces: Piece[],
): void {
  const beforeLength = beforeEnd - beforeStart;
  const afterLength = afterEnd - afterStart;
  if (Math.min(beforeLength, afterLength) < SHORTEST_COPY) return;
  if (Math.max(beforeLength, afterLength) > LARGEST_SEARCHED) return;
  const places = new Map<number, number>();
  for (let at = beforeStart; at + WINDOW <= beforeEnd; at += WINDOW) {
    const hash = hashWindow(before, at);
    if (!places.has(hash)) places.set(hash, at);
  }
  let used = beforeStart;
  // Without a common prefix the first byte stays new, as it begins the entry.
  let at = Math.max(1, afterStart);
  let copied = at;
  let hash = at + WINDOW <= afterEnd ? hashWindow(after, at) : 0;
  while (at + WINDOW <= afterEnd) {
    const place = places.get(hash);
    const match =
      place !== undefined && place >= used
        ? extend(before, after, place, at, used, copied, beforeEnd, afterEnd)
        : null;
    if (match !== null) {
      append(pieces, match);
      used = match.from + match.length;
      copied = match.to + match.length;
      at = copied;
      if (at + WINDOW <= afterEnd) hash = hashWindow(after, at);
    } else {
      if (at + WINDOW < afterEnd) {
        hash =
          (Math.imul(hash, MULTIPLIER) + after[at + WINDOW]! - Math.imul(after[at]!, MULTIPLIER_TO_WINDOW)) |
          0;
      }
      at++;
    }
  }
}

/** The longest match around one found by its hash, or null if it is not worth a piece. */
function extend(
  before: Uint8Array,
  after: Uint8Array,
  place: number,
  at: number,
  used: number,
  copied: number,
  beforeEnd: number,
  afterEnd: number,
): { from: number; to: number; length: number } | null {
  let end = 0;
  while (place + end < beforeEnd && at + end < afterEnd && before[place + end] === after[at + end]) end++;
  if (end < WINDOW) return null;
  let back = 0;
  while (place - back > used && at - back > copied && before[place - back - 1] === after[at - back - 1])
    back++;
  return back + end < SHORTEST_COPY ? null : { from: place - back, to: at - back, length: back + end };
}

/** `pieces` without copies that are too short to pay, with what lies between them as new bytes. */
function joined(pieces: readonly Piece[], length: number): Piece[] {
  const result: Piece[] = [];
  let at = 0;
  for (const piece of pieces) {
    if (piece.length < SHORTEST_COPY) continue;
    append(result, { from: null, to: at, length: piece.to - at });
    append(result, piece);
    at = piece.to + piece.length;
  }
  append(result, { from: null, to: at, length: length - at });
  return result;
}

function append(pieces: Piece[], piece: Piece): void {
  if (piece.length > 0) pieces.push(piece);
}

function commonPrefix(before: Uint8Array, after: Uint8Array, limit: number): number {
  let length = 0;
  while (length < limit && before[length] === after[length]) length++;
  return length;
}

function commonSuffix(before: Uint8Array, after: Uint8Array, limit: number): number {
  let length = 0;
  while (length < limit && before[before.length - 1 - length] === after[after.length - 1 - length]) length++;
  return length;
}

function hashWindow(bytes: Uint8Array, start: number): number {
  let hash = 0;
  for (let at = start; at < start + WINDOW; at++) hash = (Math.imul(hash, MULTIPLIER) + bytes[at]!) | 0;
  return hash;
}

function power(base: number, exponent: number): number {
  let result = 1;
  for (let count = 0; count < exponent; count++) result = Math.imul(result, base);
  return result;
}
