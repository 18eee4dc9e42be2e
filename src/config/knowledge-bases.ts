/**
 * The knowledge bases of a configuration: one, several by name, or as many as fit a pattern.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { KbvaultError } from "../errors.ts";
import type { KnowledgeBaseConfig, LoadedConfig } from "./config.ts";
import { knowledgeBaseRules } from "./knowledge-base-rules.ts";
import { isInside, isUrl, storeOf } from "./store-location.ts";

/** ConfiguredKnowledgeBase is one knowledge base with everything that the configuration says of it, paths absolute. */
export interface ConfiguredKnowledgeBase extends KnowledgeBaseConfig {
  /** Its key in `knowledgeBases`, `*` replaced; null for the one that the root of the configuration names. */
  readonly name: string | null;
  readonly kb: string;
  readonly store: string;
}

/** What the root of a configuration says for a knowledge base that says nothing itself. */
export interface KnowledgeBaseDefaults extends Omit<KnowledgeBaseConfig, "kb"> {
  readonly store: string;
}

/** Folder of the versions beside the configuration, where nothing names another. */
export const defaultStore = "versions";

/**
 * The knowledge bases that a configuration names: the one of its root first, then those of `knowledgeBases` in the
 * order written there. Keys of the root are defaults for each, except that the store of one without `store` is
 * `<store of the root>/<name>`, in a database one with the prefix `<prefix of the root>_<name>`.
 *
 * A name with `*` stands for every file that its `kb` fits and for every store that its `store` fits, so that a file
 * that was lost can be restored; sorted by what `*` stands for. What another section names is left out.
 *
 * @throws KbvaultError CONFIG_INVALID when two of them have one name, or one store, or one keeps its store inside
 *   another's: `data` = `{file, key, store}`
 * @example
 * ```ts
 * const loaded = await loadConfig(process.cwd());
 * const names = (await listKnowledgeBases(loaded)).map(({ name }) => name);
 * ```
 */
export async function listKnowledgeBases(loaded: LoadedConfig): Promise<readonly ConfiguredKnowledgeBase[]> {
  const { kb, knowledgeBases = {} } = loaded.config;
  const defaults = knowledgeBaseDefaults(loaded);
  const root = kb === undefined ? [] : [{ ...defaults, name: null, kb }];
  const sections = Object.entries(knowledgeBases).map(([name, section]) => ({
    ...defaults,
    store: storeOf(defaults.store, name),
    ...section,
    name,
  }));
  const plain = [...root, ...sections.filter((section) => !isPattern(section))];
  const lists = await Promise.all(
    sections.map(async (section) => {
      if (!isPattern(section)) return [section];
      return (await expand(section)).filter((one) => !plain.some((other) => isSame(one, other)));
    }),
  );
  const all = [...root, ...lists.flat()];
  refuseSharing(all, loaded.path);
  return all;
}

/** The defaults that a configuration gives to its knowledge bases. */
export function knowledgeBaseDefaults({ config, path }: LoadedConfig): KnowledgeBaseDefaults {
  const given = Object.keys(knowledgeBaseRules) as (keyof KnowledgeBaseConfig)[];
  const { kb: _, ...rest } = Object.fromEntries(
    given.flatMap((key) => (config[key] === undefined ? [] : [[key, config[key]]])),
  ) as KnowledgeBaseConfig;
  return { ...rest, store: rest.store ?? join(path === null ? "" : dirname(path), defaultStore) };
}

interface Section extends ConfiguredKnowledgeBase {
  readonly name: string;
}

function isPattern({ name }: Section): boolean {
  return name.includes("*");
}

/** One knowledge base for every text that `*` stands for. */
async function expand(section: Section): Promise<ConfiguredKnowledgeBase[]> {
  const markers = isUrl(section.store) ? [] : await found(join(section.store, "store.json"));
  const stars = new Set([...(await found(section.kb)), ...markers]);
  return [...stars].sort().map((star) => {
    const filled = (text: string): string => aroundStar(text).join(star);
    return { ...section, name: filled(section.name), kb: filled(section.kb), store: filled(section.store) };
  });
}

/** What `*` stands for in the paths that fit `pattern`. */
async function found(pattern: string): Promise<string[]> {
  const { default: glob } = await import("fast-glob");
  const [before, after] = aroundStar(pattern);
  const paths = await glob.glob(`${loose(before)}*${loose(after)}`, {
    followSymbolicLinks: false,
    // A knowledge base may be a symbolic link, which is no file to the walker.
    onlyFiles: false,
    markDirectories: true,
  });
  return paths
    .filter((path) => !path.endsWith("/") && path.startsWith(before) && path.endsWith(after))
    .map((path) => path.slice(before.length, path.length - after.length))
    .filter((star) => star !== "");
}

/** A pattern that fits `path`: quotes mean something to the walker even when they are escaped. */
function loose(path: string): string {
  return path.replace(/[^\w ./\u0080-\uffff-]/g, "?");
}

/** The last `*` is the one that was written: those before it belong to the folder of the configuration. */
function aroundStar(pattern: string): [before: string, after: string] {
  const star = pattern.lastIndexOf("*");
  return [pattern.slice(0, star), pattern.slice(star + 1)];
}

function isSame(one: ConfiguredKnowledgeBase, other: ConfiguredKnowledgeBase): boolean {
  return one.name === other.name || one.kb === other.kb || one.store === other.store;
}

function refuseSharing(all: readonly ConfiguredKnowledgeBase[], file: string | null): void {
  for (const [index, one] of all.entries()) {
    for (const other of all.slice(0, index)) {
      const problem = sharedBy(one, other);
      if (problem === null) continue;
      throw new KbvaultError(
        "CONFIG_INVALID",
        `${file ?? "The configuration"}: ${labelOf(one)} and ${labelOf(other)} ${problem}. Nothing was changed. Give each of them a name and a \`store\` of its own.`,
        { file, key: "knowledgeBases", store: one.store },
      );
    }
  }
}

function sharedBy(one: ConfiguredKnowledgeBase, other: ConfiguredKnowledgeBase): string | null {
  if (one.name === other.name) return "have one name";
  if (one.store === other.store) return `share the store ${one.store}`;
  if (isInside(one.store, other.store) || isInside(other.store, one.store))
    return `keep one store inside the other: ${one.store}, ${other.store}`;
  return null;
}

function labelOf({ name, kb }: ConfiguredKnowledgeBase): string {
  return name === null ? `the knowledge base ${kb}` : JSON.stringify(name);
}
