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
import { requireConditionalWrites } from "./storage/conditional-writes.ts";
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

/** The marker of a new store. */
export async function newMarker(now: Date): Promise<StoreMarker> {
  return { storeId: await randomId(20), createdAt: now.toISOString() };
}

/**
 * Makes the storage a store; the marker is written last. A folder that has to be made is closed to whom the knowledge base is
 * closed: its versions hold the same text.
 *
 * @param kbPath the live file, which need not be there; default: none.
 * @throws KbvaultError CONFIG_EXISTS when it is one already, STORE_NOT_WRITABLE (also where a service lets several writers have
 *   one name), NO_SPACE, IO_ERROR
 */
export async function createStore(
  storage: BlobStorage,
  now: Date,
  kbPath: string | null = null,
  port: FilePort = nodeFiles,
): Promise<StoreMarker> {
  const marker = await newMarker(now);
  if (await putMarker(storage, marker, kbPath, port)) return marker;
  throw new KbvaultError("CONFIG_EXISTS", `${storage.url} is a store already. It was left as it is.`, {
    store: storage.url,
  });
}

/**
 * Makes the storage the store that `marker` says, as `createStore` does; false when it is a store already. Two places with one
 * marker are copies of one store.
 *
 * @throws KbvaultError STORE_NOT_WRITABLE, NO_SPACE, IO_ERROR
 */
export async function putMarker(
  storage: BlobStorage,
  marker: StoreMarker,
  kbPath: string | null = null,
  port: FilePort = nodeFiles,
): Promise<boolean> {
  if (storage.isFolder && storage.folder !== null) {
    const isNew = (await modeOf(storage.folder, port)) === null;
    await createFolder(storage.folder, port);
    if (isNew && kbPath !== null) await closeAs(kbPath, storage.folder, port);
    await writeFileDurably(join(storage.folder, ".gitignore"), Buffer.from(gitignore), {
      exclusive: true,
      port,
    });
  }
  if (!storage.isFolder && (await storage.stat(markerName)) === null) await requireConditionalWrites(storage);
  return storage.putIfAbsent(markerName, seal(marker));
}

/** The marker in `bytes`. Throws STORE_DAMAGED, FORMAT_TOO_NEW. */
export function decodeMarker(bytes: Uint8Array): StoreMarker {
  return pick(unseal(bytes, markerName), guards, markerName);
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
  if (bytes !== null) return decodeMarker(bytes);
  if (names.some((name) => versionOfRecordName(name) !== null)) return null;
  throw new KbvaultError(
    "STORE_NOT_FOUND",
    `There is no store at ${storage.url}. \`kbvault init\` creates one; if it is elsewhere, name it with --store.`,
    { store: storage.url },
  );
}

/** Takes the rights on `folder` from group and others where they may not read the file. */
async function closeAs(file: string, folder: string, port: FilePort): Promise<void> {
  const mode = await modeOf(file, port);
  if (mode === null || process.platform === "win32") return;
  const closed = ((mode & 0o040) === 0 ? 0o070 : 0) | ((mode & 0o004) === 0 ? 0o007 : 0);
  if (closed === 0) return;
  const handle = await port.open(folder, "r");
  try {
    const { mode: now } = await handle.stat({ bigint: true });
    await handle.chmod(Number(now) & 0o7777 & ~closed);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The mode of a file or folder; null where there is none to be looked at. */
function modeOf(path: string, port: FilePort): Promise<number | null> {
  return port.stat(path, { bigint: true }).then(
    ({ mode }) => Number(mode),
    () => null,
  );
}
