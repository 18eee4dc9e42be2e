/**
 * Restore: puts the exact bytes of a version into the live file, after saving those that are there.
 *
 * @module
 */
import { readlink, realpath } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { isKbvaultError, KbvaultError } from "../errors.ts";
import { errnoOf } from "../files/errno.ts";
import { hashFile } from "../files/hash-file.ts";
import type { Lock } from "../files/lock.ts";
import { writeFileDurably } from "../files/write.ts";
import {
  type Catalog,
  currentVersion,
  extendCatalog,
  highestSequence,
  openCatalog,
  saveCatalog,
  toVersion,
} from "./catalog.ts";
import type { VersionSummary } from "./catalog-fold.ts";
import { commitVersion } from "./commit.ts";
import { compareStates, liveState, storedState } from "./compare/states.ts";
import type { ComparisonSummary } from "./comparison.ts";
import { assemble } from "./content/assemble.ts";
import { checkVersion, isComplete } from "./content/check.ts";
import { Packs } from "./content/packs.ts";
import { appendEvent } from "./journal.ts";
import { type LiveFile, readLiveIfAny } from "./live.ts";
import { checkText } from "./names.ts";
import { compressContent } from "./pack/pack-writer.ts";
import { type PreparedVersion, prepareAnything } from "./prepare.ts";
import type { ChangedEntries } from "./record.ts";
import { resolveRef } from "./refs.ts";
import { changesAgainst } from "./snapshot.ts";
import { type StoreAccess, withBase, withLock } from "./store-access.ts";
import type { Version } from "./version.ts";

/** How to restore. */
export interface RestoreOptions {
  /** Only say what would be done. Default false. */
  readonly dryRun?: boolean;
  /** Who restores; default: the author of the versioner. */
  readonly author?: string;
}

/** What a restore does, worked out before anything is written. */
export interface RestorePlan {
  /** The live file, without symbolic links where it exists. */
  readonly path: string;
  /** The live file now: nulls where there is none; `versionId` where a version holds its bytes. */
  readonly from: {
    readonly sha256: string | null;
    readonly bytes: number | null;
    readonly versionId: string | null;
  };
  readonly to: { readonly versionId: string; readonly sha256: string; readonly bytes: number };
  /** What happens to the bytes that are there: nothing is there, a version holds them already, or one is made. */
  readonly saves: "nothing-to-save" | "already-saved" | "safety-version";
  /** From the live file to the restored one; null where one of the two is not JSON. */
  readonly changes: ComparisonSummary | null;
}

/** What became of a restore. */
export interface RestoreResult {
  /** False for a dry run, and where the live file had these bytes already. */
  readonly restored: boolean;
  readonly version: Version;
  /** The version that holds the bytes from before; null where there was no live file, or nothing was restored. */
  readonly safetyVersion: Version | null;
  /** Of the restored bytes. */
  readonly sha256: string;
  readonly plan: RestorePlan;
}

/** Which version to restore; `undoes` names the restore event that this takes back. */
interface Target {
  readonly version: VersionSummary;
  readonly undoes: string | null;
}

/** Restores the version that `ref` names. */
export function restoreVersion(
  access: StoreAccess,
  ref: string,
  options: RestoreOptions,
  author: string,
): Promise<RestoreResult> {
  return restore(access, (catalog) => ({ version: resolveRef(catalog, ref), undoes: null }), options, author);
}

/** Goes back to the bytes from before the last restore. Throws NOTHING_TO_UNDO. */
export function undoRestore(
  access: StoreAccess,
  options: RestoreOptions,
  author: string,
): Promise<RestoreResult> {
  return restore(access, lastReplaced, options, author);
}

