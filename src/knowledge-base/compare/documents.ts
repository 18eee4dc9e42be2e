/**
 * Comparison of two documents that are at hand as bytes: reads both from beginning to end.
 *
 * @module
 */
import type { Comparison } from "../comparison.ts";
import { compareValues } from "../diff/compare.ts";
import { detectLayout } from "../layout/detect.ts";
import type { Layout } from "../layout/layout.ts";
import { UnitCursor } from "../layout/unit-cursor.ts";
import { compareEntries, comparisonOf, type EntryText, isReordered } from "./entries.ts";
import { nameEntries, type UnnamedEntry } from "./entry-names.ts";

export interface CompareDocumentsOptions {
  /** JSON Pointer patterns of the entries, such as `["/problems/*"]`; default: detected from the newer document. */
  readonly entries?: readonly string[];
  /** Id field of entries in arrays; default: the first of `id`, `key`, `slug` that an entry has. */
  readonly idField?: string | undefined;
  /** Fields by which elements of arrays inside entries are the same on both sides; see VersionerOptions. */
  readonly identityFields?: readonly string[] | undefined;
  /** Deepest nesting that is read; default 1000. */
  readonly maxDepth?: number | undefined;
  /** Name of the older document in the result; default `before`. */
  readonly from?: string;
  /** Name of the newer document in the result; default `after`. */
  readonly to?: string;
  /** Only sort entries by id: `changes` of modified entries stay empty, and none is renamed. Default false. */
  readonly countOnly?: boolean | undefined;
}

/**
 * The differences between two JSON documents, entries paired by id and never by position.
 *
 * An id that occurs twice is counted by occurrence: the second one is called `ID#2`. Elements of arrays without
 * an id field are called `#0`, `#1` and so on by their place, after equal ones have been paired. No two entries of a
 * document share a name: see `nameEntries`.
 *
 * @throws KbvaultError INVALID_JSON or DEPTH_LIMIT when a document cannot be read; USAGE for a wrong pattern.
 * @example
 * ```ts
 * const before = Buffer.from('{"a": {"title": "One"}, "b": {"title": "Two"}}');
 * const after = Buffer.from('{"b": {"title": "Two"}, "a": {"title": "1"}}');
 * compareDocuments(before, after).modified; // [{id: "a", changes: [{path: "/title", kind: "changed", ...}]}]
 * ```
 */
export function compareDocuments(
  before: Uint8Array,
  after: Uint8Array,
  options: CompareDocumentsOptions = {},
): Comparison {
  const idField = options.idField ?? null;
  const layout =
    options.entries === undefined ? detectLayout(after, idField) : { entries: options.entries, idField };
  const older = readDocument(before, layout, options.maxDepth);
  const newer = readDocument(after, layout, options.maxDepth);
  const names = nameEntries(older.entries, newer.entries);
  const places = new Map(names.older.map((name, place) => [name, place]));
  const common = names.newer.flatMap((name) => places.get(name) ?? []);
  return comparisonOf({
    from: options.from ?? "before",
    to: options.to ?? "after",
    entries: compareEntries(named(older.entries, names.older), named(newer.entries, names.newer), {
      ...options,
      idField,
    }),
    reordered: isReordered(common),
    outside: compareValues(older.outside, newer.outside, options),
    entryCount: newer.entries.length,
  });
}

/** The names of the entries of a document, as a comparison gives them. */
export function entryNames(
  bytes: Uint8Array,
  layout: Layout,
  maxDepth: number | undefined,
): readonly string[] {
  return nameEntries([], readDocument(bytes, layout, maxDepth).entries).newer;
}

/** A document, cut into its entries and the rest. */
export interface ReadDocument {
  readonly entries: readonly UnnamedEntry[];
  /** The document with its collections empty. */
  readonly outside: Buffer;
}

/** Reads a document from beginning to end. Throws INVALID_JSON and DEPTH_LIMIT. */
export function readDocument(bytes: Uint8Array, layout: Layout, maxDepth: number | undefined): ReadDocument {
  const cursor = new UnitCursor(bytes, layout, { maxDepth });
  const entries: UnnamedEntry[] = [];
  const outside: Uint8Array[] = [];
  while (cursor.next()) {
    if (cursor.isEntry)
      entries.push({ id: cursor.id, value: bytes.subarray(cursor.valueStart, cursor.valueEnd) });
    else outside.push(bytes.subarray(cursor.start, cursor.end));
  }
  return { entries, outside: Buffer.concat(outside) };
}

function named(entries: readonly UnnamedEntry[], names: readonly string[]): EntryText[] {
  return entries.map(({ value }, place) => ({ id: names[place]!, value }));
}
