/**
 * Plans: which migrations run, in which order and direction. Pure; a dry run executes the very plan that a run does.
 *
 * @module
 */
import { KbvaultError } from "../errors.ts";
import type { HistoryRow, RecordedSql } from "./history.ts";
import { parseDirectives } from "./migrations/directives.ts";
import type { Migration } from "./migrations/files.ts";
import { invalidMigration } from "./migrations/invalid.ts";
import { stampNumber } from "./migrations/names.ts";
import type { Target } from "./migrations/targets.ts";
import { idOf, type MigrationStatus, statusOf } from "./status.ts";

/** One migration to apply. */
export interface UpStep {
  readonly direction: "up";
  readonly id: string;
  readonly stamp: string;
  /** File that the SQL stands in. */
  readonly file: string;
  readonly sql: string;
  /** False: its statements run one by one, outside a transaction. */
  readonly inTransaction: boolean;
  readonly migration: Migration;
  /** SQL to keep in the history; null when there is no rollback. */
  readonly rollbackSql: string | null;
}

/** One migration to roll back. */
export interface DownStep {
  readonly direction: "down";
  readonly id: string;
  readonly stamp: string;
  /** File that the SQL stands in; null when it comes from the history table. */
  readonly file: string | null;
  readonly sql: string;
  readonly inTransaction: boolean;
}

/** One migration to apply or roll back. */
export type Step = UpStep | DownStep;

/** Steps in the order in which they run. */
export type Plan = readonly Step[];

/** What is known before planning. */
export interface Situation {
  readonly migrations: readonly Migration[];
  readonly rows: readonly HistoryRow[];
}

/**
 * The plan that applies pending migrations up to `target` (included), in the order of their stamps.
 *
 * @throws KbvaultError MIGRATION_HALF_APPLIED, DRIFT (an applied file was edited or is gone), OUT_OF_ORDER unless
 *   `outOfOrder`, MIGRATION_INVALID (`requires`), USAGE for a target that does not lie above
 */
export function planUp(situation: Situation, target: Target, outOfOrder: boolean): readonly UpStep[] {
  const statuses = statusOf(situation.migrations, situation.rows);
  refuseHalfApplied(statuses);
  refuseDrift(statuses);
  const pending = pendingUpTo(statuses, target);
  const late = pending.filter(({ problems }) => problems.includes("out-of-order"));
  if (late.length > 0 && !outOfOrder) throw lateError(late);
  const steps = pending.map(({ migration }) => upStep(migration));
  refuseUnmet(steps, situation.rows);
  return steps;
}

/**
 * The plan that rolls applied migrations back until `target` is the newest one (it stays), newest applied first. Order
 * and, where a file is gone or was edited, SQL come from the history table.
 *
 * @throws KbvaultError MIGRATION_HALF_APPLIED, ROLLBACK_MISSING, USAGE for a target that does not lie below
 */
export function planDown(
  situation: Situation,
  target: Target,
  recorded: ReadonlyMap<string, RecordedSql>,
): readonly DownStep[] {
  const statuses = statusOf(situation.migrations, situation.rows);
  refuseHalfApplied(statuses);
  const newestFirst = [...situation.rows].sort((a, b) => b.appliedOrder - a.appliedOrder);
  const count = countDown(newestFirst, target);
  return newestFirst.slice(0, count).map((row) => downStep(row, statuses, recorded));
}

/**
 * The plan that rolls back the one migration `id`.
 *
 * @throws KbvaultError like planDown; MIGRATION_NOT_FOUND when it is not applied; OUT_OF_ORDER when later ones are
 *   applied, unless `outOfOrder`
 */
