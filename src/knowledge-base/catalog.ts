/**
 * Catalog: all versions, labels and the journal's end of a store at one moment, read fast.
 *
 * @module
 */
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Low } from "lowdb";
import { isKbvaultError } from "../errors.ts";
import { type FilePort, nodeFiles } from "../files/port.ts";
import { CatalogAdapter, catalogFileName } from "./catalog-adapter.ts";
import {
  type CatalogState,
  comeAfter,
  emptyJournal,
  foldEvents,
  foldRecords,
  type LabelState,
  linkedRecord,
  type PrunedState,
  type ReadUpTo,
  type VersionSummary,
} from "./catalog-fold.ts";
import { type Listing, listStore } from "./catalog-listing.ts";
import { type News, newsIn } from "./catalog-news.ts";
import { emptyChain, foldChain, type Link } from "./chain.ts";
import { collisionsIn, describeCollision, wayOutOf } from "./collisions.ts";
import type { JournalEvent, UnknownEvent } from "./journal.ts";
import { lostRecords } from "./lost-records.ts";
import type { StoreProblem } from "./problem.ts";
import { readBlobs } from "./read-blobs.ts";
import { readEvents } from "./read-events.ts";
import { decodeRecord, type StoredRecord, sequenceOf } from "./record.ts";
import type { BlobStorage } from "./storage/storage.ts";
import type { Version } from "./version.ts";
import { VersionList } from "./version-list.ts";
import { VersionLookup } from "./version-lookup.ts";
import type { Warning } from "./warning.ts";

/** A store at one moment. It never changes: `extendCatalog` makes the next one. */
export interface Catalog {
  /** The versions, with all tags, also those added later, and the newest descriptions. */
  readonly lookup: VersionLookup;
  /** All of them, ascending by sequence, then id; made when first asked for, at the cost of all. */
  readonly versions: readonly VersionSummary[];
  readonly labels: ReadonlyMap<string, LabelState>;
  /** The labels of each version that has any, sorted. */
  readonly labelsByVersion: ReadonlyMap<string, readonly string[]>;
  /** The last time that kbvault wrote the live file: what `undo` takes back. */
  readonly lastWrite: CatalogState["journal"]["lastWrite"];
  /** Versions that were pruned and can be brought back, ascending. */
  readonly trash: readonly TrashedSummary[];
  /** Versions that were taken out of the store, for good or not. */
  readonly pruned: ReadonlyMap<string, PrunedState>;
  /** The compacted forms of packs. */
  readonly compacted: CatalogState["journal"]["compacted"];
  /** What `appendEvent` wants to know. */
  readonly lastEvent: CatalogState["journal"]["lastEvent"];
  /** What nothing follows yet; the next record or event does. */
  readonly heads: readonly Link[];
  /** Blobs that had to be left out. */
  readonly problems: readonly StoreProblem[];
  /** What is cached. */
  readonly state: CatalogState;
}

/** A version in the trash: it exists no longer, and all its files are there. */
export interface TrashedSummary extends PrunedState {
  readonly version: VersionSummary;
}

/** How to open a catalog. */
export interface CatalogOptions {
  /**
   * Told when the cache had to be rebuilt (CATALOG_REBUILT), when versions that are new share a number with others (SEQUENCE_COLLISION),
   * and of each file that had to be left out (STORE_DAMAGED, EVENT_UNKNOWN).
   */
  readonly onWarning?: (warning: Warning) => void;
  /** Whether what was learned is cached; default true. */
  readonly cache?: boolean;
  /** Where the cache is read and written; default: the real file system. */
  readonly port?: FilePort;
}

const emptyState: CatalogState = {
  versions: VersionList.of([]),
  journal: emptyJournal,
  chain: emptyChain,
  upTo: null,
};