function lastReplaced({ lastWrite, versions }: Catalog): Target {
  const saved = versions.find((version) => version.versionId === lastWrite?.safetyVersion);
  if (lastWrite === null || saved === undefined) {
    throw new KbvaultError(
      "NOTHING_TO_UNDO",
      lastWrite === null
        ? "Nothing has been restored yet, so there is nothing to undo."
        : "There was no live file before the last restore, so there is nothing to go back to.",
    );
  }
  return { version: saved, undoes: lastWrite.file };
}

async function restore(
  access: StoreAccess,
  choose: (catalog: Catalog) => Target,
  options: RestoreOptions,
  author: string,
): Promise<RestoreResult> {
  const by = checkText("author", author);
  if (options.dryRun === true) {
    const state = await survey(access, choose);
    return result(state, state.catalog, { restored: false, safetyVersion: null });
  }
  return withLock(access, "restore", async (lock) => {
    const state = await survey(access, choose);
    if (state.live?.sha256 === state.target.version.sha256) {
      return result(state, state.catalog, { restored: false, safetyVersion: null });
    }
    // Assembled and verified before anything is saved or replaced: a damaged version changes nothing.
    const bytes = await assemble(await state.packs.record(state.target.version.versionId), state.packs);
    const { catalog, safety } = await saveLive(access, state, lock, by);
    await replaceLive(access, state, bytes, lock);
    const event = await appendEvent(access.storage, catalog.lastEvent, {
      at: access.clock(),
      by,
      change: {
        op: "restore",
        versionId: state.target.version.versionId,
        path: state.plan.path,
        fromSha256: state.plan.from.sha256,
        toSha256: state.target.version.sha256,
        safetyVersion: safety?.versionId ?? null,
        newestSequence: highestSequence(catalog),
        undoes: state.target.undoes,
      },
    });
    const after = extendCatalog(catalog, { events: [event] });
    await saveCatalog(access.storage, after);
    return result(state, after, { restored: true, safetyVersion: safety });
  });
}

/** What there is, and what a restore would do. */
interface Survey {
  readonly catalog: Catalog;
  readonly packs: Packs;
  readonly target: Target;
  readonly live: LiveFile | null;
  readonly prepared: PreparedVersion | null;
  /** The version that holds the live bytes. */
  readonly holder: VersionSummary | null;
  /** What a safety version would say of its entries. */
  readonly changesSaved: ChangedEntries | null;
  readonly plan: RestorePlan;
}

async function survey(access: StoreAccess, choose: (catalog: Catalog) => Target): Promise<Survey> {
  const catalog = await openCatalog(access.storage, { onWarning: access.warn });
  const packs = new Packs(access.storage);
  const target = choose(catalog);
  const live = await readLiveIfAny(access.kbPath);
  const holder = live === null ? null : await soundHolder(catalog, live.sha256, packs);
  const { prepared, changes, changesSaved } = await withBase(access, catalog, async (baseId) => {
    if (live === null) return { prepared: null, changes: null, changesSaved: null };
    // A safety version is the last copy of its bytes: it shares none with a version that cannot be read.
    if (holder === null && baseId !== null) await checkVersion(packs, baseId);
    const prepared = await prepareAnything(live.bytes, access.kbPath, packs, baseId, access.reading);
    return {
      prepared,
      changes: await changesTo(target.version, prepared, packs, access),
      changesSaved:
        holder === null ? await changesAgainst(currentVersion(catalog), prepared, packs, access) : null,
    };
  });
  const { versionId, sha256, bytes } = target.version;
  const plan: RestorePlan = {
    path: live?.path ?? (await resolved(access.kbPath)),
    from: {
      sha256: live?.sha256 ?? null,
      bytes: live?.bytes.length ?? null,
      versionId: holder?.versionId ?? null,
    },
    to: { versionId, sha256, bytes },
    saves: live === null ? "nothing-to-save" : holder === null ? "safety-version" : "already-saved",
    changes,
  };
  return { catalog, packs, target, live, prepared, holder, changesSaved, plan };
}

