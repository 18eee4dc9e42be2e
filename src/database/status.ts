/**
 * Where each migration stands: files and history laid side by side.
 *
 * @module
 */
import type { HistoryRow } from "./history.ts";
import { checksumAlgorithm } from "./migrations/checksum.ts";
import type { Migration } from "./migrations/files.ts";
import { stampNumber } from "./migrations/names.ts";

/** `half-applied`: a run stopped between two of its statements. */
export type MigrationState = "applied" | "pending" | "half-applied";

/**
 * What is wrong with a migration: its file changed after it was applied; its file is gone; it is pending although one
 * with a higher stamp is applied; it has no rollback and does not say that it is irreversible.
 */
export type MigrationProblem = "edited" | "missing-file" | "out-of-order" | "missing-rollback";

/** Where one migration stands. */
export interface MigrationStatus {
  /** `STAMP_NAME`. */
  readonly id: string;
  readonly stamp: string;
  readonly name: string;
  readonly state: MigrationState;
  readonly problems: readonly MigrationProblem[];
  /** Null when its file is gone. */
  readonly migration: Migration | null;
  /** Null when it is pending. */
  readonly row: HistoryRow | null;
}

/** Where every migration stands, in the order of stamps. */
export function statusOf(
  migrations: readonly Migration[],
  rows: readonly HistoryRow[],
): readonly MigrationStatus[] {
  const rowByStamp = new Map(rows.map((row) => [stampNumber(row.version), row]));
  const newestApplied = Math.max(-1, ...rowByStamp.keys());
  const known = migrations.map((migration): MigrationStatus => {
    const row = rowByStamp.get(stampNumber(migration.stamp)) ?? null;
    rowByStamp.delete(stampNumber(migration.stamp));
    const { id, stamp, name } = migration;
    const edited = row !== null && isEdited(migration, row);
    const late = row === null && stampNumber(stamp) < newestApplied;
    const bare = migration.rollback === null && migration.up.directives.irreversible === null;
    return {
      id,
      stamp,
      name,
      state: stateOf(row),
      problems: [
        ...(edited ? (["edited"] as const) : []),
        ...(late ? (["out-of-order"] as const) : []),
        ...(bare ? (["missing-rollback"] as const) : []),
      ],
      migration,
      row,
    };
  });
  const orphans = [...rowByStamp.values()].map(
    (row): MigrationStatus => ({
      id: idOf(row),
      stamp: row.version,
      name: row.name,
      state: stateOf(row),
      problems: row.checksum === null ? [] : ["missing-file"],
      migration: null,
      row,
    }),
  );
  return [...known, ...orphans].sort((a, b) => stampNumber(a.stamp) - stampNumber(b.stamp));
}

/** `STAMP_NAME` of a row. */
export function idOf(row: HistoryRow): string {
  return `${row.version}_${row.name}`;
}

function stateOf(row: HistoryRow | null): MigrationState {
  if (row === null) return "pending";
  return row.state === "applied" ? "applied" : "half-applied";
}

function isEdited(migration: Migration, row: HistoryRow): boolean {
  if (row.checksum === null) return true;
  // A checksum of another algorithm says nothing about this text.
  return row.checksumAlgorithm === checksumAlgorithm && row.checksum !== migration.checksum;
}
