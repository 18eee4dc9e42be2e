/**
 * Where the tables of shared stores come from, and what it means when they are not there.
 *
 * @module
 */
import { readdir } from "node:fs/promises";
import type { PoolClient } from "pg";
import { KbvaultError } from "../../errors.ts";
import { packageFile } from "../../package-file.ts";
import type { PostgresUrl } from "./postgres-url.ts";

/** The shipped migrations that make the tables of shared stores, and the history table that is theirs alone. */
export const storeMigrations: { readonly folder: URL; readonly historyTable: string } = {
  folder: packageFile("data/store-migrations/"),
  historyTable: "kbvault_store_migrations",
};

/**
 * The error to throw where the tables are missing. A migration with which older kbvaults must not work renames the tables, so the
 * history tells whether there never were any: STORE_NOT_FOUND (`data.store`), or whether they are those of a newer kbvault:
 * FORMAT_TOO_NEW (`data.store`, `data.migration`).
 */
export async function missingTables(
  client: PoolClient,
  url: PostgresUrl,
  cause: unknown,
): Promise<KbvaultError> {
  const known = await readdir(storeMigrations.folder);
  const newer = (await applied(client)).find((id) => !known.includes(`${id}.sql`));
  if (newer !== undefined) {
    return new KbvaultError(
      "FORMAT_TOO_NEW",
      `The tables at ${url.shown} were changed by a newer kbvault (${newer}). They were left untouched. Use that newer kbvault.`,
      { store: url.shown, migration: newer },
      { cause },
    );
  }
  return new KbvaultError(
    "STORE_NOT_FOUND",
    `There are no tables of a store at ${url.shown}. Nothing was changed. \`kbvault init --store URL\` makes them; if they are elsewhere, correct the URL (database, or search_path in options).`,
    { store: url.shown },
    { cause },
  );
}

/** Ids of the migrations in the history; none where there is no history, or where this user may not read it. */
async function applied(client: PoolClient): Promise<readonly string[]> {
  try {
    const { rows } = await client.query<{ readonly version: string; readonly name: string }>(
      `SELECT version, name FROM ${storeMigrations.historyTable} ORDER BY applied_order`,
    );
    return rows.map(({ version, name }) => `${version}_${name}`);
  } catch {
    return [];
  }
}
