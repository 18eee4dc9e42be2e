/**
 * Backups is the public face of backups. What a method does is loaded when it is first called.
 *
 * @module
 */
import { checkText } from "../../knowledge-base/names.ts";
import { type BackupContext, contextOf } from "./context.ts";
import type { CreateBackupResult } from "./create.ts";
import { withBackupsLock } from "./folder.ts";
import { type BackupSummary, findBackup, listBackups, readBackup } from "./list.ts";
import { writeMarks } from "./marks.ts";
import type {
  BackupsOptions,
  CreateBackupOptions,
  PruneBackupsOptions,
  RestoreBackupOptions,
  VerifyBackupOptions,
} from "./options.ts";
import type { PruneBackupsResult } from "./prune.ts";
import type { RestoreBackupResult } from "./restore.ts";
import { type RestoreState, readRestoreState } from "./restore-state.ts";
import type { VerifyBackupResult } from "./verify.ts";

/**
 * Backups keeps copies of a database, a knowledge base and its store, proves them, and brings them back.
 *
 * A backup is a folder that appears whole or not at all: the database as one dump, written by the engine's own means in
 * one consistent state; the live file and the store as plain copies; a manifest with the hash of every file. A backup is
 * named by a ref: its name, a unique beginning of it, its label, or `latest`. Listing and verifying take no lock.
 *
 * @example
 * ```ts
 * const backups = new Backups({ knowledgeBase: { path: "data/support_troubleshooting_kb.json" } });
 * const { backup } = await backups.create({ label: "before-the-move" });
 * const { ok } = await backups.verify(backup.name, { deep: true });
 * const { plan } = await backups.restore(backup.name, { dryRun: true });
 * console.log(ok, plan.knowledgeBase?.live);
 * ```
 */
export class Backups {
  readonly #context: BackupContext;

  /** Opens nothing yet. */
  constructor(options: BackupsOptions = {}) {
    this.#context = contextOf(options);
  }

  /**
   * Makes a backup, reads it back, and removes what is more than `keep` then.
   *
   * @throws KbvaultError USAGE when there is nothing to back up; INVALID_TEXT for the label; LOCKED, NO_SPACE,
   *   STORE_NOT_WRITABLE; PROGRAM_MISSING, PROGRAM_TOO_OLD, PROGRAM_FAILED; BACKUP_DAMAGED when it reads back
   *   differently; MIGRATION_LOCKED, INTERRUPTED and the DATABASE_ errors. Nothing of the backup is kept then.
   */
  async create(options: CreateBackupOptions = {}): Promise<CreateBackupResult> {
    const { makeBackup } = await import("./create.ts");
    return makeBackup(this.#context, options);
  }

  /** All backups, the newest first; damaged ones say what is wrong with them. */
  async list(): Promise<readonly BackupSummary[]> {
    return listBackups(this.#context.folder);
  }

  /** The restore that is under way, or that was interrupted and left things behind; null for none. */
  async interruptedRestore(): Promise<RestoreState | null> {
    return readRestoreState(this.#context.folder);
  }

  /**
   * Reads and hashes every file of a backup and has the dump read by its own program; `deep` also restores it into a
   * throw-away database and counts the rows of each table.
   *
   * @throws KbvaultError BACKUP_NOT_FOUND, FORMAT_TOO_NEW, PROGRAM_MISSING, PROGRAM_TOO_OLD; USAGE for `deep` without the
   *   server that it needs. What is wrong with the backup is in the result.
   */
  async verify(ref: string, options: VerifyBackupOptions = {}): Promise<VerifyBackupResult> {
    const { verifyBackup } = await import("./verify.ts");
    return verifyBackup(this.#context, ref, options);
  }

  /**
   * Brings a backup back: what is there is backed up first, the dump is loaded into a fresh database and its rows are
   * compared with the manifest before anything is replaced; blobs that the store lacks are added; the live file is
   * restored through the versioner.
   *
   * @throws KbvaultError BACKUP_NOT_FOUND, BACKUP_DAMAGED, FORMAT_TOO_NEW; RESTORE_REFUSED (`data.reason`: `other-engine`,
   *   `newer-migrations`, `sessions`, `not-empty`, `other-store`, `not-json`, `no-such-part`) with nothing replaced;
   *   RESTORE_PARTIAL when it stopped midway; and as `create`
   */
  async restore(ref: string, options: RestoreBackupOptions = {}): Promise<RestoreBackupResult> {
    const { restore } = await import("./restore.ts");
    return restore(this.#context, ref, options);
  }

  /** Removes what is more than `keep`; never a labelled backup, never the last good one. */
  async prune(options: PruneBackupsOptions = {}): Promise<PruneBackupsResult> {
    const { pruneBackups } = await import("./prune.ts");
    return pruneBackups(this.#context, options);
  }

  /** Gives a backup a label, which keeps it from being pruned, or takes it away (null). Throws INVALID_TEXT. */
  async label(ref: string, label: string | null): Promise<BackupSummary> {
    const { folder } = this.#context;
    const checked = label === null ? null : checkText("label", label);
    return withBackupsLock(folder, "label", async () => {
      const { name, path, verification } = await findBackup(folder, ref);
      await writeMarks(path, { label: checked, verification });
      return readBackup(folder, name);
    });
  }
}

/** Makes a backup; as `Backups.create`. */
export function createBackup(
  options: BackupsOptions,
  create: CreateBackupOptions = {},
): Promise<CreateBackupResult> {
  return new Backups(options).create(create);
}

/** Restores the backup that `ref` names; as `Backups.restore`. */
export function restoreBackup(
  options: BackupsOptions,
  ref: string,
  restore: RestoreBackupOptions = {},
): Promise<RestoreBackupResult> {
  return new Backups(options).restore(ref, restore);
}
