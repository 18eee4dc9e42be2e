/**
 * HealthCheck: all checks, side by side, into one report.
 *
 * @module
 */
import { setTimeout as pause } from "node:timers/promises";
import { type CheckName, checkNames } from "../config/health.ts";
import { redactUrl } from "../database/url.ts";
import { isKbvaultError, KbvaultError } from "../errors.ts";
import { type Check, type Finding, type HealthStatus, type LeftOut, unhealthy, worstOf } from "./check.ts";
import { Look } from "./look.ts";
import { type HealthCheckOptions, type RunChecksOptions, timeoutOf } from "./options.ts";
import { allChecks } from "./registry.ts";
import type { CheckResult, HealthReport } from "./report.ts";

/**
 * HealthCheck asks whether everything is as it should be: the database and its migrations, the knowledge base, its versions
 * and backups, and what they need. It never writes, creates nothing and takes no lock, so it may run at any time, also on
 * a read-only disk. Each check has its own time limit; one that does not answer in time is unhealthy.
 *
 * @example
 * ```ts
 * const health = new HealthCheck({
 *   knowledgeBase: { path: "data/support_troubleshooting_kb.json", options: { versionsFolder: "versions" } },
 * });
 * const { status, checks } = await health.runAllChecks();
 * console.log(status, checks.knowledge_base?.message);
 * ```
 */
export class HealthCheck {
  readonly #options: HealthCheckOptions;

  /** Opens nothing yet. */
  constructor(options: HealthCheckOptions = {}) {
    this.#options = options;
  }

  /**
   * Runs all checks that have something to look at, or those of `only`. What is wrong is in the report and never thrown.
   *
   * @throws KbvaultError USAGE for an option that cannot be understood, and when there was nothing to check
   */
  async runAllChecks(options: RunChecksOptions = {}): Promise<HealthReport> {
    const { settings = {}, clock = (): Date => new Date() } = this.#options;
    const timeoutMs = timeoutOf(settings, options);
    const look = new Look(this.#options, { deep: options.deep ?? false, timeoutMs });
    const timestamp = clock().toISOString();
    const started = performance.now();
    const chosen = choose(options.only, settings.without ?? []);
    const outcomes = await Promise.all(chosen.map((check) => runWithin(check, look)));
    if (options.only === undefined) refuseNothing(chosen, outcomes);
    return reportOf(chosen, outcomes, timestamp, performance.now() - started);
  }
}

/** Whatever makes reports: a HealthCheck, or something around one. */
export type HealthReporter = Pick<HealthCheck, "runAllChecks">;

/** What became of a check. */
type Outcome = CheckResult | LeftOut;

function choose(only: readonly string[] | undefined, without: readonly string[]): readonly Check[] {
  const unknown = only?.find((name) => !checkNames.some((known) => known === name));
  if (unknown !== undefined) {
    throw new KbvaultError(
      "USAGE",
      `There is no check ${JSON.stringify(unknown)}. Nothing was checked. The checks are ${checkNames.join(", ")}.`,
      { name: unknown },
    );
  }
  return allChecks.filter(({ name }) => only?.includes(name) ?? !without.includes(name));
}

/** Checks of what surrounds the system; alone they would call healthy what is not there. */
const surroundings: readonly CheckName[] = ["configuration", "disk", "maintenance", "clock"];

/** A program that was started in the wrong folder would see nothing wrong for ever. */
function refuseNothing(chosen: readonly Check[], outcomes: readonly Outcome[]): void {
  const ran = chosen.filter((_, index) => outcomes[index]?.status !== "left-out");
  if (ran.some(({ name }) => !surroundings.includes(name))) return;
  throw new KbvaultError(
    "USAGE",
    "There is nothing to check: neither a knowledge base nor a database is named or found here. Name one by an option, the environment or kbvault.config.json, or look elsewhere.",
    {},
  );
}

async function runWithin(check: Check, look: Look): Promise<Outcome> {
  const started = performance.now();
  const over = new AbortController();
  const limit = pause(look.timeoutMs, null, { signal: over.signal }).then(
    () => unhealthy(`No answer in ${look.timeoutMs / 1000} s.`, { timeoutMs: look.timeoutMs }),
    () => unhealthy("", {}),
  );
  const found = await Promise.race([check.run(look).catch(findingOf), limit]);
  over.abort();
  return found.status === "left-out" ? found : resultOf(check, found, performance.now() - started);
}

/** An error as a finding. One that is no error of kbvault is a defect, and still better told than thrown. */
function findingOf(error: unknown): Finding {
  if (isKbvaultError(error)) return unhealthy(error.message, { code: error.code, ...error.data });
  const message = error instanceof Error ? error.message : String(error);
  return unhealthy(`The check itself failed: ${redactUrl(message)}`);
}

function resultOf({ measures }: Check, found: Finding, durationMs: number): CheckResult {
  const { status, message, details, observedValue } = found;
  const unit = measures?.unit ?? null;
  return {
    status,
    message: redactUrl(message),
    details,
    durationMs: Math.round(durationMs),
    ...(observedValue === undefined ? {} : { observedValue }),
    ...(observedValue === undefined || unit === null ? {} : { observedUnit: unit }),
  };
}

function reportOf(
  chosen: readonly Check[],
  outcomes: readonly Outcome[],
  timestamp: string,
  durationMs: number,
): HealthReport {
  const checks: Partial<Record<CheckName, CheckResult>> = {};
  const leftOut: Partial<Record<CheckName, string>> = {};
  chosen.forEach(({ name }, index) => {
    const outcome = outcomes[index];
    if (outcome?.status === "left-out") leftOut[name] = outcome.message;
    else if (outcome !== undefined) checks[name] = outcome;
  });
  const statuses = Object.values(checks).map(({ status }) => status);
  if (statuses.length === 0) {
    const reasons = Object.entries(leftOut).map(([name, reason]) => `${name}: ${reason}`);
    throw new KbvaultError("USAGE", `There was nothing to check. ${reasons.join(" ")}`.trim(), { leftOut });
  }
  const having = (wanted: HealthStatus): number => statuses.filter((status) => status === wanted).length;
  return {
    status: worstOf(statuses),
    timestamp,
    durationMs: Math.round(durationMs),
    summary: {
      total: statuses.length,
      healthy: having("healthy"),
      degraded: having("degraded"),
      unhealthy: having("unhealthy"),
    },
    checks,
    leftOut,
  };
}
