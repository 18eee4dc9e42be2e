/**
 * Stats: how much a store holds, and how much room it takes.
 *
 * @module
 */
import type { VersionSummary } from "./catalog-fold.ts";
import { journalPrefix } from "./journal.ts";
import { packsPrefix, recordName, versionOfRecordName } from "./record.ts";
import { planFiles } from "./retention/plan.ts";
import { trashedBefore } from "./retention/prune.ts";
import { readUse } from "./retention/use.ts";
import type { BlobStorage } from "./storage/storage.ts";
import { type OpenedStore, readUnlocked, type StoreAccess } from "./store-access.ts";
import type { VersionKind } from "./version.ts";

/** What came into a store in one month, as far as it is still there. */
export interface MonthStats {
  /** `2025-01`, UTC. */
  readonly month: string;
  readonly versions: number;
  /** Size of these versions. */
  readonly logicalBytes: number;
  /** Size of their records and packs on the disk. */
  readonly storedBytes: number;
}

/** How much a store holds. Sizes in bytes. */
export interface StoreStats {
  readonly versions: number;
  /** All versions as files of their own. */
  readonly logicalBytes: number;
  /** Records, packs and journal on the disk; caches left out. */
  readonly storedBytes: number;
  /** `logicalBytes` to `storedBytes`; null for a store without versions. */
  readonly ratio: number | null;
  readonly packBytes: number;
  readonly recordBytes: number;
  readonly journalBytes: number;
  /** Raw bytes in packs, before compression, that no version is made of, not even one in the trash. */
  readonly deadBytes: number;
  /** Versions in the trash, and what emptying it would free. */
  readonly trash: { readonly versions: number; readonly freedBytes: number };
  /** Ascending; months without a version are left out. */
  readonly months: readonly MonthStats[];
  /** The most versions first. */
  readonly authors: readonly { readonly author: string; readonly versions: number }[];
  readonly kinds: Readonly<Record<VersionKind, number>>;
}

/** Works the stats of a store out. Throws STORE_DAMAGED where something cannot be read. */
export async function readStats(access: StoreAccess): Promise<StoreStats> {
  return readUnlocked(access, (store) => statsOf(access, store));
}

async function statsOf(access: StoreAccess, store: OpenedStore): Promise<StoreStats> {
  const { catalog, packs } = store;
  const { versions } = catalog;
  const { storage } = packs;
  const recordNames = (await storage.list("")).filter((name) => versionOfRecordName(name) !== null);
  const packBytes = await sizeOf(storage, await storage.list(packsPrefix));
  const recordBytes = await sizeOf(storage, recordNames);
  const journalBytes = await sizeOf(storage, await storage.list(journalPrefix));
  const storedBytes = packBytes + recordBytes + journalBytes;
  const logicalBytes = versions.reduce((sum, { bytes }) => sum + bytes, 0);
  const now = access.clock();
  const emptied = trashedBefore(catalog, now, Number.NEGATIVE_INFINITY);
  const [before, after] = [
    await planFiles(store, { decisions: [], trashed: [], emptied: [] }, now),
    await planFiles(store, { decisions: [], trashed: [], emptied }, now),
  ];
  return {
    versions: versions.length,
    logicalBytes,
    storedBytes,
    ratio: versions.length === 0 ? null : logicalBytes / storedBytes,
    packBytes,
    recordBytes,
    journalBytes,
    deadBytes: await deadBytesOf(store),
    trash: { versions: catalog.trash.length, freedBytes: after.freedBytes - before.freedBytes },
    months: await monthsOf(store),
    authors: [...countBy(versions, ({ author }) => author)]
      .map(([author, count]) => ({ author, versions: count }))
      .sort((one, other) => other.versions - one.versions || (one.author < other.author ? -1 : 1)),
    kinds: {
      snapshot: versions.filter(({ kind }) => kind === "snapshot").length,
      safety: versions.filter(({ kind }) => kind === "safety").length,
    },
  };
}

async function sizeOf(storage: BlobStorage, names: readonly string[]): Promise<number> {
  let sum = 0;
  for (const name of names) sum += (await storage.stat(name))?.bytes ?? 0;
  return sum;
}

async function deadBytesOf({ catalog, packs }: OpenedStore): Promise<number> {
  const living = [...catalog.versions, ...catalog.trash.map(({ version }) => version)];
  const uses = await readUse(
    packs,
    living.map(({ versionId }) => versionId),
  );
  let dead = 0;
  for (const { versionId } of catalog.state.versions) {
    const { bytes } = (await packs.reader(versionId)).sections;
    dead += bytes - (uses.get(versionId)?.bytes ?? 0);
  }
  return dead;
}

async function monthsOf({ catalog, packs }: OpenedStore): Promise<MonthStats[]> {
  const months = new Map<string, MonthStats>();
  for (const { versionId, createdAt, bytes } of catalog.versions) {
    const month = createdAt.slice(0, 7);
    const known = months.get(month) ?? { month, versions: 0, logicalBytes: 0, storedBytes: 0 };
    const record = (await packs.storage.stat(recordName(versionId)))?.bytes ?? 0;
    months.set(month, {
      month,
      versions: known.versions + 1,
      logicalBytes: known.logicalBytes + bytes,
      storedBytes: known.storedBytes + record + (await packs.reader(versionId)).sections.size,
    });
  }
  return [...months.values()].sort((one, other) => (one.month < other.month ? -1 : 1));
}

function countBy(
  versions: readonly VersionSummary[],
  keyOf: (version: VersionSummary) => string,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const version of versions) counts.set(keyOf(version), (counts.get(keyOf(version)) ?? 0) + 1);
  return counts;
}
