/**
 * Running a plan: each migration in one transaction with its row in the history table, or, where that cannot be,
 * statement by statement with its progress recorded.
 *
 * @module
 */
import type { Driver, Statement } from "./drivers/driver.ts";
import { SqlFailure } from "./drivers/failure.ts";
import type { History, NewHistoryRow } from "./history.ts";
import { checksumAlgorithm } from "./migrations/checksum.ts";
import { invalidMigration } from "./migrations/invalid.ts";
import { placesIn } from "./place.ts";
import type { Plan, Step, UpStep } from "./plan.ts";
import { withRetries } from "./retries.ts";
import type { RunnerLock } from "./runner-lock.ts";
import { StepFailure, stoppedRun } from "./stopped.ts";

/** What came of one migration. */
export interface MigrationResult {
  /** `STAMP_NAME`. */
  readonly name: string;
  /** `would-...`: a dry run did it and rolled it back; `only-listed`: a dry run could not try it. */
  readonly outcome: "applied" | "rolled-back" | "would-apply" | "would-roll-back" | "only-listed";
  /** Time that its statements took, in ms. */
  readonly durationMs: number;
  readonly message: string;
}

/** What happens during a run, for those who show it. */
export type RunEvent =
  | { readonly kind: "step-started"; readonly id: string; readonly direction: Step["direction"] }
  | { readonly kind: "step-finished"; readonly result: MigrationResult }
  | { readonly kind: "statement"; readonly sql: string }
  | { readonly kind: "waiting-for-runner"; readonly holder: string }
  | {
      readonly kind: "waiting-for-lock";
      readonly id: string;
      readonly blockers: readonly string[];
      /** Tries that follow. */
      readonly triesLeft: number;
      readonly pauseMs: number;
    }
  /** The transaction of a migration met with others, was undone and begins again. */
  | { readonly kind: "repeating"; readonly id: string; readonly triesLeft: number; readonly pauseMs: number };

/** How to run a plan. */
export interface RunOptions {
  readonly lockTimeoutMs: number;
  /** How often a migration that waited too long for a lock is tried again. */
  readonly lockRetries: number;
  readonly appliedBy: string;
  readonly toolVersion: string;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
}

/** Everything that a run needs. */
export interface Run extends RunOptions {
  readonly driver: Driver;
  readonly history: History;
  readonly lock: RunnerLock;
}

/**
 * Runs a plan, the lock between runners being held.
 *
 * @throws KbvaultError MIGRATION_INVALID (`transaction-control`), MIGRATION_FAILED, MIGRATION_PARTIAL, LOCK_TIMEOUT,
 *   MIGRATION_LOCK_LOST, INTERRUPTED; see `stoppedRun` for their data
 */
export async function runPlan(plan: Plan, run: Run): Promise<readonly MigrationResult[]> {
  await refuseTransactionControl(plan, run.driver);
  const results: MigrationResult[] = [];
  for (const [index, step] of plan.entries()) {
    run.onEvent?.({ kind: "step-started", id: step.id, direction: step.direction });
    const startedAt = performance.now();
    try {
      if (run.signal?.aborted === true) throw new StepFailure("interrupted", null, null, []);
      const statements = await runStep(step, run);
      const result = resultOf(step, performance.now() - startedAt, statements);
      results.push(result);
      run.onEvent?.({ kind: "step-finished", result });
    } catch (error) {
      if (!(error instanceof StepFailure)) throw error;
      throw await stoppedRun(await withItsReason(error, run), step, {
        done: results,
        notTried: plan.slice(index + 1),
        driver: run.driver,
      });
    }
  }
  return results;
}

/** Refuses files that would end the transaction around them, before anything runs. */
export async function refuseTransactionControl(plan: Plan, driver: Driver): Promise<void> {
  for (const { sql, inTransaction, file, id } of plan) {
    const offset = inTransaction ? await driver.transactionControl(sql) : null;
    if (offset === null) continue;
    throw invalidMigration(
      "transaction-control",
      { file: file ?? `the recorded rollback of ${id}`, line: placesIn(sql)(offset).line },
      "it begins or ends a transaction, but kbvault runs each file in a transaction of its own",
      "Remove that statement, or write `-- kbvault: no-transaction` on top",
    );
  }
}

