import type { HistoryRow } from "../../src/database/history.ts";
import { checksumAlgorithm, checksumOf } from "../../src/database/migrations/checksum.ts";
import { parseDirectives } from "../../src/database/migrations/directives.ts";
import type { Migration, MigrationFile } from "../../src/database/migrations/files.ts";

function makeFile(path: string, text: string): MigrationFile {
  return { path, text, directives: parseDirectives(text).directives };
}

const stampOf = (id: string): string => id.replace(/_[a-z]\w*$/, "");
const nameOf = (id: string): string => id.slice(stampOf(id).length + 1);

/** The migration `id` in `db`, as its files would be read; `rollback` null: there is none. */
export function makeMigration(
  id: string,
  up = `CREATE TABLE ${nameOf(id)} (n int);`,
  rollback: string | null = `DROP TABLE ${nameOf(id)};`,
): Migration {
  const path = `db/${id}_rollback.sql`;
  return {
    id,
    stamp: stampOf(id),
    name: nameOf(id),
    up: makeFile(`db/${id}.sql`, up),
    rollback: rollback === null ? null : { path, read: () => makeFile(path, rollback) },
    checksum: checksumOf(up),
  };
}

/** A row of the history: `id` applied as `makeMigration` makes it, but for `changes`. */
export function makeRow(id: string, appliedOrder: number, changes: Partial<HistoryRow> = {}): HistoryRow {
  return {
    version: stampOf(id),
    name: nameOf(id),
    state: "applied",
    appliedAt: "2025-01-27T12:00:00Z",
    appliedBy: "ana",
    durationMs: 5,
    statementsDone: 1,
    statementsTotal: 1,
    appliedOrder,
    note: null,
    error: null,
    toolVersion: "0.1.0",
    checksum: makeMigration(id).checksum,
    checksumAlgorithm,
    ...changes,
  };
}
