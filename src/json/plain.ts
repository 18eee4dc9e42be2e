/**
 * Plain values of JSON text, where losing the text of numbers does not matter.
 *
 * @module
 */
import { constants } from "node:buffer";
import { KbvaultError } from "../errors.ts";
import { parseJson } from "./parse.ts";

/**
 * The value of JSON text as `JSON.parse` gives it, for libraries that read plain JavaScript values: numbers are rounded
 * to doubles. A byte order mark is skipped.
 *
 * @throws KbvaultError INVALID_JSON or INVALID_UTF8, with `data` = `{offset, line, column, ...}`.
 * @throws KbvaultError KB_TOO_LARGE, with `data` = `{bytes, limit}`, above 512 MB, the longest string of JavaScript.
 * @example
 * ```ts
 * parsePlainJson(Buffer.from('{"price": 1.10}')); // { price: 1.1 }
 * ```
 */
export function parsePlainJson(bytes: Uint8Array): unknown {
  if (bytes.length > constants.MAX_STRING_LENGTH) {
    throw new KbvaultError(
      "KB_TOO_LARGE",
      `A text of ${bytes.length} bytes is too large to be read as one value; the limit is ${constants.MAX_STRING_LENGTH}. Nothing was changed. Read its entries one by one.`,
      { bytes: bytes.length, limit: constants.MAX_STRING_LENGTH },
    );
  }
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    // Throws the same refusal with its place in the text.
    parseJson(bytes);
    /* v8 ignore next -- both refuse the same texts @preserve */
    throw error;
  }
}
