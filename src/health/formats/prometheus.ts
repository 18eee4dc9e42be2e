/**
 * A report in the text format of Prometheus, version 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format).
 *
 * @module
 */
import type { HealthStatus } from "../check.ts";
import { measureOf } from "../registry.ts";
import { type HealthReport, resultsOf } from "../report.ts";

/** Media type of the format. */
export const prometheusType = "text/plain; version=0.0.4; charset=utf-8";

const numbers: Readonly<Record<HealthStatus, number>> = { healthy: 0, degraded: 1, unhealthy: 2 };

/** The units that Prometheus wants: seconds and bytes. */
const units: Readonly<Record<string, readonly [name: string, factor: number]>> = {
  ms: ["seconds", 0.001],
  s: ["seconds", 1],
  B: ["bytes", 1],
};

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * The report as metrics: `kbvault_health_status` and `kbvault_health_check_status` (0 healthy, 1 degraded, 2 unhealthy),
 * `kbvault_health_check_duration_seconds`, `kbvault_health_observed` in base units, and when the report was made.
 * Without `details` only the first.
 *
 * @example
 * ```ts
 * const report = await new HealthCheck().runAllChecks({ only: ["clock"] });
 * toPrometheus(report).includes("kbvault_health_status 0");
 * ```
 */
export function toPrometheus(report: HealthReport, options: { readonly details?: boolean } = {}): string {
  const overall = metric(
    "kbvault_health_status",
    "Worst of all checks: 0 healthy, 1 degraded, 2 unhealthy.",
    [{ labels: {}, value: numbers[report.status] }],
  );
  if (options.details === false) return overall;
  const results = resultsOf(report);
  return [
    overall,
    metric("kbvault_health_timestamp_seconds", "When the checks began, in seconds since 1970.", [
      { labels: {}, value: Date.parse(report.timestamp) / 1000 },
    ]),
    metric(
      "kbvault_health_check_status",
      "What a check found: 0 healthy, 1 degraded, 2 unhealthy.",
      results.map(([check, { status }]) => ({ labels: { check }, value: numbers[status] })),
    ),
    metric(
      "kbvault_health_check_duration_seconds",
      "How long a check took.",
      results.map(([check, { durationMs }]) => ({ labels: { check }, value: durationMs / 1000 })),
    ),
    metric(
      "kbvault_health_observed",
      "What a check measured, in seconds, bytes, or a count.",
      results.flatMap(([check, { observedValue, observedUnit = "" }]) => {
        const measure = measureOf(check);
        if (observedValue === undefined || measure === null) return [];
        const [unit, factor] = units[observedUnit] ?? ["count", 1];
        return [{ labels: { check, observed: measure.what, unit }, value: observedValue * factor }];
      }),
    ),
  ].join("");
}

function metric(name: string, help: string, samples: readonly Sample[]): string {
  const lines = samples.map(({ labels, value }) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
    return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.map((line) => `${line}\n`).join("")}`;
}

function escapeLabel(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
