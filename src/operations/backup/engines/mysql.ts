/**
 * Backups of MySQL and MariaDB: `mariadb-dump` or `mysqldump`, and the client of the same family.
 *
 * @module
 * @see https://mariadb.com/kb/en/mariadb-dump/
 * @see https://dev.mysql.com/doc/refman/8.4/en/mysqldump.html
 */
import { open, stat } from "node:fs/promises";
import { withConnection } from "../../../database/connection.ts";
import type { Driver } from "../../../database/drivers/driver.ts";
import { SqlFailure } from "../../../database/drivers/failure.ts";
import { withRunnerLock } from "../../../database/runner-lock.ts";
import { parseDatabaseUrl } from "../../../database/url.ts";
import { isKbvaultError, KbvaultError } from "../../../errors.ts";
import { randomId } from "../../../files/random-id.ts";
import type { BackedUpDatabaseFacts, TableRows } from "../manifest.ts";
import { findProgram, type Program, runProgram } from "../programs.ts";
import type { BackupEngine, Dumped, EngineTask, InstallOptions, TargetSurvey } from "./engine.ts";
import { MysqlPlace } from "./mysql-place.ts";
import { countRows, queryTables, readLevel, rowsDiffer, type Table } from "./rows.ts";

/** The line that ends every dump that is complete. */
const completion = /-- Dump completed/;

/** How many bytes from the end of a dump are looked at for it. */
const tailBytes = 4096;

/** The longest name of a database, in characters. */
const longestName = 64;

/**
 * MysqlBackup backs up one database of a server of MySQL or MariaDB. Databases cannot be renamed there, so a dump is
 * loaded twice: into a fresh database, as proof that it can be, and then into the place of the one that it replaces.
 */
export class MysqlBackup implements BackupEngine {
  readonly engine = "mysql";
  readonly dumpFile = "database.sql";
  readonly endsSessions = true;
  readonly needsServer = true;
  readonly loadsInPlace = true;
  readonly installsAtOnce = false;

  readonly #place: MysqlPlace;
  readonly #task: EngineTask;

  constructor(url: string, task: EngineTask) {
    this.#place = new MysqlPlace(url);
    this.#task = task;
  }

  async dump(file: string): Promise<Dumped> {
    const { historyTable, signal } = this.#task;
    return this.#withDatabase(this.#place.database, (driver) =>
      // A table that is changed while it is dumped would be missing in the dump; migrations wait.
      withRunnerLock(driver, historyTable, { timeoutMs: 60_000, signal }, async () => {
        const { version, properties } = await describeServer(driver);
        const program = await this.#program("dump", version);
        const level = await readLevel(driver, historyTable);
        const before = await countInSnapshot(driver);
        const run = {
          args: [
            ...this.#place.programArguments(program.about),
            ...dumpArguments(program),
            `--result-file=${file}`,
            this.#place.database,
          ],
          env: this.#place.env,
          outputFile: file,
          doing: "dumping the database",
        };
        await runProgram(program, run, this.#task);
        const tables = agreed(before, await countInSnapshot(driver));
        return { serverVersion: version, program: program.about, level, tables, properties };
      }),
    );
  }

  async inspect(file: string): Promise<string | null> {
    const { size } = await stat(file);
    const handle = await open(file, "r");
    try {
      const tail = Buffer.alloc(Math.min(size, tailBytes));
      await handle.read(tail, 0, tail.length, size - tail.length);
      return completion.test(tail.toString("latin1"))
        ? null
        : "it does not end with the line that ends every complete dump";
    } finally {
      await handle.close();
    }
  }

