/**
 * Backups: copies of the database, the knowledge base and its store in a folder of their own each.
 *
 * @module
 */

import type { BackupSummary } from "./list.ts";
import type { BackupsOptions, CreateBackupOptions, RestoreBackupOptions } from "./options.ts";

/** What became of a new backup. */
export interface CreateBackupResult {
  readonly backup: BackupSummary;
  /** Names of the backups that were removed because there were more than `keep`. */
  readonly removed: readonly string[];
}

/** Makes a backup. */
export async function createBackup(
  _options: BackupsOptions,
  _create: CreateBackupOptions = {},
): Promise<CreateBackupResult> {
  throw new Error("not built yet");
}

/** What became of a restore. */
export interface RestoreBackupResult {
  /** False for a dry run. */
  readonly restored: boolean;
  readonly backup: BackupSummary;
  /** Name of the backup of what was there; null where there was nothing. */
  readonly safetyBackup: string | null;
}

/** Restores the backup that `ref` names: a name, a unique beginning of one, a label, or `latest`. */
export async function restoreBackup(
  _options: BackupsOptions,
  _ref: string,
  _restore: RestoreBackupOptions = {},
): Promise<RestoreBackupResult> {
  throw new Error("not built yet");
}
