/**
 * Options of backups: what is backed up, where backups are kept, and how patient to be.
 *
 * @module
 */
import type { VersionerOptions } from "../../knowledge-base/versioner.ts";

/** Which database a backup holds. */
export interface BackedUpDatabase {
  /** As of the migrator: `pglite:`, `sqlite:`, `postgres:`, `mysql:` or `mariadb:`. */
  readonly url: string;
  /** Name of the history table of its migrations; default `schema_migrations`. */
  readonly historyTable?: string;
}

/** Which knowledge base a backup holds, and how it is read. */
export interface BackedUpKnowledgeBase {
  /** Path of the live file. */
  readonly path: string;
  /** Where its versions are; as of the versioner. */
  readonly options?: VersionerOptions;
}

/** What is backed up, where backups are kept, and how patient to be. */
export interface BackupsOptions {
  /** Folder of the backups; default `backups`. */
  readonly folder?: string;
  /** Default null: no database. */
  readonly database?: BackedUpDatabase | null;
  /** Default null: no knowledge base. */
  readonly knowledgeBase?: BackedUpKnowledgeBase | null;
  /** How many backups without a label stay; default 10. */
  readonly keep?: number;
  /** How long one program of the database may run, in ms; default one hour. */
  readonly timeoutMs?: number;
  /** Who makes backups and restores them; default: the user of the operating system. */
  readonly author?: string;
  /** The time of day; default: the system's. */
  readonly clock?: () => Date;
  /** Told what is being done, and how far it is. */
  readonly onProgress?: (progress: BackupProgress) => void;
  /** Stops the work: programs are ended, and INTERRUPTED is thrown. */
  readonly signal?: AbortSignal;
}

/** What is being done. */
export interface BackupProgress {
  /** In a few words: `dumping the database`. */
  readonly message: string;
  /** Bytes that are done; null where they cannot be counted. */
  readonly bytes: number | null;
}

/** How to make a backup. */
export interface CreateBackupOptions {
  /** A name that keeps the backup from being pruned; by the rules of labels of versions. Default none. */
  readonly label?: string;
  /** Why it is made; default `asked`. */
  readonly reason?: BackupReason;
  /** Remove what is more than `keep` afterwards; default true. */
  readonly prune?: boolean;
}

/** Why a backup was made: somebody asked for it, or something was about to change what it holds. */
export type BackupReason = "asked" | "before-restore" | "before-migration" | "update";

/** A part of a backup. */
export type BackupPart = "database" | "kb";

/** How to restore a backup. */
export interface RestoreBackupOptions {
  /** Only say what would be done; default false. */
  readonly dryRun?: boolean;
  /** Only this part; default: all that the backup and the options have. */
  readonly only?: BackupPart;
  /** URL of another database to restore into, which has to be missing or empty; default: that of the options. */
  readonly toUrl?: string;
  /** Restore although the database has migrations that the backup does not have; default false. */
  readonly force?: boolean;
  /** End the sessions of others in the database that is replaced; default false: RESTORE_REFUSED when there are any. */
  readonly endSessions?: boolean;
  /** Leave owners and rights of the objects out, for a server without those roles (PostgreSQL); default false. */
  readonly noOwner?: boolean;
  /** Back up what is there before it is replaced; default true. False keeps the replaced database beside the new one. */
  readonly safetyBackup?: boolean;
}

/** How to verify a backup. */
export interface VerifyBackupOptions {
  /** Restore the dump into a throw-away database too, and count its rows; default false. */
  readonly deep?: boolean;
}

/** How to prune. */
export interface PruneBackupsOptions {
  /** How many backups without a label stay; default: `keep` of the options. */
  readonly keep?: number;
  /** Only say what would be removed; default false. */
  readonly dryRun?: boolean;
}
