/**
 * The configuration file: found upwards, read strictly, created once.
 *
 * @module
 */
import { dirname, join, parse, relative, resolve, sep } from "node:path";
import { lilconfig } from "lilconfig";
import { KbvaultError } from "../errors.ts";
import { errnoOf } from "../files/errno.ts";
import { writeFileDurably } from "../files/write.ts";
import type { RetentionPolicy } from "../knowledge-base/retention/policy.ts";
import type { ReviewSettings } from "../knowledge-base/review/rules.ts";
import type { SigningSettings } from "../knowledge-base/signatures/signature.ts";
import type { BackupConfig } from "./backup.ts";
import type { HealthSettings } from "./health.ts";
import type { HooksConfig } from "./hooks.ts";
import { parseConfig } from "./parse.ts";
import type { Remotes } from "./remotes.ts";
import { withSigningPaths } from "./signing.ts";
import { isUrl } from "./store-location.ts";
import { checkTrust } from "./trust.ts";
import type { UpdateConfig } from "./update.ts";

/** Name of the configuration file. */
export const configFileName = "kbvault.config.json";

/** KnowledgeBaseConfig is what the configuration may say of one knowledge base; every key may be missing. */
export interface KnowledgeBaseConfig {
  /** Path of the knowledge base. */
  readonly kb?: string;
  /** Folder of the versions, or the URL of a store, without a password. */
  readonly store?: string;
  /** Path of a JSON Schema (2020-12) that the knowledge base should follow. */
  readonly schema?: string;
  /** JSON Pointer patterns of the entries, such as `/problems/*`; without them they are detected. */
  readonly entries?: readonly string[];
  /** Field of an array's objects that holds the id of an entry; without it `id`, `key` or `slug`. */
  readonly idField?: string;
  /** Fields that say which element of an array inside an entry is which, preferred to `id`, `key`, `slug`, `url`. */
  readonly identityFields?: readonly string[];
  /** Path patterns of changes that comparisons leave out, such as `updated_at`; see `ComparisonFilter`. */
  readonly ignore?: readonly string[];
  /** Changes to the review rules, and own ones, by name; see `reviewRules`. */
  readonly review?: ReviewSettings;
  /** Which versions `prune` keeps, where no flag says it. */
  readonly retention?: RetentionPolicy;
  /** Deepest nesting of the knowledge base that is accepted. */
  readonly maxDepth?: number;
  /** With which key snapshots are signed, and whose signatures count. */
  readonly signing?: SigningSettings;
  /** Other stores of the knowledge base, folders or URLs, by name. */
  readonly remotes?: Remotes;
}

/** A section of `knowledgeBases`. */
export interface KnowledgeBaseSection extends KnowledgeBaseConfig {
  readonly kb: string;
}

/** Config is what `kbvault.config.json` may hold; every key may be missing. */
export interface Config extends KnowledgeBaseConfig {
  /** Knowledge bases by name; see `listKnowledgeBases`. */
  readonly knowledgeBases?: Readonly<Record<string, KnowledgeBaseSection>>;
  /** Author of versions and restores, where neither the command line nor the environment names one. */
  readonly author?: string;
  /** Commands that run before and after snapshots and restores. */
  readonly hooks?: HooksConfig;
  /** Where backups are kept, and how many. */
  readonly backup?: BackupConfig;
  /** What is asked of a healthy system. */
  readonly health?: HealthSettings;
  /** The steps of an update. */
  readonly update?: UpdateConfig;
}

/** LoadedConfig is a configuration with absolute paths, and where it was found. */
export interface LoadedConfig {
  readonly config: Config;
  /** Absolute path of the file, or null where there is none and `config` is empty. */
  readonly path: string | null;
}

const pathKeys = ["kb", "store", "schema"] as const;

