/**
 * Files of the package itself, found from wherever the code that asks was put: sources, build, or bundle.
 *
 * @module
 */
import { existsSync, readFileSync } from "node:fs";

/**
 * The file `path` of this package, such as `package.json` or `dist/knowledge-base/parallel/worker.js`.
 *
 * @example
 * ```ts
 * packageFile("package.json").pathname.endsWith("/package.json"); // true
 * ```
 */
export function packageFile(path: string): URL {
  let root = new URL("./", import.meta.url);
  while (!existsSync(new URL("package.json", root))) {
    const above = new URL("../", root);
    if (above.href === root.href) throw new Error(`no package.json above ${import.meta.url}`);
    root = above;
  }
  return new URL(path, root);
}

/** The version of this package. */
export function packageVersion(): string {
  const text = readFileSync(packageFile("package.json"), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}
