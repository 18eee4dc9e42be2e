/**
 * The server of the page.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { KbvaultError } from "../errors.ts";
import { type ListenOptions, listenHttp } from "../index.ts";
import { pageApp } from "./server/app.ts";
import { readAssets } from "./server/assets.ts";
import { isLoopbackHost } from "./server/guard.ts";
import type { PageSource } from "./server/source.ts";

export type { PageDatabase, PageSource } from "./server/source.ts";

/** What to serve, where, and to whom. */
export interface ServePageOptions extends PageSource, ListenOptions {
  /** Folder of the built page. */
  readonly assets: string;
  /** What requests that write have to carry, and then those that read, too. Default: a random one, for writing only. */
  readonly token?: string;
  /** Names under which the server may be asked, besides `host` and those of this machine. Default: none. */
  readonly allowHosts?: readonly string[];
  /** How long an answer may take, in ms; what writes takes as long as it takes. Default 30,000. */
  readonly timeLimitMs?: number;
  /** Told of mistakes of our own, of which the page learns only that there was one. Default: nobody. */
  readonly onError?: (error: unknown) => void;
}

/** A page that is served. */
export interface ServedPage {
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** As `url`, with the token behind `#`, where no server and no log sees it. */
  readonly address: string;
  /** Ends the events, lets requests that run finish, within seconds, and ends. */
  close(): Promise<void>;
}

/**
 * Serves the page, until it is closed. To other machines than this one it does so only with a token that somebody chose.
 *
 * @throws KbvaultError USAGE for a host that others reach without a token, and for a token that is too short; IO_ERROR when
 *   the port is taken, or the page was not built
 */
export async function servePage(options: ServePageOptions): Promise<ServedPage> {
  const { host = "127.0.0.1", token, allowHosts = [], timeLimitMs = 30_000, onError = () => {} } = options;
  const isOpen = !isLoopbackHost(host);
  if (isOpen && token === undefined)
    throw new KbvaultError(
      "USAGE",
      `Under ${host}, others than this machine reach the page. Nothing is served. Choose a token with --token or KBVAULT_SERVE_TOKEN, or leave --host out.`,
    );
  if (token !== undefined && !/^[\x21-\x7e]{8,}$/.test(token))
    throw new KbvaultError(
      "USAGE",
      "The token is too short, or holds spaces or other characters than those of ASCII. Nothing is served. Choose 8 characters or more, better 20.",
    );
  const secret = token ?? randomBytes(24).toString("base64url");
  const { app, close } = await pageApp({
    source: options,
    assets: await readAssets(options.assets),
    guard: { token: secret, tokenToRead: token !== undefined, hosts: [host, ...allowHosts], isOpen },
    timeLimitMs,
    onError,
  });
  const server = await listenHttp(app, options);
  return {
    url: server.url,
    address: `${server.url}/#token=${encodeURIComponent(secret)}`,
    close: async () => {
      await Promise.all([close(), server.close()]);
    },
  };
}
