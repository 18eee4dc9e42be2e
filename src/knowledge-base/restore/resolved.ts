import { readlink, realpath } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { errnoOf } from "../../files/errno.ts";

/** `path` without symbolic links, as far as it exists; a link that leads to nothing yet is followed, too. */
export async function resolved(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") return path;
    const target = await readlink(path).catch(() => null);
    return target === null ? path : resolved(resolve(dirname(path), target));
  }
}
