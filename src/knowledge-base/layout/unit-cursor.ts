/**
 * UnitCursor cuts a document into units, in order and without gaps: one for each entry (with the separator
 * that follows it) and one for each stretch of text outside all entries.
 *
 * A cursor can start at any entry whose container is known, so a change is read from the entry before it
 * and not from the beginning of the document.
 *
 * @module
 */
import { byteOrderMarkLength } from "../../json/encoding.ts";
import { formatPointer, parsePointer } from "../../json/pointer.ts";
import { JsonScanner, type JsonScannerOptions } from "../../json/scan.ts";
import { defaultIdFields, type Layout, type Pattern, patternsOf } from "./layout.ts";

const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const QUOTE = 0x22;

/** The object or array that holds an entry, and the kinds (`o` object, `a` array) of all values on the way to it. */
export interface Container {
  /** JSON Pointer of the container. */
  readonly pointer: string;
  /** One letter for each value from the root to the container itself: `oa` for the array of `{"problems": [...]}`. */
  readonly kinds: string;
}

/** Text that only equal containers share: a repeated key can name an object here and an array there. */
export function containerKey({ pointer, kinds }: Container): string {
  return `${kinds} ${pointer}`;
}

/** Where a cursor starts: at an entry, or behind the last entry, of a container. */
export interface UnitAnchor {
  readonly offset: number;
  readonly container: Container;
}

export interface UnitCursorOptions extends JsonScannerOptions {
  /** Start here and not at the beginning of a document. */
  readonly from?: UnitAnchor;
  /** The bytes are a part of a document, cut at a unit's end: reading stops there. Default false. */
  readonly partial?: boolean;
}

interface Frame {
  readonly container: Container;
  readonly tokens: readonly string[];
  readonly isObject: boolean;
  /** Patterns that can still match below this value. */
  readonly patterns: readonly Pattern[];
  readonly holdsEntries: boolean;
  /** What entry ids in this container begin with; see `entryName`. */
  readonly namePrefix: string;
  /** Keys seen, to notice repeated ones; only between entries, only where reading began at the container's start. */
  readonly keys: Map<string, number> | null;
  /** Position of the current element of an array. */
  index: number;
}

/** UnitCursor reads forward; after `next()` returned true its fields describe the unit just read. */
export class UnitCursor {
  readonly scanner: JsonScanner;
  /** Offset of the unit's first byte. */
  start = 0;
  /** Offset behind the unit; the next unit starts here. */
  end = 0;
  /** Whether the unit is an entry; otherwise it is text outside all entries and the fields below mean nothing. */
  isEntry = false;
  /** Offset of the entry's value: behind the key in an object, the same as `start` in an array. */
  valueStart = 0;
  /** Offset behind the entry's value; what follows up to `end` is its separator. */
  valueEnd = 0;
  /** The entry's id, unique in a document without duplicates; null for an array's element without an id field. */
  id: string | null = null;
  /** Position of the entry in its container, counted from where the cursor started. */
  index = 0;

  readonly #layout: Layout;
  readonly #patterns: readonly Pattern[];
  readonly #onDuplicateKey: JsonScannerOptions["onDuplicateKey"];
  readonly #partial: boolean;
  readonly #frames: Frame[] = [];
  #atEntry = false;
  #begun = false;
  #done = false;

  constructor(bytes: Uint8Array, layout: Layout, options: UnitCursorOptions = {}) {
    this.scanner = new JsonScanner(bytes, options);
    this.#layout = layout;
    this.#patterns = patternsOf(layout);
    this.#onDuplicateKey = options.onDuplicateKey;
    this.#partial = options.partial ?? false;
    if (options.from !== undefined) this.#resume(options.from);
  }

  /** The container of the entry just read, or the one that the text just read leads to or comes behind. */
  get container(): Container | null {
    return this.#frames.at(-1)?.container ?? null;
  }

  /** Whether an entry comes next. */
  get isAtEntry(): boolean {
    return this.#atEntry;
  }

