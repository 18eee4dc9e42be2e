/**
 * One look at the database, over one connection that may not write, for all checks that ask about it.
 *
 * @module
 */
import { existsSync } from "node:fs";
import type { Driver } from "../database/drivers/driver.ts";
import { publicError, SqlFailure } from "../database/drivers/failure.ts";
import { createDriver } from "../database/drivers/open.ts";
import { tablesAfter } from "../database/expected-tables.ts";
import { defaultHistoryTable, History, type HistoryRow, type RecordedSql } from "../database/history.ts";
import { type LeaseState, LeaseTable } from "../database/lease-table.ts";
import { readMigrations } from "../database/migrations/files.ts";
import { type MigrationStatus, statusOf } from "../database/status.ts";
import { type DatabaseUrl, defaultDatabaseUrl, parseDatabaseUrl } from "../database/url.ts";
import { isKbvaultError, type KbvaultError } from "../errors.ts";
import type { HealthCheckOptions } from "./options.ts";

/** The database, where one is used. */
export type DatabaseOptions = NonNullable<HealthCheckOptions["database"]>;

/** A value, or the error in its place. */
export type Answer<Value> = { readonly value: Value } | { readonly error: unknown };

/** A materialized view. */
export interface MaterializedView {
  /** With its schema, unless that is the one where names are looked up. */
  readonly name: string;
  readonly populated: boolean;
  readonly bytes: number;
  /** How many seconds ago the greatest value of the configured column was; null where none is configured or known. */
  readonly ageSeconds: number | null;
}

/** What a look at the database found. */
export interface DatabaseFacts {
  /** Without its password. */
  readonly url: string;
  /** How long connecting took, and one question. */
  readonly responseMs: number;
  readonly history: Answer<readonly HistoryRow[] | null>;
  /** Files and history side by side. */
  readonly migrations: Answer<readonly MigrationStatus[]>;
  /** The lock between runners where it is a lease; null where none was ever taken. */
  readonly lease: Answer<LeaseState | null>;
  /** Tables that the applied migrations made, and that are not there. */
  readonly missingTables: Answer<readonly string[]>;
  /** Sessions of users that are in progress; null where there is no such table. */
  readonly activeSessions: Answer<number | null>;
  readonly materializedViews: Answer<readonly MaterializedView[]>;
}

/** `none`: no database is used; `in-use`: another process has it, and only one may. */
export type DatabaseLook =
  | { readonly state: "none" }
  | { readonly state: "in-use"; readonly url: string; readonly error: KbvaultError }
  | { readonly state: "unreachable"; readonly url: string; readonly error: KbvaultError }
  | { readonly state: "open"; readonly facts: DatabaseFacts };

/** Table with the sessions of users; migrations that come with kbvault make it. */
const sessionTable = "support_troubleshooting_sessions";

/** How long a question waits for a lock, in ms: whoever holds one matters more. */
const lockTimeoutMs = 1000;

/** The URL of the database that is used, or null: the default one counts only where it is there. */
export function databaseUrlOf(options: HealthCheckOptions): DatabaseUrl | null {
  if (options.database === undefined || options.database === null) return null;
  const given = options.database.url;
  const url = parseDatabaseUrl(given ?? defaultDatabaseUrl);
  const isThere = !("path" in url) || url.path === null || existsSync(url.path);
  return given === undefined && !isThere ? null : url;
}

/**
 * Looks at the database; `columns` names a column with times for materialized views. It connects, asks and ends the
 * connection within `timeoutMs` each.
 */
export async function lookAtDatabase(
  options: HealthCheckOptions,
  columns: ReadonlyMap<string, string>,
  timeoutMs: number,
): Promise<DatabaseLook> {
  const url = databaseUrlOf(options);
  if (url === null) return { state: "none" };
  const started = performance.now();
  const driver = await createDriver(url, {
    lockTimeoutMs: Math.min(lockTimeoutMs, timeoutMs),
    statementTimeoutMs: timeoutMs,
    connectTimeoutMs: timeoutMs,
    readOnly: true,
  });
  try {
    await driver.connect();
    await driver.query("SELECT 1 AS answer");
    const responseMs = performance.now() - started;
    const facts = await readFacts(driver, options.database ?? {}, columns);
    return { state: "open", facts: { url: url.redacted, responseMs, ...facts } };
  } catch (error) {
    const failure = publicError(error, "answering");
    if (!isKbvaultError(failure)) throw error;
    const state = failure.code === "MIGRATION_LOCKED" ? "in-use" : "unreachable";
    return { state, url: url.redacted, error: failure };
  } finally {
    await driver.close();
  }
}

