/**
 * URLs of MySQL and MariaDB, with the TLS parameters that their own clients take.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "mysql2/promise";
import { KbvaultError } from "../../errors.ts";
import { redactUrl } from "../url.ts";

/**
 * Connection options of mysql2 for a URL. TLS: `ssl-mode` (or `sslmode`) DISABLED, PREFERRED (default, no TLS as
 * mysql2 cannot try both), REQUIRED (encrypted, certificate not checked), VERIFY_CA, VERIFY_IDENTITY; `ssl-ca`, `ssl-cert`,
 * `ssl-key` name files. `socket` names a local socket.
 *
 * @throws KbvaultError DATABASE_URL_INVALID for an unknown mode or a file that cannot be read
 */
export function mysqlConnectionOptions(text: string): ConnectionOptions {
  const url = new URL(text);
  const parameter = (name: string): string | null => url.searchParams.get(name);
  const socket = parameter("socket");
  const ssl = sslOptions(parameter, text);
  return {
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    ...(socket === null
      ? { host: url.hostname.replace(/^\[|\]$/g, ""), port: url.port === "" ? 3306 : Number(url.port) }
      : { socketPath: socket }),
    ...(ssl === null ? {} : { ssl }),
  };
}

type SslOptions = NonNullable<Exclude<ConnectionOptions["ssl"], string>>;

function sslOptions(parameter: (name: string) => string | null, url: string): SslOptions | null {
  const mode = (parameter("ssl-mode") ?? parameter("sslmode") ?? "").toUpperCase().replaceAll("-", "_");
  const file = (name: string): string | undefined => {
    const path = parameter(name) ?? parameter(name.replace("-", ""));
    return path === null ? undefined : readPem(path, name, url);
  };
  const files = { ca: file("ssl-ca"), cert: file("ssl-cert"), key: file("ssl-key") };
  const given = Object.fromEntries(
    Object.entries(files).filter(([, text]) => text !== undefined),
  ) as SslOptions;
  switch (mode) {
    case "":
      return Object.keys(given).length === 0 ? null : given;
    case "DISABLED":
    case "DISABLE":
    case "PREFERRED":
    case "PREFER":
      return null;
    case "REQUIRED":
    case "REQUIRE":
      return { ...given, rejectUnauthorized: false };
    case "VERIFY_CA":
      return { ...given, verifyIdentity: false };
    case "VERIFY_IDENTITY":
    case "VERIFY_FULL":
      return { ...given, verifyIdentity: true };
    default:
      throw invalid(url, `has the unknown ssl-mode ${mode}`);
  }
}

function readPem(path: string, name: string, url: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw invalid(url, `names a file in ${name} that cannot be read: ${path}`);
  }
}

function invalid(text: string, problem: string): KbvaultError {
  const url = redactUrl(text);
  return new KbvaultError(
    "DATABASE_URL_INVALID",
    `The database URL "${url}" ${problem}. Nothing was changed.`,
    { url },
  );
}