/**
 * Reads the catalog of a store. Needs no lock. Only records and events that `catalog.json` does not hold yet are
 * read; where it is missing, damaged or holds more than the store does, everything is. What was learned is cached
 * in `catalog.json`, if that can be written.
 *
 * A damaged record or event is left out and named in `problems`.
 *
 * @throws KbvaultError STORE_NOT_FOUND, FORMAT_TOO_NEW, IO_ERROR
 * @example
 * ```ts
 * import { openStorage } from "./storage/open.ts";
 *
 * const catalog = await openCatalog(openStorage("versions"), { onWarning: console.warn });
 * console.log(catalog.versions.map((version) => version.versionId));
 * ```
 */
export async function openCatalog(storage: BlobStorage, options: CatalogOptions = {}): Promise<Catalog> {
  const warn = options.onWarning ?? ((): void => {});
  // The cache first: whatever it names, the listing holds.
  const cached = await readCache(storage, options.port, warn);
  const listing = await listStore(storage, cached);
  if (listing.isOther) await storage.forget?.();

  const { before, news } = compareWith(
    cached === null || listing.isOther ? emptyState : cached,
    listing,
    warn,
  );
  const {
    state,
    problems: unread,
    unknown,
    fresh,
  } = await bringUpToDate(storage, before, news, listing.upTo);
  const hasGone = cached !== null && !listing.isOther && before !== cached;
  const lost = hasGone ? await lostRecords(storage, cached, state, listing.events) : [];
  const catalog = catalogOf(state, [...listing.problems, ...unread, ...lost], unknown);
  // What the cache knows of a lost version is known nowhere else.
  const cacheIt = options.cache !== false && lost.length === 0;
  if (state !== cached && cacheIt) await saveCatalog(storage, catalog, options.port);
  warnOfCollisions(catalog, fresh, warn);
  for (const { message, file, affectedVersions } of catalog.problems) {
    warn({ code: "STORE_DAMAGED", message, data: { file, affectedVersions } });
  }
  for (const { file, unknownOp } of unknown) {
    const message = `${file} says that ${JSON.stringify(unknownOp)} was done, which this kbvault does not know. It was left out. Use the kbvault that wrote it.`;
    warn({ code: "EVENT_UNKNOWN", message, data: { file, op: unknownOp } });
  }
  return catalog;
}

/** The catalog after `records` and `events` were added to the store. */
export function extendCatalog(
  catalog: Catalog,
  added: { readonly records?: readonly StoredRecord[]; readonly events?: readonly JournalEvent[] },
): Catalog {
  const { records = [], events = [] } = added;
  const state: CatalogState = {
    versions: foldRecords(catalog.state.versions, records),
    journal: foldEvents(catalog.state.journal, events),
    chain: foldChain(catalog.state.chain, [...records.map(linkedRecord), ...events]),
    upTo: catalog.state.upTo,
  };
  return catalogOf(state, catalog.problems);
}

/** The catalog without the records of versions that are given up, which are about to be removed. */
export function forgetVersions(catalog: Catalog, versionIds: readonly string[]): Catalog {
  const versions = catalog.state.versions.without(new Set(versionIds));
  return catalogOf({ ...catalog.state, versions }, catalog.problems);
}

/**
 * Caches `catalog` durably in the folder of the store, if it has one. Where that cannot be written (read-only
 * or full disk), nothing happens: the next opening works it out again.
 */
export async function saveCatalog(storage: BlobStorage, catalog: Catalog, port?: FilePort): Promise<void> {
  const cache = await openCache(storage, catalog.state, port);
  await cache?.write().catch((error: unknown) => {
    if (!isKbvaultError(error)) throw error;
  });
}

/** What the public interface says of a version. */
export function toVersion(version: VersionSummary, catalog: Catalog): Version {
  const { versionId, sequence, createdAt, author, description, tags, parent, sha256, bytes } = version;
  const labels = catalog.labelsByVersion.get(versionId) ?? [];
  const { entryCount, changes, valid, kind } = version;
  return {
    versionId,
    sequence,
    createdAt,
    author,
    description,
    tags,
    labels,
    parent,
    sha256,
    bytes,
    entryCount,
    changes,
    valid,
    kind,
  };
}

