/**
 * What `kbvault health` and `kbvault serve` look at, by precedence: flag, environment, configuration, default.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { type AlertSettings, HealthCheck, type HealthCheckOptions, loadConfig } from "../index.ts";
import { backupsFolder } from "./backup-options.ts";
import type { GlobalFlags } from "./flags.ts";
import { knowledgeBaseIfAny } from "./settings.ts";
import { stateFolder } from "./state-folder.ts";

/** Flags that say which database is looked at. */
export interface HealthSourceFlags {
  readonly url?: string;
  readonly folder?: string;
  readonly historyTable?: string;
}

/** The check for a command that starts in the working directory, and who is told of changes. */
export async function openHealthCheck(
  flags: GlobalFlags,
  env: NodeJS.ProcessEnv,
  { url = env["DATABASE_URL"] || undefined, folder, historyTable }: HealthSourceFlags,
): Promise<{ readonly check: HealthCheck; readonly alert: AlertSettings }> {
  const loaded = await loadConfig(process.cwd());
  const { health: settings = {}, backup } = loaded.config;
  const folderOfBackups = backupsFolder(loaded);
  // Backups that are configured have to be there; others count only where there are some.
  const backups = backup?.folder !== undefined || existsSync(folderOfBackups) ? folderOfBackups : undefined;
  const options: HealthCheckOptions = {
    knowledgeBase: await knowledgeBaseIfAny(flags, env),
    database: {
      ...(url === undefined ? {} : { url }),
      ...(folder === undefined ? {} : { folder }),
      ...(historyTable === undefined ? {} : { historyTable }),
    },
    ...(backups === undefined ? {} : { backups }),
    stateFolder: await stateFolder(),
    settings,
    env,
  };
  return { check: new HealthCheck(options), alert: settings.alert ?? {} };
}