/**
 * Finds `kbvault.config.json` in the folder `from` or the nearest one above it, and reads it. Relative paths in it are
 * resolved against its own folder.
 *
 * @throws KbvaultError CONFIG_INVALID when it cannot be read, is not JSON, or holds a key or value that it may not
 *   hold: `data` = `{file, line, column, key}`, or `{file, errno}` when the system refuses to read it; CONFIG_UNTRUSTED
 *   when it names commands and belongs to another user: see `checkTrust`
 * @example
 * ```ts
 * const { config, path } = await loadConfig(process.cwd());
 * ```
 */
export async function loadConfig(from: string): Promise<LoadedConfig> {
  const search = lilconfig("kbvault", {
    searchPlaces: [configFileName],
    stopDir: parse(resolve(from)).root,
    ignoreEmptySearchPlaces: false,
    cache: false,
    loaders: { ".json": (_, text) => text },
  });
  const found = await search.search(from).catch((error: unknown) => {
    throw unreadable(from, error);
  });
  if (found === null) return { config: {}, path: null };
  const config = parseConfig(Buffer.from(found.config ?? ""), found.filepath);
  await checkTrust(config, found.filepath, process.env);
  return {
    config: withPaths(config, (path) => resolve(dirname(found.filepath), path)),
    path: found.filepath,
  };
}

/**
 * Creates `kbvault.config.json` in `folder` and resolves to its path. Paths are relative to `folder` or absolute; they
 * are written relative to `folder` and with `/`, so that the folder can be moved and shared.
 *
 * @throws KbvaultError CONFIG_EXISTS when there is one already (it is left as it is), CONFIG_INVALID for what could not be
 *   read again, such as a URL with a password, NO_SPACE, STORE_NOT_WRITABLE, IO_ERROR
 * @example
 * ```ts
 * await createConfig(".", { kb: "data/kb.json", store: "versions" });
 * ```
 */
export async function createConfig(folder: string, config: Config): Promise<string> {
  const path = join(folder, configFileName);
  const portable = withPaths(config, (member) =>
    relative(folder, resolve(folder, member)).split(sep).join("/"),
  );
  const bytes = Buffer.from(`${JSON.stringify(portable, null, 2)}\n`);
  parseConfig(bytes, path);
  if (await writeFileDurably(path, bytes, { exclusive: true })) return path;
  throw new KbvaultError(
    "CONFIG_EXISTS",
    `${path} exists already and was left as it is. Use it, or choose another folder with -C.`,
    { file: path },
  );
}

function withPaths(config: Config, change: (path: string) => string): Config {
  const { knowledgeBases, backup, ...root } = config;
  const sections = Object.entries(knowledgeBases ?? {}).map(([name, section]) => [
    name,
    withOwnPaths(section, change),
  ]);
  return {
    ...withOwnPaths(root, change),
    ...(knowledgeBases === undefined ? {} : { knowledgeBases: Object.fromEntries(sections) }),
    ...(backup === undefined
      ? {}
      : { backup: backup.folder === undefined ? backup : { ...backup, folder: change(backup.folder) } }),
  };
}

function withOwnPaths<Section extends KnowledgeBaseConfig>(
  section: Section,
  change: (path: string) => string,
): Section {
  const paths = pathKeys.flatMap((key) => {
    const path = section[key];
    return path === undefined || isUrl(path) ? [] : [[key, change(path)]];
  });
  const { signing, remotes } = section;
  return {
    ...section,
    ...Object.fromEntries(paths),
    ...(signing === undefined ? {} : { signing: withSigningPaths(signing, change) }),
    ...(remotes === undefined ? {} : { remotes: withRemotePaths(remotes, change) }),
  };
}

function withRemotePaths(remotes: Remotes, change: (path: string) => string): Remotes {
  const entries = Object.entries(remotes);
  return Object.fromEntries(entries.map(([name, place]) => [name, isUrl(place) ? place : change(place)]));
}

function unreadable(from: string, error: unknown): unknown {
  const errno = errnoOf(error);
  if (errno === null) return error;
  const file = (error as NodeJS.ErrnoException).path ?? join(from, configFileName);
  return new KbvaultError(
    "CONFIG_INVALID",
    `${file} could not be read (${errno}). Nothing was changed. Check that it is a file with read permission.`,
    { file, errno },
    { cause: error },
  );
}