/** The newest version of kind snapshot, or null. */
export function latestSnapshot(catalog: Catalog): VersionSummary | null {
  return catalog.lookup.newest((version) => version.kind === "snapshot");
}

/**
 * The version that the live file came from: the newest snapshot or, where the live file was written after that, the
 * version that was restored; after an edit the one that holds the bytes that were edited.
 */
export function currentVersion(catalog: Catalog): VersionSummary | null {
  const { lastWrite } = catalog;
  const latest = latestSnapshot(catalog);
  if (lastWrite === null || (latest !== null && latest.sequence > lastWrite.newestSequence)) return latest;
  const cameFrom = lastWrite.op === "edit" ? lastWrite.safetyVersion : lastWrite.versionId;
  return (cameFrom === null ? undefined : catalog.lookup.find(cameFrom)) ?? latest;
}

/** The highest sequence number that was ever used, by damaged records and pruned versions too; 0 in an empty store. */
export function highestSequence({ state, problems, pruned }: Catalog): number {
  const others = [...problems.flatMap((problem) => problem.affectedVersions), ...pruned.keys()];
  return others.reduce(
    (highest, versionId) => Math.max(highest, sequenceOf(versionId)),
    state.versions.last?.sequence ?? 0,
  );
}

/** The version that `version` came from; where that was pruned, the nearest one before it that was not; or null. */
export function keptParent(
  { pruned }: Pick<Catalog, "pruned">,
  version: Pick<VersionSummary, "parent">,
): string | null {
  let { parent } = version;
  for (let gone = pruned.get(parent ?? ""); gone !== undefined; gone = pruned.get(parent ?? "")) {
    // A version comes from an older one; a journal that says otherwise must not send us round in circles.
    const goesBack = gone.parent !== null && sequenceOf(gone.parent) < sequenceOf(parent ?? "");
    parent = goesBack ? gone.parent : null;
  }
  return parent;
}

async function readCache(
  storage: BlobStorage,
  port: FilePort | undefined,
  warn: (warning: Warning) => void,
): Promise<CatalogState | null> {
  const cache = await openCache(storage, emptyState, port);
  try {
    await cache?.read();
    return cache?.data ?? emptyState;
  } catch (error) {
    if (!isKbvaultError(error)) throw error;
    warnOfRebuild(String(error.data["reason"] ?? error.message), warn);
    return null;
  }
}

async function openCache(
  storage: BlobStorage,
  state: CatalogState,
  port: FilePort = nodeFiles,
): Promise<Low<CatalogState> | null> {
  if (storage.folder === null) return null;
  const { Low } = await import("lowdb");
  return new Low(new CatalogAdapter(join(storage.folder, catalogFileName), port), state);
}

/** `cached` as far as the store bears it out, all of it, or nothing when it names blobs that are gone; with the news for that. */
function compareWith(
  cached: CatalogState,
  listing: Listing,
  warn: (warning: Warning) => void,
): { readonly before: CatalogState; readonly news: News } {
  const news = newsIn(listing, cached);
  const { gone } = news;
  if (gone.length === 0) return { before: cached, news };
  warnOfRebuild(`files that it names are gone (${gone.length}, such as ${gone[0]})`, warn);
  return { before: emptyState, news: newsIn(listing, emptyState) };
}

interface UpToDate {
  readonly state: CatalogState;
  readonly problems: readonly StoreProblem[];
  readonly unknown: readonly UnknownEvent[];
  /** The records that were read. */
  readonly fresh: readonly StoredRecord[];
}

