/**
 * MySQL and MariaDB, through `mysql2`.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { hostname } from "node:os";
import type { Connection } from "mysql2/promise";
import { importClient } from "../../client-package.ts";
import { isKbvaultError, KbvaultError } from "../../errors.ts";
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
import type { SqlFailure } from "./failure.ts";
import { type MysqlError, mysqlFailure } from "./mysql-failure.ts";
import { splitMysql } from "./mysql-statements.ts";
import { mysqlConnectionOptions } from "./mysql-url.ts";
import { findTransactionControl } from "./transaction-words.ts";

/** The longest time-out that the server takes, in seconds: a year. */
const forEver = 31_536_000;

/** MysqlDriver is one connection to a server of MySQL or MariaDB, with a second one for moments when it is busy. */
export class MysqlDriver implements Driver {
  readonly engine = "mysql";
  readonly variants: readonly string[];
  readonly capabilities: Capabilities = {
    transactionalDdl: false,
    wholeFiles: false,
    advisoryLock: true,
    lockTimeout: true,
    statementTimeout: true,
    cancel: true,
  };
  readonly historyTypes: HistoryTypes = {
    key: "varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
    text: "longtext CHARACTER SET utf8mb4",
    time: "datetime(6)",
    now: "utc_timestamp(6)",
  };

  readonly #url: string;
  readonly #options: DriverOptions;
  #connection: Connection | null = null;
  #connectionId = 0;
  #database: string | null = null;

  constructor(url: string, options: DriverOptions) {
    this.#url = url;
    this.#options = options;
    this.variants = url.startsWith("mariadb:") ? ["mariadb", "mysql"] : ["mysql"];
  }

