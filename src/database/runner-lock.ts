/**
 * The lock between runners, taken by asking again and again.
 *
 * @module
 */
import { setTimeout as pause } from "node:timers/promises";
import { KbvaultError } from "../errors.ts";
import type { Driver } from "./drivers/driver.ts";

/** How to wait for another runner. */
export interface RunnerLockOptions {
  /** In ms; 0 asks once. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Called when somebody else has the lock, each time it is somebody new. */
  readonly onWait?: (holder: string) => void;
}

const firstPauseMs = 50;
const longestPauseMs = 1000;

/**
 * Does `work` while no other runner works on the history table `name`. The lock is asked for with short questions
 * rather than one that waits: a waiting question holds a snapshot, for which CREATE INDEX CONCURRENTLY of the other
 * runner would wait in turn, and the server would break the circle by leaving an invalid index.
 *
 * @throws KbvaultError MIGRATION_LOCKED (`data.holder`), INTERRUPTED, and whatever `work` throws
 */
export async function withRunnerLock<Result>(
  driver: Driver,
  name: string,
  options: RunnerLockOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  await take(driver, name, options);
  try {
    return await work();
  } finally {
    // When the connection is gone, so is the lock.
    await driver.unlock(name).catch(() => undefined);
  }
}

async function take(driver: Driver, name: string, options: RunnerLockOptions): Promise<void> {
  const deadline = Date.now() + options.timeoutMs;
  let known = "";
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const attempt = await driver.tryLock(name);
    if (attempt.taken) return;
    if (attempt.holder !== known) options.onWait?.(attempt.holder);
    known = attempt.holder;
    if (Date.now() >= deadline) {
      throw new KbvaultError(
        "MIGRATION_LOCKED",
        `Another runner is migrating this database: ${attempt.holder}. It did not finish within ${options.timeoutMs} ms. Nothing was changed. Repeat the command when it is done; if it hangs, end it.`,
        { holder: attempt.holder },
      );
    }
    try {
      await pause(pauseMs, undefined, { signal: options.signal });
    } catch (error) {
      throw new KbvaultError(
        "INTERRUPTED",
        `Interrupted while waiting for another runner (${attempt.holder}). Nothing was changed.`,
        {},
        { cause: error },
      );
    }
  }
}
