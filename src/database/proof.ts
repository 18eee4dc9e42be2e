/**
 * Proofs on shadow databases: that each rollback undoes its migration, and that a live schema is what its files make.
 *
 * @module
 */
import { isKbvaultError, KbvaultError } from "../errors.ts";
import type { HistoryRow, RecordedSql } from "./history.ts";
import { leaseTableOf } from "./lease-table.ts";
import { parseDirectives } from "./migrations/directives.ts";
import type { Migration } from "./migrations/files.ts";
import { stampNumber } from "./migrations/names.ts";
import { type DownStep, type UpStep, upStep } from "./plan.ts";
import { type Run, runPlan } from "./run.ts";
import {
  compareSchemas,
  nameOf,
  type SchemaDifference,
  type SchemaObject,
  withoutTable,
} from "./schema/schema.ts";
import { idOf } from "./status.ts";

/** What became of one migration in a test. */
export interface TestedMigration {
  /** `STAMP_NAME`. */
  readonly name: string;
  /** `irreversible`: it says so itself; `no-rollback`: there is nothing to test. */
  readonly outcome: "passed" | "failed" | "irreversible" | "no-rollback";
  /** One sentence for each finding: "its rollback leaves index idx_rating of feedback". */
  readonly findings: readonly string[];
  /** How the schema after the rollback differs from the one before the migration. */
  readonly afterRollback: readonly SchemaDifference[];
  /** How the schema after the second application differs from the one after the first. */
  readonly afterSecond: readonly SchemaDifference[];
}

/** What a test of all migrations found. */
export interface TestResult {
  /** No rollback failed. Migrations without one do not make it false. */
  readonly ok: boolean;
  readonly migrations: readonly TestedMigration[];
}

/** What a comparison of the live schema with the files found. */
export interface SchemaVerification {
  readonly ok: boolean;
  /** Migrations that the shadow database was built from, in the order in which they were applied. */
  readonly migrations: readonly string[];
  /** `missing`: the files make it and the live database lacks it; `extra`: the other way round. */
  readonly differences: readonly SchemaDifference[];
}

/** Does work on a new, empty database. */
export type InShadow = <Result>(work: (run: Run) => Promise<Result>) => Promise<Result>;

/**
 * Applies each migration, rolls it back, compares the schema with the one before, applies it again, compares. After a
 * failure the rest is tested on another new database, so that what a rollback left behind spoils nothing.
 *
 * @throws KbvaultError MIGRATION_FAILED when a migration itself fails on an empty database
 */
export async function testMigrations(
  migrations: readonly Migration[],
  inShadow: InShadow,
): Promise<TestResult> {
  const tested: TestedMigration[] = [];
  while (tested.length < migrations.length) {
    await inShadow(async (run) => {
      await run.history.create();
      await runPlan(migrations.slice(0, tested.length).map(upStep), run);
      for (const migration of migrations.slice(tested.length)) {
        const result = await testMigration(migration, run);
        tested.push(result);
        if (result.outcome === "failed") return;
      }
    });
  }
  return { ok: tested.every(({ outcome }) => outcome !== "failed"), migrations: tested };
}

/** How the live schema differs from what the applied migrations make on the empty database of `shadow`. */
export async function verifySchema(
  live: { readonly schema: readonly SchemaObject[]; readonly rows: readonly HistoryRow[] },
  migrations: readonly Migration[],
  recorded: ReadonlyMap<string, RecordedSql>,
  shadow: Run,
): Promise<SchemaVerification> {
  const steps = live.rows.map((row) => replayStep(row, migrations, recorded));
  await shadow.history.create();
  await runPlan(steps, shadow);
  const differences = compareSchemas(await schemaOf(shadow), live.schema);
  return { ok: differences.length === 0, migrations: live.rows.map(idOf), differences };
}

async function testMigration(migration: Migration, run: Run): Promise<TestedMigration> {
  const { id, rollback, stamp, up } = migration;
  const step = upStep(migration);
  const before = await schemaOf(run);
  await runPlan([step], run);
  const after = await schemaOf(run);
  const untested = { name: id, findings: [], afterRollback: [], afterSecond: [] };
  if (rollback === null) {
    return { ...untested, outcome: up.directives.irreversible === null ? "no-rollback" : "irreversible" };
  }
  const { path: file, text: sql, directives } = rollback.read();
  const down: DownStep = {
    direction: "down",
    id,
    stamp,
    file,
    sql,
    inTransaction: !directives.noTransaction,
  };
  const failed = { ...untested, outcome: "failed" } as const;

  const downError = await errorOf(runPlan([down], run));
  if (downError !== null) return { ...failed, findings: [`its rollback fails: ${downError}`] };
  const afterRollback = compareSchemas(before, await schemaOf(run));
  if (afterRollback.length > 0)
    return { ...failed, findings: afterRollback.map(rollbackFinding), afterRollback };

  const upError = await errorOf(runPlan([step], run));
  if (upError !== null)
    return { ...failed, findings: [`it cannot be applied again after its rollback: ${upError}`] };
  const afterSecond = compareSchemas(after, await schemaOf(run));
  const findings = afterSecond.map(
    (one) => `applied again after its rollback, ${nameOf(one)} is ${one.change}`,
  );
  return { ...untested, outcome: afterSecond.length > 0 ? "failed" : "passed", findings, afterSecond };
}

async function errorOf(run: Promise<unknown>): Promise<string | null> {
  try {
    await run;
    return null;
  } catch (error) {
    if (isKbvaultError(error)) return error.message;
    throw error;
  }
}

function rollbackFinding(difference: SchemaDifference): string {
  switch (difference.change) {
    case "extra":
      return `its rollback leaves ${nameOf(difference)}`;
    case "missing":
      return `its rollback removes ${nameOf(difference)}, which was there before`;
    case "changed":
      return `its rollback leaves ${nameOf(difference)} changed`;
  }
}

/** The step that applies again what `row` says was applied: the file, or, where it is gone or edited, the SQL kept. */
function replayStep(
  row: HistoryRow,
  migrations: readonly Migration[],
  recorded: ReadonlyMap<string, RecordedSql>,
): UpStep {
  const migration = migrations.find(({ stamp }) => stampNumber(stamp) === stampNumber(row.version));
  if (migration !== undefined && (row.checksum === null || row.checksum === migration.checksum))
    return upStep(migration);
  const sql = recorded.get(row.version)?.migration ?? null;
  if (sql === null) {
    throw new KbvaultError(
      "MIGRATION_NOT_FOUND",
      `The SQL of ${idOf(row)} is neither in a file nor in the history table, so the schema that it made is not known. Nothing was changed. Bring its file back.`,
      { id: idOf(row) },
    );
  }
  const { directives } = parseDirectives(sql);
  const file = { path: `the recorded SQL of ${idOf(row)}`, text: sql, directives };
  const { version: stamp, name } = row;
  return upStep({ id: idOf(row), stamp, name, up: file, rollback: null, checksum: row.checksum ?? "" });
}

/** The schema of the database of `run`, without the tables of the migrator. */
export async function schemaOf({
  driver,
  history,
}: Pick<Run, "driver" | "history">): Promise<readonly SchemaObject[]> {
  return withoutTable(withoutTable(await driver.readSchema(), history.table), leaseTableOf(history.table));
}
