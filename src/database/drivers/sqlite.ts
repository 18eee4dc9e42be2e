/**
 * SQLite, through `libsql`.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { open } from "node:fs/promises";
import { resolve, sep } from "node:path";
import type Database from "libsql";
import { importClient } from "../../client-package.ts";
import { isKbvaultError, KbvaultError } from "../../errors.ts";
import type { Lock } from "../../files/lock.ts";
import type { SchemaObject } from "../schema/schema.ts";
import type {
  Capabilities,
  Driver,
  DriverOptions,
  HistoryTypes,
  LockAttempt,
  Row,
  Statement,
  Value,
} from "./driver.ts";
import { type FailureKind, SqlFailure } from "./failure.ts";
import { tryProcessLock } from "./process-lock.ts";
import { splitSqlite } from "./sqlite-statements.ts";
import { findTransactionControl } from "./transaction-words.ts";

/** SqliteDriver is one connection to a file of SQLite, or to a database in memory. */
export class SqliteDriver implements Driver {
  readonly engine = "sqlite";
  readonly variants: readonly string[] = ["sqlite"];
  readonly capabilities: Capabilities = {
    transactionalDdl: true,
    wholeFiles: false,
    advisoryLock: false,
    lockTimeout: true,
    statementTimeout: false,
    cancel: false,
  };
  readonly historyTypes: HistoryTypes = {
    key: "TEXT",
    text: "TEXT",
    time: "TEXT",
    now: "strftime('%Y-%m-%d %H:%M:%f', 'now') || 'Z'",
  };

  readonly #path: string | null;
  readonly #options: DriverOptions;
  #database: Database.Database | null = null;
  #lock: Lock | null = null;

  constructor(path: string | null, options: DriverOptions) {
    this.#path = path;
    this.#options = options;
  }

