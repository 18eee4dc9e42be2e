/**
 * Printers of health: for people, and for Nagios and its relatives.
 *
 * @module
 */
import type { AlertResult, HealthAlert, HealthCheckResult, HealthReport, HealthStatus } from "../../index.ts";
import { count } from "./amount.ts";
import { escapeText } from "./escape.ts";
import type { Page } from "./page.ts";

/** One line for each check, then those that were left out, then the verdict. */
export function healthLines(report: HealthReport, page: Page): string[] {
  const results = Object.entries(report.checks);
  const width = results.reduce((widest, [name]) => Math.max(widest, name.length), 0);
  const leftOut = Object.entries(report.leftOut).map(
    ([name, reason]) => `    ${name}: ${escapeText(reason)}`,
  );
  return [
    ...results.map(
      ([name, { status, message }]) =>
        `${statusText(status, page)}  ${name.padEnd(width)}  ${escapeText(message)}`,
    ),
    ...(leftOut.length === 0 ? [] : [page.style.dim("left out"), ...leftOut.map(page.style.dim)]),
    `${statusText(report.status, page).trimEnd()}: ${summaryText(report)} in ${report.durationMs} ms`,
  ];
}

function statusText(status: HealthStatus, page: Page): string {
  const { green, yellow, red } = page.style;
  return { healthy: green, degraded: yellow, unhealthy: red }[status](status.padEnd("unhealthy".length));
}

function summaryText({ summary }: HealthReport): string {
  const { total, healthy, degraded, unhealthy } = summary;
  return `${count(total, "check")}, ${healthy} healthy, ${degraded} degraded, ${unhealthy} unhealthy`;
}

const nagiosWords: Readonly<Record<HealthStatus, string>> = {
  healthy: "OK",
  degraded: "WARNING",
  unhealthy: "CRITICAL",
};

/**
 * The output of a plugin of Nagios (https://nagios-plugins.org/doc/guidelines.html): the status with what is wrong, a bar,
 * what was measured; then one line for each check.
 */
export function nagiosLines(report: HealthReport): string[] {
  const results = Object.entries(report.checks);
  const wrong = results.filter(([, { status }]) => status !== "healthy");
  const said = wrong.map(([name, { message }]) => `${name}: ${plain(message)}`);
  const measured = results.flatMap(([name, result]) => measureText(name, result));
  const text = said.length === 0 ? summaryText(report) : said.join("; ");
  return [
    `KBVAULT ${nagiosWords[report.status]} - ${text} | ${measured.join(" ")}`,
    ...results.map(([name, { status, message }]) => `${nagiosWords[status]} ${name}: ${plain(message)}`),
  ];
}

function measureText(name: string, { observedValue, observedUnit = "" }: HealthCheckResult): string[] {
  return observedValue === undefined ? [] : [`${name}=${observedValue}${observedUnit}`];
}

/** A bar would begin the measures. */
function plain(message: string): string {
  return escapeText(message).replaceAll("|", "/");
}

/** What was told to whom, one line each. */
export function alertLines({ status, previous }: HealthAlert, results: readonly AlertResult[]): string[] {
  const change = `${previous} -> ${status}`;
  if (results.length === 0) return [`The status changed: ${change}.`];
  return results.map(({ by, done, message }) =>
    done
      ? `The status changed (${change}); the ${by} was told.`
      : `The status changed (${change}), and the ${by} could not be told: ${escapeText(message)}`,
  );
}
