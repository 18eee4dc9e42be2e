/**
 * Opening the knowledge bases that the settings name.
 *
 * @module
 */
import { KnowledgeBaseVersioner } from "../index.ts";
import { systemAuthor } from "./author.ts";
import type { OpenedKnowledgeBase, Purpose } from "./context.ts";
import type { GlobalFlags } from "./flags.ts";
import { escapeLines } from "./print/escape.ts";
import { loadAllSettings, loadSettings, type Settings } from "./settings.ts";

/** How a command opens knowledge bases; `warn` is told every warning, ready to be printed. */
export interface Opening {
  readonly purpose: Purpose;
  readonly flags: GlobalFlags;
  readonly env: NodeJS.ProcessEnv;
  readonly warn: (message: string) => void;
}

/** The versioner of the knowledge base that the settings name, or of `file`. */
export async function openVersioner(opening: Opening, file?: string): Promise<KnowledgeBaseVersioner> {
  return versionerOf(await loadSettings(opening.flags, opening.env, file), opening);
}

/** Every knowledge base of the configuration. */
export async function openAll(opening: Opening): Promise<readonly OpenedKnowledgeBase[]> {
  const all = await loadAllSettings(opening.flags, opening.env);
  return Promise.all(
    all.map(async (settings) => ({
      name: settings.name,
      kb: settings.kb,
      location: settings.options.versionsFolder,
      versioner: await versionerOf(settings, opening),
    })),
  );
}

async function versionerOf(
  { kb, options, author }: Settings,
  { purpose, warn }: Opening,
): Promise<KnowledgeBaseVersioner> {
  return new KnowledgeBaseVersioner(kb, {
    ...options,
    ...(purpose === "write" ? { author: author ?? (await systemAuthor()) } : {}),
    onWarning: (warning) => warn(`${warning.code}: ${escapeLines(warning.message)}`),
  });
}
