/** `kbvault health`: whether everything is as it should be, once or again and again. */
import {
  type AlertResult,
  type AlertSettings,
  type CheckName,
  type HealthAlert,
  type HealthCheck,
  type HealthReport,
  type HealthStatus,
  stringifyJson,
  toPrometheus,
  watchHealth,
} from "../../index.ts";
import type { Context, Outcome } from "../context.ts";
import { type HealthSourceFlags, openHealthCheck } from "../health-source.ts";
import { escapeLines } from "../print/escape.ts";
import { alertLines, healthLines, nagiosLines } from "../print/health.ts";
import { pageFor } from "../print/page.ts";

export interface HealthFlags extends HealthSourceFlags {
  readonly nagios?: boolean;
  readonly prometheus?: boolean;
  readonly only?: readonly string[];
  readonly deep?: boolean;
  /** In ms, as all times. */
  readonly timeout?: number;
  readonly failOn: "degraded" | "unhealthy";
  readonly watch?: number;
}

/** Exit statuses, those of Nagios; what could not be checked at all is `couldNotCheck`. */
const exits: Readonly<Record<HealthStatus, number>> = { healthy: 0, degraded: 1, unhealthy: 2 };

export async function health(context: Context, flags: HealthFlags): Promise<Outcome> {
  const { check, alert } = await openHealthCheck(context.flags, context.env, flags);
  if (flags.watch !== undefined) return watch(context, flags, flags.watch, check, alert);
  const report = await check.runAllChecks(runOf(flags));
  return {
    kind: "value",
    value: report,
    text: (page) => {
      if (flags.prometheus) return toPrometheus(report).trimEnd().split("\n");
      return flags.nagios ? nagiosLines(report) : healthLines(report, page);
    },
    exit: exitOf(report, flags),
  };
}

function runOf({ only, deep = false, timeout }: HealthFlags): Parameters<HealthCheck["runAllChecks"]>[0] {
  return {
    // The library refuses names that are none.
    ...(only === undefined ? {} : { only: only as readonly CheckName[] }),
    deep,
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
  };
}

function exitOf({ status }: HealthReport, { failOn }: HealthFlags): number {
  return status === "degraded" && failOn === "unhealthy" ? exits.healthy : exits[status];
}

/** Prints each report as it comes, as lines or one JSON document a line, until a signal ends it. */
async function watch(
  context: Context,
  flags: HealthFlags,
  intervalMs: number,
  check: HealthCheck,
  alert: AlertSettings,
): Promise<Outcome> {
  const { json, color } = context.flags;
  const signal = context.stopSignal();
  await watchHealth(check, {
    intervalMs,
    run: runOf(flags) ?? {},
    alert,
    signal,
    onReport: (report) => {
      const lines = json
        ? [escapeLines(stringifyJson(report))]
        : [report.timestamp, ...healthLines(report, pageFor(process.stdout, color, context.env))];
      process.stdout.write(`${lines.join("\n")}\n`);
    },
    onAlert: (told: HealthAlert, results: readonly AlertResult[]) => context.talk(alertLines(told, results)),
  });
  return { kind: "bytes", bytes: new Uint8Array() };
}