  async connect(): Promise<void> {
    const { default: Client } = await importClient("libsql", () => import("libsql"));
    const { lockTimeoutMs, readOnly = false } = this.#options;
    if (readOnly && this.#path !== null && !existsSync(this.#path)) {
      throw new KbvaultError(
        "DATABASE_NOT_FOUND",
        `There is no database ${this.#path}. Nothing was changed. Correct the URL; \`kbvault migrate up\` makes the database.`,
        { path: this.#path },
      );
    }
    try {
      this.#database = new Client(
        readOnly && this.#path !== null ? await readOnlyUri(this.#path) : (this.#path ?? ":memory:"),
      );
      // Reads the file, so that one that is no database is found now.
      this.#database.exec(`PRAGMA busy_timeout = ${lockTimeoutMs}; PRAGMA synchronous = FULL;`);
      this.#database.prepare("SELECT count(*) FROM sqlite_master").all();
    } catch (error) {
      throw new KbvaultError(
        "DATABASE_UNREACHABLE",
        `${this.#path} cannot be opened as a database of SQLite (${(error as Error).message}). Nothing was changed. Check the path, the folder that it is in and the permissions.`,
        { path: this.#path },
        { cause: error },
      );
    }
    // A table is rebuilt by dropping it, which must not delete the rows that refer to it; this switch does nothing
    // inside a transaction (https://sqlite.org/lang_altertable.html, part 7). `commit` checks what it lets pass.
    await this.run("PRAGMA foreign_keys = OFF");
  }

  async close(): Promise<void> {
    this.#database?.close();
    this.#database = null;
    await this.#lock?.release();
    this.#lock = null;
  }

  qualify(table: string): string {
    return `main.${table}`;
  }

  async query(sql: string, values: readonly Value[] = []): Promise<readonly Row[]> {
    return this.#send((database) => database.prepare(sql).all(...values) as Row[]);
  }

  async run(sql: string): Promise<void> {
    this.#send((database) => database.exec(sql));
  }

  async split(sql: string): Promise<readonly Statement[]> {
    return splitSqlite(sql);
  }

  async transactionControl(sql: string): Promise<number | null> {
    return findTransactionControl(splitSqlite(sql));
  }

  async begin(): Promise<void> {
    await this.run("BEGIN IMMEDIATE");
  }

  async commit(): Promise<void> {
    const [broken] = await this.query("PRAGMA foreign_key_check");
    if (broken !== undefined) {
      throw new SqlFailure(
        `FOREIGN KEY constraint failed: row ${broken["rowid"]} of ${broken["table"]} refers to a row of ${broken["parent"]} that does not exist`,
        { kind: "sql", nativeCode: "SQLITE_CONSTRAINT_FOREIGNKEY", offset: null, notes: [] },
      );
    }
    await this.run("COMMIT");
  }

  async rollback(): Promise<void> {
    if (this.#database?.inTransaction === true) await this.run("ROLLBACK").catch(() => undefined);
  }

  async resetSession(): Promise<void> {
    await this.run("PRAGMA foreign_keys = OFF");
  }

  async setLockTimeout(ms: number): Promise<void> {
    // SQLite has no "for ever": this is the longest wait that it takes.
    await this.run(`PRAGMA busy_timeout = ${ms === 0 ? 2_147_483_647 : ms}`);
  }

  async readSchema(): Promise<readonly SchemaObject[]> {
    const { readSqliteSchema } = await import("../schema/sqlite.ts");
    return readSqliteSchema(this);
  }

  async tryLock(name: string): Promise<LockAttempt> {
    if (this.#path === null) return { taken: true };
    const attempt = await tryProcessLock(`${this.#path}.${name}.lock`);
    if (!attempt.taken) return attempt;
    this.#lock = attempt.lock;
    return { taken: true };
  }

  async unlock(): Promise<void> {
    await this.#lock?.release();
    this.#lock = null;
  }

  async blockers(): Promise<readonly string[]> {
    return [];
  }

  async locksHeld(): Promise<readonly string[]> {
    return ["the whole database file RESERVED"];
  }

  async cancel(): Promise<void> {
    // The client is synchronous: while a statement runs, nobody can ask for its end.
  }

  #send<Result>(send: (database: Database.Database) => Result): Result {
    if (this.#database === null) {
      throw new KbvaultError(
        "DATABASE_UNREACHABLE",
        "The connection to the database is closed. Nothing was changed.",
      );
    }
    try {
      return send(this.#database);
    } catch (error) {
      if (isKbvaultError(error)) throw error;
      const { message, code } = error as Error & { readonly code?: string };
      throw new SqlFailure(
        message,
        { kind: kindOf(message, code), nativeCode: code ?? null, offset: null, notes: [] },
        { cause: error },
      );
    }
  }
}

/** Where the bytes of a file's header say that it keeps a write-ahead log (https://sqlite.org/fileformat2.html, 1.3.3). */
const readVersionOffset = 19;
const walVersion = 2;

/**
 * The URI of a file that is only looked at (https://sqlite.org/uri.html). A file with a write-ahead log that nobody
 * has open would be given a new empty log by the first reader; `immutable` leaves it alone.
 */
async function readOnlyUri(path: string): Promise<string> {
  const file = await open(path, "r");
  try {
    const header = Buffer.alloc(readVersionOffset + 1);
    await file.read(header, 0, header.length, 0);
    const idle = header[readVersionOffset] === walVersion && !existsSync(`${path}-wal`);
    const encoded = resolve(path).split(sep).map(encodeURIComponent).join("/");
    return `file:${encoded}?${idle ? "immutable=1" : "mode=ro"}`;
  } finally {
    await file.close();
  }
}

function kindOf(message: string, code: string | undefined): FailureKind {
  if (/no such table/.test(message)) return "no-such-table";
  if (/no such column|has no column named/.test(message)) return "no-such-column";
  if (code?.startsWith("SQLITE_BUSY") === true || code?.startsWith("SQLITE_LOCKED") === true)
    return "lock-timeout";
  return code === "SQLITE_INTERRUPT" ? "cancelled" : "sql";
}
