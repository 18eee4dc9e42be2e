/**
 * HealthReport: what all checks found at one moment.
 *
 * @module
 */
import type { CheckName } from "../config/health.ts";
import type { Details, HealthStatus } from "./check.ts";

/** What one check found. */
export interface CheckResult {
  readonly status: HealthStatus;
  /** One sentence, or a few. */
  readonly message: string;
  /** What the message says and more, as plain JSON; no secrets. */
  readonly details: Details;
  readonly durationMs: number;
  /** What the check measures, where it could. */
  readonly observedValue?: number;
  /** `ms`, `s` or `B` (bytes); missing for counts. */
  readonly observedUnit?: string;
}

/** What all checks found. */
export interface HealthReport {
  /** The worst of all checks. */
  readonly status: HealthStatus;
  /** When the checks began, ISO 8601 in UTC. */
  readonly timestamp: string;
  readonly durationMs: number;
  readonly summary: Readonly<Record<"total" | HealthStatus, number>>;
  readonly checks: Readonly<Partial<Record<CheckName, CheckResult>>>;
  /** Checks that had nothing to look at, and why. */
  readonly leftOut: Readonly<Partial<Record<CheckName, string>>>;
}

/** The results of a report with the names of their checks, in order. */
export function resultsOf({ checks }: HealthReport): readonly (readonly [CheckName, CheckResult])[] {
  return Object.entries(checks) as unknown as readonly (readonly [CheckName, CheckResult])[];
}
