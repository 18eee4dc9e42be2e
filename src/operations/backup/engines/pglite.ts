/**
 * Backups of PGlite: an archive of its data folder, and a renamed folder.
 *
 * @module
 * @see https://pglite.dev/docs/api#dumpdatadir
 */
import { existsSync } from "node:fs";
import { readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { withDriver } from "../../../database/connection.ts";
import type { DriverOptions } from "../../../database/drivers/driver.ts";
import { PgliteDriver } from "../../../database/drivers/pglite.ts";
import { openElsewhere, tryProcessLock } from "../../../database/drivers/process-lock.ts";
import { KbvaultError } from "../../../errors.ts";
import { writeError } from "../../../files/errno.ts";
import { randomId } from "../../../files/random-id.ts";
import { syncFolder } from "../../../files/write.ts";
import type { BackedUpDatabaseFacts, TableRows } from "../manifest.ts";
import type { BackupEngine, Dumped, EngineTask, InstallOptions, TargetSurvey } from "./engine.ts";
import { countRows, isEmptyPostgres, listPostgresTables, readLevel } from "./rows.ts";
import { faultOfTar } from "./tar.ts";

const gunzipped = promisify(gunzip);

const options: DriverOptions = { lockTimeoutMs: 10_000, statementTimeoutMs: 0 };

/** PgliteBackup backs up one folder of PGlite. */
export class PgliteBackup implements BackupEngine {
  readonly engine = "pglite";
  readonly dumpFile = "database.tar.gz";
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
    if (!this.#exists()) throw this.#notFound();
    this.#task.tell("dumping the database");
    // Nobody else can open the folder meanwhile, so all of this is one state.
    return withDriver(new PgliteDriver(this.#path, options), async (driver) => {
      const [server] = await driver.query("SELECT current_setting('server_version') AS version");
      const level = await readLevel(driver, this.#task.historyTable);
      const tables = await countRows(driver, await listPostgresTables(driver));
      await driver.dump(file);
      const serverVersion = `PGlite, PostgreSQL ${String(server?.["version"])}`;
      return { serverVersion, program: null, level, tables, properties: [] };
    });
  }

  async inspect(file: string): Promise<string | null> {
    this.#task.tell("checking the dump");
    try {
      return faultOfTar(await gunzipped(await readFile(file)), "PG_VERSION");
    } catch (error) {
      return (error as Error).message;
    }
  }

  async survey(): Promise<TargetSurvey> {
    if (!this.#exists()) return { exists: false, empty: true, level: null, sessions: [] };
    return withDriver(new PgliteDriver(this.#path, options), async (driver) => ({
      exists: true,
      empty: await isEmptyPostgres(driver),
      level: await readLevel(driver, this.#task.historyTable),
      sessions: [],
    }));
  }

  async freshName(purpose: "restore" | "throw-away"): Promise<string> {
    const path = purpose === "restore" ? this.#path : join(tmpdir(), "kbvault");
    return `${path}.${purpose}-${await randomId(8)}`;
  }

  async load(name: string | null, file: string): Promise<readonly TableRows[]> {
    this.#task.tell("loading the dump");
    return this.#count(name ?? this.#path, file);
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
    const previous = this.#exists() ? this.previousName(stamp) : null;
    const attempt = await tryProcessLock(`${this.#path}.lock`);
    if (!attempt.taken) throw openElsewhere(this.#path, attempt.holder);
    try {
      if (previous !== null) await rename(this.#path, previous);
      await rename(name, this.#path);
      await syncFolder(dirname(this.#path));
    } catch (error) {
      throw writeError(error, this.#path);
    } finally {
      await attempt.lock.release();
    }
    return previous;
  }

  async remove(name: string): Promise<void> {
    for (const path of [name, `${name}.unfinished`, `${name}.lock`])
      await rm(path, { recursive: true, force: true });
  }

  /** The rows of a new database in `path`, or in memory for null, that begins with the dump. */
  #count(path: string | null, file: string): Promise<readonly TableRows[]> {
    return withDriver(new PgliteDriver(path, options, file), async (driver) =>
      countRows(driver, await listPostgresTables(driver)),
    );
  }

  #exists(): boolean {
    return existsSync(join(this.#path, "PG_VERSION"));
  }

  #notFound(): KbvaultError {
    return new KbvaultError(
      "DATABASE_NOT_FOUND",
      `There is no PGlite database in ${this.#path}, so there is nothing to back up. Nothing was changed. Correct the URL.`,
      { url: `pglite:${this.#path}`, nativeCode: null },
    );
  }
}