export function planRollback(
  situation: Situation,
  id: string,
  recorded: ReadonlyMap<string, RecordedSql>,
  outOfOrder: boolean,
): readonly DownStep[] {
  const statuses = statusOf(situation.migrations, situation.rows);
  refuseHalfApplied(statuses);
  const row = statuses.find((status) => status.id === id)?.row;
  if (row === undefined || row === null) {
    throw new KbvaultError(
      "MIGRATION_NOT_FOUND",
      `${id} is not applied, so there is nothing to roll back. Nothing was changed.`,
      {
        target: id,
        candidates: [],
      },
    );
  }
  const later = statuses.filter(
    (status) => status.row !== null && status.row.appliedOrder > row.appliedOrder,
  );
  if (later.length > 0 && !outOfOrder) {
    const ids = later.map((status) => status.id);
    throw new KbvaultError(
      "OUT_OF_ORDER",
      `${id} is not the newest migration: ${list(ids)} ${ids.length === 1 ? "was" : "were"} applied after it and may need it. Nothing was changed. Roll those back first (\`kbvault migrate down -${ids.length + 1}\`), or allow it with --out-of-order.`,
      { migrations: ids },
    );
  }
  return [downStep(row, statuses, recorded)];
}

/** The step that applies a migration. */
export function upStep(migration: Migration): UpStep {
  const { id, stamp, up } = migration;
  return {
    direction: "up",
    id,
    stamp,
    file: up.path,
    sql: up.text,
    inTransaction: !up.directives.noTransaction,
    migration,
    rollbackSql: migration.rollback?.read().text ?? null,
  };
}

function downStep(
  row: HistoryRow,
  statuses: readonly MigrationStatus[],
  recorded: ReadonlyMap<string, RecordedSql>,
): DownStep {
  const status = statuses.find((one) => one.row === row);
  const { id, migration, problems } = status ?? { id: idOf(row), migration: null, problems: [] };
  const stored = recorded.get(row.version)?.rollback ?? null;
  // The pair of what was applied: an edited migration may have an edited rollback, which undoes something else.
  const file =
    migration === null || (problems.includes("edited") && stored !== null)
      ? null
      : (migration.rollback?.read() ?? null);
  const sql = file?.text ?? stored;
  if (sql === null) {
    const reason = migration?.up.directives.irreversible ?? null;
    throw new KbvaultError(
      "ROLLBACK_MISSING",
      reason === null
        ? `${id} has no rollback, neither as a file nor in the history table. Nothing was rolled back. Write ${id}_rollback.sql, then repeat the command.`
        : `${id} is irreversible: ${reason}. Nothing was rolled back. Name a target above it, or write ${id}_rollback.sql.`,
      { id, reason },
    );
  }
  const { directives } = file ?? parseDirectives(sql);
  return {
    direction: "down",
    id,
    stamp: row.version,
    file: file?.path ?? null,
    sql,
    inTransaction: !directives.noTransaction,
  };
}

/** What is pending has a file: there is no row to know it from. */
type PendingStatus = MigrationStatus & { readonly migration: Migration };

function isPending(status: MigrationStatus): status is PendingStatus {
  return status.state === "pending";
}

function pendingUpTo(statuses: readonly MigrationStatus[], target: Target): readonly PendingStatus[] {
  const pending = statuses.filter(isPending);
  switch (target.kind) {
    case "head":
      return pending;
    case "base":
      throw wrongWay("base", "up", "down base");
    case "steps":
      if (target.count < 0) throw wrongWay(String(target.count), "up", `down ${target.count}`);
      return pending.slice(0, target.count);
    case "migration": {
      const last = statuses.find(({ id }) => id === target.id);
      return last === undefined
        ? []
        : pending.filter(({ stamp }) => stampNumber(stamp) <= stampNumber(last.stamp));
    }
  }
}

