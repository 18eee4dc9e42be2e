/**
 * Runs that stopped: why, where, what remains, what was not tried, and what to do now.
 *
 * @module
 */
import { type ErrorCode, KbvaultError } from "../errors.ts";
import type { Driver } from "./drivers/driver.ts";
import type { FailureKind, SqlFailure } from "./drivers/failure.ts";
import { placesIn } from "./place.ts";
import type { Plan, Step } from "./plan.ts";

/** Why a migration stopped; `outcome-unknown` also where the connection broke when the last word was on its way. */
export type StopReason = FailureKind | "interrupted";

/** StepFailure is the failure of one migration, on its way from the statement to the report. */
export class StepFailure extends Error {
  override readonly name = "StepFailure";
  readonly reason: StopReason;
  readonly failure: SqlFailure | null;
  /** The SQL that was sent; null when it was not SQL of the migration that failed. */
  readonly sql: string | null;
  readonly blockers: readonly string[];
  /** Where `sql` begins in the text of the step. */
  readonly offset: number;
  readonly patient: boolean;
  /** Statements done before, of how many, and whether nothing remains of them; null when all ran as one. */
  readonly progress: { readonly done: number; readonly total: number; readonly clean: boolean } | null;

  constructor(
    reason: StopReason,
    failure: SqlFailure | null,
    sql: string | null,
    blockers: readonly string[],
    rest: Partial<Pick<StepFailure, "offset" | "patient" | "progress">> = {},
  ) {
    super(failure?.message ?? "interrupted", { cause: failure });
    this.reason = reason;
    this.failure = failure;
    this.sql = sql;
    this.blockers = blockers;
    this.offset = rest.offset ?? 0;
    this.patient = rest.patient ?? false;
    this.progress = rest.progress ?? null;
  }

  /** The same failure, of a statement that begins at `offset`. */
  at(offset: number, patient = false): StepFailure {
    return new StepFailure(this.reason, this.failure, this.sql, this.blockers, { offset, patient });
  }

  /** The same failure, after `done` of `total` statements. */
  after(done: number, total: number, clean: boolean): StepFailure {
    const { offset, patient } = this;
    const progress = { done, total, clean };
    return new StepFailure(this.reason, this.failure, this.sql, this.blockers, { offset, patient, progress });
  }
}

/** What surrounds the migration that failed. */
export interface Surroundings {
  readonly done: readonly { readonly name: string }[];
  readonly notTried: Plan;
  readonly driver: Driver;
}

/**
 * The error of a run that stopped: MIGRATION_PARTIAL when something of the run remains, else LOCK_TIMEOUT or
 * MIGRATION_FAILED; INTERRUPTED when it was interrupted, MIGRATION_LOCK_LOST when another runner took over. Data: `migration`, `direction`, `file`, `line`, `column`,
 * `statement`, `reason`, `nativeCode`, `blockers`, `statementsDone`, `statementsTotal`, `done`, `notTried`.
 */
export async function stoppedRun(
  failure: StepFailure,
  step: Step,
  around: Surroundings,
): Promise<KbvaultError> {
  const place = await placeOfFailure(failure, step, around.driver);
  const done = around.done.map(({ name }) => name);
  const notTried = around.notTried.map(({ id }) => id);
  const file = step.file ?? `the recorded rollback of ${step.id}`;
  const where = place === null ? file : `${file}:${place.line}:${place.column}`;
  const parts = [
    `${where}: ${whatHappened(failure, step)}`,
    ...(failure.failure?.details.notes ?? []),
    ...(place === null || place.statement === null ? [] : [`Statement: ${shorten(place.statement)}.`]),
    ...(failure.blockers.length === 0 ? [] : [`In the way: ${failure.blockers.join("; ")}.`]),
    whatRemains(failure, step),
    ...(done.length === 0 ? [] : [`${past(step)} before it in this run: ${done.join(", ")}.`]),
    ...(notTried.length === 0 ? [] : [`Not tried: ${notTried.join(", ")}.`]),
    whatNow(failure, step),
  ];
  return new KbvaultError(
    codeOf(failure, done.length > 0),
    parts.join(" "),
    {
      migration: step.id,
      direction: step.direction,
      file: step.file,
      line: place?.line ?? null,
      column: place?.column ?? null,
      statement: place?.statement ?? null,
      reason: failure.reason,
      nativeCode: failure.failure?.details.nativeCode ?? null,
      blockers: failure.blockers,
      statementsDone: failure.progress?.done ?? null,
      statementsTotal: failure.progress?.total ?? null,
      done,
      notTried,
    },
    { cause: failure.failure },
  );
}

