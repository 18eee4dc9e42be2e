/** `kbvault backup list` and `verify`: the commands that change no backup. */
import { exitStatus } from "../../../errors.ts";
import type { VerifyBackupOptions } from "../../../index.ts";
import type { Context, Outcome } from "../../context.ts";
import { backupLines, verifiedBackupLines } from "../../print/backup.ts";
import { type BackupFlags, withBackups } from "./open.ts";

export function listBackups(context: Context, flags: BackupFlags): Promise<Outcome> {
  return withBackups(context, flags, async (backups) => {
    const list = await backups.list();
    const none = list.length === 0;
    return {
      kind: "value",
      value: { backups: list, interruptedRestore: await backups.interruptedRestore() },
      text: (page) => (none ? ["There are no backups."] : backupLines(list, page)),
      ...(none ? { next: "kbvault backup create" } : {}),
    };
  });
}

export interface VerifyBackupFlags extends BackupFlags, VerifyBackupOptions {}

export function verifyBackup(context: Context, ref: string, flags: VerifyBackupFlags): Promise<Outcome> {
  return withBackups(context, flags, async (backups) => {
    const result = await backups.verify(ref, { deep: flags.deep ?? false });
    return {
      kind: "value",
      value: result,
      text: (page) => verifiedBackupLines(result, page),
      exit: result.ok ? exitStatus.done : exitStatus.damaged,
    };
  });
}
