/**
 * Opening the knowledge base that the settings name.
 *
 * @module
 */
import { KnowledgeBaseVersioner } from "../index.ts";
import { systemAuthor } from "./author.ts";
import type { GlobalFlags } from "./flags.ts";
import { escapeLines } from "./print/escape.ts";
import { loadSettings } from "./settings.ts";

/** The versioner for a command; `warn` is told every warning, ready to be printed. */
export async function openVersioner(
  purpose: "read" | "write",
  flags: GlobalFlags,
  env: NodeJS.ProcessEnv,
  warn: (message: string) => void,
): Promise<KnowledgeBaseVersioner> {
  const { kb, options, author } = await loadSettings(flags, env);
  return new KnowledgeBaseVersioner(kb, {
    ...options,
    ...(purpose === "write" ? { author: author ?? (await systemAuthor()) } : {}),
    onWarning: (warning) => warn(`${warning.code}: ${escapeLines(warning.message)}`),
  });
}
