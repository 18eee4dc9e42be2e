/**
 * The table with the lease that keeps runners apart where a server has no advisory locks, in SQL that PostgreSQL and the
 * engines that speak its protocol take. All times are the server's.
 *
 * It has two rows. `holder` says whose the lock is, and changes only when it changes hands; `lease` says until when, and
 * changes with every renewal. Were they one, a transaction that reads who holds the lock would conflict with each
 * renewal since it began, wherever transactions see one state from beginning to end.
 *
 * @module
 */
import { KbvaultError } from "../errors.ts";
import type { Driver } from "./drivers/driver.ts";
import { SqlFailure } from "./drivers/failure.ts";

/** Who holds the lock, or held it last. */
export interface LeaseState {
  /** Counts up whenever the lock is taken; 0: it never was. */
  readonly fence: number;
  /** Its holder, for people; null: it never had one. */
  readonly holder: string | null;
  /** The holder's own random word; null: it never had one. */
  readonly token: string | null;
  /** Whether the holder holds it now: it was neither freed nor has it run out. */
  readonly held: boolean;
}

/** Somebody's hold on the lock. */
export interface Hold {
  readonly token: string;
  readonly fence: number;
}

/** The longest name of a table in PostgreSQL, which cuts longer ones off without an error. */
const longestName = 63;
const suffix = "_lock";

/** The name of the table that holds the lease of the runners on `historyTable`. */
export function leaseTableOf(historyTable: string): string {
  return historyTable.slice(0, longestName - suffix.length) + suffix;
}

/** LeaseTable is the table of one lease, seen through one connection. */
export class LeaseTable {
  readonly #driver: Driver;
  readonly #name: string;

  /** @param historyTable the history table that the lease is about */
  constructor(driver: Driver, historyTable: string) {
    this.#driver = driver;
    this.#name = leaseTableOf(historyTable);
  }

  /** Creates what is missing of it. Two that do so at once: one may fail, with what `isBusy` knows. */
  async create(): Promise<void> {
    const { key, time } = this.#driver.historyTypes;
    await this.#driver.query(`CREATE TABLE IF NOT EXISTS ${this.#qualified} (
      part ${key} NOT NULL PRIMARY KEY,
      token ${key},
      holder ${key},
      fence integer,
      taken_at ${time},
      expires_at ${time}
    )`);
    await this.#driver.query(
      `INSERT INTO ${this.#qualified} (part, fence) VALUES ('holder', 0), ('lease', NULL) ON CONFLICT (part) DO NOTHING`,
    );
  }

  /**
   * Who holds the lock; null where the table is not there yet, or not complete.
   *
   * @throws KbvaultError HISTORY_FOREIGN when the table is not ours
   */
  async read(): Promise<LeaseState | null> {
    try {
      const [row] = await this.#driver.query(
        `SELECT h.fence, h.token, h.holder, h.taken_at,
            coalesce(l.token = h.token AND l.expires_at > ${this.#driver.historyTypes.now}, false) AS held
          FROM ${this.#qualified} h CROSS JOIN ${this.#qualified} l WHERE h.part = 'holder' AND l.part = 'lease'`,
      );
      if (row === undefined) return null;
      const since = row["taken_at"] instanceof Date ? `, since ${row["taken_at"].toISOString()}` : "";
      return {
        fence: Number(row["fence"]),
        holder: typeof row["holder"] === "string" ? row["holder"] + since : null,
        token: typeof row["token"] === "string" ? row["token"] : null,
        held: row["held"] === true,
      };
    } catch (error) {
      if (!(error instanceof SqlFailure)) throw error;
      if (error.details.kind === "no-such-table") return null;
      if (error.details.kind !== "no-such-column") throw error;
      throw new KbvaultError(
        "HISTORY_FOREIGN",
        `The table ${this.#name} was made by another tool (${error.message}), and this server needs one of that name to keep runners apart. It was left as it is, and nothing was changed. Name another history table with --history-table; the lock goes by its name.`,
        { table: this.#name },
        { cause: error },
      );
    }
  }

  /** Locks both rows until the transaction around it ends, so that the lock stays as it is. */
  async freeze(): Promise<void> {
    await this.#driver.query(`SELECT part FROM ${this.#qualified} ORDER BY part FOR UPDATE`);
  }

  /** Takes the lock for `leaseMs`, in a transaction of its own; its fencing number, or null where somebody has it. */
  async take(token: string, holder: string, leaseMs: number): Promise<number | null> {
    await this.#driver.begin();
    try {
      await this.freeze();
      const state = await this.read();
      if (state === null || state.held) {
        await this.#driver.rollback();
        return null;
      }
      await this.#driver.query(
        `UPDATE ${this.#qualified} SET token = ?, holder = CAST(? AS ${this.#driver.historyTypes.key}) || ' (user ' || current_user || ')',
          fence = fence + 1, taken_at = ${this.#driver.historyTypes.now} WHERE part = 'holder'`,
        [token, holder],
      );
      await this.#driver.query(
        `UPDATE ${this.#qualified} SET token = ?, expires_at = ${this.#in()} WHERE part = 'lease'`,
        [token, leaseMs],
      );
      await this.#driver.commit();
      return state.fence + 1;
    } catch (error) {
      await this.#driver.rollback();
      throw error;
    }
  }

  /** Lets the lease of `token` end `leaseMs` from now; false where it is somebody else's. */
  async renew(token: string, leaseMs: number): Promise<boolean> {
    const rows = await this.#driver.query(
      `UPDATE ${this.#qualified} SET expires_at = ${this.#in()} WHERE part = 'lease' AND token = ? RETURNING part`,
      [leaseMs, token],
    );
    return rows.length > 0;
  }

  /** Frees the lock where it is that of `token`. */
  async free(token: string): Promise<void> {
    await this.#driver.query(
      `UPDATE ${this.#qualified} SET token = NULL, expires_at = NULL WHERE part = 'lease' AND token = ?`,
      [token],
    );
  }

  /** Whether the lock is that of `hold` still; if so, it stays so until the transaction ends that this is part of. */
  async confirm({ token, fence }: Hold): Promise<boolean> {
    const rows = await this.#driver.query(
      `SELECT fence FROM ${this.#qualified} WHERE part = 'holder' AND token = ? AND fence = ? FOR UPDATE`,
      [token, fence],
    );
    return rows.length > 0;
  }

  get #qualified(): string {
    return this.#driver.qualify(this.#name);
  }

  /** Expression: the time as many ms from now as its parameter says. */
  #in(): string {
    return `${this.#driver.historyTypes.now} + CAST(? AS double precision) * interval '1 millisecond'`;
  }
}

/** Codes of PostgreSQL for two that create one table at once: its name, its type or its row is there already. */
const createdMeanwhile: readonly (string | null)[] = ["23505", "42710", "42P07"];

/** Whether a failure means that somebody else was at the rows, or at making them, in this moment. */
export function isBusy({ details }: SqlFailure): boolean {
  return (
    details.kind === "lock-timeout" ||
    details.kind === "serialization" ||
    createdMeanwhile.includes(details.nativeCode)
  );
}
