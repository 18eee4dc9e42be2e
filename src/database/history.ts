/**
 * The history table: which migrations are applied, in which order, and how to undo them.
 *
 * @module
 */
import { KbvaultError } from "../errors.ts";
import type { Driver, Row, Value } from "./drivers/driver.ts";
import { SqlFailure } from "./drivers/failure.ts";

/** Name of the history table unless another is given. */
export const defaultHistoryTable = "schema_migrations";

/** `applied`; or a run that stopped in the middle of a migration whose statements stay: `applying`, `reverting`. */
export type HistoryState = "applied" | "applying" | "reverting";

/** A row of the history table, without the two SQL texts. */
export interface HistoryRow {
  /** Stamp of the migration. */
  readonly version: string;
  readonly name: string;
  readonly state: HistoryState;
  /** ISO 8601, UTC. */
  readonly appliedAt: string;
  readonly appliedBy: string;
  /** Time that its statements took, in ms; null when they were not run by kbvault (`stamp`, `baseline`). */
  readonly durationMs: number | null;
  readonly statementsDone: number | null;
  readonly statementsTotal: number | null;
  /** Position in the order of application; rollbacks go through it backwards. */
  readonly appliedOrder: number;
  /** Why the row is as it is, when a person set it: `baseline`, or the reason given to `repair`. */
  readonly note: string | null;
  /** What stopped the last attempt; null when none did. */
  readonly error: string | null;
  readonly toolVersion: string;
  /** Null when a person accepted that the file is gone. */
  readonly checksum: string | null;
  readonly checksumAlgorithm: string;
}

/** The SQL of an applied migration as it was run, and of its rollback; null when there was none. */
export interface RecordedSql {
  readonly migration: string | null;
  readonly rollback: string | null;
}

/** What a row of a newly applied migration holds. */
export interface NewHistoryRow extends Omit<HistoryRow, "appliedAt" | "appliedOrder"> {
  readonly sql: RecordedSql;
}

/** Fields of a row that change later. */
export type HistoryChange = Partial<
  Pick<
    HistoryRow,
    | "state"
    | "durationMs"
    | "statementsDone"
    | "statementsTotal"
    | "note"
    | "error"
    | "checksum"
    | "checksumAlgorithm"
  >
>;

const columns = {
  version: "version",
  name: "name",
  state: "state",
  appliedAt: "applied_at",
  appliedBy: "applied_by",
  durationMs: "duration_ms",
  statementsDone: "statements_done",
  statementsTotal: "statements_total",
  appliedOrder: "applied_order",
  note: "note",
  error: "error",
  toolVersion: "tool_version",
  checksum: "checksum",
  checksumAlgorithm: "checksum_algorithm",
} as const satisfies Record<keyof HistoryRow, string>;

/** History is the history table of one database, behind one driver. */
export class History {
  readonly table: string;
  readonly #driver: Driver;

  /** @param table name of the table, made of letters, digits and underscores. */
  constructor(driver: Driver, table: string) {
    if (!/^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(table)) {
      throw new KbvaultError(
        "USAGE",
        `"${table}" is no name for a history table. Nothing was changed. Use letters, digits and underscores.`,
        { table },
      );
    }
    this.#driver = driver;
    this.table = table;
  }

  /**
   * All rows, the first applied first; null when there is no table.
   *
   * @throws KbvaultError HISTORY_FOREIGN when the table is not ours
   */
  async read(): Promise<readonly HistoryRow[] | null> {
    const rows = await this.#select(Object.values(columns).join(", "));
    return rows === null ? null : rows.map(rowOf);
  }