/** The newest version that holds the bytes with this hash and can be restored, as far as its files show without being read. */
async function soundHolder(catalog: Catalog, sha256: string, packs: Packs): Promise<VersionSummary | null> {
  for (const version of catalog.versions.toReversed()) {
    if (version.sha256 === sha256 && (await isComplete(packs, version.versionId))) return version;
  }
  return null;
}

async function changesTo(
  version: VersionSummary,
  prepared: PreparedVersion,
  packs: Packs,
  access: StoreAccess,
): Promise<ComparisonSummary | null> {
  const live = liveState(prepared);
  if (live === null || !version.valid) return null;
  return (
    await compareStates(live, await storedState(packs, version.versionId), {
      maxDepth: access.reading.maxDepth,
      countOnly: true,
    })
  ).summary;
}

/** Makes sure that a version holds the live bytes; null where there is no live file. */
async function saveLive(
  access: StoreAccess,
  { catalog, live, prepared, holder, changesSaved, target }: Survey,
  lock: Lock,
  author: string,
): Promise<{ readonly catalog: Catalog; readonly safety: VersionSummary | null }> {
  if (live === null || prepared === null) return { catalog, safety: null };
  if (holder !== null) return { catalog, safety: holder };
  const parent = currentVersion(catalog);
  const committed = await commitVersion(access.storage, catalog, lock, {
    prepared,
    compressed: await compressContent(prepared.plan.pack),
    sha256: live.sha256,
    changes: changesSaved,
    meta: {
      author,
      description: `Saved before restoring ${target.version.versionId}`,
      tags: [],
      kind: "safety",
      parent: parent?.versionId ?? null,
      createdAt: access.clock(),
    },
  });
  return { catalog: committed.catalog, safety: committed.record };
}

/** Replaces the live file, unless it changed since it was read, and reads it back. */
async function replaceLive(
  access: StoreAccess,
  { live, plan, target }: Survey,
  bytes: Buffer,
  lock: Lock,
): Promise<void> {
  await writeFileDurably(plan.path, bytes, {
    ...(live === null ? {} : { mode: live.stat.mode, owner: { uid: live.stat.uid, gid: live.stat.gid } }),
    beforeRename: async () => {
      await lock.assertHeld();
      const sameFile = (await resolved(access.kbPath)) === plan.path;
      if (sameFile && (await hashIfAny(plan.path)) === (live?.sha256 ?? null)) return;
      throw new KbvaultError(
        "LIVE_CHANGED",
        `${access.kbPath} changed while ${target.version.versionId} was being restored. It was left as it is. Repeat the command.`,
        { path: access.kbPath },
      );
    },
  });
  const sha256 = await hashFile(plan.path);
  if (sha256 === target.version.sha256) return;
  throw new KbvaultError(
    "LIVE_CHANGED",
    `${plan.path} was restored, but holds other bytes when read back: another program wrote to it, or the disk is failing. The bytes from before are saved. Look at \`kbvault status\`.`,
    { path: plan.path, sha256, expected: target.version.sha256 },
  );
}

/** The hash of the file at `path`, or null where there is none. */
async function hashIfAny(path: string): Promise<string | null> {
  try {
    return await hashFile(path);
  } catch (error) {
    if (isKbvaultError(error, "IO_ERROR") && error.data["errno"] === "ENOENT") return null;
    throw error;
  }
}

/** `path` without symbolic links, as far as it exists; a link that leads to nothing yet is followed, too. */
async function resolved(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") return path;
    const target = await readlink(path).catch(() => null);
    return target === null ? path : resolved(resolve(dirname(path), target));
  }
}

function result(
  { target, plan }: Survey,
  catalog: Catalog,
  { restored, safetyVersion }: { readonly restored: boolean; readonly safetyVersion: VersionSummary | null },
): RestoreResult {
  return {
    restored,
    version: toVersion(target.version, catalog),
    safetyVersion: safetyVersion === null ? null : toVersion(safetyVersion, catalog),
    sha256: target.version.sha256,
    plan,
  };
}
