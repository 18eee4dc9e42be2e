/**
 * Where the blocks of a version are cached, and of which version they are.
 *
 * @module
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** Name of the folder, beside the blobs, that holds the cached blocks; it can be deleted at any time. */
export const cacheFolder = ".cache";

/** How the names of files with cached blocks end; a version's id stands before it. */
export const cacheSuffix = ".blocks";

/** The version whose blocks are cached, or null: any version can be a base, and this one costs least to load. */
export async function cachedBaseId(storeFolder: string | null): Promise<string | null> {
  if (storeFolder === null) return null;
  const names = await readdir(join(storeFolder, cacheFolder)).catch(() => []);
  return names.find((name) => name.endsWith(cacheSuffix))?.slice(0, -cacheSuffix.length) ?? null;
}
