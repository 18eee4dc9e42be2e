/**
 * Backups of PostgreSQL: `pg_dump` in the custom format, `pg_restore`, and a swap of names.
 *
 * @module
 * @see https://www.postgresql.org/docs/current/app-pgdump.html
 */
import { devNull } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { withConnection } from "../../../database/connection.ts";
import type { Driver } from "../../../database/drivers/driver.ts";
import { SqlFailure } from "../../../database/drivers/failure.ts";
import { withRunnerLock } from "../../../database/runner-lock.ts";
import { parseDatabaseUrl, redactUrl } from "../../../database/url.ts";
import { isKbvaultError, KbvaultError } from "../../../errors.ts";
import { randomId } from "../../../files/random-id.ts";
import type { BackedUpDatabaseFacts, TableRows } from "../manifest.ts";
import { findProgram, type Program, runProgram } from "../programs.ts";
import type { BackupEngine, Dumped, EngineTask, InstallOptions, TargetSurvey } from "./engine.ts";
import { PostgresPlace } from "./postgres-place.ts";
import { copyDatabaseProperties } from "./postgres-properties.ts";
import { databaseExists, endSessionsOf, literal, quote, renameDatabases } from "./postgres-server.ts";
import { countRows, isEmptyPostgres, listPostgresTables, readLevel } from "./rows.ts";

/** Where packages of systems put the programs of each version. */
const folders = [
  "/usr/lib/postgresql/*/bin",
  "/usr/pgsql-*/bin",
  "/opt/homebrew/opt/{libpq,postgresql@*}/bin",
];

/** The longest name of a database, in bytes. */
const longestName = 63;

/** How often sessions are ended before the swap gives up: pools connect again at once. */
const swapTries = 20;

/** PostgresBackup backs up one database of a PostgreSQL server. */
export class PostgresBackup implements BackupEngine {
  readonly engine = "postgres";
  readonly dumpFile = "database.dump";
  readonly endsSessions = true;
  readonly needsServer = true;
  readonly loadsInPlace = true;
  readonly installsAtOnce = true;

  readonly #place: PostgresPlace;
  readonly #task: EngineTask;

  constructor(url: string, task: EngineTask) {
    this.#place = new PostgresPlace(url);
    this.#task = task;
  }

