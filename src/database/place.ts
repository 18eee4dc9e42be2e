/**
 * Places in the text of a migration, from offsets in UTF-16 units.
 *
 * @module
 */
import type { TextPlace } from "../errors.ts";
import { placeOf } from "../json/place.ts";

/** Line and column of the character at `offset`. */
export function placeInText(text: string, offset: number): TextPlace {
  const bytes = Buffer.from(text);
  return placeOf(bytes, Buffer.byteLength(text.slice(0, offset)));
}

/** Line, from 1, of the character at `offset`. */
export function lineOf(text: string, offset: number): number {
  return placeInText(text, offset).line;
}
