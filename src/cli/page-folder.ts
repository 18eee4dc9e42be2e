/**
 * Where the built page is.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** `dist/web` of this package, seen from the sources as from the bundle. */
export function pageFolder(): string {
  return fileURLToPath(new URL("../../dist/web", import.meta.url));
}
