/**
 * Writers without the library: each looks, works, takes the turn if nobody else did, and else begins again after a pause, as
 * `write-lock.ts` does it. What it takes from the library are two times that were measured.
 *
 * @module
 */

/**
 * How long a writer takes, in milliseconds.
 *
 * @typedef {object} Times
 * @property {number} setUpMs until it looks which turn was the last
 * @property {number} beforeMs from there to the moment in which it gets its turn or another one did
 * @property {number} afterMs from there to the end
 * @property {number} lossMs where another one did: until it looks again, its pause left out
 * @property {number} againMs as `beforeMs`, for all attempts but the first
 */

const firstPauseMs = 5;
const longestPauseMs = 250;

/**
 * Lets `writers` writers commit once each, all beginning within `spreadMs`.
 *
 * @param {import("./virtual-time.mjs").VirtualClock} clock
 * @param {Times} times
 * @param {{writers: number, beginAt: (writer: number) => number, random: () => number, timeoutMs: number}} crowd
 * @returns {Promise<{ms: number, attempts: number, isDone: boolean}[]>}
 */
export async function modelWriters(
  clock,
  { setUpMs, beforeMs, afterMs, lossMs, againMs },
  { writers, beginAt, random, timeoutMs },
) {
  let turn = 0;
  const write = async (/** @type {number} */ writer) => {
    await clock.sleep(beginAt(writer));
    const from = clock.now;
    await clock.sleep(setUpMs);
    const deadline = clock.now + timeoutMs;
    let attempts = 0;
    for (let longest = firstPauseMs; ; longest = Math.min(longest * 2, longestPauseMs)) {
      attempts += 1;
      const seen = turn;
      await clock.sleep(attempts === 1 ? beforeMs : againMs);
      if (turn === seen) break;
      if (clock.now >= deadline) return { ms: clock.now - from, attempts, isDone: false };
      await clock.sleep(lossMs + longest * random());
    }
    turn += 1;
    await clock.sleep(afterMs);
    return { ms: clock.now - from, attempts, isDone: true };
  };
  return clock.run(Promise.all(Array.from({ length: writers }, (_, writer) => write(writer))));
}
