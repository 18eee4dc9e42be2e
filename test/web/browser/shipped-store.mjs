/**
 * The shipped knowledge base with its three versions, in a folder where it may be changed.
 *
 * @module
 */
import { cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Copies it with its configuration; the result is the path of the live file. */
export function copyShippedStore(folder) {
  const files = ["support_troubleshooting_kb.json", "support_troubleshooting_kb.schema.json"];
  for (const path of ["kbvault.config.json", "versions", ...files.map((name) => join("data", name))])
    cpSync(join(root, path), join(folder, path), { recursive: true });
  return join(folder, "data", "support_troubleshooting_kb.json");
}
