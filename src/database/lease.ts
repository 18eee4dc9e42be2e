/**
 * A lease: the lock between runners where the server has none that ends with its connection. It is taken for a time and
 * renewed while its holder lives; a holder that stood still for longer has lost it to the next one, and its fencing number
 * keeps it from committing.
 *
 * @module
 * @see https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html for fencing
 */
import { hostname } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { KbvaultError } from "../errors.ts";
import { randomId } from "../files/random-id.ts";
import type { Driver, LockAttempt, NoServerLock } from "./drivers/driver.ts";
import { SqlFailure } from "./drivers/failure.ts";
import { LeaseConnection } from "./lease-connection.ts";
import { type Hold, isBusy, LeaseTable } from "./lease-table.ts";

/** How long a lease lasts unless it is renewed, in ms, where nothing says otherwise. */
export const defaultLeaseMs = 60_000;

/** Below this a slow network alone would lose it. */
const shortestLeaseMs = 1000;

/** Lease is one runner's way to the lock of a history table, on a connection of its own. */
export class Lease {
  readonly #main: Driver;
  readonly #connection: LeaseConnection;
  readonly #table: string;
  readonly #leaseMs: number;
  #hold: Hold | null = null;
  /** The fencing number of the lock when it was seen to be free. */
  #seen = 0;
  #keeping: Promise<void> = Promise.resolve();
  readonly #stop = new AbortController();

  /**
   * @param main the connection on which the migrations run
   * @param table the history table
   * @throws KbvaultError USAGE for a lease below a second
   */
  constructor(main: Driver, { beside }: NoServerLock, table: string, leaseMs: number) {
    if (!(leaseMs >= shortestLeaseMs)) {
      throw new KbvaultError(
        "USAGE",
        `A lease of ${leaseMs} ms is too short. Nothing was changed. Give it ${shortestLeaseMs} ms or more.`,
        { leaseMs },
      );
    }
    this.#main = main;
    this.#connection = new LeaseConnection(beside, table);
    this.#table = table;
    this.#leaseMs = leaseMs;
  }

  /** Takes the lock if it is free or has run out, and keeps it from then on; creates its table where it is missing. */
  async tryTake(): Promise<Exclude<LockAttempt, NoServerLock>> {
    const token = await randomId(20);
    const attempt = await this.#look(async (table) => {
      const seen = await table.read();
      if (seen === null) await table.create();
      const fence = seen?.held === true ? null : await table.take(token, thisProcess(), this.#leaseMs);
      return fence === null ? null : { token, fence };
    });
    if ("holder" in attempt) return { taken: false, holder: attempt.holder };
    this.#hold = attempt.found;
    this.#keeping = this.#keep(attempt.found);
    return { taken: true };
  }

  /** As `tryTake`, but takes nothing and leaves no trace: the lock is free, and `freeze` can make sure that it stays so. */
  async trySee(): Promise<Exclude<LockAttempt, NoServerLock>> {
    const attempt = await this.#look(async (table) => {
      const seen = await table.read();
      return seen?.held === true ? null : (seen?.fence ?? 0);
    });
    if ("holder" in attempt) return { taken: false, holder: attempt.holder };
    this.#seen = attempt.found;
    return { taken: true };
  }

  /**
   * Makes sure that the lock is held, before work that no transaction surrounds yet; and asks the server to end this
   * session when a transaction stands still for longer than the lease, whose locks would keep the next holder from its work.
   */
  async check(): Promise<void> {
    await this.#main
      .query("SELECT set_config('idle_in_transaction_session_timeout', ?, false)", [String(this.#leaseMs)])
      .catch(() => []);
    await this.seal();
  }

  /**
   * Makes sure that the lock is held, as the last word of a transaction: until that ends, nobody takes it.
   *
   * @throws SqlFailure `lock-lost`
   */
  async seal(): Promise<void> {
    if (this.#hold !== null && (await new LeaseTable(this.#main, this.#table).confirm(this.#hold))) return;
    const state = await this.#connection.ask((table) => table.read()).catch(() => null);
    throw new SqlFailure(`its lease ran out and was taken over by ${state?.holder ?? "another runner"}`, {
      kind: "lock-lost",
      nativeCode: null,
      offset: null,
      notes: [],
    });
  }

  /**
   * As the first word of a transaction that will be rolled back: nobody takes the lock until that ends.
   *
   * @throws KbvaultError MIGRATION_LOCKED where somebody took it since `trySee`
   */
  async freeze(): Promise<void> {
    const table = new LeaseTable(this.#main, this.#table);
    try {
      await table.create();
      await table.freeze();
      const state = await table.read();
      if (state?.held === false && state.fence === this.#seen) return;
    } catch (error) {
      if (!(error instanceof SqlFailure && isBusy(error))) throw error;
    }
    const holder = await this.#holder();
    throw new KbvaultError(
      "MIGRATION_LOCKED",
      `Another runner began in the same moment: ${holder}. Nothing was changed. Repeat the command.`,
      { holder },
    );
  }

  /** Whether somebody else is known to have taken the lock. */
  async isLost(): Promise<boolean> {
    const hold = this.#hold;
    if (hold === null) return true;
    const state = await this.#connection.ask((table) => table.read()).catch(() => null);
    return state !== null && state.token !== hold.token;
  }

  /** Frees the lock if it is held, and ends the connection. Never throws: what is not freed runs out. */
  async release(): Promise<void> {
    const hold = this.#hold;
    this.#hold = null;
    this.#stop.abort();
    await this.#keeping;
    if (hold !== null) await this.#connection.ask((table) => table.free(hold.token)).catch(() => undefined);
    await this.#connection.close();
  }

  /** What `find` found, or, where that is null or somebody is at the rows, who it is. */
  async #look<Found>(
    find: (table: LeaseTable) => Promise<Found | null>,
  ): Promise<{ readonly found: Found } | { readonly holder: string }> {
    try {
      const found = await this.#connection.ask(find);
      if (found !== null) return { found };
    } catch (error) {
      if (!(error instanceof SqlFailure && isBusy(error))) throw error;
    }
    return { holder: await this.#holder() };
  }

  async #holder(): Promise<string> {
    const state = await this.#connection.ask((table) => table.read()).catch(() => null);
    // Rows that are locked and not held: somebody is about to take or to free them, or tries migrations out.
    return state?.held === true && state.holder !== null
      ? state.holder
      : "a runner that begins, ends, or only tries (--dry-run)";
  }

  async #keep({ token }: Hold): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      // A program that has nothing else to do is not kept alive.
      await pause(this.#leaseMs / 3, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      // One that fails is followed by others, over a new connection, before the lease runs out.
      const kept = await this.#connection.ask((table) => table.renew(token, this.#leaseMs)).catch(() => true);
      if (!kept) return;
    }
  }
}

function thisProcess(): string {
  return `process ${process.pid} on ${hostname()}`;
}
