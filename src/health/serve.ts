/**
 * A server with nothing but the routes of health.
 *
 * @module
 */
import { type HealthAppOptions, healthApp } from "./http.ts";
import { type HttpServer, type ListenOptions, listenHttp } from "./listen.ts";

/** Where to listen, and how to answer. */
export interface ServeHealthOptions extends HealthAppOptions, ListenOptions {}

/**
 * Serves the routes of `healthApp`.
 *
 * @throws KbvaultError IO_ERROR (`data`: `errno`, `host`, `port`) when the port is taken or may not be used
 */
export async function serveHealth(options: ServeHealthOptions): Promise<HttpServer> {
  const { host = "127.0.0.1", hosts = [] } = options;
  return listenHttp(await healthApp({ ...options, hosts: [...hosts, host] }), options);
}
