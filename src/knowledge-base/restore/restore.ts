/**
 * Restore: puts the exact bytes of a version into the live file, after saving those that are there.
 *
 * @module
 */
import { KbvaultError } from "../../errors.ts";
import type { Catalog } from "../catalog.ts";
import type { VersionSummary } from "../catalog-fold.ts";
import { compareStates, liveState, storedState } from "../compare/states.ts";
import type { ComparisonSummary } from "../comparison.ts";
import { assemble } from "../content/assemble.ts";
import { resolveRef } from "../refs.ts";
import type { StoreAccess } from "../store-access.ts";
import type { Version } from "../version.ts";
import type { Goal, Situation } from "./goal.ts";
import { isOfThisFile } from "./of-this-file.ts";
import type { WritePlan } from "./survey.ts";
import { type RestoreOptions, writeLive } from "./write-live.ts";

/** What a restore does, worked out before anything is written. */
export interface RestorePlan extends WritePlan {
  readonly to: { readonly versionId: string; readonly sha256: string; readonly bytes: number };
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

/** Restores the version that `ref` names. */
export function restoreVersion(
  access: StoreAccess,
  ref: string,
  options: RestoreOptions,
  author: string,
): Promise<RestoreResult> {
  return restore(access, (catalog) => wholeVersion(resolveRef(catalog, ref), null), options, author);
}

/** Goes back to the bytes from before kbvault wrote the live file the last time. Throws NOTHING_TO_UNDO. */
export function undoRestore(
  access: StoreAccess,
  options: RestoreOptions,
  author: string,
): Promise<RestoreResult> {
  return restore(access, lastReplaced, options, author);
}

async function restore(
  access: StoreAccess,
  choose: (catalog: Catalog) => Goal<ComparisonSummary | null>,
  options: RestoreOptions,
  author: string,
): Promise<RestoreResult> {
  const { written, version, safetyVersion, to, changes, plan } = await writeLive(
    access,
    choose,
    options,
    author,
  );
  return {
    restored: written,
    version,
    safetyVersion,
    sha256: to.sha256,
    plan: { ...plan, to: { versionId: version.versionId, ...to }, changes },
  };
}

function wholeVersion(version: VersionSummary, undoes: string | null): Goal<ComparisonSummary | null> {
  const { versionId, sha256, bytes } = version;
  return {
    version,
    doing: `restoring ${versionId}`,
    event: { op: "restore", versionId, undoes },
    contentFor: async (situation) => ({
      sha256,
      size: bytes,
      changes: await changesTo(version, situation),
      read: async () => assemble(await situation.packs.record(versionId), situation.packs),
    }),
  };
}

function lastReplaced({ lastWrite, versions }: Catalog): Goal<ComparisonSummary | null> {
  const saved = versions.find((version) => version.versionId === lastWrite?.safetyVersion);
  if (lastWrite === null || saved === undefined) {
    throw new KbvaultError(
      "NOTHING_TO_UNDO",
      lastWrite === null
        ? "Nothing has been restored yet, so there is nothing to undo."
        : "There was no live file before the last restore, so there is nothing to go back to.",
    );
  }
  const goal = wholeVersion(saved, lastWrite.file);
  return {
    ...goal,
    contentFor: async (situation) => {
      await refuseAnothers(situation, lastWrite);
      return goal.contentFor(situation);
    },
  };
}

/** Throws NOTHING_TO_UNDO where the last write was of another live file. */
async function refuseAnothers(
  { access, live }: Situation,
  write: NonNullable<Catalog["lastWrite"]>,
): Promise<void> {
  if (await isOfThisFile(access, write, live?.sha256 ?? null)) return;
  throw new KbvaultError(
    "NOTHING_TO_UNDO",
    `${access.kbPath} does not hold what the last restore wrote, which ${write.by} made at ${write.at}, of ${write.path}: it was on another machine, or the file was changed since. Nothing was changed. \`kbvault restore ${write.safetyVersion} --dry-run\` shows what going back there would change.`,
    { path: access.kbPath, by: write.by, at: write.at, versionId: write.safetyVersion },
  );
}

async function changesTo(
  version: VersionSummary,
  { access, packs, live }: Situation,
): Promise<ComparisonSummary | null> {
  const before = live === null ? null : liveState(live.prepared);
  if (before === null || !version.valid) return null;
  const after = await storedState(packs, version.versionId);
  const { maxDepth } = access.reading;
  return (await compareStates(before, after, { maxDepth, countOnly: true })).summary;
}