function countDown(newestFirst: readonly HistoryRow[], target: Target): number {
  switch (target.kind) {
    case "base":
      return newestFirst.length;
    case "head":
      throw wrongWay("head", "down", "up");
    case "steps":
      if (target.count > 0) throw wrongWay(`+${target.count}`, "down", `up +${target.count}`);
      return -target.count;
    case "migration": {
      const count = newestFirst.findIndex((row) => `${row.version}_${row.name}` === target.id);
      if (count !== -1) return count;
      throw new KbvaultError(
        "MIGRATION_NOT_FOUND",
        `${target.id} is not applied, so it cannot be gone back to. Nothing was changed.`,
        {
          target: target.id,
          candidates: newestFirst.slice(0, 5).map((row) => `${row.version}_${row.name}`),
        },
      );
    }
  }
}

function wrongWay(target: string, command: string, other: string): KbvaultError {
  return new KbvaultError(
    "USAGE",
    `"${target}" is no target for ${command}. Nothing was changed. Use \`kbvault migrate ${other}\`.`,
    { target },
  );
}

function refuseHalfApplied(statuses: readonly MigrationStatus[]): void {
  for (const { id, row } of statuses) {
    if (row === null || row.state === "applied") continue;
    const { state, statementsDone, statementsTotal, error } = row;
    const verb = state === "reverting" ? "rolling back" : "applying";
    throw new KbvaultError(
      "MIGRATION_HALF_APPLIED",
      `An earlier run stopped while ${verb} ${id}, after statement ${statementsDone} of ${statementsTotal}${error === null ? "; the one after that may have been run as well" : ` (${error})`}. Nothing was changed now. Look at the database, finish or undo the statements by hand, then record what holds: \`kbvault migrate repair ${id} --as applied --reason TEXT\` or \`--as pending\`.`,
      { id, state, statementsDone, statementsTotal, error },
    );
  }
}

function refuseDrift(statuses: readonly MigrationStatus[]): void {
  const edited = statuses.filter(({ problems }) => problems.includes("edited")).map(({ id }) => id);
  const missing = statuses.filter(({ problems }) => problems.includes("missing-file")).map(({ id }) => id);
  const [first] = [...edited, ...missing];
  if (first === undefined) return;
  const what = [
    edited.length === 0 ? [] : [`edited after it was applied: ${list(edited)}`],
    missing.length === 0 ? [] : [`applied, but the file is gone: ${list(missing)}`],
  ].flat();
  throw new KbvaultError(
    "DRIFT",
    `Files differ from what was applied; ${what.join("; ")}. Nothing was changed. Undo that (\`kbvault migrate check\` shows what was edited) and put the change into a new migration, or accept it: \`kbvault migrate repair ${first} --reason TEXT\`.`,
    { edited, missing },
  );
}

function refuseUnmet(steps: readonly UpStep[], rows: readonly HistoryRow[]): void {
  const there = new Set(rows.flatMap((row) => [row.name, `${row.version}_${row.name}`]));
  for (const { id, file, migration } of steps) {
    for (const wanted of migration.up.directives.requires) {
      if (there.has(wanted)) continue;
      throw invalidMigration(
        "requires",
        { file },
        `it requires ${wanted}, which is neither applied nor comes before it`,
        `Apply ${wanted} first, or correct the directive`,
      );
    }
    there.add(id).add(migration.name);
  }
}

function lateError(late: readonly MigrationStatus[]): KbvaultError {
  const ids = late.map(({ id }) => id);
  return new KbvaultError(
    "OUT_OF_ORDER",
    `${list(ids)} ${ids.length === 1 ? "is" : "are"} not applied, although migrations with higher stamps are; ${ids.length === 1 ? "it was" : "they were"} probably merged late. Nothing was changed. Move ${ids.length === 1 ? "it" : "them"} behind the others with \`kbvault migrate rebase\`, or apply ${ids.length === 1 ? "it" : "them"} where ${ids.length === 1 ? "it is" : "they are"} with --out-of-order.`,
    { migrations: ids },
  );
}

function list(ids: readonly string[]): string {
  return ids.length <= 5 ? ids.join(", ") : `${ids.slice(0, 5).join(", ")} and ${ids.length - 5} more`;
}
