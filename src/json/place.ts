/**
 * Places in a text, as people and editors count them.
 *
 * @module
 */
import type { TextPlace } from "../errors.ts";

const LINE_FEED = 0x0a;

/** The place of byte `offset` in UTF-8 text: line and column from 1, columns in UTF-16 units, a BOM not counted. */
export function placeOf(bytes: Uint8Array, offset: number): TextPlace {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let line = 1;
  let lineStart = 0;
  for (let at = buffer.indexOf(LINE_FEED); at !== -1 && at < offset; at = buffer.indexOf(LINE_FEED, at + 1)) {
    line++;
    lineStart = at + 1;
  }
  const prefix = buffer.toString("utf8", lineStart, offset);
  const column = (prefix.startsWith("\uFEFF") ? prefix.length - 1 : prefix.length) + 1;
  return { offset, line, column };
}

/** The places of `offsets`, in their order; the text is gone through once. */
export function placesOf(bytes: Uint8Array, offsets: readonly number[]): TextPlace[] {
  const places = new Map<number, TextPlace>();
  let last: TextPlace = { offset: 0, line: 1, column: 1 };
  for (const offset of offsets.toSorted((one, other) => one - other)) {
    const onward = placeOf(bytes.subarray(last.offset), offset - last.offset);
    const column = onward.line === 1 ? last.column + onward.column - 1 : onward.column;
    last = { offset, line: last.line + onward.line - 1, column };
    places.set(offset, last);
  }
  return offsets.map((offset) => places.get(offset) ?? placeOf(bytes, offset));
}
