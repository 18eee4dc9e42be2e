/** `kbvault backup restore`: brings a backup back. */
import type { BackupPart, Backups, RestoreBackupOptions } from "../../../index.ts";
import type { Context, Outcome } from "../../context.ts";
import { restoredBackupLines, restorePlanLines } from "../../print/backup.ts";
import { type BackupFlags, withBackups } from "./open.ts";

export interface RestoreBackupFlags extends BackupFlags {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly only?: BackupPart;
  readonly toUrl?: string;
  readonly force?: boolean;
  readonly endSessions?: boolean;
  /** False for `--no-owner`. */
  readonly owner?: boolean;
  /** False for `--no-safety-backup`. */
  readonly safetyBackup?: boolean;
}

export function restoreBackup(context: Context, ref: string, flags: RestoreBackupFlags): Promise<Outcome> {
  const work = async (backups: Backups): Promise<Outcome> => {
    const options = optionsOf(flags);
    if (flags.dryRun || !flags.yes) {
      const planned = await backups.restore(ref, { ...options, dryRun: true });
      if (flags.dryRun) return outcomeOf(planned);
      await context.confirm(restorePlanLines(planned.plan, context.page), `Restore ${planned.backup.name}?`);
    }
    return outcomeOf(await backups.restore(ref, options));
  };
  // Without a URL the embedded database is meant, also where it is gone: that is when it is restored.
  return withBackups(context, flags, work, { expectsEmbedded: true });
}

function optionsOf(flags: RestoreBackupFlags): RestoreBackupOptions {
  const { only, toUrl, force = false, endSessions = false, owner = true, safetyBackup = true } = flags;
  return {
    force,
    endSessions,
    noOwner: !owner,
    safetyBackup,
    ...(only === undefined ? {} : { only }),
    ...(toUrl === undefined ? {} : { toUrl }),
  };
}

function outcomeOf(result: Awaited<ReturnType<Backups["restore"]>>): Outcome {
  return {
    kind: "value",
    value: result,
    text: (page) => restoredBackupLines(result, page),
    next: result.restored
      ? "kbvault status, and kbvault migrate status"
      : "the same command without --dry-run",
  };
}
