/**
 * A saved empty PGlite database: loading it takes half a second, creating one anew three.
 *
 * @module
 */
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { PGlite } from "@electric-sql/pglite";

/** A new PGlite database in the folder `path` (which must not hold one), or in memory for null. */
export async function createFromTemplate(path: string | null): Promise<PGlite> {
  const options = path === null ? {} : { dataDir: path };
  const file = await templateFile();
  const template = await readFile(file).catch(() => null);
  if (template !== null) {
    try {
      return await PGlite.create({ ...options, loadDataDir: new Blob([template]) });
    } catch {
      // A cache may be damaged or of another make; it is only ever a faster way to the same thing.
      await rm(file, { force: true });
      if (path !== null) await rm(path, { recursive: true, force: true });
    }
  }
  const database = await PGlite.create(options);
  await saveTemplate(database, file).catch(() => undefined);
  return database;
}

async function saveTemplate(database: PGlite, file: string): Promise<void> {
  const dump = await database.dumpDataDir("none");
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}-${Date.now()}`;
  await writeFile(temporary, Buffer.from(await dump.arrayBuffer()));
  await rename(temporary, file);
}

async function templateFile(): Promise<string> {
  const manifest = new URL("../package.json", import.meta.resolve("@electric-sql/pglite"));
  const { version } = JSON.parse(await readFile(manifest, "utf8")) as { readonly version: string };
  const cache = process.env["XDG_CACHE_HOME"] ?? process.env["LOCALAPPDATA"] ?? join(homedir(), ".cache");
  return join(cache, "kbvault", `pglite-${version}.tar`);
}
