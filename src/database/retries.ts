/**
 * What a step does again by itself: after it waited too long for a lock, and after its transaction met with others.
 *
 * @module
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Step } from "./plan.ts";
import type { Run } from "./run.ts";
import { StepFailure } from "./stopped.ts";

const firstLockPauseMs = 500;

/** How often a transaction is repeated that met with others, and the first pause before it. */
const mostRepeats = 5;
const firstRepeatPauseMs = 100;

/**
 * Does `attempt`, again after a `lock-timeout` (`run.lockRetries` times, pauses from 0.5 s) and, where a transaction holds
 * it, after a `serialization` failure (5 times, pauses from 0.1 s); pauses double.
 *
 * @throws StepFailure the last one of `attempt`; `interrupted` during a pause
 */
export async function withRetries(step: Step, run: Run, attempt: () => Promise<void>): Promise<void> {
  const { id } = step;
  let [lockTries, lockPauseMs] = [run.lockRetries, firstLockPauseMs];
  // Without a transaction around it, who knows what an undone statement has left behind.
  let [repeats, repeatPauseMs] = [step.inTransaction ? mostRepeats : 0, firstRepeatPauseMs];
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof StepFailure)) throw error;
      const { blockers, reason } = error;
      if (reason === "lock-timeout" && lockTries > 0) {
        const [triesLeft, pauseMs] = [lockTries--, lockPauseMs];
        lockPauseMs *= 2;
        run.onEvent?.({ kind: "waiting-for-lock", id, blockers, triesLeft, pauseMs });
        // While nobody waits, the queue behind the lock drains.
        await pauseBetween(pauseMs, run, blockers);
      } else if (reason === "serialization" && repeats > 0) {
        const [triesLeft, pauseMs] = [repeats--, repeatPauseMs];
        repeatPauseMs *= 2;
        run.onEvent?.({ kind: "repeating", id, triesLeft, pauseMs });
        await pauseBetween(pauseMs, run, blockers);
      } else {
        throw error;
      }
    }
  }
}

async function pauseBetween(pauseMs: number, { signal }: Run, blockers: readonly string[]): Promise<void> {
  await pause(pauseMs, undefined, { signal }).catch(() => {
    throw new StepFailure("interrupted", null, null, blockers);
  });
}
