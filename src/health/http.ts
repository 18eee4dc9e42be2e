/**
 * Health over HTTP: routes for load balancers, monitoring and people.
 *
 * @module
 */
import type { Context, Hono, MiddlewareHandler } from "hono";
import { readMaintenance } from "../operations/maintenance.ts";
import { carriesToken, isLoopback, isTrustedHost, proxyHeaders } from "./access.ts";
import { type HealthJson, healthJsonStatus, healthJsonType, toHealthJson } from "./formats/health-json.ts";
import { prometheusType, toPrometheus } from "./formats/prometheus.ts";
import type { HealthReporter } from "./health-check.ts";
import type { RunChecksOptions } from "./options.ts";
import { RecentReport } from "./recent-report.ts";
import type { HealthReport } from "./report.ts";

/** How to answer over HTTP. */
export interface HealthAppOptions {
  readonly check: HealthReporter;
  /** Version of the service, for `/health`. */
  readonly version: string;
  /** Release of the service, such as a commit; default none. */
  readonly releaseId?: string;
  /** How to run the checks; default: all of them. */
  readonly run?: RunChecksOptions;
  /** Who sends it as `Authorization: Bearer ...` sees details from anywhere; default: nobody does. */
  readonly token?: string;
  /** Names under which the server may be asked, besides addresses and `localhost`. */
  readonly hosts?: readonly string[];
  /** Folder with the flag of maintenance mode; default `.kbvault`. */
  readonly stateFolder?: string;
  /** How long a report is given to others, in ms; default 5000. */
  readonly keepMs?: number;
}

const defaultKeepMs = 5000;

/**
 * The routes of health, as an app of hono that can stand alone or inside another one:
 *
 * - `/livez` the process answers; nothing is looked at
 * - `/readyz` 200, or 503 when unhealthy; the status only
 * - `/health` health+json; healthy and degraded are 200, unhealthy is 503
 * - `/metrics` the text format of Prometheus
 * - `/maintenance` 200 while maintenance mode is off, 503 while it is on
 *
 * Details are for this machine and for who carries the token; others see the status only. A request that came through a
 * proxy is not from this machine. Requests under a foreign name of the host are refused with 421, other methods than GET and
 * HEAD with 405.
 *
 * @example
 * ```ts
 * const app = await healthApp({ check: new HealthCheck(), version: "1.0.0" });
 * const response = await app.request("http://127.0.0.1/livez", { headers: { host: "127.0.0.1" } });
 * response.status; // 200
 * ```
 */
export async function healthApp(options: HealthAppOptions): Promise<Hono> {
  const { Hono: App } = await import("hono");
  const { check, version, releaseId, run = {}, token = null, hosts = [], keepMs = defaultKeepMs } = options;
  const recent = new RecentReport(() => check.runAllChecks(run), keepMs);
  const service = { version, ...(releaseId === undefined ? {} : { releaseId }) };
  const app = new App();
  app.onError((_, context) => healthJson(context, { status: "fail" }, 500));
  for (const path of ["/livez", "/readyz", "/health", "/metrics", "/maintenance"])
    app.use(path, guard(hosts));

  app.get("/livez", (context) => healthJson(context, { status: "pass" }, 200));
  app.get("/readyz", async (context) => {
    const report = await recent.get();
    return healthJson(context, { status: healthJsonStatus(report.status) }, httpStatusOf(report));
  });
  app.get("/health", async (context) => {
    const report = await recent.get();
    const document = toHealthJson(report, service);
    const shown = seesDetails(context, token) ? document : { status: document.status };
    return healthJson(context, shown, httpStatusOf(report));
  });
  app.get("/metrics", async (context) => {
    const text = toPrometheus(await recent.get(), { details: seesDetails(context, token) });
    return context.body(text, 200, { "content-type": prometheusType });
  });
  app.get("/maintenance", async (context) => {
    const { on, flag } = await readMaintenance(options.stateFolder ?? ".kbvault");
    const shown = seesDetails(context, token) ? { on, ...flag } : { on };
    return context.json(shown, on ? 503 : 200);
  });
  return app;
}

/** Refuses what is no question of a monitor, and keeps answers out of caches. */
function guard(hosts: readonly string[]): MiddlewareHandler {
  return async (context, next) => {
    context.header("cache-control", "no-store");
    context.header("x-content-type-options", "nosniff");
    if (!isTrustedHost(context.req.header("host"), hosts)) return context.text("Unknown host.\n", 421);
    if (!["GET", "HEAD"].includes(context.req.method))
      return context.text("Only GET and HEAD.\n", 405, { allow: "GET, HEAD" });
    return next();
  };
}

function seesDetails(context: Context, token: string | null): boolean {
  if (carriesToken(context.req.header("authorization"), token)) return true;
  const proxied = proxyHeaders.some((name) => context.req.header(name) !== undefined);
  return !proxied && isLoopback(remoteAddressOf(context));
}

/** The address of whoever asks, where a server of Node gave the request to the app. */
function remoteAddressOf({ env }: Context): string | undefined {
  const { incoming } = (env ?? {}) as { incoming?: { socket?: { remoteAddress?: string } } };
  return incoming?.socket?.remoteAddress;
}

function healthJson(context: Context, document: HealthJson, status: 200 | 500 | 503): Response {
  return context.body(`${JSON.stringify(document)}\n`, status, { "content-type": healthJsonType });
}

function httpStatusOf({ status }: HealthReport): 200 | 503 {
  return status === "unhealthy" ? 503 : 200;
}
