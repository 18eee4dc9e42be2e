/** The backups that the options of `kbvault backup ...` name. */
import { Backups } from "../../../index.ts";
import { type BackupDatabaseFlags, backupOptionsOf } from "../../backup-options.ts";
import type { Context } from "../../context.ts";
import { escapeText } from "../../print/escape.ts";
import { ProgressLine } from "../../progress.ts";

export interface BackupFlags extends BackupDatabaseFlags {
  /** Folder of the backups. */
  readonly backups?: string;
}

/** What the backups hold. */
interface BackedUp {
  /** The embedded database is meant although it is not there. */
  readonly expectsEmbedded?: boolean;
  /** Only this part; default: all that there is. */
  readonly only?: "database";
  /** Stops the work; default: aborted by SIGINT and SIGTERM. */
  readonly signal?: AbortSignal;
}

/** Does `work` with the backups; SIGINT and SIGTERM end the programs that run. */
export async function withBackups<Result>(
  context: Context,
  flags: BackupFlags,
  work: (backups: Backups) => Promise<Result>,
  { expectsEmbedded = false, only, signal = context.stopSignal() }: BackedUp = {},
): Promise<Result> {
  const progress = new ProgressLine(process.stderr, context.flags);
  const backups = new Backups({
    ...(await backupOptionsOf(context, flags, expectsEmbedded)),
    ...(only === "database" ? { knowledgeBase: null } : {}),
    ...(flags.backups === undefined ? {} : { folder: flags.backups }),
    onProgress: progress.show,
    signal,
  });
  const left = await backups.interruptedRestore();
  if (left !== null) {
    const safe =
      left.safetyBackup === null
        ? ""
        : `, or go back with kbvault backup restore ${left.safetyBackup} --force`;
    const beside = left.previous === null ? "" : ` The database from before may be at ${left.previous}.`;
    context.talk([
      `${context.page.style.yellow("warning")} A restore of ${escapeText(left.backup)}, begun ${left.startedAt}, was interrupted or is still running (${left.step}).${escapeText(beside)} Repeat kbvault backup restore ${escapeText(left.backup)}${escapeText(safe)}.`,
    ]);
  }
  try {
    return await work(backups);
  } finally {
    progress.clear();
  }
}
