import { fileURLToPath } from "node:url";
import { KbvaultError } from "../../errors.ts";
import { redactText } from "../../processes/redact.ts";
import { cacheFolderOf, cacheSize } from "./cache-folder.ts";
import { CachedStorage } from "./cached.ts";
import { FolderStorage } from "./folder.ts";
import { MemoryStorage } from "./memory.ts";
import { PostgresStorage } from "./postgres.ts";
import { S3Storage } from "./s3.ts";
import { parseS3Url } from "./s3-url.ts";
import type { BlobStorage } from "./storage.ts";

/** How to open a storage. */
export interface OpenStorageOptions {
  /** Write nothing on this machine: what it has of a place elsewhere is read, and nothing added. Default false. */
  readonly readOnly?: boolean;
}

/**
 * The storage that `location` names: a path or a `file:` URL for a folder, `memory:` for one that ends with the process,
 * `postgres://...?prefix=...` for a table, `s3:` for object storage (docs/shared-stores.md). Of a place elsewhere this machine keeps
 * what it reads in a folder (`cacheFolderOf`), which is made here; nothing else is touched yet.
 *
 * @throws KbvaultError USAGE (`data.location`) for an unknown scheme or a URL that breaks the rules of its scheme
 * @example
 * ```ts
 * const storage = openStorage("versions");
 * ```
 */
export function openStorage(location: string, options: OpenStorageOptions = {}): BlobStorage {
  // One letter before a colon is a drive of Windows.
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(location)?.[1]?.toLowerCase();
  if (scheme === undefined) return new FolderStorage(location);
  if (scheme === "file") return new FolderStorage(pathOf(location));
  if (scheme === "memory") return new MemoryStorage();
  if (scheme === "postgres" || scheme === "postgresql")
    return withCache(new PostgresStorage(location), options);
  if (scheme === "s3") return withCache(new S3Storage(parseS3Url(location)), options);
  const shown = redactText(location, []);
  throw new KbvaultError(
    "USAGE",
    `A store cannot be kept at ${JSON.stringify(shown)}: the scheme ${scheme}: is unknown. Give a path, file:, memory:, postgres: or s3:. A folder of that name is meant? Write ./${shown}.`,
    { location: shown, scheme },
  );
}

/** `place` with what this machine has read of it; without, where there is no folder for that. */
function withCache(place: BlobStorage, { readOnly = false }: OpenStorageOptions): BlobStorage {
  const folder = cacheFolderOf(place.url, { readOnly });
  return folder === null ? place : new CachedStorage(place, folder, { mostBytes: cacheSize(), readOnly });
}

function pathOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw new KbvaultError(
      "USAGE",
      `${JSON.stringify(url)} is not the URL of a local folder.`,
      { location: url },
      { cause },
    );
  }
}
