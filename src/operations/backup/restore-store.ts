/**
 * The knowledge base of a backup back into its place: blobs that are missing are added, none is replaced, and the live
 * file changes through the versioner, which keeps the bytes that were there.
 *
 * @module
 */
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { isKbvaultError, KbvaultError } from "../../errors.ts";
import { errnoOf } from "../../files/errno.ts";
import { hashFile } from "../../files/hash-file.ts";
import { isEventName } from "../../knowledge-base/journal.ts";
import { versionOfRecordName } from "../../knowledge-base/record.ts";
import { signaturesPrefix } from "../../knowledge-base/signatures/signature.ts";
import { openStorage } from "../../knowledge-base/storage/open.ts";
import type { BlobStorage } from "../../knowledge-base/storage/storage.ts";
import { markerName } from "../../knowledge-base/store.ts";
import { lockFileFor } from "../../knowledge-base/store-access.ts";
import { KnowledgeBaseVersioner } from "../../knowledge-base/versioner.ts";
import { withWriteLock } from "../../knowledge-base/write-lock.ts";
import { prepareSharedStore } from "../store-tables.ts";
import { hashBlob, piecesOf, storeFolder, storeIdOf } from "./knowledge-base.ts";
import type { BackedUpKnowledgeBaseFacts, BackupFile, BackupManifest } from "./manifest.ts";
import type { BackedUpKnowledgeBase } from "./options.ts";

/** What a restore would do with the knowledge base. */
export interface KnowledgeBaseRestorePlan {
  /** The live file, absolute. */
  readonly path: string;
  /** What happens to the live file; `nothing` where it has these bytes already, or the backup has none. */
  readonly live: "create" | "replace" | "nothing";
  /** Bytes and hash of the live file afterwards; null where the backup has none. */
  readonly bytes: number | null;
  readonly sha256: string | null;
  /** Version that holds them; null where a new one is made for them. */
  readonly versionId: string | null;
  /** Blobs of the store that are missing and will be added. */
  readonly adds: readonly string[];
  /** Blobs of the store that hold other bytes than the backup's and stay as they are. */
  readonly keeps: readonly string[];
}

/** The plan for the knowledge base of a backup; throws RESTORE_REFUSED where the store is another one. */
export async function planKnowledgeBase(
  backup: BackupManifest,
  facts: BackedUpKnowledgeBaseFacts,
  { path, options = {} }: BackedUpKnowledgeBase,
): Promise<KnowledgeBaseRestorePlan> {
  const storage = openStorage(options.versionsFolder ?? "versions");
  await refuseOtherStore(storage, backup.name, facts);
  const adds: string[] = [];
  const keeps: string[] = [];
  for (const { name, bytes, sha256 } of blobsOf(backup.files)) {
    const blob = name.slice(storeFolder.length + 1);
    const size = (await storage.stat(blob))?.bytes ?? null;
    if (size === null) adds.push(blob);
    else if (size !== bytes || (await hashBlob(storage, blob)) !== sha256) keeps.push(blob);
  }
  const now = await hashIfAny(resolve(path));
  return {
    path: resolve(path),
    live: facts.sha256 === null || now === facts.sha256 ? "nothing" : now === null ? "create" : "replace",
    bytes: facts.bytes,
    sha256: facts.sha256,
    versionId: facts.versionId,
    adds,
    keeps,
  };
}

/**
 * Adds what the store lacks and makes sure that a version holds the bytes of the backup's live file; resolves to its
 * id, or null where the live file stays. Nothing that was there is changed.
 *
 * @param source folder of the backup.
 */
export async function prepareKnowledgeBase(
  source: string,
  backup: string,
  facts: BackedUpKnowledgeBaseFacts,
  plan: KnowledgeBaseRestorePlan,
  { options = {} }: BackedUpKnowledgeBase,
): Promise<string | null> {
  const copies = openStorage(join(source, storeFolder));
  const location = options.versionsFolder ?? "versions";
  if (plan.adds.includes(markerName)) await prepareSharedStore(location);
  await addBlobs(copies, openStorage(location), plan.adds, options.lockTimeoutMs);
  if (plan.live === "nothing" || facts.file === null) return null;
  const versioner = new KnowledgeBaseVersioner(join(source, facts.file), options);
  await versioner.createStore().catch((error: unknown) => {
    if (!isKbvaultError(error, "CONFIG_EXISTS")) throw error;
  });
  const holder = (await versioner.listVersions()).find(({ sha256 }) => sha256 === facts.sha256);
  if (holder !== undefined) return holder.versionId;
  try {
    const made = await versioner.createVersion({ description: `The knowledge base of backup ${backup}` });
    return made.version.versionId;
  } catch (error) {
    if (!isKbvaultError(error) || !notJson.has(error.code)) throw error;
    const copy = join(source, facts.file);
    throw new KbvaultError(
      "RESTORE_REFUSED",
      `The knowledge base of backup ${backup} is not JSON (${error.message}), so no version can be made of it. Nothing was replaced. Its bytes are in ${copy}; the database alone is restored with --only database.`,
      { reason: "not-json", backup },
      { cause: error },
    );
  }
}

