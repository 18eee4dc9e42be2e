/**
 * The knowledge base and its store in a backup: plain copies of files that never change.
 *
 * @module
 */
import { createHash, type Hash } from "node:crypto";
import { link, mkdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { isKbvaultError } from "../../errors.ts";
import { hashFile } from "../../files/hash-file.ts";
import { syncFolder, writeFileDurably } from "../../files/write.ts";
import { openCatalog } from "../../knowledge-base/catalog.ts";
import { catalogFileName } from "../../knowledge-base/catalog-adapter.ts";
import { readLiveIfAny } from "../../knowledge-base/live.ts";
import { signaturesPrefix } from "../../knowledge-base/signatures/signature.ts";
import { openStorage } from "../../knowledge-base/storage/open.ts";
import type { BlobStorage } from "../../knowledge-base/storage/storage.ts";
import { readMarker } from "../../knowledge-base/store.ts";
import type { BackupSummary } from "./list.ts";
import type { BackedUpKnowledgeBaseFacts, BackupFile } from "./manifest.ts";
import type { BackedUpKnowledgeBase } from "./options.ts";

/** Name of the copy of the live file inside a backup. */
const kbFile = "knowledge-base.json";

/** Folder of the copy of the store inside a backup. */
export const storeFolder = "versions";

/** What is read at a time, in bytes. */
const pieceBytes = 8 * 1024 * 1024;

/** What was copied. */
export interface KnowledgeBaseCopy {
  readonly facts: BackedUpKnowledgeBaseFacts;
  readonly files: readonly BackupFile[];
}

/**
 * Copies the live file and the store into the folder `into`. A blob that the backup `before` holds with the same hash
 * becomes a second name of that file, where the file system can: ten backups of one store take the room of one.
 */
export async function copyKnowledgeBase(
  { path, options = {} }: BackedUpKnowledgeBase,
  into: string,
  before: BackupSummary | null,
): Promise<KnowledgeBaseCopy> {
  // The file first: a version that is made meanwhile may hold its bytes, and is copied then.
  const live = await readLiveIfAny(resolve(path));
  const files: BackupFile[] = [];
  if (live !== null) {
    await writeFileDurably(join(into, kbFile), live.bytes, { mode: 0o600 });
    files.push({ name: kbFile, bytes: live.bytes.length, sha256: live.sha256 });
  }
  const storage = openStorage(options.versionsFolder ?? "versions");
  const store = await describeStore(storage);
  if (store !== null) files.push(...(await copyBlobs(storage, into, before)));
  const holder = store?.versions.findLast(({ sha256 }) => sha256 === live?.sha256);
  const facts: BackedUpKnowledgeBaseFacts = {
    path: resolve(path),
    file: live === null ? null : kbFile,
    sha256: live?.sha256 ?? null,
    bytes: live?.bytes.length ?? null,
    versionId: holder?.versionId ?? null,
    store: store === null ? null : { storeId: store.storeId, versions: store.versions.length },
  };
  return { facts, files };
}

/** Listings that are made while others write; more than this many in a row do not happen. */
const MOST_LISTINGS = 20;

/**
 * The blobs of a store at one moment. Records and events name each other, so one listing after the other is not enough:
 * what two rounds found alike was all there at once.
 */
async function listBlobs(storage: BlobStorage): Promise<readonly string[]> {
  let names = await listOnce(storage);
  for (let round = 1; round < MOST_LISTINGS; round++) {
    const again = await listOnce(storage);
    if (again.join() === names.join()) break;
    names = again;
  }
  return names;
}

async function listOnce(storage: BlobStorage): Promise<readonly string[]> {
  const names: string[] = [];
  for (const prefix of ["journal/", "", "packs/", signaturesPrefix])
    names.push(...(await storage.list(prefix)));
  return names.filter((name) => name !== catalogFileName);
}

/** The bytes of a blob, piece by piece. */
export async function* piecesOf(storage: BlobStorage, name: string): AsyncGenerator<Buffer> {
  for (let offset = 0; ; ) {
    const piece = await storage.get(name, { offset, length: pieceBytes });
    if (piece === null || piece.length === 0) return;
    yield piece;
    offset += piece.length;
  }
}

/** SHA-256 of a blob. */
export async function hashBlob(storage: BlobStorage, name: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of piecesOf(storage, name)) hash.update(piece);
  return hash.digest("hex");
}

/** The id of a store, null for one without marker; throws STORE_NOT_FOUND where there is none. */
export async function storeIdOf(storage: BlobStorage): Promise<string | null> {
  try {
    return (await readMarker(storage, await storage.list("")))?.storeId ?? null;
  } catch (error) {
    if (isKbvaultError(error, "STORE_DAMAGED")) return null;
    throw error;
  }
}

interface StoreDescription {
  readonly storeId: string | null;
  readonly versions: readonly { readonly versionId: string; readonly sha256: string }[];
}

/** What is in a store; null where there is none. A damaged one is copied as it is: that is the best there is of it. */
async function describeStore(storage: BlobStorage): Promise<StoreDescription | null> {
  try {
    const storeId = await storeIdOf(storage);
    return { storeId, versions: (await openCatalog(storage, { cache: false })).versions };
  } catch (error) {
    if (isKbvaultError(error, "STORE_NOT_FOUND")) return null;
    throw error;
  }
}

async function copyBlobs(
  storage: BlobStorage,
  into: string,
  before: BackupSummary | null,
): Promise<readonly BackupFile[]> {
  const known = new Map((before?.manifest?.files ?? []).map((file) => [file.name, file]));
  const blobs = await listBlobs(storage);
  const folders = [...new Set(["journal", "packs", ...blobs.map(dirname)])].map((folder) =>
    join(into, storeFolder, folder),
  );
  for (const folder of folders) await mkdir(folder, { recursive: true, mode: 0o700 });
  const files: BackupFile[] = [];
  for (const blob of blobs) {
    const name = `${storeFolder}/${blob}`;
    const bytes = (await storage.stat(blob))?.bytes ?? null;
    // Removed since it was listed, as by a prune: no version needs it any more.
    if (bytes === null) continue;
    const earlier = known.get(name);
    const shared =
      before !== null &&
      earlier?.bytes === bytes &&
      (await hashBlob(storage, blob)) === earlier.sha256 &&
      (await linkSound(join(before.path, name), join(into, name), earlier.sha256));
    files.push(shared ? earlier : await copyBlob(storage, blob, into, name));
  }
  for (const folder of folders) await syncFolder(folder);
  return files;
}

/** Gives the file `from` the second name `to`, if it still holds what it should; false where that is not possible. */
async function linkSound(from: string, to: string, sha256: string): Promise<boolean> {
  const now = await hashFile(from).catch(() => null);
  if (now !== sha256) return false;
  return link(from, to).then(
    () => true,
    () => false,
  );
}

async function copyBlob(storage: BlobStorage, blob: string, into: string, name: string): Promise<BackupFile> {
  const hash = createHash("sha256");
  const count = { bytes: 0 };
  await writeFileDurably(join(into, name), counted(piecesOf(storage, blob), hash, count), { mode: 0o600 });
  return { name, bytes: count.bytes, sha256: hash.digest("hex") };
}

async function* counted(
  pieces: AsyncIterable<Buffer>,
  hash: Hash,
  count: { bytes: number },
): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    hash.update(piece);
    count.bytes += piece.length;
    yield piece;
  }
}
