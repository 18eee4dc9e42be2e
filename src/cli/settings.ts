/**
 * What a command works on, by precedence: flag, environment, configuration, default.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { KbvaultError } from "../errors.ts";
import { loadConfig, type VersionerOptions } from "../index.ts";
import type { GlobalFlags } from "./flags.ts";

/** Where the knowledge base and its versions are, and how to read them. */
export interface Settings {
  readonly kb: string;
  readonly options: VersionerOptions & { readonly versionsFolder: string };
  /** Author named by a flag, the environment or the configuration. */
  readonly author: string | undefined;
}

/** What flags and environment say, flags first; an empty variable says nothing. */
export function givenSettings(
  flags: GlobalFlags,
  env: NodeJS.ProcessEnv,
): {
  readonly kb: string | undefined;
  readonly store: string | undefined;
  readonly author: string | undefined;
} {
  return {
    kb: flags.kb ?? (env["KBVAULT_KB"] || undefined),
    store: flags.store ?? (env["KBVAULT_STORE"] || undefined),
    author: flags.author ?? (env["KBVAULT_AUTHOR"] || undefined),
  };
}

/** Folder of the versions beside the configuration, where nothing names another. */
export const defaultStore = "versions";

/** Settings for a command that starts in the working directory. Throws USAGE when nothing names a knowledge base. */
export async function loadSettings(flags: GlobalFlags, env: NodeJS.ProcessEnv): Promise<Settings> {
  const given = givenSettings(flags, env);
  const { config, path } = await loadConfig(process.cwd());
  const { kb: configuredKb, store: configuredStore, author, ...others } = config;
  const { health: _health, update: _update, backup: _backup, ...reading } = others;
  const { kb = configuredKb, store = configuredStore } = given;
  if (kb === undefined) throw noKnowledgeBase();
  return {
    kb,
    options: {
      versionsFolder: store ?? join(path === null ? "" : dirname(path), defaultStore),
      ...reading,
    },
    author: given.author ?? author,
  };
}

/** The knowledge base that the settings name, as the library takes it; null where nothing names one. */
export async function knowledgeBaseIfAny(
  flags: GlobalFlags,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly path: string; readonly options: VersionerOptions } | null> {
  const { kb } = givenSettings(flags, env);
  if (kb === undefined && (await loadConfig(process.cwd())).config.kb === undefined) return null;
  const settings = await loadSettings(flags, env);
  return { path: settings.kb, options: settings.options };
}

function noKnowledgeBase(): KbvaultError {
  return new KbvaultError(
    "USAGE",
    "No knowledge base is named, and there is no kbvault.config.json here or in a folder above. Nothing was changed. Run `kbvault init --kb FILE`, or pass --kb FILE.",
  );
}