/** How many records and events one turn commits, and of how many bytes: a turn is one blob. */
const mostAtOnce = { blobs: 100, bytes: 1024 * 1024 };

/**
 * Adds `blobs`. What others name comes first, and the marker last: a reader never meets a name without what it stands for. Where
 * others write too, they are told of records and events as of any that is committed.
 */
async function addBlobs(
  copies: BlobStorage,
  storage: BlobStorage,
  blobs: readonly string[],
  timeoutMs = 30_000,
): Promise<void> {
  const put = async (names: readonly string[]): Promise<void> => {
    for (const name of names) await storage.putIfAbsent(name, piecesOf(copies, name));
  };
  const sorted = blobs.toSorted((one, other) => rankOf(one) - rankOf(other));
  if (storage.isFolder) return put(sorted);
  const isCommitted = (name: string): boolean => versionOfRecordName(name) !== null || isEventName(name);
  const isMarker = (name: string): boolean => name === markerName;
  await put(sorted.filter((name) => !isCommitted(name) && !isMarker(name)));
  for await (const batch of batchesOf(copies, sorted.filter(isCommitted))) {
    const lockFile = lockFileFor(storage);
    await withWriteLock(storage, { lockFile, timeoutMs, purpose: "restore of a backup" }, (lock) =>
      lock.commitAll(batch),
    );
  }
  await put(sorted.filter(isMarker));
}

interface NamedBytes {
  readonly name: string;
  readonly bytes: Buffer;
}

async function* batchesOf(
  copies: BlobStorage,
  names: readonly string[],
): AsyncGenerator<readonly NamedBytes[]> {
  let batch: NamedBytes[] = [];
  let size = 0;
  for (const name of names) {
    const bytes = await copies.get(name);
    if (bytes === null) continue;
    const isFull = batch.length >= mostAtOnce.blobs || size + bytes.length > mostAtOnce.bytes;
    if (isFull && batch.length > 0) {
      yield batch;
      batch = [];
      size = 0;
    }
    batch.push({ name, bytes });
    size += bytes.length;
  }
  if (batch.length > 0) yield batch;
}

/** Puts the version into the live file. */
export async function restoreLive(
  versionId: string,
  { path, options = {} }: BackedUpKnowledgeBase,
  author: string,
): Promise<void> {
  await new KnowledgeBaseVersioner(path, { author, ...options }).restoreVersion(versionId);
}

const notJson: ReadonlySet<string> = new Set(["INVALID_JSON", "INVALID_UTF8", "KB_EMPTY", "DEPTH_LIMIT"]);

function blobsOf(files: readonly BackupFile[]): readonly BackupFile[] {
  return files.filter(({ name }) => name.startsWith(`${storeFolder}/`));
}

function rankOf(blob: string): number {
  if (blob.startsWith("packs/") || blob.startsWith(signaturesPrefix)) return 0;
  return blob === markerName ? 3 : blob.startsWith("journal/") ? 2 : 1;
}

async function refuseOtherStore(
  storage: BlobStorage,
  backup: string,
  { store }: BackedUpKnowledgeBaseFacts,
): Promise<void> {
  const now = await storeIdOf(storage).catch((error: unknown) => {
    if (isKbvaultError(error, "STORE_NOT_FOUND")) return null;
    throw error;
  });
  if (store === null || store.storeId === null || now === null || now === store.storeId) return;
  throw new KbvaultError(
    "RESTORE_REFUSED",
    `The store ${storage.url} is another one than that of backup ${backup}. Nothing was changed. Name the right store with --store, or a folder that is not there yet.`,
    { reason: "other-store", backup },
  );
}

async function hashIfAny(path: string): Promise<string | null> {
  const there = await stat(path).catch((error: unknown) => {
    if (errnoOf(error) === "ENOENT") return null;
    throw error;
  });
  return there === null ? null : hashFile(path);
}
