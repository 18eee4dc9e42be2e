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
  /** How messages call the place. */
  readonly url: string;
  /** Local folder for lock and caches beside the blobs; null when the storage has none. */
  readonly folder: string | null;
  /**
   * The bytes of a blob or of a part of it; null when there is no such blob. A range beyond the end yields fewer
   * bytes, none at worst.
   */
  get(name: string, range?: ByteRange): Promise<Buffer | null>;
  /** Keeps a blob durably. False when the name is taken: then nothing was written. */
  putIfAbsent(name: string, chunks: Chunks): Promise<boolean>;
  /** Names of all blobs directly below `prefix` (`""`, `"packs/"`, `"journal/"`), whole and sorted by code unit. */
  list(prefix: string): Promise<readonly string[]>;
  /** Size of a blob in bytes; null when there is no such blob. */
  size(name: string): Promise<number | null>;
  /** Forgets a blob durably; one that does not exist is no error. */
  remove(name: string): Promise<void>;
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
