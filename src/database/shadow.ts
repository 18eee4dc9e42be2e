/**
 * Shadow databases: empty ones that are thrown away, of the kind of a real one.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { KbvaultError } from "../errors.ts";
import { withConnection } from "./connection.ts";
import type { Driver } from "./drivers/driver.ts";
import { SqlFailure } from "./drivers/failure.ts";
import { type DatabaseUrl, parseDatabaseUrl } from "./url.ts";

/**
 * Does `work` on an empty database of the same kind as `url`: in memory for PGlite and SQLite, a new database on the
 * same server for the others. It is dropped afterwards, whatever happens.
 *
 * @throws KbvaultError DATABASE_ACCESS_DENIED when the user may not create databases on that server
 */
export async function withShadow<Result>(
  url: DatabaseUrl,
  work: (driver: Driver) => Promise<Result>,
): Promise<Result> {
  if ("path" in url) {
    return withConnection({ ...url, path: null }, work);
  }
  const { secret, redacted } = url;
  const name = `kbvault_shadow_${randomBytes(6).toString("hex")}`;
  return withConnection(url, async (server) => {
    await createDatabase(server, name, redacted);
    try {
      const shadow = new URL(secret);
      shadow.pathname = `/${name}`;
      return await withConnection(parseDatabaseUrl(shadow.href), work);
    } finally {
      await server.query(`DROP DATABASE ${name}`);
    }
  });
}

async function createDatabase(server: Driver, name: string, url: string): Promise<void> {
  try {
    await server.query(`CREATE DATABASE ${name}`);
  } catch (error) {
    if (!(error instanceof SqlFailure)) throw error;
    throw new KbvaultError(
      "DATABASE_ACCESS_DENIED",
      `A throw-away database could not be created on the server of ${url} (${error.message}). Nothing was changed. Give the user the right to create databases, or use the URL of another server.`,
      { url, nativeCode: error.details.nativeCode },
      { cause: error },
    );
  }
}
