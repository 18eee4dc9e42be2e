/**
 * What a command works on, by precedence: flag, environment, configuration, default.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { KbvaultError } from "../errors.ts";
import {
  type ConfiguredKnowledgeBase,
  commandHooks,
  type Hooks,
  knowledgeBaseDefaults,
  type LoadedConfig,
  listKnowledgeBases,
  loadConfig,
  type Remotes,
  type VersionerOptions,
} from "../index.ts";
import type { GlobalFlags } from "./flags.ts";

/** Where a knowledge base and its versions are, and how to read them. */
export interface Settings {
  /** Its name in the configuration, or null. */
  readonly name: string | null;
  readonly kb: string;
  readonly options: VersionerOptions & { readonly versionsFolder: string };
  /** Author named by a flag, the environment or the configuration. */
  readonly author: string | undefined;
  /** Other stores of the knowledge base, by name. */
  readonly remotes: Remotes;
}

/** What flags and environment say, flags first; an empty variable says nothing. `kb` is a name or a path. */
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

/**
 * Settings for a command that starts in the working directory, or for the file `file`. Throws USAGE when nothing names a
 * knowledge base, or the configuration several.
 */
export async function loadSettings(
  flags: GlobalFlags,
  env: NodeJS.ProcessEnv,
  file?: string,
): Promise<Settings> {
  const given = givenSettings(flags, env);
  const loaded = await loadConfig(process.cwd());
  const configured = await listKnowledgeBases(loaded);
  const chosen =
    file === undefined ? byNameOrPath(configured, given.kb, loaded) : byPath(configured, file, loaded);
  const settings = toSettings(chosen, loaded, flags, env);
  const { store } = given;
  return store === undefined
    ? settings
    : { ...settings, options: { ...settings.options, versionsFolder: store } };
}

/** Settings of every knowledge base of the configuration. Throws USAGE when it has none, or a flag names one. */
export async function loadAllSettings(
  flags: GlobalFlags,
  env: NodeJS.ProcessEnv,
): Promise<readonly Settings[]> {
  if (flags.kb !== undefined || flags.store !== undefined)
    throw new KbvaultError(
      "USAGE",
      "--all means every knowledge base of the configuration: leave --kb and --store out. Nothing was changed.",
    );
  const loaded = await loadConfig(process.cwd());
  const configured = await listKnowledgeBases(loaded);
  if (configured.length === 0) throw noKnowledgeBase();
  return configured.map((one) => toSettings(one, loaded, flags, env));
}

function toSettings(
  { name, kb, store, remotes = {}, ...reading }: ConfiguredKnowledgeBase,
  { config, path }: LoadedConfig,
  flags: GlobalFlags,
  env: NodeJS.ProcessEnv,
): Settings {
  const hooks = path === null ? {} : hooksFor(config.hooks, dirname(path), flags, env);
  return {
    name,
    kb,
    options: { versionsFolder: store, ...reading, hooks },
    author: givenSettings(flags, env).author ?? config.author,
    remotes,
  };
}

/** The knowledge base that the settings name, as the library takes it; null where nothing names one. */
export async function knowledgeBaseIfAny(
  flags: GlobalFlags,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly path: string; readonly options: VersionerOptions } | null> {
  const isNamed = givenSettings(flags, env).kb !== undefined;
  if (!isNamed && (await listKnowledgeBases(await loadConfig(process.cwd()))).length === 0) return null;
  const settings = await loadSettings(flags, env);
  return { path: settings.kb, options: settings.options };
}

/** None with `--no-hooks`, nor inside a hook: one that takes a snapshot would start itself for ever. */
function hooksFor(
  config: LoadedConfig["config"]["hooks"],
  folder: string,
  flags: GlobalFlags,
  env: NodeJS.ProcessEnv,
): Hooks {
  const wanted = flags.hooks && !env["KBVAULT_HOOK"];
  return config === undefined || !wanted ? {} : commandHooks(config, folder);
}

function byNameOrPath(
  configured: readonly ConfiguredKnowledgeBase[],
  wanted: string | undefined,
  loaded: LoadedConfig,
): ConfiguredKnowledgeBase {
  if (wanted === undefined) return theOnly(configured);
  const named = configured.find(({ name }) => name === wanted);
  if (named !== undefined) return named;
  const names = namesOf(configured);
  if (names.length > 0 && /^[^./\\]+$/.test(wanted) && !existsSync(wanted))
    throw new KbvaultError(
      "USAGE",
      `No knowledge base has the name ${JSON.stringify(wanted)}, and there is no file of that name. Nothing was changed. The names are ${names.join(", ")}.`,
      { name: wanted },
    );
  return byPath(configured, wanted, loaded);
}

/** The knowledge base of this file; one that the configuration does not know has its defaults. */
function byPath(
  configured: readonly ConfiguredKnowledgeBase[],
  kb: string,
  loaded: LoadedConfig,
): ConfiguredKnowledgeBase {
  const known = configured.find((one) => one.kb === resolve(kb));
  return known ?? { ...knowledgeBaseDefaults(loaded), name: null, kb };
}

function theOnly(configured: readonly ConfiguredKnowledgeBase[]): ConfiguredKnowledgeBase {
  const [first, second] = configured;
  if (first === undefined) throw noKnowledgeBase();
  if (first.name === null || second === undefined) return first;
  throw new KbvaultError(
    "USAGE",
    `The configuration names several knowledge bases: ${namesOf(configured).join(", ")}. Nothing was changed. Choose one with --kb NAME; snapshot, status, validate and verify take --all.`,
  );
}

function namesOf(configured: readonly ConfiguredKnowledgeBase[]): string[] {
  return configured.flatMap(({ name }) => name ?? []);
}

function noKnowledgeBase(): KbvaultError {
  return new KbvaultError(
    "USAGE",
    "No knowledge base is named, and there is no kbvault.config.json here or in a folder above. Nothing was changed. Run `kbvault init --kb FILE`, or pass --kb FILE.",
  );
}