  /** Reads the next unit; false at the end of the document. Throws INVALID_JSON and DEPTH_LIMIT. */
  next(): boolean {
    if (this.#done || (this.#partial && this.end >= this.scanner.bytes.length)) return false;
    this.start = this.end;
    this.isEntry = this.#atEntry;
    if (this.#atEntry) this.#readEntry();
    else this.#readOutside();
    return true;
  }

  #resume(anchor: UnitAnchor): void {
    const tokens = parsePointer(anchor.container.pointer);
    let frame = this.#rootFrame(anchor.container.kinds[0] === "o", null);
    this.#frames.push(frame);
    for (const [depth, token] of tokens.entries()) {
      if (!frame.isObject) frame.index = Number(token);
      frame = this.#childFrame(frame, token, anchor.container.kinds[depth + 1] === "o", null);
      this.#frames.push(frame);
    }
    this.#begun = true;
    this.end = anchor.offset;
    const byte = this.scanner.bytes[anchor.offset];
    this.#atEntry = byte !== COMMA && byte !== CLOSE_BRACE && byte !== CLOSE_BRACKET && !isWhiteSpace(byte);
  }

  #readEntry(): void {
    const { scanner } = this;
    const frame = this.#top();
    this.index = frame.index;
    if (frame.isObject) {
      this.valueStart = scanner.skipKey(this.start);
      this.id = entryName(frame.namePrefix, scanner.readString(this.start));
    } else {
      this.valueStart = this.start;
      this.id = null;
    }
    this.valueEnd = scanner.skipValue(this.valueStart, this.#frames.length);
    if (!frame.isObject) {
      const id = this.#readIdField(this.valueStart);
      if (id !== null) this.id = entryName(frame.namePrefix, id);
    }
    const separator = scanner.skipWhiteSpace(this.valueEnd);
    if (scanner.bytes[separator] === COMMA) {
      this.end = scanner.skipWhiteSpace(separator + 1);
      frame.index++;
    } else {
      const isCut = this.#partial && separator === scanner.bytes.length;
      if (!isCut && scanner.bytes[separator] !== closingOf(frame))
        scanner.fail(separator, frame.isObject ? "',' or '}'" : "',' or ']'");
      this.end = this.valueEnd;
      this.#atEntry = false;
    }
  }

  #readOutside(): void {
    this.end = this.#begun ? this.#walkOn(this.end) : this.#enterRoot();
  }

