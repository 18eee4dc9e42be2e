/**
 * The app: every address of the server, and what stands between it and its answer.
 *
 * @module
 */
import type { Context, Hono, MiddlewareHandler } from "hono";
import { healthApp } from "../../index.ts";
import type { Assets } from "./assets.ts";
import { bodyLimit } from "./body.ts";
import { Comparisons } from "./comparisons.ts";
import { Events } from "./events.ts";
import { failureResponse, Refusal } from "./failures.ts";
import { Guard, type GuardOptions, secureHeaders } from "./guard.ts";
import type { Access, Route } from "./route.ts";
import { checkRoutes } from "./routes/checks.ts";
import { compareRoutes } from "./routes/compare.ts";
import { entryRoutes } from "./routes/entries.ts";
import { sessionRoutes } from "./routes/session.ts";
import { versionRoutes } from "./routes/versions.ts";
import { writeRoutes } from "./routes/write.ts";
import type { PageSource } from "./source.ts";
import { State } from "./state.ts";
import { Versions } from "./versions.ts";
import { within } from "./within.ts";

/** What the app is made of. */
export interface PageAppOptions {
  readonly source: PageSource;
  readonly assets: Assets;
  readonly guard: GuardOptions;
  /** How long an answer may take, in ms. */
  readonly timeLimitMs: number;
  /** Told of mistakes of our own. */
  readonly onError: (error: unknown) => void;
}

/** The app, and what goes on while it is there. */
export interface PageApp {
  readonly app: Hono;
  /** Ends the streams of events. */
  close(): Promise<void>;
}

/** Puts the app together. Nothing is read before it is asked for. */
export async function pageApp(options: PageAppOptions): Promise<PageApp> {
  const { Hono: App } = await import("hono");
  const { source, assets, guard: guardOptions, timeLimitMs, onError } = options;
  const guard = new Guard(guardOptions);
  const state = new State(source.reader);
  const versions = new Versions(source.reader, state);
  const events = new Events(state);
  const routes: readonly Route[] = [
    ...sessionRoutes(source, guard, guardOptions.tokenToRead),
    ...versionRoutes(source, state, versions),
    ...compareRoutes(source, versions, new Comparisons(source.reader, versions)),
    ...entryRoutes(source, versions),
    ...writeRoutes(source),
    ...checkRoutes(source),
    { method: "GET", path: "/api/events", access: "reader", answer: async () => events.listen() },
  ];
  const app = new App();
  app.onError((error) => failureResponse(error, onError));
  app.use(secureHeaders());
  // Monitors have a guard of their own: they come under any address, and from no page.
  app.route("/", await monitorsApp(source, guardOptions));
  app.use(guard.refuseForeign(), await bodyLimit());
  const needs: Readonly<Record<Access, MiddlewareHandler>> = {
    anyone: (_, next) => next(),
    reader: guard.mayRead(),
    token: guard.mayWrite(),
  };
  for (const { method, path, access, isUnlimited = false, answer } of routes) {
    const limit = isUnlimited ? null : timeLimitMs;
    app.on([method], [path], needs[access], async (context: Context) => {
      const value = await answerWithin(limit, context, answer);
      return value instanceof Response ? value : context.json(value);
    });
  }
  for (const [path, methods] of methodsByPath(routes)) app.all(path, () => refuseMethod(methods));
  for (const [path, { bytes, headers }] of assets) {
    app.get(path, (context) => context.body(bytes, 200, headers));
    app.all(path, () => refuseMethod(["GET", "HEAD"]));
  }
  app.all("*", (context) => {
    throw new Refusal("NOT_FOUND", `There is nothing at ${context.req.path}.`);
  });
  return { app, close: () => events.close() };
}

function monitorsApp(source: PageSource, { token, hosts }: GuardOptions): Promise<Hono> {
  const { check, version, stateFolder } = source;
  return healthApp({ check, version, stateFolder, token, hosts });
}

/** Without a limit, only who asks can end it, by going away. */
function answerWithin(limitMs: number | null, context: Context, answer: Route["answer"]): Promise<object> {
  if (limitMs === null) return answer(context, context.req.raw.signal);
  return within(limitMs, (signal) => answer(context, signal));
}

function methodsByPath(routes: readonly Route[]): Map<string, readonly string[]> {
  const methods = new Map<string, string[]>();
  for (const { method, path } of routes) {
    const own = method === "GET" ? ["GET", "HEAD"] : [method];
    methods.set(path, [...(methods.get(path) ?? []), ...own]);
  }
  return methods;
}

function refuseMethod(methods: readonly string[]): never {
  throw new Refusal("METHOD_NOT_ALLOWED", `Only ${methods.join(" and ")}.`, { allow: methods.join(", ") });
}
