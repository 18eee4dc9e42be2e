/**
 * The lock between runners, taken by asking again and again: that of the driver or, where a server has none, a lease.
 *
 * @module
 */
import { setTimeout as pause } from "node:timers/promises";
import { KbvaultError } from "../errors.ts";
import type { Driver, LockAttempt, NoServerLock } from "./drivers/driver.ts";
import { defaultLeaseMs, Lease } from "./lease.ts";

/** How to wait for another runner. */
export interface RunnerLockOptions {
  /** In ms; 0 asks once. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** How long a lease lasts unless it is renewed, in ms; default 60,000. */
  readonly leaseMs?: number | undefined;
  /** The work leaves no trace: `freeze` is its first word, and its transaction is rolled back; default false. */
  readonly dry?: boolean;
  /** Called when somebody else has the lock, each time it is somebody new. */
  readonly onWait?: (holder: string) => void;
}

/**
 * The lock between runners, as its holder sees it. A lock that ends with the connection needs no look: without it no
 * statement gets through. A lease does. Failures are SqlFailures of the kind `lock-lost`.
 */
export interface RunnerLock {
  /** Makes sure that the lock is held, before work that no transaction surrounds yet. */
  check(): Promise<void>;
  /** Makes sure that it is held, as the last word of a transaction: until that ends, nobody else takes it. */
  seal(): Promise<void>;
  /** Makes sure that it is free, as the first word of a transaction that is rolled back (MIGRATION_LOCKED). */
  freeze(): Promise<void>;
  /** Whether somebody else is known to have taken it. */
  isLost(): Promise<boolean>;
}

/** The lock of a connection that has it while it lives, or that needs none. */
export const lockOfConnection: RunnerLock = {
  check: async () => undefined,
  seal: async () => undefined,
  freeze: async () => undefined,
  isLost: async () => false,
};

const firstPauseMs = 50;
const longestPauseMs = 1000;

/**
 * Does `work` while no other runner works on the history table `name`. The lock is asked for with short questions
 * rather than one that waits: a waiting question holds a snapshot, for which CREATE INDEX CONCURRENTLY of the other
 * runner would wait in turn, and the server would break the circle by leaving an invalid index.
 *
 * @param work is given the lock, which it asks before whatever it must not do without it
 * @throws KbvaultError MIGRATION_LOCKED (`data.holder`), INTERRUPTED, and whatever `work` throws
 */
export async function withRunnerLock<Result>(
  driver: Driver,
  name: string,
  options: RunnerLockOptions,
  work: (lock: RunnerLock) => Promise<Result>,
): Promise<Result> {
  const answer = await take(options, () => driver.tryLock(name));
  if ("beside" in answer) {
    const lease = new Lease(driver, answer, name, options.leaseMs ?? defaultLeaseMs);
    try {
      await take(options, () => (options.dry === true ? lease.trySee() : lease.tryTake()));
      return await work(lease);
    } finally {
      await lease.release();
    }
  }
  try {
    return await work(lockOfConnection);
  } finally {
    // When the connection is gone, so is the lock.
    await driver.unlock(name).catch(() => undefined);
  }
}

/** Asks until the lock is taken, or the answer is that it has to be another one. */
async function take(
  options: RunnerLockOptions,
  attempt: () => Promise<LockAttempt>,
): Promise<{ readonly taken: true } | NoServerLock> {
  const deadline = performance.now() + options.timeoutMs;
  let known = "";
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const answer = await attempt();
    if (answer.taken || "beside" in answer) return answer;
    if (answer.holder !== known) options.onWait?.(answer.holder);
    known = answer.holder;
    if (performance.now() >= deadline) {
      throw new KbvaultError(
        "MIGRATION_LOCKED",
        `Another runner is migrating this database: ${answer.holder}. It did not finish within ${options.timeoutMs} ms. Nothing was changed. Repeat the command when it is done; if it hangs, end it.`,
        { holder: answer.holder },
      );
    }
    try {
      await pause(pauseMs, undefined, { signal: options.signal });
    } catch (error) {
      throw new KbvaultError(
        "INTERRUPTED",
        `Interrupted while waiting for another runner (${answer.holder}). Nothing was changed.`,
        {},
        { cause: error },
      );
    }
  }
}
