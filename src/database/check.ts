/**
 * One answer to the question whether files and history agree.
 *
 * @module
 */
import type { RecordedSql } from "./history.ts";
import type { MigrationProblem, MigrationStatus } from "./status.ts";

/** An applied migration whose file was edited. */
export interface EditedMigration {
  readonly name: string;
  /** The SQL that was applied; null when it was not recorded. */
  readonly applied: string | null;
  /** The SQL in the file now. */
  readonly file: string;
}

/** Everything that is not as it should be; all lists empty: `ok`. Names are `STAMP_NAME`. */
export interface CheckResult {
  readonly ok: boolean;
  readonly halfApplied: readonly string[];
  readonly missingFile: readonly string[];
  readonly edited: readonly EditedMigration[];
  readonly outOfOrder: readonly string[];
  /** Pending in their right place; those out of order are in the list above. */
  readonly pending: readonly string[];
  readonly missingRollback: readonly string[];
}

/** The answer for `statuses`; `recorded` holds the SQL of applied migrations by stamp. */
export function checkOf(
  statuses: readonly MigrationStatus[],
  recorded: ReadonlyMap<string, RecordedSql>,
): CheckResult {
  const having = (problem: MigrationProblem): readonly string[] =>
    statuses.filter(({ problems }) => problems.includes(problem)).map(({ id }) => id);
  const outOfOrder = having("out-of-order");
  const lists = {
    halfApplied: statuses.filter(({ state }) => state === "half-applied").map(({ id }) => id),
    missingFile: having("missing-file"),
    edited: statuses.flatMap(({ id, problems, migration, row }) =>
      migration === null || row === null || !problems.includes("edited")
        ? []
        : [{ name: id, applied: recorded.get(row.version)?.migration ?? null, file: migration.up.text }],
    ),
    outOfOrder,
    pending: statuses
      .filter(({ id, state }) => state === "pending" && !outOfOrder.includes(id))
      .map(({ id }) => id),
    missingRollback: having("missing-rollback"),
  };
  return { ok: Object.values(lists).every((list) => list.length === 0), ...lists };
}
