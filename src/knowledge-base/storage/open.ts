import { fileURLToPath } from "node:url";
import { KbvaultError } from "../../errors.ts";
import { redactText } from "../../processes/redact.ts";
import { FolderStorage } from "./folder.ts";
import { MemoryStorage } from "./memory.ts";
import { PostgresStorage } from "./postgres.ts";
import { S3Storage } from "./s3.ts";
import { parseS3Url } from "./s3-url.ts";
import type { BlobStorage } from "./storage.ts";

/**
 * The storage that `location` names: a path or a `file:` URL for a folder, `memory:` for one that ends with the process,
 * `postgres://...?prefix=...` for a table, `s3:` for object storage (docs/shared-stores.md). Touches nothing yet.
 *
 * @throws KbvaultError USAGE (`data.location`) for an unknown scheme or a URL that breaks the rules of its scheme
 * @example
 * ```ts
 * const storage = openStorage("versions");
 * ```
 */
export function openStorage(location: string): BlobStorage {
  // One letter before a colon is a drive of Windows.
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(location)?.[1]?.toLowerCase();
  if (scheme === undefined) return new FolderStorage(location);
  if (scheme === "file") return new FolderStorage(pathOf(location));
  if (scheme === "memory") return new MemoryStorage();
  if (scheme === "postgres" || scheme === "postgresql") return new PostgresStorage(location);
  if (scheme === "s3") return new S3Storage(parseS3Url(location));
  const shown = redactText(location, []);
  throw new KbvaultError(
    "USAGE",
    `A store cannot be kept at ${JSON.stringify(shown)}: the scheme ${scheme}: is unknown. Give a path, file:, memory:, postgres: or s3:. A folder of that name is meant? Write ./${shown}.`,
    { location: shown, scheme },
  );
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
