/** `kbvault backup create` and `label`. */
import { KbvaultError } from "../../../errors.ts";
import type { Context, Outcome } from "../../context.ts";
import { backupLines, createdBackupLines } from "../../print/backup.ts";
import { type BackupFlags, withBackups } from "./open.ts";

export interface CreateBackupFlags extends BackupFlags {
  readonly label?: string;
}

export function createBackup(context: Context, flags: CreateBackupFlags): Promise<Outcome> {
  const { label } = flags;
  return withBackups(context, flags, async (backups) => {
    const result = await backups.create(label === undefined ? {} : { label });
    return {
      kind: "value",
      value: result,
      text: (page) => createdBackupLines(result, page),
      next: `kbvault backup verify ${result.backup.name} --deep`,
    };
  });
}

export interface LabelBackupFlags extends BackupFlags {
  readonly remove?: boolean;
}

export function labelBackup(
  context: Context,
  ref: string,
  label: string | undefined,
  flags: LabelBackupFlags,
): Promise<Outcome> {
  if ((label === undefined) !== (flags.remove ?? false))
    throw new KbvaultError("USAGE", "Give either a label or --remove. Nothing was changed.");
  return withBackups(context, flags, async (backups) => {
    const backup = await backups.label(ref, label ?? null);
    return { kind: "value", value: { backup }, text: (page) => backupLines([backup], page) };
  });
}