/** Runs SQL of a migration; when it waits for a lock, finds out who is in the way; when interrupted, stops it. */
export async function runWatched(
  sql: string,
  run: Pick<Run, "driver" | "lockTimeoutMs" | "signal" | "onEvent">,
): Promise<void> {
  const { driver, lockTimeoutMs, signal } = run;
  let blockers: readonly string[] = [];
  let looking = false;
  const look = async (): Promise<void> => {
    if (looking) return;
    looking = true;
    const found = await driver.blockers().catch(() => []);
    if (found.length > 0) blockers = found;
    looking = false;
  };
  const watches = driver.capabilities.lockTimeout && lockTimeoutMs > 0;
  const timer = watches ? setInterval(() => void look(), Math.max(200, lockTimeoutMs / 4)) : undefined;
  const stop = (): void => void driver.cancel().catch(() => undefined);
  signal?.addEventListener("abort", stop, { once: true });
  run.onEvent?.({ kind: "statement", sql });
  try {
    await driver.run(sql);
  } catch (error) {
    if (!(error instanceof SqlFailure)) throw error;
    throw new StepFailure(
      signal?.aborted === true ? "interrupted" : error.details.kind,
      error,
      sql,
      blockers,
    );
  } finally {
    clearInterval(timer);
    signal?.removeEventListener("abort", stop);
  }
}

function runStep(step: Step, run: Run): Promise<number | null> {
  return step.inTransaction && run.driver.capabilities.transactionalDdl
    ? runAtOnce(step, run)
    : runOneByOne(step, run);
}

/** The whole migration and its row in one transaction: both, or neither. */
async function runAtOnce(step: Step, run: Run): Promise<null> {
  const { driver } = run;
  await withRetries(step, run, async () => {
    let committing = false;
    try {
      await run.lock.check();
      await driver.begin();
      const startedAt = performance.now();
      await runText(step, run);
      if (/\bset(?:_config)?\b|\bpragma\b/i.test(step.sql)) await driver.resetSession();
      await record(step, run, performance.now() - startedAt);
      await run.lock.seal();
      committing = true;
      await driver.commit();
    } catch (error) {
      await driver.rollback();
      if (error instanceof StepFailure) throw error;
      if (!(error instanceof SqlFailure)) throw error;
      const lostInCommit = committing && error.details.kind === "connection-lost";
      throw new StepFailure(lostInCommit ? "outcome-unknown" : error.details.kind, error, null, []);
    }
  });
  return null;
}

async function runText(step: Step, run: Run): Promise<void> {
  const { driver } = run;
  if (driver.capabilities.wholeFiles) return runWatched(step.sql, run);
  for (const statement of await driver.split(step.sql)) {
    await runWatched(statement.text, run).catch((error: unknown) => {
      throw error instanceof StepFailure ? error.at(statement.offset) : error;
    });
  }
}

async function record(step: Step, run: Run, durationMs: number): Promise<void> {
  if (step.direction === "down") return run.history.remove(step.stamp);
  await run.history.insert({ ...newRow(step, run), durationMs: Math.round(durationMs) });
}

/** Statement by statement, each with the count of those done, for what cannot be one transaction. */
async function runOneByOne(step: Step, run: Run): Promise<number> {
  const { driver, history } = run;
  const statements = await splitStep(step, driver);
  const total = statements.length;
  const progress = { statementsDone: 0, statementsTotal: total };
  await stillHolds(run);
  if (step.direction === "up") {
    await history.insert({ ...newRow(step, run), ...progress, state: "applying" });
  } else {
    await history.change(step.stamp, { ...progress, state: "reverting", error: null });
  }
  const startedAt = performance.now();
  for (const [done, statement] of statements.entries()) {
    try {
      await withRetries(step, run, () => runStatement(statement, step, done, run));
    } catch (error) {
      if (!(error instanceof StepFailure)) throw error;
      throw error.after(done, total, await noteStop(step, done, error, run));
    }
  }
  if (step.direction === "down") await history.remove(step.stamp);
  else
    await history.change(step.stamp, {
      state: "applied",
      durationMs: Math.round(performance.now() - startedAt),
    });
  return total;
}

