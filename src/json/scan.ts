/**
 * JsonScanner walks JSON text as bytes, without building values: it validates, finds where a value ends,
 * and reports keys that occur twice in one object. It takes about two nanoseconds a byte.
 *
 * @module
 * @see RFC 8259, whose grammar it follows to the letter; encoding is checked apart, by `node:buffer` `isUtf8`.
 */
import { KbvaultError } from "../errors.ts";
import { EMPTY_HASH, hashBytes } from "./hash.ts";
import { placeOf } from "./place.ts";

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Deepest nesting that is read unless the caller says otherwise. */
const DEFAULT_MAX_DEPTH = 1000;

/** Objects with more keys than this look repeated keys up in a map instead of a list. */
const LINEAR_KEYS = 12;

const WHITE_SPACE = bytesWhere((byte) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09);
const DIGIT = bytesWhere((byte) => byte >= 0x30 && byte <= 0x39);
const HEX_DIGIT = bytesWhere((byte) => /[0-9a-fA-F]/.test(String.fromCharCode(byte)));
const PLAIN_IN_STRING = bytesWhere((byte) => byte >= 0x20 && byte !== QUOTE && byte !== BACKSLASH);
const AFTER_BACKSLASH = bytesWhere((byte) => '"\\/bfnrt'.includes(String.fromCharCode(byte)));

function bytesWhere(holds: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (holds(byte) ? 1 : 0));
}

/** Told the offsets of both keys when an object holds the same key twice. */
export type DuplicateKeyListener = (first: number, second: number) => void;

export interface JsonScannerOptions {
  /** Deepest nesting allowed, counted from the value where a scan starts; default 1000. */
  readonly maxDepth?: number | undefined;
  /** Called for every repeated key inside a scanned value; without it, keys are not compared. */
  readonly onDuplicateKey?: DuplicateKeyListener;
}

/**
 * JsonScanner reads one text; its methods take an offset and return the offset behind what they read.
 * They throw INVALID_JSON or DEPTH_LIMIT, with `data` = `{offset, line, column, expected}`.
 *
 * @example
 * ```ts
 * const scanner = new JsonScanner(Buffer.from('{"a": [1, 2]} '));
 * scanner.skipValue(0); // 13
 * ```
 */
export class JsonScanner {
  readonly bytes: Uint8Array;
  readonly #maxDepth: number;
  readonly #onDuplicateKey: DuplicateKeyListener | undefined;
  /** 1 for an object, 0 for an array, by depth. */
  readonly #isObject: Uint8Array;
  /** Hashes and offsets of the keys of all open objects, innermost last. */
  #keyHashes = new Int32Array(256);
  #keyOffsets = new Float64Array(256);
  #keyCount = 0;
  /** Where the keys of the object at a depth begin in `#keyHashes`. */
  readonly #firstKey: Int32Array;
  readonly #largeObjects = new Map<number, Map<number, number[]>>();

  constructor(bytes: Uint8Array, options: JsonScannerOptions = {}) {
    this.bytes = bytes;
    this.#maxDepth = options.maxDepth ?? DEFAULT_MAX_DEPTH;
    this.#onDuplicateKey = options.onDuplicateKey;
    this.#isObject = new Uint8Array(this.#maxDepth + 1);
    this.#firstKey = new Int32Array(this.#maxDepth + 1);
  }

  /** Offset of the first byte at or after `offset` that is not white space. */
  skipWhiteSpace(offset: number): number {
    const bytes = this.bytes;
    const length = bytes.length;
    let at = offset;
    while (at < length && WHITE_SPACE[bytes[at]!] === 1) at++;
    return at;
  }

