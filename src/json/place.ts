/**
 * Places in a text, as people and editors count them.
 *
 * @module
 */
import type { TextPlace } from "../errors.ts";

const LINE_FEED = 0x0a;

const START: TextPlace = { offset: 0, line: 1, column: 1 };

/** The place of byte `offset` in UTF-8 text: line and column from 1, columns in UTF-16 units, a BOM not counted. */
export function placeOf(bytes: Uint8Array, offset: number): TextPlace {
  return placeBehind(START, bytes, offset);
}

/** The places of `offsets`, in their order; the text is gone through once. */
export function placesOf(bytes: Uint8Array, offsets: readonly number[]): TextPlace[] {
  const places = new Map<number, TextPlace>();
  let last = START;
  for (const offset of offsets.toSorted((one, other) => one - other)) {
    last = placeBehind(last, bytes, offset);
    places.set(offset, last);
  }
  return offsets.map((offset) => places.get(offset)!);
}

/** The place of `offset`, counted on from a place at or before it. */
function placeBehind(known: TextPlace, bytes: Uint8Array, offset: number): TextPlace {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let { line, column, offset: from } = known;
  for (
    let at = buffer.indexOf(LINE_FEED, from);
    at !== -1 && at < offset;
    at = buffer.indexOf(LINE_FEED, from)
  ) {
    line++;
    column = 1;
    from = at + 1;
  }
  const text = buffer.toString("utf8", from, offset);
  const isMarked = from === 0 && text.startsWith("\uFEFF");
  return { offset, line, column: column + text.length - (isMarked ? 1 : 0) };
}
