/**
 * The migrator of plain SQL files with paired rollback files.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { isKbvaultError, KbvaultError } from "../errors.ts";
import { packageVersion } from "../package-file.ts";
import {
  applyStamp,
  planStamp,
  type RepairOptions,
  type RepairResult,
  refuseHistory,
  repair,
} from "./bookkeeping.ts";
import { type CheckResult, checkOf } from "./check.ts";
import type { Driver } from "./drivers/driver.ts";
import { publicError } from "./drivers/failure.ts";
import { createDriver } from "./drivers/open.ts";
import type { DryRunResult } from "./dry-run.ts";
import { defaultHistoryTable, History, type HistoryRow } from "./history.ts";
import type { LintResult } from "./lint/lint.ts";
import {
  type CreateMigrationOptions,
  type CreateMigrationResult,
  planCreate,
  writeNewFiles,
} from "./migrations/create.ts";
import { findMigrationFiles, migrationOf, readMigrations } from "./migrations/files.ts";
import { findMigration, parseTarget, type Target } from "./migrations/targets.ts";
import type { ApplyOptions, MigratorOptions, RollbackOptions, TestOptions, WaitOptions } from "./options.ts";
import { type Plan, planDown, planRollback, planUp, type Situation, upStep } from "./plan.ts";
import type { SchemaVerification, TestResult } from "./proof.ts";
import type { RebasedMigration } from "./rebase.ts";
import type { MigrationResult, Run } from "./run.ts";
import { lockOfConnection, withRunnerLock } from "./runner-lock.ts";
import { type MigrationStatus, statusOf } from "./status.ts";
import { type DatabaseUrl, defaultDatabaseUrl, type Engine, parseDatabaseUrl } from "./url.ts";

/** One result for each migration of a run, in the order in which they ran; a dry run adds statements and locks. */
export type RunResult = readonly (MigrationResult | DryRunResult)[];

/**
 * DatabaseMigrator applies plain SQL files to a database and rolls them back by their paired files. It is connected from
 * its first use until `close`, which `await using` calls too where the language has it. One run at a time works on a
 * database, the others wait. Every method throws KbvaultErrors: besides those named there, DATABASE_URL_INVALID,
 * DATABASE_CLIENT_MISSING, DATABASE_UNREACHABLE, DATABASE_NOT_FOUND, DATABASE_ACCESS_DENIED, DATABASE_FAILED,
 * HISTORY_FOREIGN and MIGRATION_INVALID.
 *
 * @example
 * ```ts
 * const migrator = new DatabaseMigrator({ url: "sqlite:app.db", folder: "migrations" });
 * await migrator.createMigration("add_notes", "CREATE TABLE notes (body text);", { rollbackSql: "DROP TABLE notes;" });
 * const results = await migrator.applyAllPending();
 * console.log(results.map((result) => `${result.name} ${result.outcome}`));
 * await migrator.close();
 * ```
 */
export class DatabaseMigrator {
  readonly #options: MigratorOptions;
  readonly #url: DatabaseUrl;
  readonly #folder: string;
  #opening: Promise<Run> | null = null;

  /** @throws KbvaultError DATABASE_URL_INVALID */
  constructor(options: MigratorOptions = {}) {
    this.#options = options;
    this.#url = parseDatabaseUrl(options.url ?? defaultDatabaseUrl);
    this.#folder = options.folder ?? "data/migrations";
  }

