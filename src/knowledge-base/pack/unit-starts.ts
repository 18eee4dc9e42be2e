/**
 * Unit starts are the offsets at which units (entries, and text outside them) begin in the raw bytes of a pack,
 * each with its container. In memory they are columns; in a member's header they are varints.
 *
 * @module
 */

/** Container number of a unit that is text outside all entries. */
export const OUTSIDE = -1;

/** Unit starts in ascending order of offset, as columns of equal length. */
export interface UnitStarts {
  readonly offsets: Float64Array;
  /** Index in the pack's list of containers, or `OUTSIDE`. */
  readonly containers: Int32Array;
}

export const noUnitStarts: UnitStarts = { offsets: new Float64Array(0), containers: new Int32Array(0) };

/** Index of the last element of ascending `offsets` that is at most `offset`, or -1. */
export function lastAtOrBefore(offsets: ArrayLike<number>, offset: number): number {
  let low = 0;
  let high = offsets.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (offsets[middle]! <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Appends the LEB128 varint of `value`, a non-negative integer, to `bytes`. */
function appendVarint(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
}

/**
 * The units with index `from` to `to` for the header of the member whose raw bytes begin at `base`: for each,
 * the distance from the unit before it (from `base` for the first) and its container plus one.
 */
export function encodeUnitStarts(units: UnitStarts, from: number, to: number, base: number): Uint8Array {
  const bytes: number[] = [];
  let previous = base;
  for (let index = from; index < to; index++) {
    const offset = units.offsets[index]!;
    appendVarint(bytes, offset - previous);
    appendVarint(bytes, units.containers[index]! + 1);
    previous = offset;
  }
  return Uint8Array.from(bytes);
}

/** The unit starts of a member whose raw bytes begin at `base`; the other way round of `encodeUnitStarts`. */
export function decodeUnitStarts(bytes: Uint8Array, base: number): UnitStarts {
  const offsets: number[] = [];
  const containers: number[] = [];
  let at = 0;
  let previous = base;
  const varint = (): number => {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
  };
  while (at < bytes.length) {
    previous += varint();
    offsets.push(previous);
    containers.push(varint() - 1);
  }
  return { offsets: Float64Array.from(offsets), containers: Int32Array.from(containers) };
}
