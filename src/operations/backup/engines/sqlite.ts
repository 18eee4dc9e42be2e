/**
 * Backups of SQLite: `VACUUM INTO`, which reads one state of the file and of its write-ahead log, and a renamed file.
 *
 * @module
 * @see https://sqlite.org/lang_vacuum.html#vacuuminto
 */
import { createReadStream } from "node:fs";
import { link, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { withConnection } from "../../../database/connection.ts";
import type { Driver } from "../../../database/drivers/driver.ts";
import { SqlFailure } from "../../../database/drivers/failure.ts";
import { KbvaultError } from "../../../errors.ts";
import { writeError } from "../../../files/errno.ts";
import { randomId } from "../../../files/random-id.ts";
import { syncFolder, writeFileDurably } from "../../../files/write.ts";
import type { BackedUpDatabaseFacts, TableRows } from "../manifest.ts";
import type { BackupEngine, Dumped, EngineTask, InstallOptions, TargetSurvey } from "./engine.ts";
import { countRows, queryTables, readLevel, type Table } from "./rows.ts";

/** SqliteBackup backs up one file of SQLite. */
export class SqliteBackup implements BackupEngine {
  readonly engine = "sqlite";
  readonly dumpFile = "database.sqlite";
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
    return withFile(file, async (driver) => ({
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
      const result = await withFile(file, (driver) => pragma(driver, "integrity_check"));
      return result === "ok" ? null : result;
    } catch (error) {
      return (error as Error).message;
    }
  }

  async survey(): Promise<TargetSurvey> {
    if (!(await this.#exists())) return { exists: false, empty: true, level: null, sessions: [] };
    return withFile(this.#path, async (driver) => ({
      exists: true,
      empty: (await driver.query("SELECT 1 FROM sqlite_master LIMIT 1")).length === 0,
      level: await readLevel(driver, this.#task.historyTable),
      sessions: [],
    }));
  }

  async freshName(purpose: "restore" | "throw-away"): Promise<string> {
    const path = purpose === "restore" ? this.#path : join(tmpdir(), "kbvault");
    return `${path}.${purpose}-${await randomId(8)}`;
  }

  async load(name: string | null, file: string, facts: BackedUpDatabaseFacts): Promise<readonly TableRows[]> {
    const path = name ?? this.#path;
    this.#task.tell("loading the dump");
    const target = await stat(this.#path).catch(() => null);
    await writeFileDurably(path, createReadStream(file), {
      exclusive: true,
      ...(target === null ? { mode: 0o600 } : { mode: target.mode, owner: target }),
    });
    const { journal_mode: mode = "delete" } = Object.fromEntries(facts.properties);
    return withFile(path, async (driver) => {
      if (mode === "wal") await pragma(driver, "journal_mode = WAL");
      return countRows(driver, await listTables(driver));
    });
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
    const previous = (await this.#exists()) ? this.previousName(stamp) : null;
    if (previous !== null) await this.#closeLog();
    try {
      // The old file has a second name before the new one takes the first: at no moment is there none.
      if (previous !== null) await link(this.#path, previous);
      await rename(name, this.#path);
      await syncFolder(dirname(this.#path));
    } catch (error) {
      throw writeError(error, this.#path);
    }
    return previous;
  }

  async remove(name: string): Promise<void> {
    for (const path of [name, `${name}-wal`, `${name}-shm`]) await rm(path, { force: true });
  }

  /** Takes the write-ahead log back into the file, which only works while nobody else has it open. */
  async #closeLog(): Promise<void> {
    try {
      await withFile(this.#path, async (driver) => {
        await pragma(driver, "journal_mode = DELETE");
        await driver.run("BEGIN EXCLUSIVE");
        await driver.rollback();
      });
    } catch (error) {
      if (!(error instanceof SqlFailure) || error.details.kind !== "lock-timeout") throw error;
      throw new KbvaultError(
        "RESTORE_REFUSED",
        `${this.#path} is used by another process (${error.message}), so it was left as it is. Stop the services that use it, then repeat the command.`,
        { reason: "sessions" },
        { cause: error },
      );
    }
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
  return withConnection({ engine: "sqlite", path, redacted: `sqlite:${path}` }, work);
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
