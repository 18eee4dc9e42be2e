/**
 * Paths as the system sees them.
 *
 * @module
 */
import { realpath } from "node:fs/promises";
import { resolve } from "node:path";

/** Absolute and, as far as the path exists, without symbolic links. */
export function realPath(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path));
}
