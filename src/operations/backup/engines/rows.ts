/**
 * What a database holds, in numbers: rows of its tables, and how far it is migrated.
 *
 * @module
 */
import type { Driver } from "../../../database/drivers/driver.ts";
import { History, type HistoryRow } from "../../../database/history.ts";
import { stampNumber } from "../../../database/migrations/names.ts";
import { isKbvaultError } from "../../../errors.ts";
import type { MigrationLevel, TableRows } from "../manifest.ts";

/** A table, by its name for people and as SQL takes it. */
export interface Table {
  readonly name: string;
  readonly quoted: string;
}

/** Runs a query for the columns `name` and `quoted`. */
export async function queryTables(driver: Driver, sql: string): Promise<readonly Table[]> {
  const rows = await driver.query(sql);
  return rows.map((row) => ({ name: String(row["name"]), quoted: String(row["quoted"]) }));
}

/** Tables of PostgreSQL with rows of their own; those of extensions are not dumped. */
export function listPostgresTables(driver: Driver): Promise<readonly Table[]> {
  return queryTables(
    driver,
    `SELECT n.nspname || '.' || c.relname AS name, format('%I.%I', n.nspname, c.relname) AS quoted
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'r' AND c.relpersistence <> 't'
        AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
        AND NOT EXISTS (SELECT 1 FROM pg_depend d
          WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
      ORDER BY 1`,
  );
}

/** Whether a database of PostgreSQL holds nothing that somebody made: no table, view, sequence or function. */
export async function isEmptyPostgres(driver: Driver): Promise<boolean> {
  const own = (catalog: string, namespace: string): string => `EXISTS (
    SELECT 1 FROM ${catalog} o JOIN pg_namespace n ON n.oid = o.${namespace}
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname NOT LIKE 'pg\\_temp%'
      AND NOT EXISTS (SELECT 1 FROM pg_depend d
        WHERE d.classid = '${catalog}'::regclass AND d.objid = o.oid AND d.deptype = 'e'))`;
  const [row] = await driver.query(
    `SELECT ${own("pg_class", "relnamespace")} OR ${own("pg_proc", "pronamespace")} AS used`,
  );
  return row?.["used"] !== true;
}

/** The rows of each table. */
export async function countRows(driver: Driver, tables: readonly Table[]): Promise<readonly TableRows[]> {
  const counted: TableRows[] = [];
  for (const { name, quoted } of tables) {
    const [row] = await driver.query(`SELECT count(*) AS amount FROM ${quoted}`);
    counted.push({ table: name, rows: Number(row?.["amount"]) });
  }
  return counted;
}

/** The first difference between the tables of a manifest and those that were found, in words; null for none. */
export function rowsDiffer(expected: readonly TableRows[], found: readonly TableRows[]): string | null {
  const rowsOf = new Map(found.map(({ table, rows }) => [table, rows]));
  for (const { table, rows } of expected) {
    const actual = rowsOf.get(table);
    if (actual === undefined) return `the table ${table} is missing`;
    if (rows !== null && actual !== rows) return `the table ${table} has ${actual} rows instead of ${rows}`;
    rowsOf.delete(table);
  }
  const [more] = rowsOf.keys();
  return more === undefined ? null : `there is a table ${more} that was not backed up`;
}

/** The newest applied migration; null where none is, or where the history table is that of another tool. */
export async function readLevel(driver: Driver, historyTable: string): Promise<MigrationLevel | null> {
  const rows = await readHistory(driver, historyTable);
  const applied = rows
    .filter(({ state }) => state === "applied")
    .sort((a, b) => stampNumber(a.version) - stampNumber(b.version));
  const newest = applied.at(-1);
  return newest === undefined ? null : { stamp: newest.version, name: newest.name, applied: applied.length };
}

async function readHistory(driver: Driver, table: string): Promise<HistoryRow[]> {
  try {
    return [...((await new History(driver, table).read()) ?? [])];
  } catch (error) {
    if (isKbvaultError(error, "HISTORY_FOREIGN")) return [];
    throw error;
  }
}
