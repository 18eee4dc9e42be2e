/** `kbvault migrate up`, `down`, `rollback`, `redo`: the commands that run SQL. */
import type { DatabaseMigrator, RunResult } from "../../../index.ts";
import type { Context, Outcome } from "../../context.ts";
import { maintenanceWarning } from "../../maintenance-warning.ts";
import { escapeText } from "../../print/escape.ts";
import { resultLines } from "../../print/migration.ts";
import { type DatabaseFlags, withMigrator } from "./open.ts";

export interface RollbackFlags extends DatabaseFlags {
  readonly dryRun?: boolean;
  readonly outOfOrder?: boolean;
}

export interface UpFlags extends RollbackFlags {
  readonly backup?: boolean;
}

export interface DownFlags extends DatabaseFlags {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

export function up(context: Context, target: string, flags: UpFlags): Promise<Outcome> {
  const { dryRun = false, outOfOrder = false } = flags;
  return withMigrator(context, flags, async (migrator, signal) => {
    const warning = dryRun ? null : await maintenanceWarning();
    if (warning !== null) context.talk([`${context.page.style.yellow("warning")} ${warning}`]);
    if (flags.backup && !dryRun) await backUpFirst(context, migrator, flags, signal);
    const results = await migrator.applyAllPending({ target, dryRun, outOfOrder });
    return outcomeOf(results, dryRun, "Nothing to apply: every migration is applied.");
  });
}

/** Backs the database up, if there is anything to apply. */
async function backUpFirst(
  context: Context,
  migrator: DatabaseMigrator,
  flags: UpFlags,
  signal: AbortSignal,
): Promise<void> {
  if ((await migrator.getPendingMigrations()).length === 0) return;
  // An embedded database can be opened once only; the migrator connects anew.
  await migrator.close();
  const { withBackups } = await import("../backup/open.ts");
  const { backup } = await withBackups(
    context,
    flags,
    (backups) => backups.create({ reason: "before-migration" }),
    { only: "database", signal },
  );
  context.talk([
    `Backed up as ${backup.name}; kbvault backup restore ${backup.name} --force goes back to it.`,
  ]);
}

export function down(context: Context, target: string, flags: DownFlags): Promise<Outcome> {
  const { dryRun = false, yes = false } = flags;
  return withMigrator(context, flags, async (migrator) => {
    if (!dryRun && !yes) {
      const plan = await migrator.planRollbackTo(target);
      const lines = ["Plan", ...plan.map((id) => `    roll back ${escapeText(id)}`)];
      if (plan.length > 0)
        await context.confirm(lines, "Roll back? What only these migrations' tables hold is lost.");
    }
    return outcomeOf(await migrator.rollbackTo(target, { dryRun }), dryRun, "Nothing to roll back.");
  });
}

export function rollback(context: Context, migration: string, flags: RollbackFlags): Promise<Outcome> {
  const { dryRun = false, outOfOrder = false } = flags;
  return withMigrator(context, flags, async (migrator) =>
    outcomeOf(
      await migrator.rollbackMigration(migration, { dryRun, outOfOrder }),
      dryRun,
      "Nothing to roll back.",
    ),
  );
}

export function redo(context: Context, flags: RollbackFlags): Promise<Outcome> {
  const { dryRun = false } = flags;
  return withMigrator(context, flags, async (migrator) =>
    outcomeOf(await migrator.redo({ dryRun }), dryRun, "Nothing to redo: no migration is applied."),
  );
}

function outcomeOf(results: RunResult, dryRun: boolean, nothing: string): Outcome {
  return {
    kind: "value",
    value: { dryRun, results },
    text: (page) => (results.length === 0 ? [nothing] : resultLines(results, page)),
    ...(results.length === 0
      ? {}
      : { next: dryRun ? "the same command without --dry-run" : "kbvault migrate status" }),
  };
}
