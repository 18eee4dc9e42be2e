/**
 * Drill: restores of some versions, for practice, to a folder that is thrown away.
 *
 * @module
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isKbvaultError, KbvaultError } from "../errors.ts";
import { writeError } from "../files/errno.ts";
import { hashFile } from "../files/hash-file.ts";
import { latestSnapshot } from "./catalog.ts";
import type { VersionSummary } from "./catalog-fold.ts";
import { exportFrom } from "./content-of-ref.ts";
import { reallyThere } from "./storage/storage.ts";
import { type OpenedStore, openStore, type StoreAccess } from "./store-access.ts";

/** How to practise. */
export interface DrillOptions {
  /** How many versions to restore, 1 or more: the newest snapshot, and others by chance. Default 5. */
  readonly count?: number;
  /** Numbers from 0 to below 1 that choose; default `Math.random`. */
  readonly random?: () => number;
}

/** One version that was restored, or could not be. */
export interface DrilledVersion {
  readonly versionId: string;
  readonly bytes: number;
  /** Why its bytes did not come back; null where they did, to the last one. */
  readonly problem: string | null;
}

/** What the drill showed. */
export interface DrillResult {
  /** Whether the bytes of every version that was tried came back. */
  readonly ok: boolean;
  /** Versions in the store. */
  readonly versionCount: number;
  /** Those that were tried, in order of sequence. */
  readonly versions: readonly DrilledVersion[];
}

/**
 * Restores versions to a temporary folder, reads the files back and compares their hashes with the records.
 *
 * @throws KbvaultError USAGE for a wrong count; NO_SPACE, STORE_NOT_WRITABLE, IO_ERROR where the temporary folder cannot
 *   be written, which says nothing of the store
 */
export async function drillVersions(access: StoreAccess, options: DrillOptions): Promise<DrillResult> {
  const { count = 5, random = Math.random } = options;
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new KbvaultError("USAGE", `A drill restores 1 version or more, not ${count}. Nothing was read.`, {
      count,
    });
  }
  // What this machine has kept of a place elsewhere would be no practice.
  const real = { ...access, storage: reallyThere(access.storage) };
  const store = await openStore(real);
  const { catalog } = store;
  const folder = await mkdtemp(join(tmpdir(), "kbvault-drill-")).catch((error: unknown) => {
    throw writeError(error, tmpdir());
  });
  try {
    const versions: DrilledVersion[] = [];
    for (const version of chosen(catalog.versions, latestSnapshot(catalog), count, random))
      versions.push(await drill(real, store, version, join(folder, "kb.json")));
    return {
      ok: versions.every(({ problem }) => problem === null),
      versionCount: catalog.versions.length,
      versions,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** `first`, and others by chance, `count` in all. */
function chosen(
  versions: readonly VersionSummary[],
  first: VersionSummary | null,
  count: number,
  random: () => number,
): readonly VersionSummary[] {
  const others = versions.filter(({ versionId }) => versionId !== first?.versionId);
  const picked = first === null ? [] : [first];
  while (picked.length < count && others.length > 0)
    picked.push(...others.splice(Math.floor(random() * others.length), 1));
  return picked.sort((a, b) => a.sequence - b.sequence);
}

async function drill(
  access: StoreAccess,
  store: OpenedStore,
  { versionId, bytes, sha256 }: VersionSummary,
  file: string,
): Promise<DrilledVersion> {
  try {
    await exportFrom(access, store, versionId, file);
    const restored = await hashFile(file);
    const problem =
      restored === sha256 ? null : `The restored file has the SHA-256 ${restored}, not ${sha256}.`;
    return { versionId, bytes, problem };
  } catch (error) {
    if (!isKbvaultError(error, "STORE_DAMAGED")) throw error;
    return { versionId, bytes, problem: error.message };
  }
}
