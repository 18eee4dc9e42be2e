/**
 * Searching all versions: which text came with which version, and went with which. The first version is searched
 * whole, every other one only where its run list differs from that of the version before it.
 *
 * @module
 */
import { toVersion } from "../catalog.ts";
import { findSuspects, mayRepeat, readSuspects } from "../compare/suspects.ts";
import { assemble } from "../content/assemble.ts";
import { sharedRanges } from "../content/difference.ts";
import { EntryFinder } from "../content/find-entry.ts";
import type { Packs, StoredVersion } from "../content/packs.ts";
import { sameLayout } from "../layout/layout.ts";
import { openStore, type StoreAccess } from "../store-access.ts";
import type { Version } from "../version.ts";
import {
  compilePattern,
  type MatchedValue,
  matchesIn,
  type Pattern,
  type PatternOptions,
} from "./pattern.ts";
import { matchesInDocument } from "./search.ts";
import { Spans } from "./spans.ts";
import { unknownEntry } from "./unknown-entry.ts";

/** What to search all versions for, and how. */
export interface SearchHistoryOptions extends PatternOptions {
  /** Only in the entry with this id. Default: in all, and in what is outside all entries. */
  readonly entry?: string;
  /** Tell only in which versions an entry had any match, and not which text. Default false. */
  readonly entryOnly?: boolean;
}

/** A stretch of versions, in order of sequence, in which an entry held one text that matches. */
export interface TextSpan {
  /** Null where it is outside all entries. */
  readonly id: string | null;
  /** The text that matched; null with `entryOnly`. */
  readonly found: string | null;
  /** The version that it came with. */
  readonly first: Version;
  /** The last version that has it. */
  readonly last: Version;
  /** The version that it went with; null where the newest still has it. */
  readonly gone: Version | null;
  /** The values that hold it, in the last version. */
  readonly places: readonly MatchedValue[];
}

/** What was found in all snapshots, by the version that it came with. */
export interface SearchHistoryResult {
  readonly spans: readonly TextSpan[];
  /** How many snapshots were searched; safety versions are passed over. */
  readonly versions: number;
}

/** What is looked for. */
interface Job {
  readonly packs: Packs;
  readonly pattern: Pattern;
  readonly entry: string | undefined;
  readonly maxDepth: number | undefined;
}

/** A version that was searched. */
interface Searched {
  readonly stored: StoredVersion;
  /** Goes on to the next version, changed only where that one differs. */
  readonly matches: Map<string | null, readonly MatchedValue[]>;
  /** Entries whose matches need not be those of the version before; null where any need not. */
  readonly touched: ReadonlySet<string | null> | null;
}

/** Searches all snapshots. */
export async function searchHistory(
  access: StoreAccess,
  pattern: string,
  options: SearchHistoryOptions,
): Promise<SearchHistoryResult> {
  const { entry, entryOnly = false } = options;
  const store = await openStore(access);
  const { catalog, packs } = store;
  const { maxDepth } = access.reading;
  const job = { packs, pattern: compilePattern(pattern, options), entry, maxDepth };
  const snapshots = catalog.versions.filter((version) => version.kind === "snapshot");
  const spans = new Spans(entryOnly);
  let previous: Searched | null = null;
  for (const version of snapshots) {
    const stored = await packs.version(version.versionId);
    const cheaply: Searched | null = previous === null ? null : await searchDifference(previous, stored, job);
    const searched: Searched = cheaply ?? (await searchWhole(stored, job));
    spans.goOn(version, searched.matches, searched.touched);
    previous = searched;
  }
  const found = spans.all();
  if (entry !== undefined && found.length === 0 && !(await isKnown(packs, entry, snapshots)))
    throw await unknownEntry(store, entry);
  return {
    spans: found.map((span) => ({
      ...span,
      first: toVersion(span.first, catalog),
      last: toVersion(span.last, catalog),
      gone: span.gone === null ? null : toVersion(span.gone, catalog),
    })),
    versions: snapshots.length,
  };
}

async function searchWhole(
  stored: StoredVersion,
  { packs, pattern, entry, maxDepth }: Job,
): Promise<Searched> {
  const { layout } = stored.record;
  if (layout === null) return { stored, matches: new Map(), touched: null };
  const bytes = await assemble(stored.record, packs);
  return { stored, matches: matchesInDocument(bytes, layout, pattern, { maxDepth, entry }), touched: null };
}

/** Searches what `stored` has and the version before has not; null where run lists cannot tell, as in `compareContents`. */
async function searchDifference(
  previous: Searched,
  stored: StoredVersion,
  { pattern, entry, maxDepth }: Job,
): Promise<Searched | null> {
  const [older, newer] = [previous.stored, stored];
  const { layout } = newer.record;
  if (older.record.sha256 === newer.record.sha256) return { ...previous, stored, touched: new Set() };
  if (layout === null || older.record.layout === null || !sameLayout(layout, older.record.layout))
    return null;
  const shared = sharedRanges(older.content.runs, newer.content.runs);
  const { before, after } = await findSuspects(older.content, newer.content, shared);
  const olderEntries = await readSuspects(before, layout);
  const newerEntries = await readSuspects(after, layout);
  if (olderEntries === null || newerEntries === null) return null;
  if (mayRepeat(olderEntries, older.record.duplicates) || mayRepeat(newerEntries, newer.record.duplicates))
    return null;

  const { matches } = previous;
  const touched = new Set<string | null>();
  const replace = (id: string | null, values: readonly MatchedValue[]): void => {
    touched.add(id);
    if (values.length === 0) matches.delete(id);
    else matches.set(id, values);
  };
  for (const { id } of olderEntries) replace(id, []);
  for (const { id, value } of newerEntries)
    if (entry === undefined || entry === id) replace(id, matchesIn(value, pattern, { maxDepth }));
  if (entry === undefined && (before.holdOutside || after.holdOutside))
    replace(null, matchesIn(await newer.content.outsideText(), pattern, { maxDepth }));
  return { stored, matches, touched };
}

/** Whether any of `versions` has the entry. */
async function isKnown(
  packs: Packs,
  id: string,
  versions: readonly { readonly versionId: string }[],
): Promise<boolean> {
  const finder = new EntryFinder(packs, id);
  for (const { versionId } of versions.toReversed()) if ((await finder.find(versionId)) !== null) return true;
  return false;
}