  async connect(): Promise<void> {
    this.#connection = await this.#open();
    const [server] = await this.query(
      "SELECT connection_id() AS id, version() AS version, database() AS `database`",
    );
    this.#connectionId = Number(server?.["id"]);
    this.#database = (server?.["database"] as string | null | undefined) ?? null;
    await this.setLockTimeout(this.#options.lockTimeoutMs);
    const { statementTimeoutMs, readOnly = false } = this.#options;
    if (readOnly) await this.query("SET SESSION TRANSACTION READ ONLY");
    if (statementTimeoutMs > 0) {
      const maria = /mariadb/i.test(String(server?.["version"]));
      // MySQL's time-out covers SELECT alone; its manual offers no other.
      await this.query(
        maria
          ? `SET max_statement_time = ${statementTimeoutMs / 1000}`
          : `SET max_execution_time = ${statementTimeoutMs}`,
      );
    }
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = null;
    if (this.#options.readOnly === true) connection?.destroy();
    else await connection?.end().catch(() => connection.destroy());
  }

  qualify(table: string): string {
    return this.#database === null ? table : `\`${this.#database.replaceAll("`", "``")}\`.${table}`;
  }

  async query(sql: string, values: readonly Value[] = []): Promise<readonly Row[]> {
    const rows = await this.#send(async (connection) => (await connection.query(sql, [...values]))[0], sql);
    return Array.isArray(rows) ? (rows as Row[]) : [];
  }

  async run(sql: string): Promise<void> {
    await this.#send((connection) => connection.query(sql), sql);
  }

  async split(sql: string): Promise<readonly Statement[]> {
    return splitMysql(sql);
  }

  async transactionControl(sql: string): Promise<number | null> {
    return findTransactionControl(splitMysql(sql));
  }

  async begin(): Promise<void> {
    await this.run("START TRANSACTION");
  }

  async commit(): Promise<void> {
    await this.run("COMMIT");
  }

  async rollback(): Promise<void> {
    await this.run("ROLLBACK").catch(() => undefined);
  }

  async resetSession(): Promise<void> {
    // The server's own reset would give up the lock between runners as well.
  }

  async setLockTimeout(ms: number): Promise<void> {
    const seconds = ms === 0 ? forEver : Math.max(1, Math.round(ms / 1000));
    await this.query(`SET lock_wait_timeout = ${seconds}, innodb_lock_wait_timeout = ${seconds}`);
  }

  async readSchema(): Promise<readonly SchemaObject[]> {
    const { readMysqlSchema } = await import("../schema/mysql.ts");
    return readMysqlSchema(this);
  }

  async tryLock(name: string): Promise<LockAttempt> {
    const key = this.#lockKey(name);
    const [row] = await this.query("SELECT get_lock(?, 0) AS taken", [key]);
    if (Number(row?.["taken"]) === 1) return { taken: true };
    const holders = await this.query(
      `SELECT concat('connection ', id, ' of the server (user ', user, ', from ', host, ')') AS who
        FROM information_schema.processlist WHERE id = is_used_lock(?)`,
      [key],
    );
    return { taken: false, holder: String(holders[0]?.["who"] ?? "a connection that has just ended") };
  }

  async unlock(name: string): Promise<void> {
    await this.query("SELECT release_lock(?)", [this.#lockKey(name)]);
  }

  async blockers(): Promise<readonly string[]> {
    const rows = await this.#aside(
      `SELECT concat('connection ', p.id, ' (user ', p.user, ', from ', p.host, ', ', lower(p.command),
          ', transaction open since ', t.trx_started, '): ', left(coalesce(p.info, ''), 200)) AS who
        FROM information_schema.innodb_trx t JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id
        WHERE p.id <> ? ORDER BY t.trx_started`,
    );
    return rows.map((row) => String(row["who"]));
  }

  async locksHeld(): Promise<readonly string[]> {
    return [];
  }

  async cancel(): Promise<void> {
    await this.#aside("KILL QUERY ?");
  }

  async #open(): Promise<Connection> {
    const mysql = await importClient("mysql2", () => import("mysql2/promise"));
    try {
      const connection = await mysql.createConnection({
        ...mysqlConnectionOptions(this.#url),
        connectTimeout: this.#options.connectTimeoutMs ?? defaultConnectTimeoutMs,
        charset: "utf8mb4",
        dateStrings: true,
        supportBigNumbers: true,
        connectAttributes: { program_name: `kbvault ${process.pid}@${hostname()}` },
      });
      // A connection that dies between two queries is reported by the next query; unheard, it would end the process.
      connection.on("error", () => undefined);
      return connection;
    } catch (error) {
      if (isKbvaultError(error)) throw error;
      throw connectError(error as Error, redactUrl(this.#url), {
        notFound: ["ER_BAD_DB_ERROR"],
        denied: [
          "ER_ACCESS_DENIED_ERROR",
          "ER_ACCESS_DENIED_NO_PASSWORD_ERROR",
          "ER_DBACCESS_DENIED_ERROR",
          "HANDSHAKE_NO_SSL_SUPPORT",
        ],
      });
    }
  }

  async #send<Result>(send: (connection: Connection) => Promise<Result>, sql: string): Promise<Result> {
    if (this.#connection === null) {
      throw new KbvaultError(
        "DATABASE_UNREACHABLE",
        "The connection to the database is closed. Nothing was changed.",
      );
    }
    try {
      return await send(this.#connection);
    } catch (error) {
      throw mysqlFailure(error as MysqlError, sql) satisfies SqlFailure;
    }
  }

  /** Asks over a second connection about the first, which is busy. */
  async #aside(sql: string): Promise<readonly Row[]> {
    const connection = await this.#open();
    try {
      const [rows] = await connection.query(sql, [this.#connectionId]);
      return Array.isArray(rows) ? (rows as Row[]) : [];
    } finally {
      await connection.end();
    }
  }

  /** Locks of the server have one name space for all its databases, and 64 characters. */
  #lockKey(name: string): string {
    return `kbvault ${createHash("sha256").update(`${this.#database}\n${name}`).digest("hex").slice(0, 40)}`;
  }
}
