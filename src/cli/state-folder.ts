/**
 * The folder of what kbvault notes besides versions: maintenance mode, updates, the embedded database.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { loadConfig } from "../index.ts";

/** `.kbvault` beside the configuration, or in the working directory where there is none. */
export async function stateFolder(): Promise<string> {
  const { path } = await loadConfig(process.cwd());
  return join(path === null ? process.cwd() : dirname(path), ".kbvault");
}
