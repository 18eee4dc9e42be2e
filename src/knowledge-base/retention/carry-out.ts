/**
 * Carries out what a plan says, step by step, so that a crash between any two leaves a store that is whole.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { errnoOf, writeError } from "../../files/errno.ts";
import { nodeFiles } from "../../files/port.ts";
import { type Catalog, extendCatalog, forgetVersions, saveCatalog } from "../catalog.ts";
import { appendEvent } from "../journal.ts";
import type { CompactedPack, JournalChange, TakenVersion } from "../journal-change.ts";
import { compactPack } from "../pack/compact-pack.ts";
import { damagedPack } from "../pack/pack-file.ts";
import { sha256Of } from "../parallel/tasks.ts";
import { compactedPackName, versionOfRecordName } from "../record.ts";
import { isBlobName } from "../storage/storage.ts";
import type { OpenedStore, StoreAccess } from "../store-access.ts";
import type { WriteLock } from "../write-lock.ts";
import type { PlannedCompaction, PrunePlan } from "./plan.ts";
import { readUse } from "./use.ts";

/** What a plan is carried out with. */
export interface CarryOut {
  readonly access: StoreAccess;
  readonly store: OpenedStore;
  readonly lock: WriteLock;
  readonly by: string;
  /** Gets what was noted in the journal, also where what follows is begun again. */
  readonly noted: { trashed: readonly TakenVersion[]; emptied: readonly TakenVersion[] };
}

/**
 * Carries out `plan` under the lock. Events come first, and are what counts: a version whose event is written is out of
 * the store, whatever becomes of its files. No file that a version is made of is removed before what replaces it is
 * durable and named in the journal.
 *
 * @throws KbvaultError STORE_NOT_WRITABLE, NO_SPACE, IO_ERROR, STORE_DAMAGED; what was done until then stays done, and the next
 *   prune goes on
 */
export async function carryOut(job: CarryOut, plan: PrunePlan): Promise<void> {
  let { catalog } = job.store;
  const note = async (change: JournalChange): Promise<void> => {
    catalog = await noteChange(job, catalog, change);
  };
  const { noted } = job;
  if (plan.trashed.length > 0) {
    await note({ op: "prune", versions: plan.trashed });
    noted.trashed = [...noted.trashed, ...plan.trashed];
  }
  if (plan.emptied.length > 0) {
    await note({ op: "trash-empty", versions: plan.emptied });
    noted.emptied = [...noted.emptied, ...plan.emptied];
  }
  const isNoted = plan.trashed.length + plan.emptied.length > 0;
  // A pack that nobody means may be that of a writer that slept since: with a turn taken it has to begin again.
  if (plan.files.length > 0 && !isNoted) await job.lock.commitAll([]);
  const removed = plan.files.flatMap(({ file }) => versionOfRecordName(file) ?? []);
  // The cache first: one that names records that are gone would be called damaged.
  if (removed.length > 0) {
    catalog = forgetVersions(catalog, removed);
    await saveCatalog(job.access.storage, catalog);
  }
  await removeAll(job, plan.files);
  if (plan.compactions.length === 0) return;
  const compacted = await compactAll(job, catalog, plan.compactions);
  await note({ op: "compact", packs: compacted });
  const inUse = new Set(compacted.map(({ file }) => file));
  for (const { file } of plan.compactions) if (!inUse.has(file)) await remove(job, file);
}

/** Writes an event and caches what the store comes to with it. */
export async function noteChange(
  { access, lock, by }: Pick<CarryOut, "access" | "lock" | "by">,
  catalog: Catalog,
  change: JournalChange,
): Promise<Catalog> {
  const event = await appendEvent(access.storage, lock, catalog, { at: access.clock(), by, change });
  const after = extendCatalog(catalog, { events: [event] });
  await saveCatalog(access.storage, after);
  return after;
}

/** Removes records before packs, so that no record means a pack that is gone; many at once where others write, too, for such a place takes its time for each. */
async function removeAll(job: CarryOut, files: PrunePlan["files"]): Promise<void> {
  const atOnce = job.access.storage.isFolder ? 1 : 32;
  const isRecord = ({ file }: { readonly file: string }): boolean => versionOfRecordName(file) !== null;
  for (const some of [files.filter(isRecord), files.filter((one) => !isRecord(one))]) {
    for (let from = 0; from < some.length; from += atOnce)
      await Promise.all(some.slice(from, from + atOnce).map(({ file }) => remove(job, file)));
  }
}

async function remove({ access, lock }: CarryOut, file: string): Promise<void> {
  const { storage } = access;
  await lock.assertHeld();
  if (isBlobName(file)) return storage.remove(file);
  // Temporary files are no blobs; those of a plan are in the folder of the store.
  const path = join(storage.folder ?? "", file);
  await nodeFiles.unlink(path).catch((error: unknown) => {
    if (errnoOf(error) !== "ENOENT") throw writeError(error, path);
  });
}

/** Writes the compacted packs durably, under names of their own; nothing means them yet. */
async function compactAll(
  { access, store, lock }: CarryOut,
  catalog: Catalog,
  compactions: readonly PlannedCompaction[],
): Promise<CompactedPack[]> {
  const { storage } = access;
  const versions = [...catalog.versions, ...catalog.trash.map(({ version }) => version)];
  const uses = await readUse(
    store.packs,
    versions.map(({ versionId }) => versionId),
  );
  const compacted: CompactedPack[] = [];
  for (const { versionId } of compactions) {
    const use = uses.get(versionId);
    if (use === undefined) continue;
    const reader = await store.packs.reader(versionId);
    const blob = await reader.readBlob();
    // Damaged bytes must not get a fresh checksum.
    if (sha256Of(blob) !== reader.sections.sha256)
      throw damagedPack(reader.name, "its SHA-256 is not the one that it was written with");
    const { chunks, info } = compactPack(blob, reader.sections, use.ranges, reader.name);
    const file = compactedPackName(
      versionId,
      storage.isFolder ? info.sha256 : randomBytes(6).toString("hex"),
    );
    await lock.assertHeld();
    // One that is there already was left by a prune that was interrupted.
    await storage.putIfAbsent(file, chunks);
    const written = await storage.get(file);
    if (written === null || sha256Of(written) !== info.sha256)
      throw damagedPack(file, "reading it back gave other bytes");
    compacted.push({ versionId, file, kept: use.bytes, pack: info });
  }
  return compacted;
}
