/**
 * Who may ask what: the names of the host, pages of other origins, the token.
 *
 * @module
 */
import { createHmac } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { carriesToken, isLoopback, isTrustedHost } from "../../index.ts";
import { tokenHeader } from "../api.ts";
import { Refusal } from "./failures.ts";

/** Who may ask. */
export interface GuardOptions {
  /** What a request that writes has to carry. */
  readonly token: string;
  /** Whether reading needs the token, or the cookie made of it, too. */
  readonly tokenToRead: boolean;
  /** Names under which the server may be asked, besides those of this machine. */
  readonly hosts: readonly string[];
  /** Whether it listens to other machines: then any address is a name of it. */
  readonly isOpen: boolean;
}

/** What no answer goes without. Whatever the page loads or sends is of this origin; no text becomes a script. */
const headers: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy":
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()",
};

/** Puts the headers of security on every answer, and `no-store` where nothing else is said. */
export function secureHeaders(): MiddlewareHandler {
  return async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(headers)) context.header(name, value);
    if (!context.res.headers.has("cache-control")) context.header("cache-control", "no-store");
  };
}

/** Guard decides about requests. What it refuses is thrown as a Refusal. */
export class Guard {
  readonly #options: GuardOptions;
  readonly #cookie: { readonly name: string; readonly value: string };

  constructor(options: GuardOptions) {
    this.#options = options;
    // Cookies are not told apart by port: servers on one host need names of their own. The value is no token.
    this.#cookie = {
      name: `kbvault-${derived(options.token, "name").slice(0, 8)}`,
      value: derived(options.token, "reading"),
    };
  }

  /**
   * Refuses requests under a foreign name of the host, and those that pages of other origins caused: they may lead to the
   * page as a link does, and do nothing else.
   */
  refuseForeign(): MiddlewareHandler {
    return async (context, next) => {
      const host = context.req.header("host");
      if (!this.#isKnownHost(host))
        throw new Refusal(
          "UNKNOWN_HOST",
          "The server does not go by this name. Use the address that kbvault serve printed, or start it with --allow-host.",
        );
      const origin = context.req.header("origin");
      if (origin !== undefined && !isOwnOrigin(origin, host)) throw foreign();
      const site = context.req.header("sec-fetch-site") ?? "none";
      if (site !== "same-origin" && site !== "none" && !isVisit(context)) throw foreign();
      await next();
    };
  }

  /** Refuses reading without the token or the cookie, where that needs them. */
  mayRead(): MiddlewareHandler {
    return async (context, next) => {
      if (this.#options.tokenToRead && !this.isSignedIn(context)) throw tokenRequired();
      await next();
    };
  }

  /** Refuses what does not come from the page itself, with the token in its header. */
  mayWrite(): MiddlewareHandler {
    return async (context, next) => {
      if (context.req.header("origin") === undefined) throw foreign();
      if (!this.#carriesToken(context)) throw tokenRequired();
      await next();
    };
  }

  /** Whether a request carries the token, or the cookie. */
  isSignedIn(context: Context): boolean {
    return this.#carriesToken(context) || this.#carriesCookie(context);
  }

  /** The header that lets a browser read, with downloads and events, until it is closed. */
  cookieHeader(): string {
    const { name, value } = this.#cookie;
    return `${name}=${value}; Path=/api; HttpOnly; SameSite=Strict`;
  }

  #carriesToken(context: Context): boolean {
    return carriesToken(context.req.header(tokenHeader), this.#options.token);
  }

  #carriesCookie(context: Context): boolean {
    const { name, value } = this.#cookie;
    const cookies = (context.req.header("cookie") ?? "").split(/; */);
    const given = cookies.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1);
    return given !== undefined && carriesToken(`Bearer ${given}`, value);
  }

  #isKnownHost(header: string | undefined): boolean {
    const { hosts, isOpen } = this.#options;
    if (header === undefined || !isTrustedHost(header, hosts)) return false;
    const name = new URL(`http://${header}`).hostname;
    return isOpen || hosts.includes(name) || isLoopbackHost(name);
  }
}

/** Whether a name or address of a host is of this machine; an address of IPv6 may stand in brackets. */
export function isLoopbackHost(name: string): boolean {
  return name === "localhost" || isLoopback(name.replace(/^\[|\]$/g, ""));
}

/** Whether somebody follows a link to the page, or types its address. */
function isVisit({ req }: Context): boolean {
  const isOfPage = !req.path.startsWith("/api/") && !req.path.startsWith("/assets/");
  return (
    isOfPage &&
    (req.method === "GET" || req.method === "HEAD") &&
    req.header("sec-fetch-mode") === "navigate" &&
    req.header("sec-fetch-dest") === "document"
  );
}

function isOwnOrigin(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && /^https?:$/.test(new URL(origin).protocol) && new URL(origin).host === host;
}

function foreign(): Refusal {
  return new Refusal(
    "FOREIGN_ORIGIN",
    "The question comes from the page of somebody else, or from no page. Nothing was done.",
  );
}

function tokenRequired(): Refusal {
  return new Refusal(
    "TOKEN_REQUIRED",
    "The token is missing, or is not that of this server. Nothing was done. Open the address that kbvault serve printed.",
    { "www-authenticate": "Bearer" },
  );
}

function derived(token: string, purpose: string): string {
  return createHmac("sha256", token).update(`kbvault ${purpose}`).digest("base64url");
}
