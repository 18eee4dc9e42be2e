/**
 * What a health check looks at, and the thresholds that hold where nobody set others.
 *
 * @module
 */
import type { CheckName, HealthSettings } from "../config/health.ts";
import type { MigratorOptions } from "../database/options.ts";
import { parseDuration } from "../duration.ts";
import { KbvaultError } from "../errors.ts";
import type { VersionerOptions } from "../knowledge-base/versioner.ts";

/** What a health check looks at. What is missing is left out of its report. */
export interface HealthCheckOptions {
  /** The live file, and where its versions are; default null: no knowledge base. */
  readonly knowledgeBase?: { readonly path: string; readonly options?: VersionerOptions } | null;
  /**
   * The database and its migrations; what is missing is as of the migrator. Without a URL, the default database counts
   * only where it is there. Default null: no database.
   */
  readonly database?: Pick<MigratorOptions, "url" | "folder" | "historyTable"> | null;
  /** Folder in which backups are expected; default `backups`, which counts only where it is there. */
  readonly backups?: string;
  /** Folder with the flag of maintenance mode; default `.kbvault`. */
  readonly stateFolder?: string;
  readonly settings?: HealthSettings;
  /** Environment whose variables are looked for; default: that of the process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The time of day; default: the system's. */
  readonly clock?: () => Date;
}

/** How to run the checks. */
export interface RunChecksOptions {
  /** Only these; default: all. */
  readonly only?: readonly CheckName[];
  /** Take the time for what is slow: all data of the store, restores of any size. Default false. */
  readonly deep?: boolean;
  /** How long one check may take, in ms; default: that of the settings, else 10 seconds, or 10 minutes in depth. */
  readonly timeoutMs?: number;
}

/** Thresholds, durations in ms. */
export interface Thresholds {
  readonly minimumEntries: number;
  readonly maximumUnsavedAge: number;
  /** Null: any age. */
  readonly maximumVersionAge: number | null;
  readonly maximumBackupAge: number;
  readonly maximumLockAge: number;
}

const second = 1000;
const hour = 3600 * second;

/** The thresholds of `settings`. */
export function thresholdsOf(settings: HealthSettings): Thresholds {
  return {
    minimumEntries: settings.minimumEntries ?? 1,
    maximumUnsavedAge: durationOr(settings.maximumUnsavedAge, 24 * hour),
    maximumVersionAge: durationOr(settings.maximumVersionAge, null),
    maximumBackupAge: durationOr(settings.maximumBackupAge, 26 * hour),
    maximumLockAge: durationOr(settings.maximumLockAge, hour / 6),
  };
}

/** How long one check may take, in ms. */
export function timeoutOf(settings: HealthSettings, { timeoutMs, deep = false }: RunChecksOptions): number {
  return timeoutMs ?? durationOr(settings.timeout, deep ? hour / 6 : 10 * second);
}

/** The milliseconds of a duration of the settings, or `fallback` where it is missing. Throws USAGE. */
export function durationOr<Fallback extends number | null>(
  text: string | undefined,
  fallback: Fallback,
): number | Fallback {
  if (text === undefined) return fallback;
  const ms = parseDuration(text);
  if (ms !== null) return ms;
  throw new KbvaultError(
    "USAGE",
    `${JSON.stringify(text)} is no duration. Nothing was checked. Write one such as 30s, 10m, 24h or 7d.`,
    { value: text },
  );
}
