/**
 * Making a place ready for a shared store.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { DatabaseMigrator } from "../database/migrator.ts";
import { storeMigrations } from "../knowledge-base/storage/postgres-tables.ts";
import { parsePostgresUrl } from "../knowledge-base/storage/postgres-url.ts";

/**
 * Creates the tables that a store in PostgreSQL needs, or brings those of an older kbvault up to date, by the migrations in
 * `data/store-migrations/`. Resolves to the ids of the migrations that were applied, none where all is ready. All stores of a
 * database share the tables, so the prefix of the URL makes no difference. Places that are no database need nothing of it.
 *
 * @param location where the store is, as `openStorage` takes it.
 * @throws KbvaultError USAGE (`data.location`), and as `DatabaseMigrator.applyAllPending`: DATABASE_UNREACHABLE,
 *   DATABASE_ACCESS_DENIED, DATABASE_NOT_FOUND, MIGRATION_LOCKED, MIGRATION_FAILED, ...
 * @example
 * ```ts
 * await prepareSharedStore("versions"); // [], for a folder is ready
 * ```
 */
export async function prepareSharedStore(location: string): Promise<readonly string[]> {
  if (!/^postgres(?:ql)?:/i.test(location)) return [];
  const migrator = new DatabaseMigrator({
    url: parsePostgresUrl(location).secret,
    folder: fileURLToPath(storeMigrations.folder),
    historyTable: storeMigrations.historyTable,
  });
  try {
    return (await migrator.applyAllPending()).map(({ name }) => name);
  } finally {
    await migrator.close();
  }
}
