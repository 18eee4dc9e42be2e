/**
 * The key `backup` of the configuration: where backups are kept, and how many.
 *
 * @module
 */
import { duration, type Rule, section, text, wholeNumber } from "./rules.ts";

/** Where backups are kept, and how many. */
export interface BackupConfig {
  /** Folder of the backups; default `backups` beside the configuration. */
  readonly folder?: string;
  /** How many backups without a label stay; default 10. */
  readonly keep?: number;
  /** How long one program of the database may run; default `1h`. */
  readonly timeout?: string;
}

/** What `backup` may hold. */
export const backupRule: Rule = section({ folder: text, keep: wholeNumber(1), timeout: duration });