  #enterRoot(): number {
    const { scanner } = this;
    this.#begun = true;
    const start = scanner.skipWhiteSpace(byteOrderMarkLength(scanner.bytes));
    const byte = scanner.bytes[start];
    if (byte !== OPEN_BRACE && byte !== OPEN_BRACKET) return this.#finish(scanner.skipValue(start));
    return this.#enter(this.#rootFrame(byte === OPEN_BRACE, new Map()), start);
  }

  /** Goes into the container that opens at `start`; returns the offset of its first entry, or of what comes next. */
  #enter(frame: Frame, start: number): number {
    const inside = this.scanner.skipWhiteSpace(start + 1);
    if (this.scanner.bytes[inside] === closingOf(frame)) {
      return this.#frames.length === 0 ? this.#finish(inside + 1) : this.#walkOn(inside + 1);
    }
    this.#frames.push(frame);
    if (!frame.holdsEntries) return this.#walkMember(inside);
    this.#atEntry = true;
    return inside;
  }

  /** Goes on behind a value at `offset`, up to the next entry or the end. */
  #walkOn(offset: number): number {
    const { scanner } = this;
    let at = offset;
    for (;;) {
      at = scanner.skipWhiteSpace(at);
      const frame = this.#top();
      if (scanner.bytes[at] === COMMA) {
        frame.index++;
        const member = scanner.skipWhiteSpace(at + 1);
        if (!frame.holdsEntries) return this.#walkMember(member);
        this.#atEntry = true;
        return member;
      }
      if (scanner.bytes[at] !== closingOf(frame))
        scanner.fail(at, frame.isObject ? "',' or '}'" : "',' or ']'");
      this.#frames.pop();
      at++;
      if (this.#frames.length === 0) return this.#finish(at);
    }
  }

  #walkMember(offset: number): number {
    const { scanner } = this;
    let member = offset;
    for (;;) {
      const frame = this.#top();
      const value = frame.isObject ? scanner.skipKey(member) : member;
      const token = frame.isObject ? scanner.readString(member) : String(frame.index);
      if (frame.isObject) this.#noteKey(frame, token, member);
      const byte = scanner.bytes[value];
      if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        const child = this.#childFrame(frame, token, byte === OPEN_BRACE, new Map());
        if (child.patterns.length > 0) return this.#enter(child, value);
      }
      const end = scanner.skipWhiteSpace(scanner.skipValue(value, this.#frames.length));
      if (scanner.bytes[end] !== COMMA) return this.#walkOn(end);
      frame.index++;
      member = scanner.skipWhiteSpace(end + 1);
    }
  }

  #finish(offset: number): number {
    const end = this.scanner.skipWhiteSpace(offset);
    if (end < this.scanner.bytes.length) this.scanner.fail(end, "the end of the text");
    this.#done = true;
    return end;
  }

  #noteKey(frame: Frame, key: string, offset: number): void {
    const first = frame.keys?.get(key);
    if (first !== undefined) this.#onDuplicateKey?.(first, offset);
    else frame.keys?.set(key, offset);
  }

  #top(): Frame {
    return this.#frames.at(-1)!;
  }

  #rootFrame(isObject: boolean, keys: Map<string, number> | null): Frame {
    return this.#frame({ pointer: "", kinds: isObject ? "o" : "a" }, [], this.#patterns, keys);
  }

  #childFrame(parent: Frame, token: string, isObject: boolean, keys: Map<string, number> | null): Frame {
    const depth = parent.tokens.length;
    const tokens = [...parent.tokens, token];
    const patterns = parent.patterns.filter(
      (pattern) => pattern.length > depth + 1 && (pattern[depth] === "*" || pattern[depth] === token),
    );
    const container = {
      pointer: formatPointer(tokens),
      kinds: parent.container.kinds + (isObject ? "o" : "a"),
    };
    return this.#frame(container, tokens, patterns, keys);
  }

  #frame(
    container: Container,
    tokens: readonly string[],
    patterns: readonly Pattern[],
    keys: Map<string, number> | null,
  ): Frame {
    const entries = patterns.find((pattern) => pattern.length === tokens.length + 1);
    const named =
      this.#patterns.length > 1
        ? tokens
        : tokens.filter((_, depth) => entries !== undefined && entries[depth] === "*");
    return {
      container,
      tokens,
      isObject: container.kinds.endsWith("o"),
      patterns,
      holdsEntries: entries !== undefined,
      namePrefix: named.length === 0 ? "" : `${formatPointer(named).slice(1)}/`,
      keys,
      index: 0,
    };
  }

  #readIdField(value: number): string | null {
    const { scanner } = this;
    if (scanner.bytes[value] !== OPEN_BRACE) return null;
    const fields = this.#layout.idField === null ? defaultIdFields : [this.#layout.idField];
    let best = fields.length;
    let id: string | null = null;
    let at = scanner.skipWhiteSpace(value + 1);
    while (scanner.bytes[at] === QUOTE) {
      const field = fields.indexOf(scanner.readString(at));
      const start = scanner.skipKey(at);
      const end = scanner.skipValue(start);
      if (field !== -1 && field < best) {
        const text = this.#readScalarId(start, end);
        if (text !== null) {
          best = field;
          id = text;
        }
        if (best === 0) return id;
      }
      const separator = scanner.skipWhiteSpace(end);
      if (scanner.bytes[separator] !== COMMA) break;
      at = scanner.skipWhiteSpace(separator + 1);
    }
    return id;
  }

  #readScalarId(start: number, end: number): string | null {
    const byte = this.scanner.bytes[start];
    if (byte === QUOTE) return this.scanner.readString(start);
    const isNumber = byte === 0x2d || (byte !== undefined && byte >= 0x30 && byte <= 0x39);
    return isNumber ? Buffer.from(this.scanner.bytes.subarray(start, end)).toString("latin1") : null;
  }
}

/**
 * Name of an entry: its key or id alone where the layout has one pattern with one wildcard, otherwise the
 * tokens that lead to it, joined as a JSON Pointer without its first slash.
 */
function entryName(prefix: string, id: string): string {
  return prefix === "" ? id : prefix + formatPointer([id]).slice(1);
}

function closingOf(frame: Frame): number {
  return frame.isObject ? CLOSE_BRACE : CLOSE_BRACKET;
}

function isWhiteSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
