/**
 * Finding a program where the shell would.
 *
 * @module
 */
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, join, resolve, sep } from "node:path";

/**
 * The path of the program `name` as the folders of `path` (default: PATH) have it, or null. A name with a slash is a
 * path itself, from `cwd`.
 *
 * @example
 * ```ts
 * await findExecutable("git"); // "/usr/bin/git"
 * ```
 */
export async function findExecutable(
  name: string,
  path: string = process.env["PATH"] ?? "",
  cwd: string = process.cwd(),
): Promise<string | null> {
  const places = name.includes(sep)
    ? [resolve(cwd, name)]
    : path.split(delimiter).flatMap((folder) => (folder === "" ? [] : [join(folder, name)]));
  for (const place of places) if (await isExecutable(place)) return place;
  return null;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
