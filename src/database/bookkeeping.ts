/**
 * Changes of the history table that run no SQL of migrations: stamp, baseline, repair.
 *
 * @module
 */
import { KbvaultError } from "../errors.ts";
import type { HistoryRow } from "./history.ts";
import { checksumAlgorithm } from "./migrations/checksum.ts";
import type { Migration } from "./migrations/files.ts";
import { stampNumber } from "./migrations/names.ts";
import type { Target } from "./migrations/targets.ts";
import { type Situation, upStep } from "./plan.ts";
import { newRow, type Run } from "./run.ts";
import type { MigrationStatus } from "./status.ts";

/** What `stamp` changes in the history table. */
export interface StampPlan {
  readonly insert: readonly Migration[];
  readonly remove: readonly HistoryRow[];
}

/** What a half-applied migration shall count as, after somebody finished or undid its statements by hand. */
export type RepairOutcome = "applied" | "pending";

/** How to repair. */
export interface RepairOptions {
  /** Why this is right; kept in the history table. */
  readonly reason: string;
  /** Needed for a half-applied migration, and for no other. */
  readonly as?: RepairOutcome;
}

/** What `repair` found and changed. */
export interface RepairResult {
  readonly name: string;
  readonly repaired: "edited" | "missing-file" | "half-applied";
  readonly message: string;
}

/** The plan that makes the history say: exactly the migrations up to `target` are applied. */
export function planStamp({ migrations, rows }: Situation, target: Target): StampPlan {
  const limit = limitOf(target, migrations, rows);
  const recorded = new Set(rows.map((row) => stampNumber(row.version)));
  return {
    insert: migrations.filter(
      ({ stamp }) => stampNumber(stamp) <= limit && !recorded.has(stampNumber(stamp)),
    ),
    remove: rows.filter((row) => stampNumber(row.version) > limit),
  };
}

/** Carries out a StampPlan; `note` says in every new row where it comes from. */
export async function applyStamp(plan: StampPlan, note: string, run: Run): Promise<void> {
  const { history } = run;
  await atOnce(run, async () => {
    for (const row of plan.remove) await history.remove(row.version);
    for (const migration of plan.insert) await history.insert({ ...newRow(upStep(migration), run), note });
  });
}

/** Does `work` in one transaction, which ends well only while the lock between runners is held. */
async function atOnce(
  { driver, lock }: Pick<Run, "driver" | "lock">,
  work: () => Promise<void>,
): Promise<void> {
  await lock.check();
  await driver.begin();
  try {
    await work();
    await lock.seal();
    await driver.commit();
  } catch (error) {
    await driver.rollback();
    throw error;
  }
}

/** Refuses a baseline over a history that says something already. */
export function refuseHistory(rows: readonly HistoryRow[]): void {
  if (rows.length === 0) return;
  throw new KbvaultError(
    "HISTORY_NOT_EMPTY",
    `The history table records ${rows.length} migrations already. Nothing was recorded. \`kbvault migrate status\` shows them; \`kbvault migrate stamp TARGET\` sets the history anew.`,
    { recorded: rows.length },
  );
}

/**
 * Records that a person looked at a migration and accepts what is: an edited file, a file that is gone, or what
 * `options.as` says of one that is half applied.
 *
 * @throws KbvaultError USAGE when there is nothing to repair, or `as` is missing or out of place
 */
export async function repair(
  status: MigrationStatus,
  options: RepairOptions,
  run: Run,
): Promise<RepairResult> {
  const { id, row, migration, problems, state } = status;
  const { reason, as } = options;
  const refuse = (problem: string): KbvaultError =>
    new KbvaultError(
      "USAGE",
      `${problem} Nothing was changed. \`kbvault migrate status\` shows where each migration stands.`,
      { id },
    );
  if (reason.trim() === "") throw refuse("repair needs a reason (--reason TEXT).");
  if (row === null) throw refuse(`${id} is not applied, so there is nothing to repair.`);
  const result = (repaired: RepairResult["repaired"], message: string): RepairResult => ({
    name: id,
    repaired,
    message,
  });

  if (state === "half-applied") {
    if (as === undefined)
      throw refuse(`${id} is half applied: say what holds now, --as applied or --as pending.`);
    await atOnce(run, () =>
      as === "pending"
        ? run.history.remove(row.version)
        : run.history.change(row.version, { state: "applied", note: reason, error: null }),
    );
    return result("half-applied", `recorded as ${as}`);
  }
  if (as !== undefined) throw refuse(`${id} is not half applied, so --as says nothing about it.`);
  if (problems.includes("edited") && migration !== null) {
    await atOnce(run, async () => {
      const { checksum } = migration;
      await run.history.change(row.version, { checksum, checksumAlgorithm, note: reason });
      await run.history.changeSql(row.version, newRow(upStep(migration), run).sql);
    });
    return result("edited", "the edited file counts as what was applied");
  }
  if (problems.includes("missing-file")) {
    await atOnce(run, () => run.history.change(row.version, { checksum: null, note: reason }));
    return result("missing-file", "its file is no longer expected");
  }
  throw refuse(`There is nothing to repair in ${id}.`);
}

function limitOf(target: Target, migrations: readonly Migration[], rows: readonly HistoryRow[]): number {
  switch (target.kind) {
    case "head":
      return Number.POSITIVE_INFINITY;
    case "base":
      return Number.NEGATIVE_INFINITY;
    case "steps":
      throw new KbvaultError(
        "USAGE",
        "stamp and baseline take a migration, head or base, not a number of steps. Nothing was changed.",
        {
          target: String(target.count),
        },
      );
    case "migration": {
      const migration = migrations.find(({ id }) => id === target.id);
      const row = rows.find(({ version, name }) => `${version}_${name}` === target.id);
      return stampNumber(migration?.stamp ?? row?.version ?? "0");
    }
  }
}