/** One question after the other, as a driver wants them. */
async function readFacts(
  driver: Driver,
  { folder = "data/migrations", historyTable = defaultHistoryTable }: DatabaseOptions,
  columns: ReadonlyMap<string, string>,
): Promise<Omit<DatabaseFacts, "url" | "responseMs">> {
  const history = await answerOf(async () => new History(driver, historyTable).read());
  const rows = "value" in history ? (history.value ?? []) : [];
  const migrations = await answerOf(async () => {
    if ("error" in history) throw history.error;
    return statusOf(await readMigrations(folder, driver.variants), rows);
  });
  const schema = await answerOf(() => driver.readSchema());
  const names = (...kinds: readonly string[]): readonly string[] => {
    if ("error" in schema) throw schema.error;
    return schema.value.filter(({ kind }) => kinds.includes(kind)).map((object) => object.name);
  };
  return {
    history,
    migrations,
    lease: await answerOf(() => new LeaseTable(driver, historyTable).read()),
    missingTables: await answerOf(async () => {
      const there = new Set(names("table").map((name) => name.toLowerCase()));
      const recorded = rows.length === 0 ? new Map() : await new History(driver, historyTable).readSql();
      const made = tablesAfter(await statementsOf(driver, rows, recorded));
      return made.filter((table) => !there.has(table.toLowerCase()));
    }),
    activeSessions: await answerOf(async () => {
      if (!names("table").includes(sessionTable)) return null;
      const [row] = await driver.query(
        `SELECT count(*) AS amount FROM ${driver.qualify(sessionTable)} WHERE status = 'in_progress'`,
      );
      return Number(row?.["amount"]);
    }),
    materializedViews: await answerOf(async () =>
      names("materialized view").length === 0 ? [] : readMaterializedViews(driver, columns),
    ),
  };
}

/** The statements of the applied migrations, in the order in which they ran, as far as their SQL was recorded. */
async function statementsOf(
  driver: Driver,
  rows: readonly HistoryRow[],
  recorded: ReadonlyMap<string, RecordedSql>,
): Promise<readonly string[]> {
  const statements: string[] = [];
  for (const { version, state } of rows) {
    const sql = state === "applied" ? (recorded.get(version)?.migration ?? null) : null;
    if (sql !== null) for (const { text } of await driver.split(sql)) statements.push(text);
  }
  return statements;
}

/** PostgreSQL keeps no time of a refresh; only a column of the view can tell. */
async function readMaterializedViews(
  driver: Driver,
  columns: ReadonlyMap<string, string>,
): Promise<readonly MaterializedView[]> {
  const rows = await driver.query(
    `SELECT CASE WHEN n.nspname = current_schema() THEN '' ELSE n.nspname || '.' END || c.relname AS name,
        quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS quoted,
        c.relispopulated AS populated, pg_total_relation_size(c.oid) AS bytes
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'm' AND n.nspname !~ '^pg_' ORDER BY 1`,
  );
  const views: MaterializedView[] = [];
  for (const row of rows) {
    const [name, populated] = [String(row["name"]), row["populated"] === true];
    const column = columns.get(name);
    const quoted = `"${column?.replaceAll('"', '""')}"`;
    const [newest] =
      column === undefined || !populated
        ? []
        : await driver.query(
            `SELECT extract(epoch FROM now() - max(${quoted})::timestamptz) AS age FROM ${String(row["quoted"])}`,
          );
    const age = newest?.["age"] ?? null;
    views.push({
      name,
      populated,
      bytes: Number(row["bytes"]),
      ageSeconds: age === null ? null : Math.round(Number(age)),
    });
  }
  return views;
}

async function answerOf<Value>(ask: () => Promise<Value>): Promise<Answer<Value>> {
  try {
    return { value: await ask() };
  } catch (error) {
    if (error instanceof SqlFailure && error.details.kind === "connection-lost") throw error;
    return { error: publicError(error, "answering") };
  }
}

/** Whether there is no answer because somebody holds a lock, as a migration or a refresh does. */
export function isLocked(answer: Answer<unknown>): boolean {
  return "error" in answer && isKbvaultError(answer.error) && answer.error.data["kind"] === "lock-timeout";
}

/** The value of an answer. Throws the error in its place. */
export function answered<Value>(answer: Answer<Value>): Value {
  if ("error" in answer) throw answer.error;
  return answer.value;
}
