/**
 * PostgreSQL, through `pg`.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { hostname } from "node:os";
import type { Client, ClientConfig } from "pg";
import { importClient } from "../../client-package.ts";
import { KbvaultError } from "../../errors.ts";
import type { SchemaObject } from "../schema/schema.ts";
import { redactUrl } from "../url.ts";
import { connectError } from "./connect-error.ts";
import {
  type Capabilities,
  type Driver,
  type DriverOptions,
  defaultConnectTimeoutMs,
  type HistoryTypes,
  type LockAttempt,
  type Row,
  type Statement,
  type Value,
} from "./driver.ts";
import { SqlFailure } from "./failure.ts";
import { type PostgresError, postgresFailure } from "./postgres-failure.ts";
import { numberParameters, parsePostgres, postgresTransactionControl } from "./postgres-grammar.ts";
import { postgresHistoryTypes } from "./postgres-types.ts";
import { postgresConnection } from "./postgres-url.ts";

/** What servers say that have no advisory locks: no such function, and not supported. */
const lacking: readonly (string | null)[] = ["42883", "0A000"];

/** PostgresDriver is one connection to a PostgreSQL server, with a second one for moments when the first is busy. */
export class PostgresDriver implements Driver {
  readonly engine = "postgres";
  readonly variants: readonly string[] = ["postgres"];
  readonly historyTypes: HistoryTypes = postgresHistoryTypes;

  readonly #url: string;
  readonly #options: DriverOptions;
  #client: Client | null = null;
  #processId = 0;
  #schema: string | null = null;
  #cancelled = false;
  /** Null until the first one was asked for. */
  #advisoryLock: boolean | null;

  /** @throws KbvaultError DATABASE_URL_INVALID for a parameter of our own with another value than it takes */
  constructor(url: string, options: DriverOptions) {
    this.#url = url;
    this.#options = options;
    this.#advisoryLock = postgresConnection(url).advisoryLocks ? null : false;
  }

  get capabilities(): Capabilities {
    return {
      transactionalDdl: true,
      wholeFiles: true,
      advisoryLock: this.#advisoryLock !== false,
      lockTimeout: true,
      statementTimeout: true,
      cancel: true,
    };
  }