async function runStatement(statement: Statement, step: Step, done: number, run: Run): Promise<void> {
  const { driver, history } = run;
  // Where data changes are transactional even if schema changes are not, the count is right for them at any moment.
  const wrap = step.inTransaction;
  await stillHolds(run);
  try {
    if (wrap) await driver.begin();
    if (statement.patient) await driver.setLockTimeout(0);
    await runWatched(statement.text, statement.patient ? { ...run, lockTimeoutMs: 0 } : run);
    // Whoever took over may have the row in its hands by now.
    if (!wrap) await stillHolds(run);
    await history.change(step.stamp, { statementsDone: done + 1 });
    if (wrap) {
      await run.lock.seal();
      await driver.commit();
    }
  } catch (error) {
    await driver.rollback();
    if (error instanceof StepFailure) throw error.at(statement.offset, statement.patient);
    if (!(error instanceof SqlFailure)) throw error;
    throw new StepFailure("outcome-unknown", error, statement.text, []).at(statement.offset);
  } finally {
    if (statement.patient) await driver.setLockTimeout(run.lockTimeoutMs).catch(() => undefined);
  }
}

/** Records why a migration stopped; true when nothing of it remains and its row says so. */
async function noteStop(step: Step, done: number, failure: StepFailure, run: Run): Promise<boolean> {
  const { history } = run;
  // The row may be somebody else's by now.
  if (failure.reason === "lock-lost") return false;
  const clean = done === 0 && failure.reason !== "connection-lost" && failure.reason !== "outcome-unknown";
  try {
    if (!clean) await history.change(step.stamp, { error: failure.message });
    else if (step.direction === "up") await history.remove(step.stamp);
    else await history.change(step.stamp, { state: "applied" });
    return clean;
  } catch {
    // The row keeps saying "applying" with the count of statements: enough for the next run to stop and ask.
    return false;
  }
}

async function splitStep(step: Step, driver: Driver): Promise<readonly Statement[]> {
  try {
    return await driver.split(step.sql);
  } catch (error) {
    if (error instanceof SqlFailure) throw new StepFailure(error.details.kind, error, step.sql, []);
    throw error;
  }
}

/** Stops a step before a piece of it that no transaction surrounds, unless the lock is still held. */
async function stillHolds({ lock }: Run): Promise<void> {
  try {
    await lock.check();
  } catch (error) {
    if (!(error instanceof SqlFailure)) throw error;
    throw new StepFailure(error.details.kind, error, null, []);
  }
}

/** A server ends the session of a holder that stood still: where the connection broke, the lock may be gone as well. */
async function withItsReason(failure: StepFailure, { lock }: Run): Promise<StepFailure> {
  if (failure.reason !== "connection-lost" || failure.progress !== null) return failure;
  if (!(await lock.isLost())) return failure;
  return new StepFailure("lock-lost", failure.failure, null, failure.blockers);
}

/** The row of a migration that has just been applied. */
export function newRow(
  { migration, rollbackSql }: UpStep,
  by: Pick<RunOptions, "appliedBy" | "toolVersion">,
): NewHistoryRow {
  return {
    version: migration.stamp,
    name: migration.name,
    state: "applied",
    appliedBy: by.appliedBy,
    durationMs: null,
    statementsDone: null,
    statementsTotal: null,
    note: null,
    error: null,
    toolVersion: by.toolVersion,
    checksum: migration.checksum,
    checksumAlgorithm,
    sql: { migration: migration.up.text, rollback: rollbackSql },
  };
}

function resultOf(step: Step, durationMs: number, statements: number | null): MigrationResult {
  const counted =
    statements === null
      ? ""
      : statements === 1
        ? ", one statement by itself"
        : `, ${statements} statements one by one`;
  const done = step.direction === "up" ? "applied" : "rolled back";
  const source =
    step.direction === "down" && step.file === null ? " with the SQL kept in the history table" : "";
  return {
    name: step.id,
    outcome: step.direction === "up" ? "applied" : "rolled-back",
    durationMs,
    message: `${done}${source}${counted}`,
  };
}
