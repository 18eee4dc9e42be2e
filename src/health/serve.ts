/**
 * A server with nothing but the routes of health.
 *
 * @module
 */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { KbvaultError } from "../errors.ts";
import { errnoOf } from "../files/errno.ts";
import { type HealthAppOptions, healthApp } from "./http.ts";

/** Where to listen, and how to answer. */
export interface ServeHealthOptions extends HealthAppOptions {
  /** Default 127.0.0.1: nobody but this machine. */
  readonly host?: string;
  /** Default 8080; 0 for a free one. */
  readonly port?: number;
}

/** A server that listens. */
export interface HealthServer {
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Lets requests that run finish, within seconds, and ends. */
  close(): Promise<void>;
}

/** How long a client may take to send a request, in ms. */
const requestTimeout = 10_000;

/** How long requests that run may take when the server ends, in ms. */
const graceMs = 10_000;

/**
 * Serves the routes of `healthApp`.
 *
 * @throws KbvaultError IO_ERROR (`data`: `errno`, `host`, `port`) when the port is taken or may not be used
 */
export async function serveHealth(options: ServeHealthOptions): Promise<HealthServer> {
  const { host = "127.0.0.1", port = 8080 } = options;
  const { createAdaptorServer } = await import("@hono/node-server");
  const app = await healthApp({ ...options, hosts: [...(options.hosts ?? []), host] });
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: {
      requestTimeout,
      headersTimeout: requestTimeout / 2,
      keepAliveTimeout: requestTimeout / 2,
    },
  }) as Server;
  await listen(server, host, port);
  const { address, family, port: actual } = server.address() as AddressInfo;
  const shown = family === "IPv6" ? `[${address}]` : address;
  return { url: `http://${shown}:${actual}`, close: () => close(server) };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      const errno = errnoOf(error);
      const reason = errno === "EADDRINUSE" ? "is taken by another program" : `cannot be used (${errno})`;
      reject(
        new KbvaultError(
          "IO_ERROR",
          `Port ${port} of ${host} ${reason}. Nothing is served. Choose another with --port.`,
          { errno, host, port },
          { cause: error },
        ),
      );
    });
    server.listen(port, host, resolve);
  });
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(timer);
}