  async connect(): Promise<void> {
    const client = await this.#open();
    this.#client = client;
    await this.#configure();
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => undefined);
  }

  qualify(table: string): string {
    return this.#schema === null ? table : `"${this.#schema.replaceAll('"', '""')}".${table}`;
  }

  async query(sql: string, values: readonly Value[] = []): Promise<readonly Row[]> {
    const result = await this.#send(() => this.#connected().query(numberParameters(sql), [...values]), sql);
    return result.rows;
  }

  async run(sql: string): Promise<void> {
    await this.#send(() => this.#connected().query(sql), sql);
  }

  async split(sql: string): Promise<readonly Statement[]> {
    return parsePostgres(sql);
  }

  async transactionControl(sql: string): Promise<number | null> {
    return postgresTransactionControl(sql);
  }

  async begin(): Promise<void> {
    await this.run("BEGIN");
  }

  async commit(): Promise<void> {
    await this.run("COMMIT");
  }

  async rollback(): Promise<void> {
    await this.run("ROLLBACK").catch(() => undefined);
  }

  async resetSession(): Promise<void> {
    await this.run("RESET ALL; RESET SESSION AUTHORIZATION; RESET ROLE");
    await this.#configure();
  }

  async setLockTimeout(ms: number): Promise<void> {
    await this.query("SELECT set_config('lock_timeout', ?, false)", [String(ms)]);
  }

  async readSchema(): Promise<readonly SchemaObject[]> {
    const { readPostgresSchema } = await import("../schema/postgres.ts");
    return readPostgresSchema(this);
  }

  async tryLock(name: string): Promise<LockAttempt> {
    if (this.#advisoryLock !== false) {
      const key = lockKey(name);
      const taken = await this.#tryAdvisoryLock(key);
      if (taken === false) return { taken, holder: (await this.#lockHolder(key)).who };
      // Some servers have the function and no lock behind it, and a pool may ask on another connection next time.
      this.#advisoryLock ??= taken === true && (await this.#lockHolder(key)).isThis;
      if (this.#advisoryLock) return { taken: true };
      if (taken === true) await this.unlock(name).catch(() => undefined);
    }
    return { taken: false, beside: (options) => new PostgresDriver(this.#url, options) };
  }

  async unlock(name: string): Promise<void> {
    await this.query("SELECT pg_advisory_unlock(?::bigint)", [lockKey(name)]);
  }

  async blockers(): Promise<readonly string[]> {
    const rows = await this.#aside(
      `SELECT format('process %s (%s, user %s, %s%s): %s', pid,
          coalesce(nullif(application_name, ''), 'no application name'), usename, state,
          coalesce(', transaction open for ' || date_trunc('second', clock_timestamp() - xact_start), ''),
          left(regexp_replace(query, '\\s+', ' ', 'g'), 200)) AS who
        FROM pg_stat_activity WHERE pid = ANY (pg_blocking_pids($1)) ORDER BY xact_start`,
    );
    return rows.map((row) => String(row["who"]));
  }

  async locksHeld(): Promise<readonly string[]> {
    const rows = await this.query(
      `SELECT c.oid::regclass || ' ' || l.mode AS held FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
        WHERE l.pid = pg_backend_pid() AND l.granted AND l.locktype = 'relation'
          AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND c.relnamespace <> 'pg_catalog'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
        ORDER BY 1`,
    );
    return rows.map((row) => String(row["held"]));
  }

  async cancel(): Promise<void> {
    this.#cancelled = true;
    await this.#aside("SELECT pg_cancel_backend($1)");
  }

  /** Whether it was taken; null where the server has no such locks. */
  async #tryAdvisoryLock(key: string): Promise<boolean | null> {
    try {
      const [row] = await this.query("SELECT pg_try_advisory_lock(?::bigint) AS taken", [key]);
      return row?.["taken"] === true;
    } catch (error) {
      if (error instanceof SqlFailure && lacking.includes(error.details.nativeCode)) return null;
      throw error;
    }
  }

  async #lockHolder(key: string): Promise<{ readonly who: string; readonly isThis: boolean }> {
    const [holder] = await this.query(
      `SELECT format('process %s of the server (%s, user %s, from %s, connected since %s)', a.pid,
          coalesce(nullif(a.application_name, ''), 'no application name'), a.usename,
          coalesce(host(a.client_addr), 'a local socket'), to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS TZ')) AS who,
          a.pid = pg_backend_pid() AS is_this
        FROM pg_locks l JOIN pg_stat_activity a USING (pid)
        WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
          AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND ((l.classid::bigint << 32) | l.objid::bigint) = ?::bigint`,
      [key],
    );
    return {
      who: String(holder?.["who"] ?? "a session that has just ended"),
      isThis: holder?.["is_this"] === true,
    };
  }

  async #configure(): Promise<void> {
    const { lockTimeoutMs, statementTimeoutMs, readOnly = false } = this.#options;
    const [settings] = await this.query(
      `SELECT pg_backend_pid() AS pid, current_schema() AS schema,
        current_setting('server_version_num')::int AS version,
        set_config('lock_timeout', ?, false), set_config('statement_timeout', ?, false),
        set_config('default_transaction_read_only', ?, false)`,
      [String(lockTimeoutMs), String(statementTimeoutMs), readOnly ? "on" : "off"],
    );
    this.#processId = Number(settings?.["pid"]);
    this.#schema = (settings?.["schema"] as string | null | undefined) ?? null;
    if (Number(settings?.["version"]) >= 140_000) {
      // When this process is killed, the server stops its statement within a second instead of leaving an ALTER in the
      // queue. Servers on systems without the needed poll() refuse the setting; they keep their ways.
      await this.query("SELECT set_config('client_connection_check_interval', '1s', false)").catch(() => []);
    }
  }

  async #open(): Promise<Client> {
    const pg = await importClient("pg", () => import("pg"));
    const config: ClientConfig = {
      connectionString: postgresConnection(this.#url).connectionString,
      application_name: `kbvault ${process.pid}@${hostname()}`.slice(0, 63),
      connectionTimeoutMillis: this.#options.connectTimeoutMs ?? defaultConnectTimeoutMs,
      keepAlive: true,
    };
    try {
      const client = new pg.Client(config);
      // A connection that dies between two queries is reported by the next query; unheard, it would end the process.
      client.on("error", () => undefined);
      await client.connect();
      return client;
    } catch (error) {
      throw connectError(error as Error, redactUrl(this.#url), {
        notFound: ["3D000"],
        denied: ["28P01", "28000", "42501"],
      });
    }
  }

  #connected(): Client {
    if (this.#client !== null) return this.#client;
    throw new KbvaultError(
      "DATABASE_UNREACHABLE",
      "The connection to the database is closed. Nothing was changed.",
    );
  }

  async #send<Result>(send: () => Promise<Result>, sql: string): Promise<Result> {
    try {
      return await send();
    } catch (error) {
      if (error instanceof KbvaultError) throw error;
      const failure = postgresFailure(error as PostgresError, sql);
      if (failure.details.nativeCode !== "57014" || !this.#cancelled) throw failure;
      throw new SqlFailure(failure.message, { ...failure.details, kind: "cancelled" }, { cause: error });
    }
  }

  /** Asks over a second connection about the process of the first, which is busy. */
  async #aside(sql: string): Promise<readonly Row[]> {
    const client = await this.#open();
    try {
      return (await client.query<Row>(sql, [this.#processId])).rows;
    } finally {
      await client.end();
    }
  }
}

function lockKey(name: string): string {
  return createHash("sha256").update(`kbvault ${name}`).digest().readBigInt64BE().toString();
}
