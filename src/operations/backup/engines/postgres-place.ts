/**
 * A PostgreSQL server as the programs of PostgreSQL take it: a URL without its password, and the password beside it.
 *
 * @module
 * @see https://www.postgresql.org/docs/current/libpq-connect.html
 */

import { redactUrl } from "../../../database/url.ts";
import { KbvaultError } from "../../../errors.ts";

/** Parameters of URLs that libpq knows, too; it refuses a URL with any other. */
const shared = new Set([
  "application_name",
  "channel_binding",
  "connect_timeout",
  "gssencmode",
  "host",
  "hostaddr",
  "keepalives",
  "keepalives_idle",
  "options",
  "port",
  "sslcert",
  "sslkey",
  "sslmode",
  "sslrootcert",
  "target_session_attrs",
  "user",
]);

/** PostgresPlace is the server of a URL and the name of the database in it. */
export class PostgresPlace {
  readonly database: string;
  readonly #url: URL;

  /** @throws KbvaultError DATABASE_URL_INVALID for a URL without a database */
  constructor(url: string) {
    this.#url = new URL(url);
    this.database = decodeURIComponent(this.#url.pathname.slice(1));
    if (this.database !== "") return;
    const shown = redactUrl(url);
    throw new KbvaultError(
      "DATABASE_URL_INVALID",
      `The database URL "${shown}" names no database, so there is nothing to back up. Nothing was changed. Write postgres://USER:PASSWORD@HOST:PORT/DATABASE.`,
      { url: shown },
    );
  }

  /** The URL of the database `name`, password included; never print it. */
  secret(name: string): string {
    const url = new URL(this.#url);
    url.pathname = `/${encodeURIComponent(name)}`;
    return url.href;
  }

  /** The URL of the database `name` without its password, for arguments and messages. */
  shown(name: string): string {
    const url = new URL(this.secret(name));
    url.password = "";
    for (const key of [...url.searchParams.keys()]) if (!shared.has(key)) url.searchParams.delete(key);
    // Encrypted, certificate not checked: the client of Node has a word of its own for it.
    if (url.searchParams.get("sslmode") === "no-verify") url.searchParams.set("sslmode", "require");
    if (this.#url.searchParams.get("ssl") === "true") url.searchParams.set("sslmode", "require");
    // libpq takes a plus sign for what it is.
    url.search = url.searchParams.toString().replaceAll("+", "%20");
    return url.href;
  }

  /** The password, as programs of PostgreSQL find it. */
  get env(): Readonly<Record<string, string>> {
    const password = decodeURIComponent(this.#url.password) || this.#url.searchParams.get("password");
    return password === null || password === "" ? {} : { PGPASSWORD: password };
  }
}
