/**
 * The scripts by which shells complete what is typed; the package has them under `data/completion`.
 *
 * @module
 */
import { readFileSync } from "node:fs";

/** Shells that there is a script for. */
export const shells = ["bash", "zsh", "fish"] as const;

/** One of them. */
export type Shell = (typeof shells)[number];

/** The script for a shell. */
export function completionScript(shell: Shell): string {
  return readFileSync(new URL(`../../data/completion/kbvault.${shell}`, import.meta.url), "utf8");
}