function codeOf(failure: StepFailure, someDone: boolean): ErrorCode {
  if (failure.reason === "interrupted") return "INTERRUPTED";
  if (failure.reason === "lock-lost") return "MIGRATION_LOCK_LOST";
  if (someDone || remains(failure)) return "MIGRATION_PARTIAL";
  return failure.reason === "lock-timeout" ? "LOCK_TIMEOUT" : "MIGRATION_FAILED";
}

function remains({ progress }: StepFailure): boolean {
  return progress !== null && !progress.clean;
}

function whatHappened({ reason, failure }: StepFailure, step: Step): string {
  const verb = step.direction === "up" ? "applying" : "rolling back";
  const said = failure === null ? "" : ` (${failure.message})`;
  switch (reason) {
    case "interrupted":
      return `interrupted while ${verb} ${step.id}.`;
    case "lock-lost":
      return `this runner lost the lock to another one while ${verb} ${step.id}${said}.`;
    case "serialization":
      return `${verb} ${step.id} met with other transactions again and again${said}.`;
    case "connection-lost":
    case "outcome-unknown":
      return `the connection to the database broke while ${verb} ${step.id}${said}.`;
    case "lock-timeout":
      return `${verb} ${step.id} waited too long for a lock${said}.`;
    case "statement-timeout":
      return `a statement took too long while ${verb} ${step.id}${said}.`;
    default:
      return `${verb} ${step.id} failed: ${failure?.message ?? "no reason given"}.`.replace(/\.\.$/, ".");
  }
}

function whatRemains(failure: StepFailure, step: Step): string {
  const { reason, progress, patient } = failure;
  if (progress !== null && !progress.clean) {
    const rest =
      reason === "connection-lost" || reason === "outcome-unknown" || reason === "lock-lost"
        ? "; the next one may have been run as well"
        : "";
    return `${progress.done} of its ${progress.total} statements remain in effect${rest}.`;
  }
  if (reason === "outcome-unknown") {
    return `Whether it took effect is not known, but it did so exactly if it is recorded: \`kbvault migrate status\` tells.`;
  }
  const index = patient ? " An index built CONCURRENTLY may remain, marked INVALID: drop it." : "";
  return `Nothing of ${step.id} remains.${index}`;
}

function whatNow(failure: StepFailure, step: Step): string {
  if (remains(failure)) {
    return `Finish or undo its statements by hand, then record what holds: \`kbvault migrate repair ${step.id} --as applied --reason TEXT\` or \`--as pending\`.`;
  }
  switch (failure.reason) {
    case "lock-lost":
      return "Find out what held this process up, and repeat the command: what another runner did is not done again.";
    case "serialization":
      return "Repeat the command at a quieter time.";
    case "lock-timeout":
      return "End that session or wait for a quieter time, then repeat the command; --lock-timeout makes it wait longer.";
    case "interrupted":
    case "connection-lost":
    case "outcome-unknown":
      return "Repeat the command to go on.";
    default:
      return `Correct ${step.file ?? `it in ${step.id}_rollback.sql`}, then repeat the command.`;
  }
}

function past(step: Step): string {
  return step.direction === "up" ? "Applied" : "Rolled back";
}

async function placeOfFailure(
  failure: StepFailure,
  step: Step,
  driver: Driver,
): Promise<{ readonly line: number; readonly column: number; readonly statement: string | null } | null> {
  if (failure.sql === null || failure.failure === null) return null;
  const inSql = failure.failure.details.offset;
  const isPart = failure.sql !== step.sql;
  if (inSql === null && !isPart) return null;
  const offset = failure.offset + (inSql ?? 0);
  const { line, column } = placesIn(step.sql)(offset);
  if (isPart) return { line, column, statement: failure.sql };
  // What cannot be split has a syntax error; then the place is enough.
  const statements = await driver.split(step.sql).catch(() => []);
  const statement = statements.findLast((one) => one.offset <= offset)?.text ?? null;
  return { line, column, statement };
}

function shorten(statement: string): string {
  const line = statement.replace(/\s+/g, " ");
  return line.length <= 200 ? line : `${line.slice(0, 200)}...`;
}