  async dump(file: string): Promise<Dumped> {
    const { historyTable, signal } = this.#task;
    return this.#withDatabase(this.#place.database, (driver) =>
      withRunnerLock(driver, historyTable, { timeoutMs: 60_000, signal }, async () => {
        const { version, major, properties } = await describeServer(driver);
        const program = await this.#program("pg_dump", major);
        const level = await readLevel(driver, historyTable);
        // Dump and counts see one state: that of the snapshot of this transaction.
        await driver.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        const [row] = await driver.query("SELECT pg_export_snapshot() AS snapshot");
        const dumping = this.#dump(program, file, String(row?.["snapshot"]));
        const counting = listPostgresTables(driver).then((tables) => countRows(driver, tables));
        const [dumped, tables] = await Promise.allSettled([dumping, counting]);
        await driver.rollback();
        if (dumped.status === "rejected") throw dumped.reason;
        if (tables.status === "rejected") throw tables.reason;
        return { serverVersion: version, program: program.about, level, tables: tables.value, properties };
      }),
    );
  }

  async inspect(file: string, { program: writer }: BackedUpDatabaseFacts): Promise<string | null> {
    const program = await this.#program("pg_restore", majorOf(writer));
    try {
      // Its list of contents is at the beginning; only reading to the end tells that nothing is cut off.
      const run = { args: [`--file=${devNull}`, file], env: {}, doing: "reading the dump" };
      await runProgram(program, run, this.#task);
      return null;
    } catch (error) {
      if (!isKbvaultError(error, "PROGRAM_FAILED")) throw error;
      return String(error.data["output"]);
    }
  }

  async survey(): Promise<TargetSurvey> {
    try {
      return await this.#withDatabase(this.#place.database, async (driver) => {
        const sessions = await driver.query(
          `SELECT format('process %s (%s, user %s, from %s)', pid, coalesce(nullif(application_name, ''), 'no application name'),
              usename, coalesce(host(client_addr), 'a local socket')) AS who
            FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
              AND backend_type = 'client backend' ORDER BY pid`,
        );
        return {
          exists: true,
          empty: await isEmptyPostgres(driver),
          level: await readLevel(driver, this.#task.historyTable),
          sessions: sessions.map((row) => String(row["who"])),
        };
      });
    } catch (error) {
      if (!isKbvaultError(error, "DATABASE_NOT_FOUND")) throw error;
      return { exists: false, empty: true, level: null, sessions: [] };
    }
  }

  async freshName(): Promise<string> {
    return this.#nameFor("restore", await randomId(8));
  }

  async load(
    name: string | null,
    file: string,
    facts: BackedUpDatabaseFacts,
    { noOwner }: { readonly noOwner: boolean },
  ): Promise<readonly TableRows[]> {
    const program = await this.#program("pg_restore", majorOf(facts.program));
    if (name !== null) await this.#withServer((server) => this.#create(server, name, facts));
    const database = name ?? this.#place.database;
    const run = {
      args: [
        "--exit-on-error",
        "--no-password",
        ...(name === null ? ["--single-transaction"] : []),
        ...(noOwner ? ["--no-owner", "--no-privileges"] : []),
        `--dbname=${this.#place.shown(database)}`,
        file,
      ],
      env: this.#place.env,
      doing: "loading the dump",
    };
    await runProgram(program, run, this.#task);
    return this.#withDatabase(database, async (driver) => {
      this.#task.tell("counting rows");
      // Statistics are no part of a dump, and without them the first queries are slow.
      await driver.run("ANALYZE");
      return countRows(driver, await listPostgresTables(driver));
    });
  }

  previousName(stamp: string): string {
    return this.#nameFor("before", stamp);
  }

  async install(
    name: string,
    _file: string,
    _facts: BackedUpDatabaseFacts,
    { endSessions, stamp }: InstallOptions,
  ): Promise<string | null> {
    const { database } = this.#place;
    return this.#withServer(async (server) => {
      if (!(await databaseExists(server, database))) {
        await server.query(`ALTER DATABASE ${quote(name)} RENAME TO ${quote(database)}`);
        return null;
      }
      await copyDatabaseProperties(server, database, name);
      const previous = this.previousName(stamp);
      for (let tries = endSessions ? swapTries : 1; ; tries--) {
        if (endSessions) await endSessionsOf(server, database);
        try {
          await renameDatabases(server, [
            [database, previous],
            [name, database],
          ]);
          return previous;
        } catch (error) {
          if (!isInUse(error)) throw error;
          if (tries === 1) throw inUse(this.#place.shown(database), error);
          await pause(100);
        }
      }
    });
  }

  async remove(name: string): Promise<void> {
    await this.#withServer(async (server) => {
      await endSessionsOf(server, name);
      await server.query(`DROP DATABASE IF EXISTS ${quote(name)}`);
    });
  }

  async #dump(program: Program, file: string, snapshot: string): Promise<void> {
    const args = [
      "--format=custom",
      "--no-password",
      `--snapshot=${snapshot}`,
      "--lock-wait-timeout=60000",
      `--file=${file}`,
      `--dbname=${this.#place.shown(this.#place.database)}`,
    ];
    const run = { args, env: this.#place.env, outputFile: file, doing: "dumping the database" };
    await runProgram(program, run, this.#task);
  }

  #program(name: "pg_dump" | "pg_restore", atLeast: number): Promise<Program> {
    const install = "the PostgreSQL client programs (Debian and Ubuntu: postgresql-client)";
    return findProgram({ names: [name], folders, atLeast, version: /PostgreSQL\) (\d+)/, install });
  }

  async #create(server: Driver, name: string, { properties }: BackedUpDatabaseFacts): Promise<void> {
    const { encoding = "UTF8", ...locale } = Object.fromEntries(properties);
    const settings = Object.entries(locale).map(([key, value]) => ` ${key} ${literal(value)}`);
    const create = `CREATE DATABASE ${quote(name)} TEMPLATE template0 ENCODING ${literal(encoding)}`;
    try {
      await server.query(create + settings.join("")).catch(async (error: unknown) => {
        // Names of locales are those of an operating system, and this may be another one.
        if (!(error instanceof SqlFailure && /locale/i.test(error.message))) throw error;
        await server.query(create);
      });
    } catch (error) {
      if (!(error instanceof SqlFailure)) throw error;
      const url = this.#place.shown(this.#place.database);
      throw new KbvaultError(
        "DATABASE_ACCESS_DENIED",
        `A database to restore into could not be created on the server of ${url} (${error.message}). Nothing was changed. Give the user the right to create databases, or have an empty database created and name it with --to-url.`,
        { url, nativeCode: error.details.nativeCode },
        { cause: error },
      );
    }
  }

  /** A name beside the target, short enough. */
  #nameFor(what: string, suffix: string): string {
    const end = `_${what}_${suffix}`;
    const start = Buffer.from(this.#place.database)
      .subarray(0, longestName - end.length)
      .toString();
    return start.replace(/\ufffd$/, "") + end;
  }

  #withDatabase<Result>(name: string, work: (driver: Driver) => Promise<Result>): Promise<Result> {
    return withConnection(parseDatabaseUrl(this.#place.secret(name)), work);
  }

  /** Connects to the server by a database that is neither the target nor one beside it. */
  async #withServer<Result>(work: (server: Driver) => Promise<Result>): Promise<Result> {
    const [first = "template1", second = "template1"] = ["postgres", "template1"].filter(
      (name) => name !== this.#place.database,
    );
    try {
      return await this.#withDatabase(first, work);
    } catch (error) {
      if (!isKbvaultError(error, "DATABASE_NOT_FOUND") || first === second) throw error;
      return this.#withDatabase(second, work);
    }
  }
}

async function describeServer(
  driver: Driver,
): Promise<{ readonly version: string; readonly major: number } & Pick<Dumped, "properties">> {
  const [row] = await driver.query(
    `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int / 10000 AS major,
        pg_encoding_to_char(encoding) AS encoding, datcollate AS "LC_COLLATE", datctype AS "LC_CTYPE"
      FROM pg_database WHERE datname = current_database()`,
  );
  const { version, major, ...properties } = row ?? {};
  return {
    version: `PostgreSQL ${String(version)}`,
    major: Number(major),
    properties: Object.entries(properties).map(([name, value]) => [name, String(value)] as const),
  };
}

function isInUse(error: unknown): error is SqlFailure {
  return error instanceof SqlFailure && error.details.nativeCode === "55006";
}

function inUse(database: string, cause: SqlFailure): KbvaultError {
  const notes = cause.details.notes.join(" ");
  return new KbvaultError(
    "RESTORE_REFUSED",
    `${redactUrl(database)} is used by other sessions (${cause.message}${notes === "" ? "" : `. ${notes}`}), so it was left as it is. Stop the services that use it, or repeat the command with --end-sessions.`,
    { reason: "sessions" },
    { cause },
  );
}

/** The first number of the version in the line that a program printed about itself; 0 where there is none. */
function majorOf(about: string | null): number {
  return Number(/PostgreSQL\) (\d+)/.exec(about ?? "")?.[1] ?? 0);
}
