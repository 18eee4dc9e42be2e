/**
 * The key `health` of the configuration: what is asked of a healthy system, and who is told when it is not.
 *
 * @module
 */
import type { Command } from "../processes/run-command.ts";
import {
  command,
  duration,
  httpUrl,
  listOf,
  mapOf,
  oneOf,
  type Rule,
  section,
  text,
  wholeNumber,
} from "./rules.ts";

/** The names of all checks. */
export const checkNames = [
  "database",
  "migrations",
  "materialized_views",
  "knowledge_base",
  "unsaved_changes",
  "store",
  "versions",
  "known_good",
  "api",
  "configuration",
  "disk",
  "backups",
  "maintenance",
  "locks",
  "clock",
] as const;

/** The name of a check. */
export type CheckName = (typeof checkNames)[number];

/** What is asked of a healthy system. Durations are texts such as `30s`, `10m`, `24h`, `7d`. */
export interface HealthSettings {
  /** Entries of the knowledge base; fewer are degraded, none is always unhealthy. Default 1. */
  readonly minimumEntries?: number;
  /** How long changes of the knowledge base may stay unsaved; default `24h`. */
  readonly maximumUnsavedAge?: string;
  /** How old the newest version may be; default: any age. */
  readonly maximumVersionAge?: string;
  /** How old the newest sound backup may be; default `26h` where there are backups. */
  readonly maximumBackupAge?: string;
  /** How long a process may hold the lock of the store; default `10m`. */
  readonly maximumLockAge?: string;
  /** How long one check may take; default `10s`, or `10m` in depth. */
  readonly timeout?: string;
  /** Checks that are left out. */
  readonly without?: readonly CheckName[];
  /** Materialized views that have to be filled and fresh, by name. */
  readonly materializedViews?: Readonly<Record<string, MaterializedViewSettings>>;
  /** An API that has to answer. */
  readonly api?: ApiSettings;
  /** Environment variables; values are never shown. */
  readonly environment?: EnvironmentSettings;
  /** Who is told when the status changes, by `kbvault health --watch`. */
  readonly alert?: AlertSettings;
}

/** How fresh a materialized view has to be. */
export interface MaterializedViewSettings {
  /** A column with dates or times; its greatest value is how fresh the view is. */
  readonly column: string;
  /** Older than this is degraded. */
  readonly maximumAge: string;
}

/** An API that has to answer. */
export interface ApiSettings {
  readonly url: string;
  /** Status that it has to answer with; default 200. Any other is unhealthy. */
  readonly status?: number;
  /** An answer that takes longer is degraded; default `2s`. */
  readonly slowAfter?: string;
}

/** Environment variables that have a value where the system runs. */
export interface EnvironmentSettings {
  /** Without one of these it is unhealthy. */
  readonly required?: readonly string[];
  /** Without one of these it is degraded. */
  readonly optional?: readonly string[];
}

/** Who is told when the status changes. */
export interface AlertSettings {
  /** A command that is run; it reads the alert as JSON from its standard input. */
  readonly command?: Command;
  /** A URL that the alert is sent to, as JSON by POST. */
  readonly webhook?: string;
  /** So many results in a row have to differ from the status that was told last; default 2. */
  readonly after?: number;
  /** How long command and webhook may take; default `30s`. */
  readonly timeout?: string;
}

/** What `health` may hold. */
export const healthRule: Rule = section({
  minimumEntries: wholeNumber(0),
  maximumUnsavedAge: duration,
  maximumVersionAge: duration,
  maximumBackupAge: duration,
  maximumLockAge: duration,
  timeout: duration,
  without: listOf(oneOf(...checkNames)),
  materializedViews: mapOf(section({ column: text, maximumAge: duration }, ["column", "maximumAge"])),
  api: section({ url: httpUrl, status: wholeNumber(100), slowAfter: duration }, ["url"]),
  environment: section({ required: listOf(text), optional: listOf(text) }),
  alert: section({ command, webhook: httpUrl, after: wholeNumber(1), timeout: duration }),
});
