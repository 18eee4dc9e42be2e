/**
 * URLs of PostgreSQL, with the parameters that are kbvault's own and no server knows.
 *
 * @module
 */
import { KbvaultError } from "../../errors.ts";
import { redactUrl } from "../url.ts";

/** A URL as the client takes it, and what it said to kbvault. */
export interface PostgresConnection {
  /** Password included; never print it. */
  readonly connectionString: string;
  /** Whether advisory locks may keep runners apart, where the server has them. */
  readonly advisoryLocks: boolean;
}

const parameter = "advisory_locks";

/**
 * Takes `advisory_locks=on` (default) or `off` out of a URL. `off` is for what stands between us and a server that has
 * them: a pool that gives each transaction another connection, such as PgBouncer in transaction mode.
 *
 * @throws KbvaultError DATABASE_URL_INVALID for another value
 */
export function postgresConnection(text: string): PostgresConnection {
  const url = new URL(text);
  const value = url.searchParams.get(parameter);
  if (value === null) return { connectionString: text, advisoryLocks: true };
  url.searchParams.delete(parameter);
  if (value === "on" || value === "off") {
    return { connectionString: url.href, advisoryLocks: value !== "off" };
  }
  const shown = redactUrl(text);
  throw new KbvaultError(
    "DATABASE_URL_INVALID",
    `The database URL "${shown}" has the unknown value ${value} for ${parameter}. Nothing was changed. Write ${parameter}=off where the server or a pool before it has no advisory locks; on is the default.`,
    { url: shown },
  );
}
