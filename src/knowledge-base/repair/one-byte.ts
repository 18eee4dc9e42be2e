/**
 * Correction of a single wrong byte by trial: a checksum that fits again proves which one it was.
 *
 * @module
 */

/** What one try costs besides the bytes of the piece, in bytes: a piece has to be inflated, or parsed and hashed. */
const TRY_BYTES = 8192;

/** Bytes that one repair may look at while it tries: some seconds. */
const WORK_BYTES = 384 * 1024 * 1024;

/** Most of them for one piece: up to 2.6 KB for a flipped bit, and 120 bytes for any other value. */
const WORK_BYTES_OF_PIECE = 224 * 1024 * 1024;

/** Places at the beginning and the end of a piece that are always tried: headers and trailers are there. */
const ALWAYS = { first: 20, last: 8 } as const;

/** OneByteSearch finds the one byte that is wrong: first as a flipped bit, then as any other value. */
export class OneByteSearch {
  #left = WORK_BYTES;

  /**
   * `bytes` with one byte changed so that `isSound` accepts them. Null where no such change is found; of a piece that
   * is too long only its beginning and end are tried.
   */
  find(bytes: Uint8Array, isSound: (candidate: Buffer) => boolean): Buffer | null {
    for (const differences of [flippedBits, otherValues]) {
      const places = this.#placesIn(bytes.length, differences.length);
      const found = tryAt(bytes, places, differences, isSound);
      if (found !== null) return found;
    }
    return null;
  }

  #placesIn(length: number, differences: number): readonly number[] {
    const work = length * (length + TRY_BYTES) * differences;
    const all = Array.from({ length }, (_, at) => at);
    if (work > WORK_BYTES_OF_PIECE || work > this.#left)
      return all.filter((at) => at < ALWAYS.first || at >= length - ALWAYS.last);
    this.#left -= work;
    return all;
  }
}

/** What a byte differs by. */
const flippedBits: readonly number[] = Array.from({ length: 8 }, (_, bit) => 1 << bit);

const otherValues: readonly number[] = Array.from({ length: 255 }, (_, value) => value + 1).filter(
  (value) => !flippedBits.includes(value),
);

function tryAt(
  bytes: Uint8Array,
  places: readonly number[],
  differences: readonly number[],
  isSound: (candidate: Buffer) => boolean,
): Buffer | null {
  const candidate = Buffer.from(bytes);
  for (const at of places) {
    for (const difference of differences) {
      candidate[at] = bytes[at]! ^ difference;
      if (isSound(candidate)) return candidate;
    }
    candidate[at] = bytes[at]!;
  }
  return null;
}
