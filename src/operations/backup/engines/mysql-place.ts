/**
 * A server of MySQL or MariaDB as their programs take it: arguments, and the password beside them.
 *
 * @module
 */
import { redactUrl } from "../../../database/url.ts";
import { KbvaultError } from "../../../errors.ts";

/** MysqlPlace is the server of a URL and the name of the database in it. */
export class MysqlPlace {
  readonly database: string;
  readonly redacted: string;
  readonly #url: URL;

  /** @throws KbvaultError DATABASE_URL_INVALID for a URL without a database */
  constructor(url: string) {
    this.#url = new URL(url);
    this.redacted = redactUrl(url);
    this.database = decodeURIComponent(this.#url.pathname.slice(1));
    if (this.database !== "") return;
    throw new KbvaultError(
      "DATABASE_URL_INVALID",
      `The database URL "${this.redacted}" names no database, so there is nothing to back up. Nothing was changed. Write mysql://USER:PASSWORD@HOST:PORT/DATABASE.`,
      { url: this.redacted },
    );
  }

  /** The URL of the database `name` (or of none), password included; never print it. */
  secret(name: string): string {
    const url = new URL(this.#url);
    url.pathname = `/${encodeURIComponent(name)}`;
    return url.href;
  }

  /** The arguments for a program that says `about` of itself. Option files are left out: their password would win. */
  programArguments(about: string): readonly string[] {
    const { hostname, port, searchParams } = this.#url;
    const socket = searchParams.get("socket");
    return [
      "--no-defaults",
      ...(socket === null
        ? [
            "--protocol=tcp",
            `--host=${hostname.replace(/^\[|\]$/g, "")}`,
            `--port=${port === "" ? "3306" : port}`,
          ]
        : [`--socket=${socket}`]),
      `--user=${decodeURIComponent(this.#url.username)}`,
      ...tlsArguments(searchParams, /mariadb/i.test(about)),
    ];
  }

  /** The password, as the programs find it. */
  get env(): Readonly<Record<string, string>> {
    return { MYSQL_PWD: decodeURIComponent(this.#url.password) };
  }
}

/** What the driver does with the same parameters; MariaDB's programs and MySQL's have other words for it. */
function tlsArguments(parameters: URLSearchParams, maria: boolean): readonly string[] {
  const mode = (parameters.get("ssl-mode") ?? parameters.get("sslmode") ?? "")
    .toUpperCase()
    .replaceAll("-", "_");
  const files = ["ssl-ca", "ssl-cert", "ssl-key"].flatMap((name) => {
    const path = parameters.get(name) ?? parameters.get(name.replace("-", ""));
    return path === null ? [] : [`--${name}=${path}`];
  });
  const off =
    ["DISABLED", "DISABLE", "PREFERRED", "PREFER"].includes(mode) || (mode === "" && files.length === 0);
  const verified = mode.startsWith("VERIFY") || mode === "";
  if (off) return [maria ? "--skip-ssl" : "--ssl-mode=DISABLED"];
  if (maria)
    return ["--ssl", ...files, verified ? "--ssl-verify-server-cert" : "--skip-ssl-verify-server-cert"];
  const words: Readonly<Record<string, string>> = {
    VERIFY_CA: "VERIFY_CA",
    REQUIRED: "REQUIRED",
    REQUIRE: "REQUIRED",
  };
  return [`--ssl-mode=${words[mode] ?? "VERIFY_IDENTITY"}`, ...files];
}
