/**
 * When a change of the status is told: not at the first sign, and not again and again.
 *
 * @module
 */
import type { HealthStatus } from "./check.ts";

/** What was told last, and how many results in a row have differed from it. */
export interface AlertState {
  readonly told: HealthStatus;
  readonly differing: number;
}

/** A change that is to be told. */
export interface StatusChange {
  readonly from: HealthStatus;
  readonly to: HealthStatus;
}

/** Nothing was told yet: as long as all is well, nothing needs to be. */
export const firstAlertState: AlertState = { told: "healthy", differing: 0 };

/**
 * The state after a result of `status`, and the change to tell, if there is one: `after` results in a row differ from
 * what was told last. They may differ from each other; the last one is what is told.
 *
 * @example
 * ```ts
 * const once = nextAlertState(firstAlertState, "unhealthy", 2); // change: null
 * nextAlertState(once.state, "unhealthy", 2).change; // { from: "healthy", to: "unhealthy" }
 * ```
 */
export function nextAlertState(
  { told, differing }: AlertState,
  status: HealthStatus,
  after: number,
): { readonly state: AlertState; readonly change: StatusChange | null } {
  if (status === told) return { state: { told, differing: 0 }, change: null };
  if (differing + 1 < after) return { state: { told, differing: differing + 1 }, change: null };
  return { state: { told: status, differing: 0 }, change: { from: told, to: status } };
}
