/** `kbvault serve --health-only`: the routes of health over HTTP, until a signal ends it. */
import { once } from "node:events";
import { serveHealth } from "../../index.ts";
import type { Context, Outcome } from "../context.ts";
import { openHealthCheck } from "../health-source.ts";
import { packageVersion } from "../package-version.ts";
import { escapeText } from "../print/escape.ts";
import { stateFolder } from "../state-folder.ts";
import type { ServeFlags } from "./serve.ts";

export async function serveHealthOnly(context: Context, flags: ServeFlags): Promise<Outcome> {
  const { host, port, allowHost = [] } = flags;
  const token = flags.token ?? (context.env["KBVAULT_HEALTH_TOKEN"] || undefined);
  const { check } = await openHealthCheck(context.flags, context.env, flags);
  const signal = context.stopSignal();
  const server = await serveHealth({
    check,
    version: packageVersion(),
    stateFolder: await stateFolder(),
    host,
    port,
    hosts: allowHost,
    ...(token === undefined ? {} : { token }),
  });
  context.talk([`Listening on ${escapeText(server.url)}: /livez, /readyz, /health, /metrics, /maintenance.`]);
  if (!signal.aborted) await once(signal, "abort");
  await server.close();
  return { kind: "bytes", bytes: new Uint8Array() };
}
