/**
 * Files that results are written to.
 *
 * @module
 */
import { resolve } from "node:path";
import { KbvaultError } from "../errors.ts";
import type { StoreAccess } from "./store-access.ts";

/** The absolute path of `file`. Throws USAGE for the live file: nothing replaces that without saving it first. */
export function outputFile({ kbPath }: StoreAccess, file: string): string {
  const path = resolve(file);
  if (path !== kbPath) return path;
  throw new KbvaultError(
    "USAGE",
    `${path} is the live file, and this would replace it without saving it first. Nothing was written. Name another file; \`kbvault restore REF\` writes the live one.`,
    { path },
  );
}
