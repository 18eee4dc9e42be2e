/**
 * The backups that settings and flags name.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { type BackupsOptions, type LoadedConfig, loadConfig, parseDuration } from "../index.ts";
import { systemAuthor } from "./author.ts";
import type { Context } from "./context.ts";
import { givenSettings, knowledgeBaseIfAny } from "./settings.ts";

/** Flags that name the database. */
export interface BackupDatabaseFlags {
  readonly url?: string;
  readonly historyTable?: string;
}

/** Folder of the embedded database, where nothing names another. */
const embedded = ".kbvault/pglite";

/** Folder of the backups: that of the configuration, else `backups` beside it. */
export function backupsFolder({ config, path }: LoadedConfig): string {
  return config.backup?.folder ?? join(path === null ? process.cwd() : dirname(path), "backups");
}

/** What the key `backup` of a configuration means. */
function backupsOptions(loaded: LoadedConfig): Pick<BackupsOptions, "folder" | "keep" | "timeoutMs"> {
  const { keep, timeout } = loaded.config.backup ?? {};
  const timeoutMs = timeout === undefined ? null : parseDuration(timeout);
  return {
    folder: backupsFolder(loaded),
    ...(keep === undefined ? {} : { keep }),
    ...(timeoutMs === null ? {} : { timeoutMs }),
  };
}

/**
 * What a command backs up, and where: database and knowledge base as every other command finds them. Without a URL it is
 * the embedded database, if there is one, or where `expectsEmbedded` says that there was one.
 */
export async function backupOptionsOf(
  { flags, env }: Context,
  { url, historyTable }: BackupDatabaseFlags,
  expectsEmbedded = false,
): Promise<BackupsOptions> {
  const loaded = await loadConfig(process.cwd());
  const database = url ?? (env["DATABASE_URL"] || undefined);
  const found = database ?? (expectsEmbedded || existsSync(embedded) ? `pglite:${embedded}` : undefined);
  const author = givenSettings(flags, env).author ?? loaded.config.author ?? (await systemAuthor());
  return {
    ...backupsOptions(loaded),
    author,
    knowledgeBase: await knowledgeBaseIfAny(flags, env),
    database:
      found === undefined ? null : { url: found, ...(historyTable === undefined ? {} : { historyTable }) },
  };
}
