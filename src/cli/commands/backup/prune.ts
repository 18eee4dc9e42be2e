/** `kbvault backup prune`: removes what is more than enough. */
import type { PruneBackupsOptions } from "../../../index.ts";
import type { Context, Outcome } from "../../context.ts";
import { prunedBackupLines } from "../../print/backup.ts";
import { type BackupFlags, withBackups } from "./open.ts";

export interface PruneBackupFlags extends BackupFlags, PruneBackupsOptions {}

export function pruneBackups(context: Context, flags: PruneBackupFlags): Promise<Outcome> {
  const { keep, dryRun = false } = flags;
  return withBackups(context, flags, async (backups) => {
    const result = await backups.prune({ dryRun, ...(keep === undefined ? {} : { keep }) });
    return {
      kind: "value",
      value: result,
      text: (page) => prunedBackupLines(result, page),
      ...(dryRun && result.removed.length > 0 ? { next: "the same command without --dry-run" } : {}),
    };
  });
}
