/**
 * Dry runs: the plan executed for real, in a transaction that is rolled back.
 *
 * @module
 */
import type { Driver } from "./drivers/driver.ts";
import { placesIn } from "./place.ts";
import type { Plan, Step } from "./plan.ts";
import { type MigrationResult, newRow, type Run, refuseTransactionControl, runWatched } from "./run.ts";
import { StepFailure, stoppedRun } from "./stopped.ts";

/** A statement that a dry run executed. */
export interface TimedStatement {
  readonly sql: string;
  /** Line in its file, from 1. */
  readonly line: number;
  readonly durationMs: number;
}

/** What a dry run saw of one migration. */
export interface DryRunResult extends MigrationResult {
  /** Empty when it was only listed. */
  readonly statements: readonly TimedStatement[];
  /** Locks that it took, as `RELATION MODE`, in the words of the engine. */
  readonly locks: readonly string[];
}

/**
 * Executes a plan and rolls everything back. Migrations outside transactions, and all of them on engines whose DDL
 * commits by itself, are only listed, and say so. It takes the same locks as the real run, for as long.
 *
 * @throws KbvaultError MIGRATION_INVALID, MIGRATION_FAILED, MIGRATION_LOCKED, LOCK_TIMEOUT, INTERRUPTED
 */
export async function dryRun(plan: Plan, run: Run): Promise<readonly DryRunResult[]> {
  const { driver } = run;
  await refuseTransactionControl(plan, driver);
  if (!driver.capabilities.transactionalDdl) {
    return plan.map((step) => listed(step, "this engine commits changes of the schema by itself"));
  }
  const results: DryRunResult[] = [];
  await driver.begin();
  try {
    await run.lock.freeze();
    await run.history.create();
    for (const [index, step] of plan.entries()) {
      if (!step.inTransaction) {
        results.push(listed(step, "it runs outside a transaction"));
        continue;
      }
      const outcome = await tryStep(step, run);
      if (outcome instanceof StepFailure) {
        // Ended first, so that the report may ask the server.
        await driver.rollback();
        throw await stoppedRun(outcome, step, { done: [], notTried: plan.slice(index + 1), driver });
      }
      results.push(outcome);
    }
    return results;
  } finally {
    await driver.rollback();
  }
}

async function tryStep(step: Step, run: Run): Promise<DryRunResult | StepFailure> {
  const { driver, history } = run;
  const statements: TimedStatement[] = [];
  const placeOf = placesIn(step.sql);
  const locksBefore = new Set(await driver.locksHeld());
  for (const { text, offset } of await split(step, driver)) {
    const startedAt = performance.now();
    try {
      await runWatched(text, run);
    } catch (error) {
      if (error instanceof StepFailure) return error.at(offset);
      throw error;
    }
    statements.push({ sql: text, line: placeOf(offset).line, durationMs: performance.now() - startedAt });
  }
  const locks = (await driver.locksHeld()).filter((lock) => !locksBefore.has(lock));
  if (step.direction === "up") await history.insert(newRow(step, run));
  else await history.remove(step.stamp);
  return {
    name: step.id,
    outcome: step.direction === "up" ? "would-apply" : "would-roll-back",
    durationMs: statements.reduce((sum, { durationMs }) => sum + durationMs, 0),
    message: `${step.direction === "up" ? "applied" : "rolled back"} and undone again`,
    statements,
    locks,
  };
}

/** The statements, or the whole text where the splitter cannot read what the server may. */
async function split(step: Step, driver: Driver): ReturnType<Driver["split"]> {
  return driver.split(step.sql).catch(() => [{ text: step.sql, offset: 0, patient: false }]);
}

function listed(step: Step, reason: string): DryRunResult {
  return {
    name: step.id,
    outcome: "only-listed",
    durationMs: 0,
    message: `not tried, because ${reason}`,
    statements: [],
    locks: [],
  };
}
