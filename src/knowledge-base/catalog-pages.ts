/**
 * The pages of the catalog, one file each in `.cache/catalog/` of the store's folder, named by the SHA-256 of what is in it.
 *
 * @module
 */
import { hash } from "node:crypto";
import { join } from "node:path";
import type { FilePort } from "../files/port.ts";
import { readWhole } from "../files/read-whole.ts";
import { createFolder, writeFileDurably } from "../files/write.ts";
import { cacheFolder } from "./match/cached-base.ts";
import { damaged } from "./seal.ts";
import { VersionPage } from "./version-page.ts";

/** A page that no catalog means any more stays so long, for those that are just reading an older one; in milliseconds. */
const staleMs = 24 * 60 * 60 * 1000;

const suffix = ".page";
const atOnce = 64;

/** CatalogPages reads pages, and writes those that were not written yet; a page never changes. */
export class CatalogPages {
  readonly #folder: string;
  readonly #port: FilePort;

  /** @param folder of `catalog.json`. */
  constructor(folder: string, port: FilePort) {
    this.#folder = join(folder, cacheFolder, "catalog");
    this.#port = port;
  }

  /**
   * The pages of these names; null where one is not there.
   *
   * @throws KbvaultError STORE_DAMAGED when one is not what was written, IO_ERROR
   */
  async read(names: readonly string[]): Promise<readonly VersionPage[] | null> {
    const pages: VersionPage[] = [];
    for (let from = 0; from < names.length; from += atOnce) {
      const some = await Promise.all(names.slice(from, from + atOnce).map((name) => this.#readOne(name)));
      for (const page of some) {
        if (page === null) return null;
        pages.push(page);
      }
    }
    return pages;
  }

  /** Writes full pages, as far as they are not there; resolves to their names. Throws as `writeFileDurably` does. */
  async write(pages: readonly VersionPage[]): Promise<readonly string[]> {
    const fresh = pages.filter(({ cachedAs }) => cachedAs === null);
    if (fresh.length > 0) await createFolder(this.#folder, this.#port);
    for (const page of fresh) {
      const name = hash("sha256", page.text);
      await writeFileDurably(this.#pathOf(name), page.text, { port: this.#port });
      page.cachedAs = name;
    }
    const names = pages.flatMap(({ cachedAs }) => cachedAs ?? []);
    if (fresh.length > 0) await this.#removeStale(new Set(names));
    return names;
  }

  async #readOne(name: string): Promise<VersionPage | null> {
    const text = await readWhole(this.#pathOf(name), undefined, this.#port);
    if (text === null) return null;
    if (hash("sha256", text) !== name)
      throw damaged(`${cacheFolder}/catalog/${name}${suffix}`, "its content does not match its name");
    return VersionPage.read(text, name);
  }

  /** That an old page cannot be removed harms nobody. */
  async #removeStale(meant: ReadonlySet<string>): Promise<void> {
    for (const { name } of await this.#port.readdir(this.#folder, { withFileTypes: true }).catch(() => [])) {
      if (!name.endsWith(suffix) || meant.has(name.slice(0, -suffix.length))) continue;
      const path = join(this.#folder, name);
      const stat = await this.#port.stat(path, { bigint: true }).catch(() => null);
      if (stat !== null && Date.now() - Number(stat.mtimeMs) > staleMs)
        await this.#port.unlink(path).catch(() => undefined);
    }
  }

  #pathOf(name: string): string {
    return join(this.#folder, name + suffix);
  }
}
