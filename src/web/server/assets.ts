/**
 * The files of the built page, in memory: no path of a request reaches the file system.
 *
 * @module
 */
import { readdir, readFile } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import { KbvaultError } from "../../errors.ts";
import { pagePaths } from "../api.ts";

/** A file as it is served. */
interface Asset {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

/** Files by the path of their address. */
export type Assets = ReadonlyMap<string, Asset>;

const contentTypes: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

/**
 * Reads the files that vite built into `folder`. Each path of a view gives the page itself; files whose names hold a hash of
 * their content may be kept by the browser for ever.
 *
 * @throws KbvaultError IO_ERROR where the page was not built
 */
export async function readAssets(folder: string): Promise<Assets> {
  const assets = new Map<string, Asset>();
  for (const name of await filesIn(folder)) {
    const type = contentTypes[extname(name)];
    if (type === undefined || name === "index.html") continue;
    assets.set(`/${name.split(sep).join("/")}`, await assetOf(folder, name, type));
  }
  const page = await assetOf(folder, "index.html", "text/html; charset=utf-8");
  for (const path of pagePaths) assets.set(path, page);
  return assets;
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true }).catch((): string[] => []);
  if (entries.includes("index.html")) return entries;
  throw new KbvaultError(
    "IO_ERROR",
    `There is no page in ${folder}. Nothing is served. Install kbvault again, or build it: npm run build.`,
    { path: folder },
  );
}

async function assetOf(folder: string, name: string, type: string): Promise<Asset> {
  const isHashed = /-[\w-]{8}\.\w+$/.test(name);
  return {
    bytes: new Uint8Array(await readFile(join(folder, name))),
    headers: {
      "content-type": type,
      "cache-control": isHashed ? "public, max-age=31536000, immutable" : "no-cache",
    },
  };
}
