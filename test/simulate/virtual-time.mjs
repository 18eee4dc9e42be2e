/**
 * Virtual time: the pauses of the library and the latencies of places pass at once, in the right order.
 *
 * @module
 */
import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers/promises";

const now = performance.now.bind(performance);

/** Milliseconds of real time. */
export const realTime = now;

/** A clock that goes on when everybody waits. */
export class VirtualClock {
  /** Milliseconds since the beginning. */
  now = 0;
  /** Who waits, the first to be woken last. @type {{at: number, wake: () => void}[]} */
  #waiting = [];

  /** Makes `node:timers/promises` and `performance.now`, as the library uses them, those of this clock. */
  install() {
    timers.setTimeout = /** @type {typeof timers.setTimeout} */ (
      (/** @type {number} */ ms, /** @type {any} */ value) => this.sleep(ms).then(() => value)
    );
    syncBuiltinESMExports();
    performance.now = () => this.now;
  }

  /** @param {number} ms @returns {Promise<void>} */
  sleep(ms) {
    return new Promise((wake) => {
      const at = this.now + ms;
      let [from, to] = [0, this.#waiting.length];
      while (from < to) {
        const middle = (from + to) >>> 1;
        // Of two that are due at one moment the one that came first is woken first.
        if (/** @type {{at: number}} */ (this.#waiting[middle]).at > at) from = middle + 1;
        else to = middle;
      }
      this.#waiting.splice(from, 0, { at, wake });
    });
  }

  /** Lets time pass until `work` is done. @template T @param {Promise<T>} work @returns {Promise<T>} */
  async run(work) {
    let isDone = false;
    const end = () => {
      isDone = true;
    };
    work.then(end, end);
    for (;;) {
      await untilIdle();
      if (isDone) return work;
      const next = this.#waiting.pop();
      // What nobody sees, such as a module that is being loaded, is under way still.
      if (next === undefined) continue;
      this.now = next.at;
      next.wake();
    }
  }
}

/** What is always there, or is looked at by nobody who waits. */
const idleResources = /^(?:Timeout|Immediate|TTYWrap|PipeWrap|MessagePort|Worker)/;

/** Waits until nothing of this process is under way but what waits for the virtual clock. */
async function untilIdle() {
  for (let idle = 0; idle < 2; ) {
    await new Promise((resolve) => setImmediate(resolve));
    idle = process.getActiveResourcesInfo().every((name) => idleResources.test(name)) ? idle + 1 : 0;
  }
}
