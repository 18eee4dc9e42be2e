/**
 * Part is a value in one of the documents that are merged: a range of its bytes.
 *
 * @module
 */
import { isKbvaultError, KbvaultError } from "../../errors.ts";
import { byteOrderMarkLength, checkUtf8 } from "../../json/encoding.ts";
import { type Member, membersAt } from "../../json/members.ts";
import { parseJson, parseTree } from "../../json/parse.ts";
import { formatPointer } from "../../json/pointer.ts";
import { JsonScanner, type JsonScannerOptions } from "../../json/scan.ts";
import { childrenOf, isContainer, type JsonTree, valueOfTree } from "../../json/tree.ts";
import type { JsonValue } from "../../json/value.ts";
import type { Layout } from "../layout/layout.ts";
import { UnitCursor } from "../layout/unit-cursor.ts";

const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;

/** One of the three documents. */
export interface Side {
  readonly name: "base" | "ours" | "theirs";
  readonly scanner: JsonScanner;
  readonly reading: JsonScannerOptions;
}

/** A value of a document. */
export interface Part {
  readonly side: Side;
  readonly parent: Part | null;
  /** Its key or index in the parent; "" for the root. */
  readonly token: string;
  readonly start: number;
  readonly end: number;
  /** What it is called if it is an entry, otherwise null; an entry without an id is called `#0`, `#1`, ... by its place. */
  readonly entry: { readonly id: string; readonly hasId: boolean } | null;
  /** Its value, where that was needed. */
  readonly tree: JsonTree | null;
}

/** One value on the three sides; null where it is absent. */
export interface Trio {
  readonly base: Part | null;
  readonly ours: Part | null;
  readonly theirs: Part | null;
}

/** A value that ours and theirs have. */
export interface SharedTrio extends Trio {
  readonly ours: Part;
  readonly theirs: Part;
}

/** The root of a document. Throws INVALID_UTF8, INVALID_JSON and DEPTH_LIMIT, with the name of the side. */
export function rootOf(name: Side["name"], bytes: Uint8Array, reading: JsonScannerOptions): Part {
  const scanner = new JsonScanner(bytes, reading);
  try {
    checkUtf8(bytes);
    const start = scanner.skipWhiteSpace(byteOrderMarkLength(bytes));
    const end = scanner.skipValue(start);
    const rest = scanner.skipWhiteSpace(end);
    if (rest < bytes.length) scanner.fail(rest, "the end of the text");
    return { side: { name, scanner, reading }, parent: null, token: "", start, end, entry: null, tree: null };
  } catch (error) {
    if (!isKbvaultError(error)) throw error;
    const message = `${name} cannot be merged. ${error.message} Nothing was written.`;
    throw new KbvaultError(error.code, message, { ...error.data, side: name });
  }
}

/** The part with its value at hand. */
export function withTree(part: Part): Part {
  return { ...part, tree: parseTree(bytesOf(part), part.side.reading) };
}

export function bytesOf({ side, start, end }: Part): Uint8Array {
  return side.scanner.bytes.subarray(start, end);
}

export function jsonOf(part: Part): JsonValue {
  return part.tree === null ? parseJson(bytesOf(part), part.side.reading) : valueOfTree(part.tree);
}

export function isObject({ side, start }: Part): boolean {
  return side.scanner.bytes[start] === OPEN_BRACE;
}

export function isArray({ side, start }: Part): boolean {
  return side.scanner.bytes[start] === OPEN_BRACKET;
}

export function sameBytes(one: Part, other: Part): boolean {
  if (one.end - one.start !== other.end - other.start) return false;
  return Buffer.compare(bytesOf(one), bytesOf(other)) === 0;
}

/** What stands directly in `part`, in order; with the layout where those are entries, otherwise with null. */
export function partsIn(part: Part, layout: Layout | null): Part[] {
  const { side, tree } = part;
  const trees = tree !== null && isContainer(tree) ? childrenOf(tree) : [];
  const inside: Iterable<EntryMember | Member> =
    layout === null ? membersAt(side.scanner, part.start) : entriesIn(part, layout);
  return Array.from(inside, (member, index) => ({
    side,
    parent: part,
    token: member.token,
    start: member.value,
    end: member.end,
    entry: "entry" in member ? member.entry : null,
    tree: trees[index] ?? null,
  }));
}

/** A member or element that is an entry. */
interface EntryMember extends Member {
  readonly entry: Part["entry"];
}

function* entriesIn(part: Part, layout: Layout): Generator<EntryMember> {
  const { scanner, reading } = part.side;
  if (!isObject(part) && !isArray(part)) return;
  const first = scanner.skipWhiteSpace(part.start + 1);
  const from = { offset: first, container: { pointer: formatPointer(tokensTo(part)), kinds: kindsTo(part) } };
  const cursor = new UnitCursor(scanner.bytes, layout, { ...reading, from });
  while (cursor.isAtEntry && cursor.next()) {
    const { start, valueStart, valueEnd, index, id } = cursor;
    const token = isObject(part) ? scanner.readString(start) : String(index);
    yield {
      token,
      start,
      value: valueStart,
      end: valueEnd,
      entry: { id: id ?? `#${index}`, hasId: id !== null },
    };
  }
}

/** The way from the root to `part`, or from the part `above` it. */
export function tokensTo(part: Part, above: Part | null = null): string[] {
  const tokens: string[] = [];
  for (let at = part; at !== above && at.parent !== null; at = at.parent) tokens.push(at.token);
  return tokens.reverse();
}

/** The entry that `part` is or stands in, or null. */
export function entryAround(part: Part): Part | null {
  for (let at: Part | null = part; at !== null; at = at.parent) if (at.entry !== null) return at;
  return null;
}

/** A letter for each value from the root to `part`, as `Container` has them. */
function kindsTo(part: Part): string {
  let kinds = "";
  for (let at: Part | null = part; at !== null; at = at.parent) kinds = (isObject(at) ? "o" : "a") + kinds;
  return kinds;
}
