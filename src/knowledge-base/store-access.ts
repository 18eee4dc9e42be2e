/**
 * StoreAccess is what every operation on a knowledge base and its store works with.
 *
 * @module
 */
import { join } from "node:path";
import { isKbvaultError, KbvaultError } from "../errors.ts";
import { type Catalog, currentVersion, openCatalog } from "./catalog.ts";
import { type CompactedPacks, Packs } from "./content/packs.ts";
import type { Hooks } from "./hooks.ts";
import { cachedBaseId } from "./match/cached-base.ts";
import type { ReadingSettings } from "./prepare.ts";
import type { SigningSettings } from "./signatures/signature.ts";
import { requireConditionalWrites } from "./storage/conditional-writes.ts";
import type { BlobStorage } from "./storage/storage.ts";
import type { Warning } from "./warning.ts";
import { type WriteLock, withWriteLock } from "./write-lock.ts";

/** The lock file that writers of the store in `folder` hold. */
export function lockFileOfStore(folder: string): string {
  return join(folder, ".lock");
}

/** The lock file for writers of `storage`; elsewhere that of this machine's writers. Null where there is no folder for one. */
export function lockFileFor({ folder }: BlobStorage): string | null {
  return folder === null ? null : lockFileOfStore(folder);
}

/** How states are compared. */
export interface ComparingSettings {
  /** Fields that say which element of an array is which; see VersionerOptions. */
  readonly identityFields?: readonly string[] | undefined;
  /** Path patterns of changes that comparisons leave out. */
  readonly ignore?: readonly string[] | undefined;
}

/** A knowledge base, its store, and how to work with them. */
export interface StoreAccess {
  /** The live file, absolute. */
  readonly kbPath: string;
  readonly storage: BlobStorage;
  readonly reading: ReadingSettings;
  readonly comparing: ComparingSettings;
  readonly signing: SigningSettings;
  /** Path of the JSON Schema, or null. */
  readonly schemaPath: string | null;
  /** Write nothing, not even caches. */
  readonly readOnly: boolean;
  readonly lockTimeoutMs: number;
  readonly clock: () => Date;
  readonly warn: (warning: Warning) => void;
  readonly hooks: Hooks;
}

/** A store at one moment, with readers of its packs. */
export interface OpenedStore {
  readonly catalog: Catalog;
  readonly packs: Packs;
}

/** Opens the store; needs no lock. Throws STORE_NOT_FOUND, FORMAT_TOO_NEW. */
export async function openStore(access: StoreAccess): Promise<OpenedStore> {
  const catalog = await openCatalog(access.storage, {
    cache: !access.readOnly,
    onWarning: access.warn,
  });
  return { catalog, packs: packsOf(access, catalog) };
}

/** The packs of a store that was opened; where one is replaced meanwhile, they look again. */
export function packsOf(
  { storage, readOnly }: Pick<StoreAccess, "storage" | "readOnly">,
  { compacted }: Catalog,
): Packs {
  const reread = async (): Promise<CompactedPacks> =>
    (await openCatalog(storage, { cache: false })).compacted;
  return new Packs(storage, { known: compacted, reread }, { readOnly });
}

/** Readings of a store that others go on writing; more than this many in a row do not meet damage that is none. */
const MOST_READINGS = 5;

/**
 * Does `read` with the store, without its lock. Where it meets damage, as an error or an outcome that is not sound, and
 * another process wrote meanwhile, it reads again: files that a prune takes away in the meantime are no damage.
 */
export async function readUnlocked<Result>(
  access: StoreAccess,
  read: (store: OpenedStore) => Promise<Result>,
  isSound: (result: Result) => boolean = () => true,
): Promise<Result> {
  for (let reading = 1; ; reading++) {
    const store = await openStore(access);
    const isLast = async (): Promise<boolean> =>
      reading === MOST_READINGS || !(await hasChanged(access, store));
    try {
      const result = await read(store);
      if (isSound(result) || (await isLast())) return result;
    } catch (error) {
      if (!isKbvaultError(error, "STORE_DAMAGED") || (await isLast())) throw error;
    }
  }
}

/** Whether a record or event was written since the store was opened. */
async function hasChanged({ storage }: StoreAccess, { catalog }: OpenedStore): Promise<boolean> {
  const now = await openCatalog(storage, { cache: false });
  return now.heads.map(({ file }) => file).join() !== catalog.heads.map(({ file }) => file).join();
}

/**
 * Does `work`, which reads the store and changes it, as its only writer: see `withWriteLock`. In a store that others write
 * too it may be done several times, until nobody came before its first commit.
 */
export async function withLock<Result>(
  access: StoreAccess,
  purpose: string,
  work: (lock: WriteLock) => Promise<Result>,
): Promise<Result> {
  refuseReadOnly(access);
  const { storage, lockTimeoutMs: timeoutMs } = access;
  // Whoever made the store may have been its single writer.
  if (!storage.isFolder) await requireConditionalWrites(storage);
  return withWriteLock(storage, { lockFile: lockFileFor(storage), timeoutMs, purpose }, work);
}

/** Throws USAGE where the access is for reading only. */
export function refuseReadOnly({ readOnly, storage }: StoreAccess): void {
  if (!readOnly) return;
  throw new KbvaultError(
    "USAGE",
    `The store ${storage.url} was opened for reading only. Nothing was changed. Leave \`readOnly\` out to write.`,
    { location: storage.url },
  );
}

/**
 * The version whose bytes a new one shares; null for none. Any that is JSON will do: the one whose blocks are cached,
 * else the one that live came from, else the newest.
 */
async function baseVersionId({ storage }: StoreAccess, catalog: Catalog): Promise<string | null> {
  const cached = await cachedBaseId(storage.folder);
  const current = currentVersion(catalog);
  const wanted = [cached, current?.versionId ?? null].flatMap((id) =>
    id === null ? [] : (catalog.lookup.find(id) ?? []),
  );
  const base = wanted.find(({ valid }) => valid) ?? catalog.lookup.newest(({ valid }) => valid);
  return base?.versionId ?? null;
}

/**
 * Does `work` with the version whose bytes a new one shares. Where it is damaged, `work` is done once more without
 * one, and a warning given: a damaged version must stop neither a snapshot nor the restore of a sound one.
 */
export async function withBase<Result>(
  access: StoreAccess,
  catalog: Catalog,
  work: (baseId: string | null) => Promise<Result>,
): Promise<Result> {
  const baseId = await baseVersionId(access, catalog);
  try {
    return await work(baseId);
  } catch (error) {
    if (baseId === null || !isKbvaultError(error, "STORE_DAMAGED")) throw error;
    const result = await work(null);
    access.warn({ code: "STORE_DAMAGED", message: error.message, data: error.data });
    return result;
  }
}
