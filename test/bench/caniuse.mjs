/**
 * Real releases of a public JSON data set: the data file of caniuse-db, fetched with npm into a cache folder.
 *
 * @module
 * @see https://www.npmjs.com/package/caniuse-db, published under CC BY 4.0
 */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./measure.mjs";

/** Six releases, about a month apart. */
export const releases = [
  "1.0.30001690",
  "1.0.30001696",
  "1.0.30001700",
  "1.0.30001707",
  "1.0.30001715",
  "1.0.30001720",
];

/** Path of data.json of `version`, fetched unless the cache holds it. @param {string} version */
export async function fetchRelease(version) {
  const cache = join(tmpdir(), "kbvault-caniuse-db");
  const file = join(cache, `${version}.json`);
  if (existsSync(file)) return file;
  await mkdir(cache, { recursive: true });
  const scratch = await mkdtemp(join(cache, "fetch-"));
  try {
    await run({ argv: ["npm", "pack", "--silent", `caniuse-db@${version}`], cwd: scratch });
    const [archive] = await readdir(scratch);
    if (archive === undefined) throw new Error(`npm pack caniuse-db@${version} left no archive`);
    await run({ argv: ["tar", "-xzf", archive, "package/data.json"], cwd: scratch });
    await rename(join(scratch, "package", "data.json"), file);
  } finally {
    await rm(scratch, { recursive: true });
  }
  return file;
}
