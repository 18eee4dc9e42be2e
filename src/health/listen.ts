/**
 * An app that listens: the same limits and the same end for every server of kbvault.
 *
 * @module
 */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { KbvaultError } from "../errors.ts";
import { errnoOf } from "../files/errno.ts";

/** Whatever answers requests, such as an app of hono. */
export interface HttpApp {
  readonly fetch: (request: Request, env: Record<string, unknown>) => Response | Promise<Response>;
}

/** Where to listen. */
export interface ListenOptions {
  /** Default 127.0.0.1: nobody but this machine. */
  readonly host?: string;
  /** Default 8080; 0 for a free one. */
  readonly port?: number;
}

/** A server that listens. */
export interface HttpServer {
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Lets requests that run finish, within seconds, and ends. */
  close(): Promise<void>;
}

/** How long a client may take to send a request, in ms. */
const requestTimeout = 10_000;

/** How long requests that run may take when the server ends, in ms. */
const graceMs = 10_000;

/** How often a server that ends looks for connections on which no request runs any more, in ms. */
const idleLookMs = 50;

/**
 * Serves `app` over HTTP until it is closed. A client that takes longer than 10 s to send a request loses its connection.
 *
 * @throws KbvaultError IO_ERROR (`data`: `errno`, `host`, `port`) when the port is taken or may not be used
 * @example
 * ```ts
 * const server = await listenHttp({ fetch: () => new Response("Hello") }, { port: 0 });
 * await server.close();
 * ```
 */
export async function listenHttp(
  app: HttpApp,
  { host = "127.0.0.1", port = 8080 }: ListenOptions = {},
): Promise<HttpServer> {
  const { createAdaptorServer } = await import("@hono/node-server");
  const server = createAdaptorServer({
    fetch: app.fetch as Parameters<typeof createAdaptorServer>[0]["fetch"],
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
  const idle = setInterval(() => server.closeIdleConnections(), idleLookMs);
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(idle);
  clearTimeout(timer);
}
