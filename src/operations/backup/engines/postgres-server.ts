/**
 * Databases of a PostgreSQL server: whether one is there, who uses it, and new names for several at once.
 *
 * @module
 */
import type { Driver } from "../../../database/drivers/driver.ts";

/** Whether the server has a database of this name. */
export async function databaseExists(server: Driver, name: string): Promise<boolean> {
  return (await server.query("SELECT 1 FROM pg_database WHERE datname = ?", [name])).length > 0;
}

/** Ends all sessions in the database `name` but our own. */
export async function endSessionsOf(server: Driver, name: string): Promise<void> {
  await server.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ? AND pid <> pg_backend_pid()",
    [name],
  );
}

/** Renames all or none: renaming a database takes part in transactions. */
export async function renameDatabases(
  server: Driver,
  renames: readonly (readonly [from: string, to: string])[],
): Promise<void> {
  await server.begin();
  try {
    for (const [from, to] of renames)
      await server.query(`ALTER DATABASE ${quote(from)} RENAME TO ${quote(to)}`);
    await server.commit();
  } catch (error) {
    await server.rollback();
    throw error;
  }
}

/** A name as SQL takes it. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as SQL takes it. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