  /** The SQL that was recorded, by stamp. It may be many megabytes, so it is read only where it is needed. */
  async readSql(): Promise<ReadonlyMap<string, RecordedSql>> {
    const rows = (await this.#select("version, migration_sql, rollback_sql")) ?? [];
    return new Map(
      rows.map((row) => [
        String(row["version"]),
        { migration: textOrNull(row["migration_sql"]), rollback: textOrNull(row["rollback_sql"]) },
      ]),
    );
  }

  /** Creates the table where it is missing. */
  async create(): Promise<void> {
    const { key, text, time } = this.#driver.historyTypes;
    // The order of the columns is that in which a person reads `SELECT *`: what, when, by whom; the long texts last.
    await this.#driver.query(`CREATE TABLE IF NOT EXISTS ${this.#qualified} (
      version ${key} NOT NULL PRIMARY KEY,
      name ${key} NOT NULL,
      state ${key} NOT NULL,
      applied_at ${time} NOT NULL,
      applied_by ${key} NOT NULL,
      duration_ms integer,
      statements_done integer,
      statements_total integer,
      applied_order integer NOT NULL UNIQUE,
      note ${text},
      error ${text},
      tool_version ${key} NOT NULL,
      checksum ${key},
      checksum_algorithm ${key} NOT NULL,
      migration_sql ${text},
      rollback_sql ${text}
    )`);
  }

  /** Adds a row behind all others, applied now. */
  async insert(row: NewHistoryRow): Promise<void> {
    const { sql, ...fields } = row;
    const names = Object.keys(fields).map((key) => columns[key as keyof typeof fields]);
    const values: Value[] = [...Object.values(fields), sql.migration, sql.rollback];
    // The derived table is for MySQL, which reads no table that it inserts into without one.
    await this.#driver.query(
      `INSERT INTO ${this.#qualified} (${names.join(", ")}, migration_sql, rollback_sql, applied_at, applied_order)
        VALUES (${values.map(() => "?").join(", ")}, ${this.#driver.historyTypes.now},
          (SELECT next FROM (SELECT coalesce(max(applied_order), 0) + 1 AS next FROM ${this.#qualified}) AS orders))`,
      values,
    );
  }

  /** Changes fields of the row of `version`. */
  async change(version: string, change: HistoryChange): Promise<void> {
    const entries = Object.entries(change);
    const assignments = entries.map(([key]) => `${columns[key as keyof HistoryChange]} = ?`);
    await this.#driver.query(`UPDATE ${this.#qualified} SET ${assignments.join(", ")} WHERE version = ?`, [
      ...entries.map(([, value]) => value),
      version,
    ]);
  }

  /** Replaces the recorded SQL of `version`. */
  async changeSql(version: string, sql: RecordedSql): Promise<void> {
    await this.#driver.query(
      `UPDATE ${this.#qualified} SET migration_sql = ?, rollback_sql = ? WHERE version = ?`,
      [sql.migration, sql.rollback, version],
    );
  }

  async remove(version: string): Promise<void> {
    await this.#driver.query(`DELETE FROM ${this.#qualified} WHERE version = ?`, [version]);
  }

  get #qualified(): string {
    return this.#driver.qualify(this.table);
  }

  async #select(list: string): Promise<readonly Row[] | null> {
    try {
      return await this.#driver.query(`SELECT ${list} FROM ${this.#qualified} ORDER BY applied_order`);
    } catch (error) {
      if (!(error instanceof SqlFailure)) throw error;
      if (error.details.kind === "no-such-table") return null;
      if (error.details.kind !== "no-such-column") throw error;
      throw new KbvaultError(
        "HISTORY_FOREIGN",
        `The table ${this.table} was made by another tool (${error.message}). It was left as it is, and nothing was changed. Name another table with --history-table, then record what is applied already with \`kbvault migrate baseline TARGET\`.`,
        { table: this.table },
        { cause: error },
      );
    }
  }
}

function rowOf(row: Row): HistoryRow {
  return {
    version: String(row[columns.version]),
    name: String(row[columns.name]),
    state: String(row[columns.state]) as HistoryState,
    appliedAt: isoTime(row[columns.appliedAt]),
    appliedBy: String(row[columns.appliedBy]),
    durationMs: numberOrNull(row[columns.durationMs]),
    statementsDone: numberOrNull(row[columns.statementsDone]),
    statementsTotal: numberOrNull(row[columns.statementsTotal]),
    appliedOrder: Number(row[columns.appliedOrder]),
    note: textOrNull(row[columns.note]),
    error: textOrNull(row[columns.error]),
    toolVersion: String(row[columns.toolVersion]),
    checksum: textOrNull(row[columns.checksum]),
    checksumAlgorithm: String(row[columns.checksumAlgorithm]),
  };
}

/** PostgreSQL gives dates; the others texts of UTC, MySQL's without saying so. */
function isoTime(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  const text = String(value).replace(" ", "T");
  return new Date(text.endsWith("Z") ? text : `${text}Z`).toISOString();
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function numberOrNull(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}
