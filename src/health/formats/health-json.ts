/**
 * A report in the shape of health+json, draft-inadarei-api-health-check-06
 * (https://datatracker.ietf.org/doc/html/draft-inadarei-api-health-check-06).
 *
 * @module
 */
import type { HealthStatus } from "../check.ts";
import { measureOf } from "../registry.ts";
import { type HealthReport, resultsOf } from "../report.ts";

/** Media type of the shape. */
export const healthJsonType = "application/health+json";

/** A status in the words of the draft. */
export type HealthJsonStatus = "pass" | "warn" | "fail";

/** One observation of one check. */
export interface HealthJsonCheck {
  readonly status: HealthJsonStatus;
  readonly observedValue?: number;
  readonly observedUnit?: string;
  /** ISO 8601 in UTC. */
  readonly time: string;
  /** What is wrong; missing for `pass`, as the draft asks. */
  readonly output?: string;
}

/** A report in the shape of health+json. */
export interface HealthJson {
  readonly status: HealthJsonStatus;
  readonly version?: string;
  readonly releaseId?: string;
  readonly description?: string;
  /** By `check:observed`, such as `disk:free`. */
  readonly checks?: Readonly<Record<string, readonly HealthJsonCheck[]>>;
}

const words: Readonly<Record<HealthStatus, HealthJsonStatus>> = {
  healthy: "pass",
  degraded: "warn",
  unhealthy: "fail",
};

/** The status in the words of the draft. */
export function healthJsonStatus(status: HealthStatus): HealthJsonStatus {
  return words[status];
}

/** The report in the shape of health+json; `version` and `releaseId` are those of the service. */
export function toHealthJson(
  report: HealthReport,
  service: { readonly version: string; readonly releaseId?: string },
): HealthJson {
  const checks = resultsOf(report).map(([name, result]) => {
    const { status, message, observedValue, observedUnit } = result;
    const check: HealthJsonCheck = {
      status: words[status],
      ...(observedValue === undefined ? {} : { observedValue }),
      ...(observedUnit === undefined ? {} : { observedUnit }),
      time: report.timestamp,
      ...(status === "healthy" ? {} : { output: message }),
    };
    const measure = measureOf(name);
    return [measure === null ? name : `${name}:${measure.what}`, [check]] as const;
  });
  return {
    status: words[report.status],
    ...service,
    description: "health of a knowledge base and its database",
    checks: Object.fromEntries(checks),
  };
}
