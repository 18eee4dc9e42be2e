/**
 * Parsing of JSON text into values and trees that lose nothing.
 *
 * JsonScanner validates the text first; what follows reads valid text only and so has no error to report.
 *
 * @module
 * @see RFC 8259: https://www.rfc-editor.org/rfc/rfc8259
 */
import { constants } from "node:buffer";
import { KbvaultError } from "../errors.ts";
import { byteOrderMarkLength, checkUtf8 } from "./encoding.ts";
import { JsonScanner, type JsonScannerOptions } from "./scan.ts";
import { JsonMembers, type JsonTree, objectOf } from "./tree.ts";
import { JsonNumber, type JsonObject, type JsonValue } from "./value.ts";

const QUOTE = 0x22;
const PLUS = 0x2b;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const LETTER_E = 0x65;
const LETTER_F = 0x66;
const LETTER_N = 0x6e;
const LETTER_T = 0x74;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
/** The bit that tells `e` from `E`. */
const LOWER_CASE = 0x20;

/** Integers of so many digits are exact as JavaScript numbers and print as they were written. */
const EXACT_DIGITS = 15;

/**
 * The value of JSON text. Numbers become JavaScript numbers only where printing those gives the same text again,
 * JsonNumber otherwise. Objects have no prototype; of members with one key the last wins. A byte order mark is skipped.
 * Text with lone surrogates (`"\ud800"`) is accepted and kept.
 *
 * @param options `maxDepth` (default 1000); `onDuplicateKey` hears the byte offsets of both keys where one repeats.
 * @throws KbvaultError INVALID_JSON, with `data` = `{offset, line, column, found, expected}`.
 * @throws KbvaultError INVALID_UTF8, with `data` = `{offset, line, column}`.
 * @throws KbvaultError DEPTH_LIMIT, with `data` = `{offset, line, column, maxDepth}`.
 * @throws KbvaultError KB_TOO_LARGE, with `data` = `{bytes, limit}`, above 512 MB, the longest string of JavaScript.
 * @example
 * ```ts
 * parseJson('{"price": 1.10, "stock": 3}'); // { price: JsonNumber("1.10"), stock: 3 }
 * ```
 */
export function parseJson(text: string | Uint8Array, options: JsonScannerOptions = {}): JsonValue {
  return build<JsonObject>(validText(text, options), objectOf);
}

/** The tree of JSON text, which keeps repeated keys and the order of all keys; options and errors as `parseJson`. */
export function parseTree(text: string | Uint8Array, options: JsonScannerOptions = {}): JsonTree {
  return build<JsonMembers>(validText(text, options), (keys, values) => new JsonMembers(keys, values));
}

/** Throws INVALID_JSON, INVALID_UTF8 or DEPTH_LIMIT, as `parseJson` does, unless `bytes` are one JSON value. */
export function checkJsonText(bytes: Uint8Array, options: JsonScannerOptions = {}): void {
  checkUtf8(bytes);
  const scanner = new JsonScanner(bytes, options);
  const end = scanner.skipWhiteSpace(scanner.skipValue(scanner.skipWhiteSpace(byteOrderMarkLength(bytes))));
  if (end !== bytes.length) scanner.fail(end, "the end of the text");
}

/** `text` as a string, once it is known to be one JSON value. */
function validText(text: string | Uint8Array, options: JsonScannerOptions): string {
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  if (bytes.length > constants.MAX_STRING_LENGTH) failTooLarge(bytes.length);
  checkJsonText(bytes, options);
  if (typeof text === "string") return text;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
}

function failTooLarge(bytes: number): never {
  const limit = constants.MAX_STRING_LENGTH;
  throw new KbvaultError(
    "KB_TOO_LARGE",
    `One JSON value of ${bytes} bytes is too large to be read: the limit is ${limit}. Nothing was changed. Split it into several entries.`,
    { bytes, limit },
  );
}

type Scalar = null | boolean | string | number | JsonNumber;

/** A value whose objects are of type `ObjectValue`. */
type Built<ObjectValue> = Scalar | readonly Built<ObjectValue>[] | ObjectValue;

/** An array or object that is still open; an array has no keys. */
interface Frame<ObjectValue> {
  readonly keys: string[] | null;
  readonly values: Built<ObjectValue>[];
}

/**
 * Builds the value of valid JSON text. Commas, colons and white space say nothing that the rest does not:
 * in an object, a string is a key whenever each key so far has its value.
 */
function build<ObjectValue>(
  text: string,
  closeObject: (keys: string[], values: Built<ObjectValue>[]) => ObjectValue,
): Built<ObjectValue> {
  const enclosing: Frame<ObjectValue>[] = [];
  let frame: Frame<ObjectValue> = { keys: null, values: [] };
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = stringEnd(text, at);
      const string = stringAt(text, at, end);
      if (frame.keys !== null && frame.keys.length === frame.values.length) frame.keys.push(string);
      else frame.values.push(string);
      at = end;
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      enclosing.push(frame);
      frame = { keys: code === OPEN_BRACE ? [] : null, values: [] };
      at++;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      const { keys, values } = frame;
      frame = enclosing.pop()!;
      frame.values.push(keys === null ? values : closeObject(keys, values));
      at++;
    } else if (code === MINUS || (code >= ZERO && code <= NINE)) {
      const end = numberEnd(text, at);
      frame.values.push(numberAt(text, at, end));
      at = end;
    } else if (code === LETTER_T || code === LETTER_N) {
      frame.values.push(code === LETTER_T ? true : null);
      at += "true".length;
    } else if (code === LETTER_F) {
      frame.values.push(false);
      at += "false".length;
    } else {
      at++;
    }
  }
  return frame.values[0]!;
}

function stringEnd(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    at += code === BACKSLASH ? 2 : 1;
  }
}

function stringAt(text: string, start: number, end: number): string {
  const inside = text.slice(start + 1, end - 1);
  return inside.includes("\\") ? (JSON.parse(text.slice(start, end)) as string) : inside;
}

function numberEnd(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    const code = text.charCodeAt(at);
    const inNumber =
      (code >= ZERO && code <= NINE) ||
      code === DOT ||
      code === MINUS ||
      code === PLUS ||
      (code | LOWER_CASE) === LETTER_E;
    if (!inNumber) return at;
    at++;
  }
}

function numberAt(text: string, start: number, end: number): number | JsonNumber {
  if (end - start <= EXACT_DIGITS) {
    const integer = digitsAt(text, start, end);
    if (integer !== -1) return integer;
  }
  const written = text.slice(start, end);
  const number = Number(written);
  return String(number) === written ? number : new JsonNumber(written);
}

/** The integer that these digits write, or -1 where there is anything else among them. */
function digitsAt(text: string, start: number, end: number): number {
  let integer = 0;
  for (let at = start; at < end; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    integer = integer * 10 + digit;
  }
  return integer;
}
