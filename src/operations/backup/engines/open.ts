/**
 * From a database URL to the engine that backs it up.
 *
 * @module
 */
import { resolve } from "node:path";
import { type DatabaseUrl, parseDatabaseUrl } from "../../../database/url.ts";
import { KbvaultError } from "../../../errors.ts";
import type { BackupEngine, EngineTask } from "./engine.ts";

/**
 * The engine for the database that `url` names; nothing is connected yet, and only the engine that is needed is imported.
 *
 * @throws KbvaultError DATABASE_URL_INVALID, USAGE for a database in memory
 */
export async function openEngine(url: string, task: EngineTask): Promise<BackupEngine> {
  const place: DatabaseUrl = parseDatabaseUrl(url);
  switch (place.engine) {
    case "pglite":
      return new (await import("./pglite.ts")).PgliteBackup(pathOf(place.path), task);
    case "sqlite":
      return new (await import("./sqlite.ts")).SqliteBackup(pathOf(place.path), task);
    case "postgres":
      return new (await import("./postgres.ts")).PostgresBackup(place.secret, task);
    case "mysql":
      return new (await import("./mysql.ts")).MysqlBackup(place.secret, task);
  }
}

function pathOf(path: string | null): string {
  if (path !== null) return resolve(path);
  throw new KbvaultError(
    "USAGE",
    "A database in memory ends with the process that made it, so it cannot be backed up. Name a folder or a file.",
  );
}
