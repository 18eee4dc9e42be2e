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

export interface CompareDocumentsOptions {
  /** JSON Pointer patterns of the entries, such as `["/problems/*"]`; default: detected from the newer document. */
  readonly entries?: readonly string[];
  /** Id field of entries in arrays; default: the first of `id`, `key`, `slug` that an entry has. */
  readonly idField?: string;
  /** Deepest nesting that is read; default 1000. */
  readonly maxDepth?: number;
  /** Name of the older document in the result; default `before`. */
  readonly from?: string;
  /** Name of the newer document in the result; default `after`. */
  readonly to?: string;
  /** Only sort entries by what happened to them: `changes` of modified entries stay empty. Default false. */
  readonly countOnly?: boolean;
}

/**
 * The differences between two JSON documents, entries paired by id and never by position.
 *
 * An id that occurs twice is counted by occurrence: the second one is called `ID#2`. Elements of arrays without
 * an id field are called `#0`, `#1` and so on by their place, after equal ones have been paired.
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
  nameUnidentified(older.entries, newer.entries);
  const places = new Map(older.entries.map((entry, index) => [entry.id, index]));
  const common = newer.entries.flatMap((entry) => places.get(entry.id) ?? []);
  return comparisonOf({
    from: options.from ?? "before",
    to: options.to ?? "after",
    entries: compareEntries(older.entries, newer.entries, options),
    reordered: isReordered(common),
    outside: compareValues(
      older.outside,
      newer.outside,
      options.maxDepth === undefined ? {} : { maxDepth: options.maxDepth },
    ),
    entryCount: newer.entries.length,
  });
}

interface NamedEntry extends EntryText {
  id: string;
  /** Place among all entries where the entry has no id. */
  readonly unidentified: boolean;
}

interface ReadDocument {
  readonly entries: NamedEntry[];
  /** The document with its collections empty. */
  readonly outside: Buffer;
}

function readDocument(bytes: Uint8Array, layout: Layout, maxDepth: number | undefined): ReadDocument {
  const cursor = new UnitCursor(bytes, layout, maxDepth === undefined ? {} : { maxDepth });
  const entries: NamedEntry[] = [];
  const outside: Uint8Array[] = [];
  const occurrences = new Map<string, number>();
  while (cursor.next()) {
    if (!cursor.isEntry) {
      outside.push(bytes.subarray(cursor.start, cursor.end));
      continue;
    }
    const id = cursor.id ?? "";
    const occurrence = cursor.id === null ? 1 : (occurrences.get(id) ?? 0) + 1;
    if (cursor.id !== null) occurrences.set(id, occurrence);
    entries.push({
      id: occurrence === 1 ? id : `${id}#${occurrence}`,
      value: bytes.subarray(cursor.valueStart, cursor.valueEnd),
      unidentified: cursor.id === null,
    });
  }
  return { entries, outside: Buffer.concat(outside) };
}

/** Gives entries without an id a name: the same one to equal entries of both sides, their place to the others. */
function nameUnidentified(older: readonly NamedEntry[], newer: readonly NamedEntry[]): void {
  const waiting = new Map<string, NamedEntry[]>();
  for (const [index, entry] of older.entries()) {
    if (!entry.unidentified) continue;
    entry.id = `#${index}`;
    const text = Buffer.from(entry.value).toString("latin1");
    const list = waiting.get(text);
    if (list === undefined) waiting.set(text, [entry]);
    else list.push(entry);
  }
  const paired = new Set<NamedEntry>();
  for (const [index, entry] of newer.entries()) {
    if (!entry.unidentified) continue;
    const equal = waiting.get(Buffer.from(entry.value).toString("latin1"))?.shift();
    entry.id = equal?.id ?? `#${index}`;
    if (equal !== undefined) paired.add(entry);
  }
  const taken = new Set([...paired].map((entry) => entry.id));
  for (const [index, entry] of newer.entries()) {
    if (entry.unidentified && !paired.has(entry) && taken.has(entry.id)) entry.id = `#${index}+`;
  }
}
