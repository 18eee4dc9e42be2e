/**
 * Where a store keeps its blobs: named bytes that are written once and never change.
 *
 * @module
 */
import { KbvaultError } from "../../errors.ts";
import type { ByteRange } from "../../files/read-whole.ts";
import type { Chunks } from "../../files/write.ts";

export type { ByteRange, Chunks };

/**
 * BlobStorage keeps named blobs: `v1_20250127_120000.json`, `packs/v1_20250127_120000.pack`. A blob appears whole
 * or not at all and is never overwritten; that is what makes a store safe to read without a lock.
 */
export interface BlobStorage {
  /** How messages call the place: without a password. */
  readonly url: string;
  /** Local folder for lock and caches: that of the blobs, or one that this machine has for the place; null for none. */
  readonly folder: string | null;
  /** Whether the blobs are files in `folder`; then whoever holds its lock is the only writer. */
  readonly isFolder: boolean;
  /**
   * The bytes of a blob or of a part of it; null when there is no such blob. A range beyond the end yields fewer
   * bytes, none at worst.
   */
  get(name: string, range?: ByteRange): Promise<Buffer | null>;
  /** Keeps a blob durably. False when the name is taken: then nothing was written. */
  putIfAbsent(name: string, chunks: Chunks): Promise<boolean>;
  /** Names of all blobs directly below `prefix` (`""`, `"packs/"`, `"journal/"`), whole and sorted by code unit. */
  list(prefix: string): Promise<readonly string[]>;
  /** Size and age of a blob; null when there is no such blob. */
  stat(name: string): Promise<BlobStat | null>;
  /** Forgets a blob durably; one that does not exist is no error. */
  remove(name: string): Promise<void>;
  /** The storage below, for one that caches: reads of it are of what is really there. */
  readonly origin?: BlobStorage;
  /** Drops what is cached of the place. */
  readonly forget?: () => Promise<void>;
  /** The time of day at the place, for places that have a clock of their own. Also tells whether it can be reached. */
  readonly readClock?: () => Promise<Date>;
  /**
   * Calls `listener` soon after blobs were put, by anybody, for places that can tell; resolves to what ends it. Calls may
   * come too often, and one may be missing when a connection was cut: a hint, never a promise.
   */
  readonly subscribe?: (listener: () => void) => Promise<() => Promise<void>>;
}

/** Where the blobs are: their folder, absolute, or the URL of the place. */
export function locationOf({ isFolder, folder, url }: BlobStorage): string {
  return isFolder && folder !== null ? folder : url;
}

/** The storage whose reads are of what is really there, not of what this machine has kept of it. */
export function reallyThere(storage: BlobStorage): BlobStorage {
  return storage.origin ?? storage;
}

/** What is known of a blob without reading it. */
export interface BlobStat {
  readonly bytes: number;
  /** When it was put, by the clock of the place. */
  readonly writtenAt: Date;
}

/** Whether `name` is a blob name: parts of `A-Z a-z 0-9 _ - .` joined by single `/`, none beginning with a dot. */
export function isBlobName(name: string): boolean {
  return /^[A-Za-z0-9_-][A-Za-z0-9_.-]*(\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$/.test(name);
}

/**
 * Makes sure that `name` is a blob name.
 *
 * @throws KbvaultError USAGE (`data.name`)
 */
export function checkBlobName(name: string): void {
  if (!isBlobName(name)) throw unfit(name, "the name of a blob");
}

/**
 * Makes sure that `prefix` is one that blobs can be listed under: `""`, or a blob name and `/`.
 *
 * @throws KbvaultError USAGE (`data.name`)
 */
export function checkPrefix(prefix: string): void {
  if (prefix === "" || (prefix.endsWith("/") && isBlobName(prefix.slice(0, -1)))) return;
  throw unfit(prefix, "a prefix of blob names");
}

function unfit(name: string, what: string): KbvaultError {
  return new KbvaultError("USAGE", `${JSON.stringify(name)} cannot be ${what}.`, { name });
}