async function bringUpToDate(
  storage: BlobStorage,
  before: CatalogState,
  news: News,
  listedUpTo: ReadUpTo | null,
): Promise<UpToDate> {
  const { events, unknown, problems: unreadEvents } = await readEvents(storage, news.events);
  // What was cached may be what was damaged.
  if (events.some(({ op }) => op === "repair")) await storage.forget?.();
  const records = await readBlobs(storage, news.records, decodeRecord);
  const fresh = records.values;
  const unread = await stillThere(storage, records.problems);
  const problems = [...unread, ...unreadEvents];
  // What could not be read is looked at again next time.
  const upTo = problems.length + unknown.length === 0 ? listedUpTo : before.upTo;
  if (fresh.length + events.length === 0) {
    const state = isDeepStrictEqual(upTo, before.upTo) ? before : { ...before, upTo };
    return { state, problems, unknown, fresh };
  }
  const versions = foldRecords(before.versions, fresh);
  const chain = foldChain(before.chain, [...fresh.map(linkedRecord), ...events]);
  if (comeAfter(before.journal, events)) {
    const journal = foldEvents(before.journal, events);
    return { state: { versions, journal, chain, upTo }, problems, unknown, fresh };
  }
  // Events of another clone were merged in between those already folded.
  const all = await readEvents(storage, [...before.journal.events, ...news.events]);
  const journal = foldEvents(emptyJournal, all.events);
  const state = { versions, journal, chain, upTo };
  return { state, problems: [...unread, ...all.problems], unknown, fresh };
}

/** `problems` with records, without those that a prune removed after they were listed. */
async function stillThere(
  storage: BlobStorage,
  problems: readonly StoreProblem[],
): Promise<readonly StoreProblem[]> {
  if (problems.length === 0) return problems;
  const names = new Set(await storage.list(""));
  return problems.filter(({ file }) => names.has(file));
}

function catalogOf(
  state: CatalogState,
  problems: readonly StoreProblem[],
  unknown: readonly UnknownEvent[] = [],
): Catalog {
  const { labels, lastEvent, lastWrite, pruned, compacted } = state.journal;
  const lookup = new VersionLookup(state.versions, state.journal);
  const labelsByVersion = new Map<string, string[]>();
  for (const [label, { versionId }] of [...labels].sort()) {
    labelsByVersion.set(versionId, [...(labelsByVersion.get(versionId) ?? []), label]);
  }
  let all: readonly VersionSummary[] | undefined;
  return {
    lookup,
    get versions() {
      all ??= lookup.all();
      return all;
    },
    trash: trashOf(state, lookup),
    labels,
    labelsByVersion,
    lastWrite,
    lastEvent,
    heads: foldChain(state.chain, unknown).heads,
    pruned,
    compacted,
    problems,
    state,
  };
}

function trashOf({ versions, journal }: CatalogState, lookup: VersionLookup): readonly TrashedSummary[] {
  const gone = [...journal.pruned].filter(([, { emptied }]) => !emptied);
  const trashed = VersionList.of(gone.flatMap(([versionId]) => versions.find(versionId) ?? []));
  return [...trashed].flatMap((version) => {
    const pruned = journal.pruned.get(version.versionId);
    return pruned === undefined ? [] : [{ ...pruned, version: lookup.asOfNow(version) }];
  });
}

function warnOfRebuild(reason: string, warn: (warning: Warning) => void): void {
  const message = `${catalogFileName} could not be used: ${reason}. It is only a cache and was rebuilt from the records and the journal.`;
  warn({ code: "CATALOG_REBUILT", message, data: { file: catalogFileName, reason } });
}

/** Warns of versions that share a number with one of those that are new; `verify` names all for ever. */
function warnOfCollisions(
  { lookup }: Catalog,
  fresh: readonly StoredRecord[],
  warn: (warning: Warning) => void,
): void {
  const numbers = new Set(fresh.map(({ sequence }) => sequence));
  const isFresh = new Set(fresh.map(({ versionId }) => versionId));
  for (const number of [...numbers].sort((one, other) => one - other)) {
    const [collision] = collisionsIn(lookup.withSequence(number));
    if (collision === undefined || !collision.versionIds.some((versionId) => isFresh.has(versionId)))
      continue;
    const { sequence, versionIds } = collision;
    const message = `${describeCollision(collision)} ${wayOutOf(collision)}`;
    warn({ code: "SEQUENCE_COLLISION", message, data: { sequence, versionIds } });
  }
}
