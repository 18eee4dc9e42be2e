/**
 * Commits a prepared version: its pack and its signature first, then its record, whose name is what makes the version exist.
 *
 * @module
 */
import { KbvaultError } from "../errors.ts";
import { type Catalog, extendCatalog, highestSequence } from "./catalog.ts";
import type { Link } from "./chain.ts";
import type { Comparison } from "./comparison.ts";
import { cacheBlocks } from "./match/base.ts";
import { buildPack, type CompressedContent } from "./pack/pack-writer.ts";
import type { PreparedVersion } from "./prepare.ts";
import {
  type ChangedEntries,
  decodeRecord,
  encodeRecord,
  mostListedDuplicates,
  mostListedEntries,
  packName,
  recordName,
  type StoredRecord,
  type VersionRecord,
  versionIdOf,
} from "./record.ts";
import { sealedText } from "./seal.ts";
import { signatureName } from "./signatures/signature.ts";
import type { BlobStorage } from "./storage/storage.ts";
import { TurnTaken } from "./turns/take-turn.ts";
import type { VersionKind } from "./version.ts";
import type { WriteLock } from "./write-lock.ts";

/** Names tried before giving up; a name is taken only by an unfinished pack or a writer that ignores the lock. */
const ATTEMPTS = 100;

/** What is said about a version by whoever makes it. */
export interface VersionMeta {
  readonly author: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly kind: VersionKind;
  readonly parent: string | null;
  readonly createdAt: Date;
}

/** A version to be committed. */
export interface CommitJob {
  readonly prepared: PreparedVersion;
  readonly compressed: CompressedContent;
  readonly sha256: string;
  readonly meta: VersionMeta;
  /** Against the parent; null where one of the two is not JSON. */
  readonly changes: ChangedEntries | null;
  /** Makes the signature of the record's text; null where it is not signed. */
  readonly sign: ((text: string) => Promise<Buffer>) | null;
}

/** Commits under `lock`; resolves to the record and the catalog with it. */
export async function commitVersion(
  storage: BlobStorage,
  catalog: Catalog,
  lock: WriteLock,
  job: CommitJob,
): Promise<{ readonly record: StoredRecord; readonly catalog: Catalog }> {
  const first = highestSequence(catalog) + 1;
  for (let sequence = first; sequence < first + ATTEMPTS; sequence++) {
    const record = await tryToCommit(storage, lock, job, sequence, catalog.heads);
    if (record === null) continue;
    if (record.valid) await cacheBlocks(storage.folder, record, job.prepared.plan.blocks);
    return { record, catalog: extendCatalog(catalog, { records: [record] }) };
  }
  throw new KbvaultError(
    "IO_ERROR",
    `No name was free for a new version from number ${first} on. Nothing was committed. Look into ${storage.url}.`,
    { store: storage.url, sequence: first },
  );
}

/** What changed, as a record lists it. */
export function changedEntriesOf({ added, removed, modified }: Comparison): ChangedEntries {
  return { added, removed, modified: modified.map((entry) => entry.id) };
}

async function tryToCommit(
  storage: BlobStorage,
  lock: WriteLock,
  job: CommitJob,
  sequence: number,
  heads: readonly Link[],
): Promise<StoredRecord | null> {
  const { prepared, compressed, sha256, meta, changes } = job;
  const versionId = versionIdOf(sequence, meta.createdAt);
  const bytes = prepared.bytes.length;
  const pack = buildPack(compressed, prepared.plan.runs, { versionId, sha256, bytes });
  const duplicates = [
    ...new Set(prepared.duplicates.filter((one) => one.kind === "id").map((one) => one.name)),
  ];
  const record: VersionRecord = {
    versionId,
    sequence,
    createdAt: meta.createdAt.toISOString(),
    author: meta.author,
    description: meta.description,
    tags: meta.tags,
    kind: meta.kind,
    parent: meta.parent,
    valid: prepared.layout !== null,
    bytes,
    sha256,
    entryCount: prepared.layout === null ? null : prepared.plan.entryCount,
    layout: prepared.layout,
    changes: changes && {
      added: changes.added.length,
      removed: changes.removed.length,
      modified: changes.modified.length,
    },
    entries: changes === null || countOf(changes) > mostListedEntries ? null : changes,
    duplicates: duplicates.length > mostListedDuplicates ? null : duplicates,
    pack: pack.info,
    follows: heads,
    signed: job.sign !== null,
  };
  const name = recordName(versionId);
  const stored = encodeRecord(record);
  const signature = (await job.sign?.(sealedText(stored, name))) ?? null;
  await lock.assertHeld();
  if (!(await storage.putIfAbsent(packName(versionId), pack.chunks))) return null;
  if (signature !== null && !(await storage.putIfAbsent(signatureName(versionId), signature))) return null;
  try {
    return (await lock.commit(name, stored)) ? decodeRecord(stored, name) : null;
  } catch (error) {
    if (error instanceof TurnTaken) await takeBack(storage, versionId, signature !== null);
    throw error;
  }
}

/** Removes what was put for a version that is not to be: nobody else can mean it. */
async function takeBack(storage: BlobStorage, versionId: string, isSigned: boolean): Promise<void> {
  const names = [packName(versionId), ...(isSigned ? [signatureName(versionId)] : [])];
  await Promise.all(names.map((name) => storage.remove(name).catch(() => undefined)));
}

function countOf({ added, removed, modified }: ChangedEntries): number {
  return added.length + removed.length + modified.length;
}
