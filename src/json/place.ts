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
