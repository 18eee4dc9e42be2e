/**
 * The connection on which a lease is taken, renewed and freed, while migrations keep the other one busy.
 *
 * @module
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Driver, NoServerLock } from "./drivers/driver.ts";
import { SqlFailure } from "./drivers/failure.ts";
import { LeaseTable } from "./lease-table.ts";

/** How long a question may wait for the rows of the lease, and how long for an answer at all, in ms. */
const rowTimeoutMs = 1000;
const answerTimeoutMs = 5000;

/**
 * LeaseConnection is a connection that is opened when it is first needed. One that breaks or does not answer is given up,
 * and the next question opens another.
 */
export class LeaseConnection {
  readonly #beside: NoServerLock["beside"];
  readonly #historyTable: string;
  #connecting: Promise<Driver> | null = null;

  constructor(beside: NoServerLock["beside"], historyTable: string) {
    this.#beside = beside;
    this.#historyTable = historyTable;
  }

  /** Asks; throws a SqlFailure `connection-lost` where no answer comes within 5 s, which leaves open what came of it. */
  async ask<Result>(question: (table: LeaseTable) => Promise<Result>): Promise<Result> {
    this.#connecting ??= this.#connect();
    const connecting = this.#connecting;
    const answered = new AbortController();
    try {
      const answer = connecting.then((driver) => question(new LeaseTable(driver, this.#historyTable)));
      return await Promise.race([answer, silence(answered.signal)]);
    } catch (error) {
      if (!(error instanceof SqlFailure) || error.details.kind === "connection-lost") {
        if (this.#connecting === connecting) this.#connecting = null;
        // Nobody waits for a connection that does not answer to be closed.
        void connecting.then((driver) => driver.close()).catch(() => undefined);
      }
      throw error;
    } finally {
      answered.abort();
    }
  }

  /** Ends the connection, if there is one. Never throws. */
  async close(): Promise<void> {
    const connecting = this.#connecting;
    this.#connecting = null;
    await connecting?.then((driver) => driver.close()).catch(() => undefined);
  }

  async #connect(): Promise<Driver> {
    const driver = this.#beside({ lockTimeoutMs: rowTimeoutMs, statementTimeoutMs: answerTimeoutMs });
    await driver.connect();
    return driver;
  }
}

async function silence(answered: AbortSignal): Promise<never> {
  await pause(answerTimeoutMs, undefined, { signal: answered, ref: false });
  throw new SqlFailure(`no answer within ${answerTimeoutMs} ms`, {
    kind: "connection-lost",
    nativeCode: null,
    offset: null,
    notes: [],
  });
}
