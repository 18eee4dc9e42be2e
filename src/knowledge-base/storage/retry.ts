/**
 * Trying again, with growing pauses.
 *
 * @module
 */
import { setTimeout as pause } from "node:timers/promises";

const mostAttempts = 5;
const firstPauseMs = 100;
/** No attempt begins later than this after the first. */
const patienceMs = 30_000;

/**
 * Does `work` until it succeeds or fails in a way that `mayRepeat` says no to; five times at most, within 30 s, with pauses
 * of 0.1, 0.2, 0.4 and 0.8 s, each shortened or lengthened by up to half so that many writers do not come back together.
 * Fails with the last error.
 */
export async function retrying<Result>(
  work: () => Promise<Result>,
  mayRepeat: (error: unknown) => boolean,
): Promise<Result> {
  const began = Date.now();
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const pauseMs = firstPauseMs * 2 ** (attempt - 1) * (0.5 + Math.random());
      if (attempt === mostAttempts || !mayRepeat(error) || Date.now() + pauseMs > began + patienceMs)
        throw error;
      await pause(pauseMs);
    }
  }
}