  async survey(): Promise<TargetSurvey> {
    try {
      return await this.#withDatabase(this.#place.database, async (driver) => ({
        exists: true,
        empty: await isEmpty(driver),
        level: await readLevel(driver, this.#task.historyTable),
        sessions: await sessionsOf(driver, this.#place.database),
      }));
    } catch (error) {
      if (!isKbvaultError(error, "DATABASE_NOT_FOUND")) throw error;
      return { exists: false, empty: true, level: null, sessions: [] };
    }
  }

  async freshName(): Promise<string> {
    const end = `_restore_${await randomId(8)}`;
    return [...this.#place.database].slice(0, longestName - end.length).join("") + end;
  }

  async load(name: string | null, file: string, facts: BackedUpDatabaseFacts): Promise<readonly TableRows[]> {
    if (name !== null) await this.#withServer((server) => this.#create(server, name, facts));
    return this.#fill(name ?? this.#place.database, file, facts);
  }

  previousName(): string | null {
    return null;
  }

  async install(
    name: string,
    file: string,
    facts: BackedUpDatabaseFacts,
    { endSessions }: InstallOptions,
  ): Promise<string | null> {
    const { database } = this.#place;
    await this.#withServer(async (server) => {
      if (endSessions) await endSessionsOf(server, database);
      await server.query(`DROP DATABASE IF EXISTS ${quote(database)}`);
      await this.#create(server, database, facts);
    });
    const difference = rowsDiffer(facts.tables, await this.#fill(database, file, facts));
    if (difference !== null) throw new Error(`The second loading of the dump differs: ${difference}.`);
    await this.remove(name);
    return null;
  }

  async remove(name: string): Promise<void> {
    await this.#withServer(async (server) => {
      await server.query(`DROP DATABASE IF EXISTS ${quote(name)}`);
    });
  }

  async #fill(name: string, file: string, facts: BackedUpDatabaseFacts): Promise<readonly TableRows[]> {
    const program = await this.#program("client", facts.serverVersion);
    const run = {
      args: [
        ...this.#place.programArguments(program.about),
        "--batch",
        "--default-character-set=utf8mb4",
        name,
      ],
      env: this.#place.env,
      inputFile: file,
      doing: "loading the dump",
    };
    await runProgram(program, run, this.#task);
    return this.#withDatabase(name, async (driver) => countRows(driver, await listTables(driver)));
  }

  /** The program of the family of the server first: each knows best what its own server says. */
  #program(kind: "dump" | "client", serverVersion: string): Promise<Program> {
    const maria = kind === "dump" ? "mariadb-dump" : "mariadb";
    const mysql = kind === "dump" ? "mysqldump" : "mysql";
    const names = /mariadb/i.test(serverVersion) ? [maria, mysql] : [mysql, maria];
    return findProgram({
      names,
      install: "the client programs of MariaDB or MySQL (Debian and Ubuntu: mariadb-client)",
    });
  }

  async #create(server: Driver, name: string, { properties }: BackedUpDatabaseFacts): Promise<void> {
    const settings = properties.map(([key, value]) => ` ${key} ${value}`).join("");
    try {
      await server.query(`CREATE DATABASE ${quote(name)}${settings}`);
    } catch (error) {
      if (!(error instanceof SqlFailure)) throw error;
      const url = this.#place.redacted;
      throw new KbvaultError(
        "DATABASE_ACCESS_DENIED",
        `The database ${name} could not be created on the server of ${url} (${error.message}). Give the user the right to create databases, or have an empty database created and name it with --to-url.`,
        { url, nativeCode: error.details.nativeCode },
        { cause: error },
      );
    }
  }

  #withDatabase<Result>(name: string, work: (driver: Driver) => Promise<Result>): Promise<Result> {
    return withConnection(parseDatabaseUrl(this.#place.secret(name)), work);
  }

  #withServer<Result>(work: (server: Driver) => Promise<Result>): Promise<Result> {
    return this.#withDatabase("", work);
  }
}

/** One state of all tables without making anybody wait, and all that belongs to the database. */
function dumpArguments({ about }: Program): readonly string[] {
  return [
    "--single-transaction",
    "--quick",
    "--routines",
    "--triggers",
    "--events",
    "--hex-blob",
    "--default-character-set=utf8mb4",
    // Tablespaces need a right that few have, and belong to the server.
    "--no-tablespaces",
    // What only MySQL's own program does unasked: statistics that other servers do not have, and settings of the server.
    ...(/mariadb/i.test(about) ? [] : ["--column-statistics=0", "--set-gtid-purged=OFF"]),
  ];
}

async function describeServer(
  driver: Driver,
): Promise<{ readonly version: string } & Pick<Dumped, "properties">> {
  const [row] = await driver.query(
    `SELECT version() AS version, default_character_set_name AS charset, default_collation_name AS collation
      FROM information_schema.schemata WHERE schema_name = database()`,
  );
  const version = String(row?.["version"]);
  return {
    version: /mariadb/i.test(version) ? `MariaDB ${version}` : `MySQL ${version}`,
    properties: [
      ["CHARACTER SET", String(row?.["charset"])],
      ["COLLATE", String(row?.["collation"])],
    ],
  };
}

function listTables(driver: Driver): Promise<readonly Table[]> {
  return queryTables(
    driver,
    `SELECT table_name AS name, concat('\`', replace(table_name, '\`', '\`\`'), '\`') AS quoted
      FROM information_schema.tables WHERE table_schema = database() AND table_type = 'BASE TABLE' ORDER BY 1`,
  );
}

async function isEmpty(driver: Driver): Promise<boolean> {
  const rows = await driver.query(
    `SELECT 1 FROM information_schema.tables WHERE table_schema = database()
      UNION ALL SELECT 1 FROM information_schema.routines WHERE routine_schema = database() LIMIT 1`,
  );
  return rows.length === 0;
}

async function countInSnapshot(driver: Driver): Promise<readonly TableRows[]> {
  const tables = await listTables(driver);
  await driver.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
  await driver.run("START TRANSACTION WITH CONSISTENT SNAPSHOT");
  try {
    return await countRows(driver, tables);
  } finally {
    await driver.rollback();
  }
}

/** The counts that are the same before and after: the dump has a snapshot of its own, between the two. */
function agreed(before: readonly TableRows[], after: readonly TableRows[]): readonly TableRows[] {
  const first = new Map(before.map(({ table, rows }) => [table, rows]));
  return after.map(({ table, rows }) => ({ table, rows: first.get(table) === rows ? rows : null }));
}

async function sessionsOf(driver: Driver, database: string): Promise<readonly string[]> {
  const rows = await driver.query(
    `SELECT concat('connection ', id, ' (user ', user, ', from ', host, ')') AS who
      FROM information_schema.processlist WHERE db = ? AND id <> connection_id() ORDER BY id`,
    [database],
  );
  return rows.map((row) => String(row["who"]));
}

async function endSessionsOf(server: Driver, database: string): Promise<void> {
  const rows = await server.query(
    "SELECT id FROM information_schema.processlist WHERE db = ? AND id <> connection_id()",
    [database],
  );
  // One that has just ended by itself is no reason to stop.
  for (const row of rows) await server.query(`KILL ${Number(row["id"])}`).catch(() => undefined);
}

function quote(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}
