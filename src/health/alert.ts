/**
 * Telling somebody that the status changed: a command, a webhook, or both.
 *
 * @module
 */
import { hostname } from "node:os";
import type { AlertSettings } from "../config/health.ts";
import { runCommand } from "../processes/run-command.ts";
import type { StatusChange } from "./alert-state.ts";
import type { HealthStatus } from "./check.ts";
import { durationOr } from "./options.ts";
import type { HealthReport } from "./report.ts";
import { request } from "./request.ts";

/** What command and webhook are given, as JSON. */
export interface HealthAlert {
  readonly status: HealthStatus;
  readonly previous: HealthStatus;
  /** Whether all is well again. */
  readonly recovered: boolean;
  /** Name of the machine that checked. */
  readonly host: string;
  readonly report: HealthReport;
}

/** What became of telling. */
export interface AlertResult {
  readonly by: "command" | "webhook";
  readonly done: boolean;
  /** How it ended, in a few words. */
  readonly message: string;
}

const defaultTimeoutMs = 30_000;

/** The alert about a change. */
export function alertOf({ from, to }: StatusChange, report: HealthReport): HealthAlert {
  return { status: to, previous: from, recovered: to === "healthy", host: hostname(), report };
}

/**
 * Tells command and webhook of `settings`, at the same time, and resolves when both have ended or taken too long; it never
 * rejects. The command reads the alert from its standard input and finds KBVAULT_STATUS and KBVAULT_PREVIOUS_STATUS in its
 * environment. A webhook that does not answer with a status from 200 to 299 is tried once more.
 */
export async function sendAlert(
  alert: HealthAlert,
  settings: AlertSettings,
): Promise<readonly AlertResult[]> {
  const json = JSON.stringify(alert);
  const timeoutMs = durationOr(settings.timeout, defaultTimeoutMs);
  const results: Promise<AlertResult>[] = [];
  if (settings.command !== undefined) {
    const env = { KBVAULT_STATUS: alert.status, KBVAULT_PREVIOUS_STATUS: alert.previous };
    const running = runCommand(settings.command, { timeoutMs, input: json, env });
    results.push(
      running.then(({ end, exitCode, output }) => {
        const said = output.trim() === "" ? "" : `: ${output.trim()}`;
        const status = end === "failed" && exitCode !== null ? ` with status ${exitCode}` : "";
        return { by: "command", done: end === "done", message: `${end}${status}${said}` };
      }),
    );
  }
  if (settings.webhook !== undefined) results.push(callWebhook(settings.webhook, json, timeoutMs));
  return Promise.all(results);
}

async function callWebhook(url: string, json: string, timeoutMs: number): Promise<AlertResult> {
  const first = await callOnce(url, json, timeoutMs);
  return first.done ? first : callOnce(url, json, timeoutMs);
}

async function callOnce(url: string, json: string, timeoutMs: number): Promise<AlertResult> {
  const answer = await request(url, { timeoutMs, json });
  if ("reason" in answer) return { by: "webhook", done: false, message: answer.reason };
  const done = answer.status >= 200 && answer.status < 300;
  return { by: "webhook", done, message: `status ${answer.status}` };
}
