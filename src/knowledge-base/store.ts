/**
 * The marker that makes a folder a store: the blob `store.json`.
 *
 * @module
 */
import { join } from "node:path";
import { KbvaultError } from "../errors.ts";
import { type FilePort, nodeFiles } from "../files/port.ts";
import { randomId } from "../files/random-id.ts";
import { createFolder, writeFileDurably } from "../files/write.ts";
import { type Guards, isText, isTime, pick } from "./guards.ts";
import { versionOfRecordName } from "./record.ts";
import { seal, unseal } from "./seal.ts";
import type { BlobStorage } from "./storage/storage.ts";

/** What `store.json` says of a store. */
export interface StoreMarker {
  /** Random; tells two stores apart, and stays the same in every copy. */
  readonly storeId: string;
  /** ISO 8601 in UTC. */
  readonly createdAt: string;
}

/** Name of the blob that marks a store. */
export const markerName = "store.json";

/** Caches, locks and unfinished files have no place in a repository; everything else in the folder has. */
const gitignore = "/catalog.json\n/.cache/\n/.lock*\n.tmp-*\n";

const guards: Guards<StoreMarker> = { storeId: isText, createdAt: isTime };

/**
 * Makes the storage a store; the marker is written last.
 *
 * @throws KbvaultError CONFIG_EXISTS when it is one already, STORE_NOT_WRITABLE, NO_SPACE, IO_ERROR
 */
export async function createStore(
  storage: BlobStorage,
  now: Date,
  port: FilePort = nodeFiles,
): Promise<StoreMarker> {
  const marker: StoreMarker = { storeId: await randomId(20), createdAt: now.toISOString() };
  if (storage.folder !== null) {
    await createFolder(storage.folder, port);
    await writeFileDurably(join(storage.folder, ".gitignore"), Buffer.from(gitignore), {
      exclusive: true,
      port,
    });
  }
  if (await storage.putIfAbsent(markerName, seal(marker))) return marker;
  throw new KbvaultError("CONFIG_EXISTS", `${storage.url} is a store already. It was left as it is.`, {
    store: storage.url,
  });
}

/**
 * The marker of a store; null when it is missing and the versions are there, which is enough to work with.
 *
 * @param names of all blobs directly in the storage.
 * @throws KbvaultError STORE_NOT_FOUND when neither marker nor versions are there, FORMAT_TOO_NEW, STORE_DAMAGED
 */
export async function readMarker(
  storage: BlobStorage,
  names: readonly string[],
): Promise<StoreMarker | null> {
  const bytes = names.includes(markerName) ? await storage.get(markerName) : null;
  if (bytes !== null) return pick(unseal(bytes, markerName), guards, markerName);
  if (names.some((name) => versionOfRecordName(name) !== null)) return null;
  throw new KbvaultError(
    "STORE_NOT_FOUND",
    `There is no store at ${storage.url}. \`kbvault init\` creates one; if it is elsewhere, name it with --store.`,
    { store: storage.url },
  );
}