  /**
   * Writes the files of a new migration and returns their names. Without `sql` they are templates; see
   * CreateMigrationOptions. `NAME_rollback` with SQL alone pairs it with the newest migration NAME that has no rollback.
   *
   * @throws KbvaultError MIGRATION_EXISTS, MIGRATION_NOT_FOUND, STORE_NOT_WRITABLE, NO_SPACE, IO_ERROR
   */
  async createMigration(
    name: string,
    sql: string | null = null,
    options: CreateMigrationOptions = {},
  ): Promise<CreateMigrationResult> {
    const files = existsSync(this.#folder) ? await findMigrationFiles(this.#folder) : [];
    return writeNewFiles(planCreate(this.#folder, name, sql, options, files, this.#now()));
  }

  /** The migrations that are not applied, in their order. */
  async getPendingMigrations(): Promise<readonly MigrationStatus[]> {
    return (await this.getStatus()).filter(({ state }) => state === "pending");
  }

  /** Where every migration stands, in the order of stamps. */
  async getStatus(): Promise<readonly MigrationStatus[]> {
    return this.#with("reading the history", async (run) => {
      const { migrations, rows } = await this.#situation(run);
      return statusOf(migrations, rows);
    });
  }

  /** The migration that was applied last, or null. */
  async getCurrent(): Promise<HistoryRow | null> {
    return (await this.getHistory()).at(-1) ?? null;
  }

  /** What was applied, the first first. */
  async getHistory(): Promise<readonly HistoryRow[]> {
    return this.#with("reading the history", async (run) => (await run.history.read()) ?? []);
  }

  /** Everything that is not as it should be, in one answer. */
  async check(): Promise<CheckResult> {
    return this.#with("reading the history", async (run) => {
      const { migrations, rows } = await this.#situation(run);
      const statuses = statusOf(migrations, rows);
      const needsSql = statuses.some(({ problems }) => problems.includes("edited"));
      return checkOf(statuses, needsSql ? await run.history.readSql() : new Map());
    });
  }

  /**
   * Applies pending migrations in their order: all of them, or up to `target`. Nothing pending is no error.
   *
   * @throws KbvaultError MIGRATION_LOCKED, MIGRATION_HALF_APPLIED, DRIFT, OUT_OF_ORDER, MIGRATION_NOT_FOUND,
   *   MIGRATION_AMBIGUOUS, MIGRATION_FAILED, MIGRATION_PARTIAL, MIGRATION_LOCK_LOST, LOCK_TIMEOUT,
   *   INTERRUPTED
   */
  async applyAllPending(options: ApplyOptions = {}): Promise<RunResult> {
    const plan = (situation: Situation): Plan =>
      planUp(situation, this.#target(options.target ?? "head", situation), options.outOfOrder ?? false);
    return this.#with("applying migrations", async (run) => {
      // Looking comes first and takes no lock, for most runs find nothing to do. Anything else may be the work of
      // another runner that is halfway through, so it counts only under the lock.
      const seen = await this.#situation(run);
      const settled = statusOf(seen.migrations, seen.rows).every(({ state }) => state === "applied");
      if (settled && plan(seen).length === 0) return [];
      return this.#locked(run, options.dryRun ?? false, async () => plan(await this.#situation(run)));
    });
  }

  /**
   * Rolls applied migrations back, newest first, until `target` is the newest; it stays. `-N` (default `-1`) rolls N
   * back, `base` all of them. Order and, where files are gone, SQL come from the history table.
   *
   * @throws KbvaultError MIGRATION_LOCKED, MIGRATION_HALF_APPLIED, ROLLBACK_MISSING, MIGRATION_NOT_FOUND,
   *   MIGRATION_AMBIGUOUS, MIGRATION_FAILED, MIGRATION_PARTIAL, MIGRATION_LOCK_LOST, LOCK_TIMEOUT,
   *   INTERRUPTED
   */
  async rollbackTo(target = "-1", options: Pick<RollbackOptions, "dryRun"> = {}): Promise<RunResult> {
    return this.#with("rolling migrations back", (run) =>
      this.#locked(run, options.dryRun ?? false, async () => {
        const situation = await this.#situation(run);
        return planDown(situation, this.#target(target, situation), await run.history.readSql());
      }),
    );
  }

  /** The ids of the migrations that rollbackTo would roll back, in that order; nothing is run. */
  async planRollbackTo(target = "-1"): Promise<readonly string[]> {
    return this.#with("reading the history", async (run) => {
      const situation = await this.#situation(run);
      const plan = planDown(situation, this.#target(target, situation), await run.history.readSql());
      return plan.map(({ id }) => id);
    });
  }

  /**
   * Rolls back one migration, given by file name, id, stamp or name.
   *
   * @throws KbvaultError as rollbackTo, and OUT_OF_ORDER when later ones are applied
   */
  async rollbackMigration(migration: string, options: RollbackOptions = {}): Promise<RunResult> {
    return this.#with("rolling a migration back", (run) =>
      this.#locked(run, options.dryRun ?? false, async () => {
        const situation = await this.#situation(run);
        const id = findMigration(migration, idsOf(situation));
        return planRollback(situation, id, await run.history.readSql(), options.outOfOrder ?? false);
      }),
    );
  }

  /**
   * Rolls the newest migration back and applies it again, from its file.
   *
   * @throws KbvaultError as rollbackTo and applyAllPending
   */
  async redo(options: Pick<RollbackOptions, "dryRun"> = {}): Promise<RunResult> {
    return this.#with("redoing a migration", (run) =>
      this.#locked(run, options.dryRun ?? false, async () => {
        const situation = await this.#situation(run);
        const down = planDown(situation, { kind: "steps", count: -1 }, await run.history.readSql());
        return [...down, ...down.map(({ id }) => upStep(migrationOf(situation.migrations, id)))];
      }),
    );
  }

  /** Makes the history say that exactly the migrations up to `target` are applied, without running any SQL of theirs. */
  async stamp(target: string): Promise<readonly MigrationStatus[]> {
    return this.#record(target, "stamp");
  }

  /**
   * Records the migrations up to `target` as applied in a database that has their schema already.
   *
   * @throws KbvaultError HISTORY_NOT_EMPTY
   */
  async baseline(target: string): Promise<readonly MigrationStatus[]> {
    return this.#record(target, "baseline");
  }

  /**
   * Accepts what a person has looked at: an edited file, a file that is gone, or a half-applied migration.
   *
   * @throws KbvaultError USAGE when there is nothing to repair; MIGRATION_NOT_FOUND
   */
  async repair(migration: string, options: RepairOptions): Promise<RepairResult> {
    return this.#with("repairing the history", (run) =>
      this.#underLock(run, async (locked) => {
        const situation = await this.#situation(run);
        const id = findMigration(migration, idsOf(situation));
        const status = statusOf(situation.migrations, situation.rows).find((one) => one.id === id);
        if (status === undefined) throw new Error(`${id} has no status.`);
        return repair(status, options, locked);
      }),
    );
  }

  /** Gives pending migrations with stamps below applied ones new stamps, behind all others: renames their files. */
  async rebase(): Promise<readonly RebasedMigration[]> {
    const statuses = await this.getStatus();
    const { rebase } = await import("./rebase.ts");
    return rebase(this.#folder, statuses, this.#now());
  }

  /**
   * Proves the rollbacks, on throw-away databases: each migration goes up, down, up again, and the schemas are compared.
   * The database itself is not touched; a server is needed for PostgreSQL, MySQL and MariaDB, where a new one is created.
   *
   * @throws KbvaultError MIGRATION_FAILED when a migration fails on an empty database; DATABASE_ACCESS_DENIED
   */
  async test(options: TestOptions = {}): Promise<TestResult> {
    const url = options.engine === undefined ? this.#url : shadowUrl(options.engine, this.#url);
    const { testMigrations } = await import("./proof.ts");
    const { variants } = await createDriver(url, { lockTimeoutMs: 0, statementTimeoutMs: 0 });
    const migrations = await readMigrations(this.#folder, variants);
    return testMigrations(migrations, (work) => this.#inShadow(url, work));
  }

  /** Compares the live schema with the one that the applied migrations make on a throw-away database. */
  async verify(): Promise<SchemaVerification> {
    return this.#with("comparing schemas", async (run) => {
      const { migrations, rows } = await this.#situation(run);
      const recorded = await run.history.readSql();
      const { schemaOf, verifySchema } = await import("./proof.ts");
      const live = { schema: await schemaOf(run), rows };
      return this.#inShadow(this.#url, (shadow) => verifySchema(live, migrations, recorded, shadow));
    });
  }

  /** Looks for what migrations do that somebody should have thought of; needs no database. */
  async lint(): Promise<LintResult> {
    const { lintMigrations } = await import("./lint/lint.ts");
    const { variants } = await createDriver(this.#url, { lockTimeoutMs: 0, statementTimeoutMs: 0 });
    const grammar = this.#url.engine === "pglite" || this.#url.engine === "postgres";
    return lintMigrations(await readMigrations(this.#folder, variants), grammar);
  }

  /** Creates the history table, if it is missing, and nothing else. */
  async init(): Promise<void> {
    await this.#with("creating the history table", (run) =>
      this.#underLock(run, async () => {
        if ((await run.history.read()) === null) await run.history.create();
      }),
    );
  }

  /**
   * Waits until the database answers.
   *
   * @throws KbvaultError DATABASE_UNREACHABLE when it did not in time
   */
  async wait(options: WaitOptions = {}): Promise<void> {
    const deadline = Date.now() + (options.timeoutMs ?? 60_000);
    for (;;) {
      try {
        await this.#run();
        return;
      } catch (error) {
        if (!isKbvaultError(error, "DATABASE_UNREACHABLE") || Date.now() >= deadline) throw error;
        await pause(250);
      }
    }
  }

  /** Ends the connection. The migrator may be used again; it connects anew. */
  async close(): Promise<void> {
    const opening = this.#opening;
    this.#opening = null;
    await opening?.then(
      ({ driver }) => driver.close(),
      () => undefined,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #with<Result>(doing: string, work: (run: Run) => Promise<Result>): Promise<Result> {
    const run = await this.#run();
    try {
      return await work(run);
    } catch (error) {
      throw publicError(error, doing);
    }
  }

  async #run(): Promise<Run> {
    this.#opening ??= this.#open();
    try {
      return await this.#opening;
    } catch (error) {
      this.#opening = null;
      throw error;
    }
  }

  async #open(): Promise<Run> {
    const { lockTimeoutMs = 5000, statementTimeoutMs = 0, readOnly = false } = this.#options;
    const driver = await createDriver(this.#url, { lockTimeoutMs, statementTimeoutMs, readOnly });
    const run = await this.#runOn(driver);
    await driver.connect();
    return run;
  }

  async #runOn(driver: Driver): Promise<Run> {
    const { lockTimeoutMs = 5000, lockRetries = 4 } = this.#options;
    return {
      driver,
      history: new History(driver, this.#options.historyTable ?? defaultHistoryTable),
      // Methods that write take it first, and go on with what they are given.
      lock: lockOfConnection,
      lockTimeoutMs,
      lockRetries,
      appliedBy: this.#options.author ?? `${userInfo().username}@${hostname()}`,
      toolVersion: packageVersion(),
      signal: this.#options.signal,
      onEvent: this.#options.onEvent,
    };
  }

  async #inShadow<Result>(url: DatabaseUrl, work: (run: Run) => Promise<Result>): Promise<Result> {
    const { withShadow } = await import("./shadow.ts");
    return withShadow(url, async (driver) => work(await this.#runOn(driver)));
  }

  async #situation({ driver, history }: Pick<Run, "driver" | "history">): Promise<Situation> {
    const rows = (await history.read()) ?? [];
    return { migrations: await readMigrations(this.#folder, driver.variants), rows };
  }

  #target(text: string, situation: Situation): Target {
    return parseTarget(text, idsOf(situation));
  }

  /** Plans and runs under the lock between runners, so that what was planned still holds. */
  async #locked(run: Run, dry: boolean, plan: () => Promise<Plan>): Promise<RunResult> {
    const work = async (locked: Run): Promise<RunResult> => {
      const steps = await plan();
      if (steps.length === 0) return [];
      if (dry) return (await import("./dry-run.ts")).dryRun(steps, locked);
      if ((await run.history.read()) === null) await run.history.create();
      return (await import("./run.ts")).runPlan(steps, locked);
    };
    return this.#underLock(run, work, dry);
  }

  async #underLock<Result>(run: Run, work: (locked: Run) => Promise<Result>, dry = false): Promise<Result> {
    const { runnerTimeoutMs = 60_000, leaseMs, signal, onEvent } = this.#options;
    const onWait = (holder: string): void => onEvent?.({ kind: "waiting-for-runner", holder });
    return withRunnerLock(
      run.driver,
      run.history.table,
      { timeoutMs: runnerTimeoutMs, leaseMs, dry, signal, onWait },
      (lock) => work({ ...run, lock }),
    );
  }

  async #record(target: string, kind: "stamp" | "baseline"): Promise<readonly MigrationStatus[]> {
    return this.#with("recording migrations", (run) =>
      this.#underLock(run, async (locked) => {
        const situation = await this.#situation(run);
        if (kind === "baseline") refuseHistory(situation.rows);
        const plan = planStamp(situation, this.#target(target, situation));
        if ((await run.history.read()) === null) await run.history.create();
        await applyStamp(plan, kind, locked);
        const { migrations, rows } = await this.#situation(run);
        return statusOf(migrations, rows);
      }),
    );
  }

  #now(): Date {
    return this.#options.clock?.() ?? new Date();
  }
}

/** The URL for a shadow database of `engine`: embedded ones need none, servers the one that is configured. */
function shadowUrl(engine: Engine, configured: DatabaseUrl): DatabaseUrl {
  if (engine === configured.engine) return configured;
  if (engine === "pglite" || engine === "sqlite") return parseDatabaseUrl(`${engine}::memory:`);
  throw new KbvaultError(
    "USAGE",
    `A test on ${engine} needs the URL of a server. Nothing was changed. Name it with --url.`,
    { engine },
  );
}

/** Ids of all migrations, those included whose files are gone. */
function idsOf({ migrations, rows }: Situation): readonly string[] {
  return statusOf(migrations, rows).map(({ id }) => id);
}