  /**
   * Offset behind the value that starts at `offset`; only the value itself, no white space around it.
   * `outerDepth` says in how many arrays and objects the value stands already; default 0.
   */
  skipValue(offset: number, outerDepth = 0): number {
    const bytes = this.bytes;
    const isObject = this.#isObject;
    let depth = 0;
    let at = offset;
    for (;;) {
      const byte = bytes[at];
      if (byte === QUOTE) {
        at = this.skipString(at);
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (depth + outerDepth >= this.#maxDepth) this.#failDepth(at);
        isObject[depth] = byte === OPEN_BRACE ? 1 : 0;
        this.#firstKey[depth] = this.#keyCount;
        const inside = this.skipWhiteSpace(at + 1);
        if (bytes[inside] === (byte === OPEN_BRACE ? CLOSE_BRACE : CLOSE_BRACKET)) {
          at = inside + 1;
        } else {
          depth++;
          at = byte === OPEN_BRACE ? this.#skipNestedKey(inside, depth - 1) : inside;
          continue;
        }
      } else {
        at = this.#skipScalar(at);
      }
      for (;;) {
        if (depth === 0) return at;
        at = this.skipWhiteSpace(at);
        const next = bytes[at];
        const inObject = isObject[depth - 1] === 1;
        if (next === COMMA) {
          at = this.skipWhiteSpace(at + 1);
          if (inObject) at = this.#skipNestedKey(at, depth - 1);
          break;
        }
        if (next !== (inObject ? CLOSE_BRACE : CLOSE_BRACKET))
          this.fail(at, inObject ? "',' or '}'" : "',' or ']'");
        depth--;
        if (inObject) this.#closeKeys(depth);
        at++;
      }
    }
  }

  /** Offset behind the string whose opening quote is at `offset`. */
  skipString(offset: number): number {
    const bytes = this.bytes;
    const length = bytes.length;
    if (bytes[offset] !== QUOTE) this.fail(offset, "a string");
    let at = offset + 1;
    for (;;) {
      while (at < length && PLAIN_IN_STRING[bytes[at]!] === 1) at++;
      const byte = bytes[at];
      if (byte === QUOTE) return at + 1;
      if (byte !== BACKSLASH)
        this.fail(at, byte === undefined ? "'\"' to end the string" : "no control character in a string");
      at = this.#skipEscape(at);
    }
  }

  /** Offset of the value that belongs to the key at `offset`: behind the key, the colon and the white space. */
  skipKey(offset: number): number {
    if (this.bytes[offset] !== QUOTE) this.fail(offset, "a key in double quotes");
    const colon = this.skipWhiteSpace(this.skipString(offset));
    if (this.bytes[colon] !== COLON) this.fail(colon, "':' after the key");
    return this.skipWhiteSpace(colon + 1);
  }

  /** The string whose opening quote is at `offset`, decoded. */
  readString(offset: number): string {
    const end = this.skipString(offset);
    const bytes = this.bytes;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + offset, end - offset).toString("utf8");
    return text.includes("\\") ? (JSON.parse(text) as string) : text.slice(1, -1);
  }

  /** Throws INVALID_JSON: at `offset`, `expected` should stand. */
  fail(offset: number, expected: string): never {
    const place = placeOf(this.bytes, offset);
    const found = this.#describe(offset);
    throw new KbvaultError(
      "INVALID_JSON",
      `Not JSON at line ${place.line}, column ${place.column}: found ${found}, expected ${expected}.`,
      { ...place, found, expected },
    );
  }

