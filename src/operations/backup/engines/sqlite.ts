/**
 * Backups of SQLite: `VACUUM INTO`, which reads one state of the file and of its write-ahead log, and a renamed file.
 *
 * @module
 * @see https://sqlite.org/lang_vacuum.html#vacuuminto
 */
import { createReadStream } from "node:fs";
import { link, open, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { withConnection } from "../../../database/connection.ts";
import type { Driver } from "../../../database/drivers/driver.ts";
import { SqlFailure } from "../../../database/drivers/failure.ts";
import type { DatabaseUrl } from "../../../database/url.ts";
import { KbvaultError } from "../../../errors.ts";
import { writeError } from "../../../files/errno.ts";
import { processesWith } from "../../../files/open-by.ts";
import { randomId } from "../../../files/random-id.ts";
import { createFolder, syncFolder, writeFileDurably } from "../../../files/write.ts";
import type { BackedUpDatabaseFacts, TableRows } from "../manifest.ts";
import type { BackupEngine, Dumped, EngineTask, InstallOptions, TargetSurvey } from "./engine.ts";
import { countRows, queryTables, readLevel, type Table } from "./rows.ts";

/** How long a transaction of others may take before their file is not replaced, in ms. */
const writersTimeoutMs = 2000;

/** SqliteBackup backs up one file of SQLite. */
export class SqliteBackup implements BackupEngine {
  readonly engine = "sqlite";
  readonly dumpFile = "database.sqlite";
  readonly endsSessions = false;
  readonly needsServer = false;
  readonly loadsInPlace = false;
  readonly installsAtOnce = true;

  readonly #path: string;
  readonly #task: EngineTask;

  constructor(path: string, task: EngineTask) {
    this.#path = path;
    this.#task = task;
  }

  async dump(file: string): Promise<Dumped> {
    this.#task.tell("dumping the database");
    if (!(await this.#exists())) throw this.#notFound();
    const about = await withFile(this.#path, async (driver) => {
      const [server] = await driver.query("SELECT sqlite_version() AS version");
      const mode = await pragma(driver, "journal_mode");
      await driver.query("VACUUM INTO ?", [file]);
      return { version: `SQLite ${String(server?.["version"])}`, mode };
    });
    // Counted in the copy, so that the counts are those of the dump whatever is written meanwhile.
    return lookAt(file, async (driver) => ({
      serverVersion: about.version,
      program: null,
      level: await readLevel(driver, this.#task.historyTable),
      tables: await countRows(driver, await listTables(driver)),
      properties: [["journal_mode", about.mode]],
    }));
  }

  async inspect(file: string): Promise<string | null> {
    this.#task.tell("checking the dump");
    try {
      const result = await lookAt(file, (driver) => pragma(driver, "integrity_check"));
      return result === "ok" ? null : result;
    } catch (error) {
      return (error as Error).message;
    }
  }

  async survey(): Promise<TargetSurvey> {
    if (!(await this.#exists())) return { exists: false, empty: true, level: null, sessions: [] };
    const holders = await processesWith(this.#path);
    return lookAt(this.#path, async (driver) => ({
      exists: true,
      empty: (await driver.query("SELECT 1 FROM sqlite_master LIMIT 1")).length === 0,
      level: await readLevel(driver, this.#task.historyTable),
      sessions: holders,
    }));
  }

  async freshName(purpose: "restore" | "throw-away"): Promise<string> {
    const path = purpose === "restore" ? this.#path : join(tmpdir(), "kbvault");
    return `${path}.${purpose}-${await randomId(8)}`;
  }

  async load(name: string | null, file: string, facts: BackedUpDatabaseFacts): Promise<readonly TableRows[]> {
    const path = name ?? this.#path;
    this.#task.tell("loading the dump");
    await createFolder(dirname(path));
    const target = await stat(this.#path).catch(() => null);
    await writeFileDurably(path, createReadStream(file), {
      exclusive: true,
      ...(target === null ? { mode: 0o600 } : { mode: target.mode, owner: target }),
    });
    const { journal_mode: mode } = Object.fromEntries(facts.properties);
    const tables = await lookAt(path, async (driver) => countRows(driver, await listTables(driver)));
    if (mode === "wal") await keepLog(path);
    return tables;
  }

  previousName(stamp: string): string | null {
    return `${this.#path}.before-${stamp}`;
  }

  async install(
    name: string,
    _file: string,
    _facts: BackedUpDatabaseFacts,
    { stamp }: InstallOptions,
  ): Promise<string | null> {
    const exists = await this.#exists();
    const previous = exists ? this.previousName(stamp) : null;
    const swap = async (): Promise<void> => {
      try {
        // The old file has a second name before the new one takes the first: at no moment is there none.
        if (previous !== null) await link(this.#path, previous);
        for (const log of logsOf(this.#path)) await rm(log, { force: true });
        await rename(name, this.#path);
        await syncFolder(dirname(this.#path));
      } catch (error) {
        throw writeError(error, this.#path);
      }
    };
    if (exists) await this.#withoutWriters(swap);
    else await swap();
    return previous;
  }

  async remove(name: string): Promise<void> {
    for (const path of [name, ...logsOf(name)]) await rm(path, { force: true });
  }

  /** Does `work` while the file holds all that its write-ahead log held, and nobody else writes. */
  async #withoutWriters(work: () => Promise<void>): Promise<void> {
    try {
      const alone = async (driver: Driver): Promise<void> => {
        const [log] = await driver.query("PRAGMA wal_checkpoint(TRUNCATE)");
        if (Number(log?.["busy"]) === 1) throw this.#inUse("its write-ahead log is in use", null);
        await driver.run("BEGIN EXCLUSIVE");
        try {
          await work();
        } finally {
          await driver.rollback();
        }
      };
      await withConnection(urlOf(this.#path), alone, { lockTimeoutMs: writersTimeoutMs });
    } catch (error) {
      if (!(error instanceof SqlFailure) || error.details.kind !== "lock-timeout") throw error;
      throw this.#inUse(error.message, error);
    }
  }

  #inUse(why: string, cause: unknown): KbvaultError {
    return new KbvaultError(
      "RESTORE_REFUSED",
      `${this.#path} is used by another process (${why}), so it was left as it is. Stop the services that use it, then repeat the command.`,
      { reason: "sessions" },
      { cause },
    );
  }

  async #exists(): Promise<boolean> {
    return stat(this.#path).then(
      (found) => found.isFile(),
      () => false,
    );
  }

  #notFound(): KbvaultError {
    return new KbvaultError(
      "DATABASE_NOT_FOUND",
      `There is no file ${this.#path}, so there is nothing to back up. Nothing was changed. Correct the URL.`,
      { url: `sqlite:${this.#path}`, nativeCode: null },
    );
  }
}

function withFile<Result>(path: string, work: (driver: Driver) => Promise<Result>): Promise<Result> {
  return withConnection(urlOf(path), work);
}

/** As `withFile`, and nothing beside the file is created. */
function lookAt<Result>(path: string, work: (driver: Driver) => Promise<Result>): Promise<Result> {
  return withConnection(urlOf(path), work, { readOnly: true });
}

function urlOf(path: string): DatabaseUrl {
  return { engine: "sqlite", path, redacted: `sqlite:${path}` };
}

/** The files of the write-ahead log of a database. */
function logsOf(path: string): readonly string[] {
  return [`${path}-wal`, `${path}-shm`];
}

/** Offset of the two numbers in the header that say whether a file has a write-ahead log, and the number for yes. */
const versionsOffset = 18;
const withLog = 2;

/**
 * Makes a file that nobody has open one with a write-ahead log (https://sqlite.org/fileformat2.html, 1.3.3). By PRAGMA it
 * would be opened for it, and the client keeps a file open until its statements are collected.
 */
async function keepLog(path: string): Promise<void> {
  const file = await open(path, "r+");
  try {
    await file.write(Buffer.from([withLog, withLog]), 0, 2, versionsOffset);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function pragma(driver: Driver, text: string): Promise<string> {
  const [row] = await driver.query(`PRAGMA ${text}`);
  return String(Object.values(row ?? {})[0] ?? "");
}

function listTables(driver: Driver): Promise<readonly Table[]> {
  return queryTables(
    driver,
    `SELECT name, '"' || replace(name, '"', '""') || '"' AS quoted
      FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 1`,
  );
}
