/**
 * Encoding of JSON text: UTF-8, perhaps with a byte order mark in front.
 *
 * @module
 * @see RFC 3629: https://www.rfc-editor.org/rfc/rfc3629
 */
import { isUtf8 } from "node:buffer";
import { KbvaultError } from "../errors.ts";
import { placeOf } from "./place.ts";

/** Bytes that the byte order mark at the start of `bytes` takes: 3, or 0 where there is none. */
export function byteOrderMarkLength(bytes: Uint8Array): 0 | 3 {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

/** Throws INVALID_UTF8, with `data` = `{offset, line, column}` of the first wrong byte, unless `bytes` are UTF-8. */
export function checkUtf8(bytes: Uint8Array): void {
  if (isUtf8(bytes)) return;
  const place = placeOf(bytes, firstInvalidByte(bytes));
  throw new KbvaultError(
    "INVALID_UTF8",
    `The bytes at line ${place.line}, column ${place.column} (offset ${place.offset}) are not UTF-8. Save the text as UTF-8.`,
    { ...place },
  );
}

function firstInvalidByte(bytes: Uint8Array): number {
  let at = 0;
  for (;;) {
    const length = sequenceLength(bytes[at]!);
    if (length === 0 || (length > 1 && !isUtf8(bytes.subarray(at, at + length)))) return at;
    at += length;
  }
}

/** Bytes of the character that `lead` begins, or 0 for a byte that begins none. */
function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}