  #describe(offset: number): string {
    const bytes = this.bytes;
    if (offset >= bytes.length) return "the end of the text";
    const text = Buffer.from(
      bytes.buffer,
      bytes.byteOffset + offset,
      Math.min(8, bytes.length - offset),
    ).toString("utf8");
    const character = String.fromCodePoint(text.codePointAt(0)!);
    return JSON.stringify(character);
  }

  #failDepth(offset: number): never {
    const place = placeOf(this.bytes, offset);
    throw new KbvaultError(
      "DEPTH_LIMIT",
      `Nested deeper than ${this.#maxDepth} levels at line ${place.line}, column ${place.column}.`,
      { ...place, maxDepth: this.#maxDepth },
    );
  }

  #skipEscape(backslash: number): number {
    const bytes = this.bytes;
    const byte = bytes[backslash + 1];
    if (byte !== undefined && AFTER_BACKSLASH[byte] === 1) return backslash + 2;
    if (byte !== 0x75) this.fail(backslash + 1, 'an escape such as \\n, \\" or \\u00e9');
    for (let at = backslash + 2; at < backslash + 6; at++) {
      const digit = bytes[at];
      if (digit === undefined || HEX_DIGIT[digit] !== 1) this.fail(at, "four hexadecimal digits after \\u");
    }
    return backslash + 6;
  }

  #skipScalar(offset: number): number {
    switch (this.bytes[offset]) {
      case 0x74:
        return this.#skipWord(offset, "true");
      case 0x66:
        return this.#skipWord(offset, "false");
      case 0x6e:
        return this.#skipWord(offset, "null");
      default:
        return this.#skipNumber(offset);
    }
  }

  #skipWord(offset: number, word: string): number {
    for (let index = 0; index < word.length; index++) {
      if (this.bytes[offset + index] !== word.charCodeAt(index))
        this.fail(offset + index, `the word ${word}`);
    }
    return offset + word.length;
  }

  #skipNumber(offset: number): number {
    const bytes = this.bytes;
    let at = bytes[offset] === MINUS ? offset + 1 : offset;
    const first = bytes[at];
    if (first === ZERO) at++;
    else if (first !== undefined && DIGIT[first] === 1) at = this.#skipDigits(at);
    else this.fail(at, at === offset ? "a value" : "a digit");
    if (bytes[at] === DOT) at = this.#skipDigits(at + 1);
    const exponent = bytes[at];
    if (exponent === 0x65 || exponent === 0x45) {
      const sign = bytes[at + 1];
      at = this.#skipDigits(sign === 0x2b || sign === MINUS ? at + 2 : at + 1);
    }
    return at;
  }

  #skipDigits(offset: number): number {
    const bytes = this.bytes;
    const length = bytes.length;
    let at = offset;
    while (at < length && DIGIT[bytes[at]!] === 1) at++;
    if (at === offset) this.fail(at, "a digit");
    return at;
  }

  #skipNestedKey(offset: number, depth: number): number {
    const value = this.skipKey(offset);
    if (this.#onDuplicateKey !== undefined) this.#noteKey(offset, depth);
    return value;
  }

  #noteKey(offset: number, depth: number): void {
    const first = this.#firstKey[depth]!;
    const hash = this.#hashKey(offset);
    const count = this.#keyCount - first;
    if (count >= LINEAR_KEYS) {
      this.#noteKeyInLargeObject(offset, hash, first, depth);
    } else {
      for (let index = first; index < this.#keyCount; index++) {
        if (this.#keyHashes[index] === hash) this.#reportIfEqual(this.#keyOffsets[index]!, offset);
      }
    }
    if (this.#keyCount === this.#keyHashes.length) this.#growKeys();
    this.#keyHashes[this.#keyCount] = hash;
    this.#keyOffsets[this.#keyCount] = offset;
    this.#keyCount++;
  }

  #noteKeyInLargeObject(offset: number, hash: number, first: number, depth: number): void {
    let offsets = this.#largeObjects.get(depth);
    if (offsets === undefined) {
      offsets = new Map();
      this.#largeObjects.set(depth, offsets);
      for (let index = first; index < this.#keyCount; index++)
        addTo(offsets, this.#keyHashes[index]!, this.#keyOffsets[index]!);
    }
    for (const earlier of offsets.get(hash) ?? []) this.#reportIfEqual(earlier, offset);
    addTo(offsets, hash, offset);
  }

  #closeKeys(depth: number): void {
    this.#keyCount = this.#firstKey[depth]!;
    if (this.#largeObjects.size > 0) this.#largeObjects.delete(depth);
  }

  #hashKey(offset: number): number {
    const bytes = this.bytes;
    let hash = EMPTY_HASH;
    let at = offset + 1;
    for (let byte = bytes[at]!; byte !== QUOTE; byte = bytes[++at]!) {
      if (byte === BACKSLASH) return hashBytes(Buffer.from(this.readString(offset)));
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
    return hash;
  }

  #reportIfEqual(first: number, second: number): void {
    if (this.readString(first) === this.readString(second)) this.#onDuplicateKey?.(first, second);
  }

  #growKeys(): void {
    const hashes = new Int32Array(this.#keyHashes.length * 2);
    hashes.set(this.#keyHashes);
    this.#keyHashes = hashes;
    const offsets = new Float64Array(hashes.length);
    offsets.set(this.#keyOffsets);
    this.#keyOffsets = offsets;
  }
}

function addTo(offsets: Map<number, number[]>, hash: number, offset: number): void {
  const list = offsets.get(hash);
  if (list === undefined) offsets.set(hash, [offset]);
  else list.push(offset);
}
