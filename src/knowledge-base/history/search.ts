/**
 * Searching one state of the knowledge base: the live file or a version.
 *
 * @module
 */

import { readDocument } from "../compare/documents.ts";
import { nameEntries } from "../compare/entry-names.ts";
import { assemble } from "../content/assemble.ts";
import { readEntry } from "../content-of-ref.ts";
import type { Layout } from "../layout/layout.ts";
import { readLive } from "../live.ts";
import { layoutOf } from "../prepare.ts";
import { isLiveRef, resolveRef } from "../refs.ts";
import { openStore, type StoreAccess } from "../store-access.ts";
import {
  compilePattern,
  type MatchedValue,
  matchesIn,
  type Pattern,
  type PatternOptions,
} from "./pattern.ts";

/** Where to search, and how. */
export interface SearchOptions extends PatternOptions {
  /** A ref of a version, or `live`, which is the default. */
  readonly ref?: string;
  /** Only in the entry with this id. Default: in all, and in what is outside all entries. */
  readonly entry?: string;
}

/** A value in which the pattern was found, with the entry that holds it. */
export interface SearchMatch extends MatchedValue {
  /** Null where it is outside all entries. */
  readonly id: string | null;
}

/** What a search found, in the order of the document; what is outside all entries comes last. */
export interface SearchResult {
  /** `versionId` of the version that was searched, or `live`. */
  readonly ref: string;
  readonly matches: readonly SearchMatch[];
}

/** Searches what a ref names. */
export async function search(
  access: StoreAccess,
  pattern: string,
  options: SearchOptions,
): Promise<SearchResult> {
  const { ref = "live", entry } = options;
  const compiled = compilePattern(pattern, options);
  if (entry !== undefined) {
    const { text } = await readEntry(access, ref, entry);
    const found = matchesIn(Buffer.from(text), compiled, access.reading);
    return { ref: await nameOf(access, ref), matches: found.map((match) => ({ id: entry, ...match })) };
  }
  const { name, bytes, layout } = await documentOf(access, ref);
  const found = matchesInDocument(bytes, layout, compiled, access.reading);
  return { ref: name, matches: matchesById(found) };
}

/**
 * The values in which `pattern` is found, by entry, for entries that hold any; null is what is outside all entries.
 * With `entry`, in that one only.
 */
export function matchesInDocument(
  bytes: Uint8Array,
  layout: Layout,
  pattern: Pattern,
  { maxDepth, entry }: { readonly maxDepth?: number | undefined; readonly entry?: string | undefined },
): Map<string | null, readonly MatchedValue[]> {
  const { entries, outside } = readDocument(bytes, layout, maxDepth);
  const names = nameEntries([], entries).newer;
  const found = new Map<string | null, readonly MatchedValue[]>();
  for (const [place, { value }] of entries.entries()) {
    const id = names[place]!;
    const matches = entry === undefined || entry === id ? matchesIn(value, pattern, { maxDepth }) : [];
    if (matches.length > 0) found.set(id, matches);
  }
  if (entry !== undefined) return found;
  const outsideMatches = matchesIn(outside, pattern, { maxDepth });
  if (outsideMatches.length > 0) found.set(null, outsideMatches);
  return found;
}

function matchesById(found: ReadonlyMap<string | null, readonly MatchedValue[]>): SearchMatch[] {
  return [...found].flatMap(([id, matches]) => matches.map((match) => ({ id, ...match })));
}

interface NamedDocument {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly layout: Layout;
}

async function documentOf(access: StoreAccess, ref: string): Promise<NamedDocument> {
  if (isLiveRef(ref)) {
    const { bytes } = await readLive(access.kbPath);
    return { name: ref, bytes, layout: layoutOf(bytes, access.reading) };
  }
  const { catalog, packs } = await openStore(access);
  const record = await packs.record(resolveRef(catalog, ref).versionId);
  const bytes = await assemble(record, packs);
  return { name: record.versionId, bytes, layout: record.layout ?? layoutOf(bytes, access.reading) };
}

async function nameOf(access: StoreAccess, ref: string): Promise<string> {
  return isLiveRef(ref) ? ref : resolveRef((await openStore(access)).catalog, ref).versionId;
}
