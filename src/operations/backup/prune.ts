/**
 * Removing backups that are more than enough, and never the last good one.
 *
 * @module
 */
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { KbvaultError } from "../../errors.ts";
import { writeError } from "../../files/errno.ts";
import { randomId } from "../../files/random-id.ts";
import { syncFolder, temporaryPrefix } from "../../files/write.ts";
import type { BackupContext } from "./context.ts";
import { removeFolder, removeUnfinished, withBackupsLock } from "./folder.ts";
import { type BackupSummary, listBackups } from "./list.ts";
import type { PruneBackupsOptions } from "./options.ts";
import { planPruning, type RetentionDecision } from "./retention.ts";
import { hashFiles } from "./verify.ts";

/** What stays, what goes, and why. */
export interface PruneBackupsResult {
  readonly dryRun: boolean;
  readonly keep: number;
  /** For every backup, the newest first. */
  readonly decisions: readonly RetentionDecision[];
  /** Names of those that were removed; with `dryRun` of those that would be. */
  readonly removed: readonly string[];
}

/** Removes what is more than enough, under the lock of the folder. */
export async function pruneBackups(
  context: BackupContext,
  { keep = context.keep, dryRun = false }: PruneBackupsOptions,
): Promise<PruneBackupsResult> {
  if (dryRun) return prune(context, keep, dryRun, null);
  return withBackupsLock(context.folder, "prune", async () => {
    await removeUnfinished(context.folder);
    return prune(context, keep, dryRun, null);
  });
}

/** Removes what is more than enough; for the holder of the lock. `good` names a backup that was verified just now. */
export async function prune(
  context: BackupContext,
  keep: number,
  dryRun: boolean,
  good: string | null,
): Promise<PruneBackupsResult> {
  if (!Number.isSafeInteger(keep) || keep < 1) {
    throw new KbvaultError(
      "USAGE",
      `keep is ${keep}, and has to be a whole number from 1: the last good backup always stays. Nothing was removed.`,
      { option: "keep", value: keep },
    );
  }
  const backups = await listBackups(context.folder);
  const decisions = await decide(context, backups, keep, good);
  const removed = decisions.filter(({ remove }) => remove).map(({ name }) => name);
  if (!dryRun) for (const name of removed) await removeBackup(context.folder, name);
  return { dryRun, keep, decisions, removed };
}

/** The decisions, once the newest of those that stay was read whole: sizes alone do not make a backup good. */
async function decide(
  context: BackupContext,
  backups: readonly BackupSummary[],
  keep: number,
  good: string | null,
): Promise<readonly RetentionDecision[]> {
  const decisions = planPruning(backups, keep);
  if (decisions.every(({ remove }) => !remove)) return decisions;
  const newest = backups.find(({ state }) => state === "sound");
  if (newest === undefined || newest.name === good) return decisions;
  const { problems } = await hashFiles(context, newest.path, newest.manifest?.files ?? []);
  if (problems.length === 0) return decisions;
  const known = backups.map((one) => (one === newest ? { ...one, state: "damaged" as const } : one));
  return decide(context, known, keep, good);
}

/** Takes the name away first, so that what is left of an interrupted removal is no backup. */
async function removeBackup(folder: string, name: string): Promise<void> {
  const leaving = join(folder, temporaryPrefix + (await randomId(12)));
  try {
    await rename(join(folder, name), leaving);
    await syncFolder(folder);
  } catch (error) {
    throw writeError(error, join(folder, name));
  }
  await removeFolder(leaving);
}
