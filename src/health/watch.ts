/**
 * Watching: the checks again and again, and somebody told when the status changes.
 *
 * @module
 */
import { setTimeout as pause } from "node:timers/promises";
import type { AlertSettings } from "../config/health.ts";
import { type AlertResult, alertOf, type HealthAlert, sendAlert } from "./alert.ts";
import { firstAlertState, nextAlertState } from "./alert-state.ts";
import type { HealthReporter } from "./health-check.ts";
import type { RunChecksOptions } from "./options.ts";
import type { HealthReport } from "./report.ts";

/** How to watch. */
export interface WatchHealthOptions {
  /** From the beginning of one run to that of the next, in ms, give or take a tenth. Runs never overlap. */
  readonly intervalMs: number;
  /** How to run the checks; default: all of them. */
  readonly run?: RunChecksOptions;
  /** Who is told of a change; default: nobody but `onAlert`. */
  readonly alert?: AlertSettings;
  /** Ends the watch when aborted. */
  readonly signal?: AbortSignal;
  readonly onReport?: (report: HealthReport) => void;
  /** Called after a change was told, with what became of telling. */
  readonly onAlert?: (alert: HealthAlert, results: readonly AlertResult[]) => void;
}

/** So many results have to differ from what was told last, where the settings do not say. */
const defaultAfter = 2;

/**
 * Runs the checks at intervals until the signal is aborted. A change is told once it has lasted for `alert.after`
 * results, back to healthy as well; intervals vary by a tenth, so that many machines do not ask all at once.
 *
 * @throws KbvaultError USAGE as `runAllChecks`
 */
export async function watchHealth(check: HealthReporter, options: WatchHealthOptions): Promise<void> {
  const { intervalMs, run = {}, alert: settings = {}, signal } = options;
  let state = firstAlertState;
  while (signal?.aborted !== true) {
    const started = performance.now();
    const report = await check.runAllChecks(run);
    options.onReport?.(report);
    const next = nextAlertState(state, report.status, settings.after ?? defaultAfter);
    state = next.state;
    if (next.change !== null) {
      const alert = alertOf(next.change, report);
      options.onAlert?.(alert, await sendAlert(alert, settings));
    }
    const wanted = intervalMs * (0.9 + Math.random() * 0.2);
    const left = Math.max(0, wanted - (performance.now() - started));
    // Aborting ends the pause early, which is no error.
    await pause(left, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}
