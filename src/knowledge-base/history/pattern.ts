/**
 * Pattern is what a search looks for, in the values of a text.
 *
 * @module
 */
import { KbvaultError } from "../../errors.ts";
import { parseTree } from "../../json/parse.ts";
import { JsonNumber } from "../../json/value.ts";
import { leavesOf, pathOf } from "../diff/leaves.ts";

/** How a pattern is meant. */
export interface PatternOptions {
  /** Take capital and small letters for the same. Default false. */
  readonly ignoreCase?: boolean;
  /** The pattern is plain text and no regular expression. Default false. */
  readonly fixed?: boolean;
}

/** A value in which the pattern was found. */
export interface MatchedValue {
  /** JSON Pointer inside the entry, or inside the document for text outside all entries. */
  readonly path: string;
  /** The whole text of the string, or of the number. */
  readonly text: string;
  /** Start and end of each match in `text`, in UTF-16 code units as JavaScript counts. */
  readonly ranges: readonly (readonly [start: number, end: number])[];
}

/** A compiled pattern. */
export interface Pattern {
  readonly expression: RegExp;
  /** Bytes without which no value matches; null where only parsing tells. */
  readonly needle: Buffer | null;
}

/** Characters that mean something in a regular expression, with the flag u. */
const SYNTAX = /[\\^$.*+?()[\]{}|/]/g;

/** Text that stands in JSON as it is, or with escapes that begin with `\u`. */
const PLAIN = /^[^\p{Cc}"\\/]+$/u;

const ESCAPE = Buffer.from("\\u");

/**
 * The compiled pattern: a regular expression of JavaScript with the flag u. Throws USAGE (`data.pattern`, `data.reason`)
 * for one that is none. A pattern of the user can take for ever on a text made for it; nothing guards against that.
 */
export function compilePattern(
  pattern: string,
  { ignoreCase = false, fixed = false }: PatternOptions,
): Pattern {
  const source = fixed ? pattern.replace(SYNTAX, "\\$&") : pattern;
  if (pattern === "")
    throw new KbvaultError("USAGE", "The pattern is empty. Say what to look for.", {
      pattern,
      reason: "empty",
    });
  try {
    const expression = new RegExp(source, ignoreCase ? "giu" : "gu");
    const isPlain = !ignoreCase && PLAIN.test(pattern) && (fixed || !hasSyntax(pattern));
    return { expression, needle: isPlain ? Buffer.from(pattern) : null };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new KbvaultError(
      "USAGE",
      `${JSON.stringify(pattern)} is no regular expression: ${reason}. With --fixed-strings it is taken as plain text.`,
      { pattern, reason },
      { cause },
    );
  }
}

/** The strings and numbers of a JSON text in which `pattern` is found, in order; keys are not searched. */
export function matchesIn(
  bytes: Uint8Array,
  { expression, needle }: Pattern,
  options: { readonly maxDepth?: number | undefined },
): MatchedValue[] {
  if (needle !== null && !mayHold(bytes, needle)) return [];
  const found: MatchedValue[] = [];
  for (const leaf of leavesOf(parseTree(bytes, options))) {
    const text = textOf(leaf.value);
    if (text === null) continue;
    const ranges = rangesIn(text, expression);
    if (ranges.length > 0) found.push({ path: pathOf(leaf), text, ranges });
  }
  return found;
}

function hasSyntax(pattern: string): boolean {
  return pattern.search(SYNTAX) !== -1;
}

function mayHold(bytes: Uint8Array, needle: Buffer): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return text.includes(needle) || text.includes(ESCAPE);
}

/** Text that can be searched: strings, and numbers as they are written. */
function textOf(value: unknown): string | null {
  if (typeof value === "string") return value;
  return typeof value === "number" || value instanceof JsonNumber ? String(value) : null;
}

/** Where `expression` matches at least one character. */
function rangesIn(text: string, expression: RegExp): [number, number][] {
  const ranges: [number, number][] = [];
  for (const match of text.matchAll(expression)) {
    if (match[0] !== "") ranges.push([match.index, match.index + match[0].length]);
  }
  return ranges;
}
