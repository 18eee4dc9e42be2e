/**
 * URLs of stores in PostgreSQL: `postgres://USER:PASSWORD@HOST:PORT/DATABASE?prefix=NAME`.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { isIPv4 } from "node:net";
import type { ConnectionOptions } from "node:tls";
import type { ClientConfig } from "pg";
import { KbvaultError } from "../../errors.ts";
import { errnoOf } from "../../files/errno.ts";

/** The URL of a store in PostgreSQL, taken apart. */
export interface PostgresUrl {
  /** Which of the stores in the database. */
  readonly prefix: string;
  /** The URL as it may be shown. */
  readonly shown: string;
  /** The URL as clients of databases take it: without `prefix`, with `sslmode` written out. Holds the password; never print it. */
  readonly secret: string;
  /** Null: PGUSER, or the user of the system. */
  readonly user: string | null;
  /** Paths to PEM files; null for a connection without TLS. */
  readonly tls: TlsFiles | null;
  /** What the client needs to connect, TLS aside. */
  readonly client: ClientConfig;
}

/** Files for TLS: who is trusted beside Node's own list (`ca`), and how this client proves who it is. */
interface TlsFiles {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

const defaultPrefix = "kbvault";
// As long as a channel's name, which PostgreSQL cuts at 63 bytes, may be.
const prefixRule = /^[a-z0-9_]{1,50}$/;
/** All demand a certificate that is valid for the host, though libpq would be content with less for the first two. */
const verified = ["require", "verify-ca", "verify-full"];
const parameters = ["prefix", "sslmode", "sslrootcert", "sslcert", "sslkey", "options", "application_name"];

/**
 * Takes the URL of a store in PostgreSQL apart. TLS with a certificate that is valid for the host is the default for every
 * host but this machine: `localhost`, 127.0.0.0/8, `::1`, and sockets, written as `%2Fvar%2Frun%2Fpostgresql`.
 *
 * @throws KbvaultError USAGE (`data.location`, without its password, where it is known; `data.option`)
 * @example
 * ```ts
 * parsePostgresUrl("postgres://ana:secret@db/kb?prefix=team_a").shown; // "postgres://ana:***@db/kb?prefix=team_a"
 * ```
 */
export function parsePostgresUrl(text: string): PostgresUrl {
  const url = urlOf(text);
  const shown = shownOf(url);
  const refuse = (option: string, problem: string): KbvaultError =>
    new KbvaultError("USAGE", `The store's URL ${shown} ${problem} Nothing was done.`, {
      location: shown,
      option,
    });
  for (const name of url.searchParams.keys()) {
    // A parameter that is passed over might be one that was to make the connection safer, or that makes it less safe.
    if (!parameters.includes(name))
      throw refuse(name, `has the parameter ${name}, which is unknown. Known are ${parameters.join(", ")}.`);
  }
  const prefix = url.searchParams.get("prefix") ?? defaultPrefix;
  if (!prefixRule.test(prefix))
    throw refuse("prefix", "has a prefix that is not 1 to 50 lower-case letters, digits and underscores.");
  const parts = decoded(url);
  if (parts === null) throw refuse("url", "holds a % that is not followed by two hexadecimal digits.");
  if (parts.host === "")
    throw refuse(
      "host",
      "names no host. Write localhost, or the folder of a socket with %2F for each slash.",
    );
  if (parts.database === "") throw refuse("database", "names no database. Write it behind the host: /NAME.");
  const mode = url.searchParams.get("sslmode") ?? (isThisMachine(parts.host) ? "disable" : "verify-full");
  if (mode !== "disable" && !verified.includes(mode))
    throw refuse("sslmode", `has an sslmode that is none of disable, ${verified.join(", ")}.`);
  const tls = mode === "disable" ? null : tlsFiles(url.searchParams);
  return {
    prefix,
    shown,
    secret: secretOf(url, tls !== null),
    user: parts.user,
    tls,
    client: clientOf(url, parts),
  };
}

/**
 * The TLS options of a connection to `url`: certificates are checked, names of hosts too; false for none.
 *
 * @throws KbvaultError IO_ERROR (`data.errno`, `data.path`) for a file that cannot be read
 */
export async function tlsOptions({ tls }: PostgresUrl): Promise<ConnectionOptions | false> {
  if (tls === null) return false;
  const read = Object.entries(tls).map(async ([name, path]) => [name, await readPem(path)] as const);
  return { ...Object.fromEntries(await Promise.all(read)), rejectUnauthorized: true };
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    const errno = errnoOf(cause);
    throw new KbvaultError(
      "IO_ERROR",
      `${path}, which the store's URL names for TLS, could not be read (${errno}). Nothing was done. Correct the path in the URL.`,
      { errno, path },
      { cause },
    );
  }
}

function urlOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.href.startsWith(`${url.protocol}//`)) return url;
  // What cannot be taken apart is not shown: nobody knows where its password is.
  throw new KbvaultError(
    "USAGE",
    "The URL of the store cannot be parsed. Nothing was done. Write postgres://USER:PASSWORD@HOST:PORT/DATABASE?prefix=NAME, with special characters as %XX.",
    { scheme: "postgres" },
  );
}

function shownOf(url: URL): string {
  const copy = new URL(url);
  if (copy.password !== "") copy.password = "***";
  for (const name of copy.searchParams.keys()) {
    if (!parameters.includes(name)) copy.searchParams.set(name, "***");
  }
  return copy.href;
}

function secretOf(url: URL, isEncrypted: boolean): string {
  const copy = new URL(url);
  copy.searchParams.delete("prefix");
  copy.searchParams.set("sslmode", isEncrypted ? "verify-full" : "disable");
  return copy.href;
}

interface UrlParts {
  readonly host: string;
  readonly database: string;
  readonly user: string | null;
  readonly password: string | null;
}

function decoded(url: URL): UrlParts | null {
  const orNull = (text: string): string | null => (text === "" ? null : decodeURIComponent(text));
  try {
    return {
      host: decodeURIComponent(url.hostname.replace(/^\[(.*)\]$/, "$1")),
      database: decodeURIComponent(url.pathname.slice(1)),
      user: orNull(url.username),
      password: orNull(url.password),
    };
  } catch {
    return null;
  }
}

function isThisMachine(host: string): boolean {
  return (
    host.startsWith("/") ||
    host.toLowerCase() === "localhost" ||
    host === "::1" ||
    (isIPv4(host) && host.startsWith("127."))
  );
}

function tlsFiles(search: URLSearchParams): TlsFiles {
  const names = { ca: "sslrootcert", cert: "sslcert", key: "sslkey" };
  return Object.fromEntries(
    Object.entries(names).flatMap(([key, name]) => {
      const path = search.get(name);
      return path === null ? [] : [[key, path]];
    }),
  );
}

function clientOf(url: URL, { host, database, user, password }: UrlParts): ClientConfig {
  const [options, name] = [url.searchParams.get("options"), url.searchParams.get("application_name")];
  return {
    host,
    database,
    ...(url.port === "" ? {} : { port: Number(url.port) }),
    ...(user === null ? {} : { user }),
    ...(password === null ? {} : { password }),
    ...(options === null ? {} : { options }),
    ...(name === null ? {} : { application_name: name }),
  };
}
