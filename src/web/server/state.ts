/**
 * The state of the knowledge base and its store, told from earlier ones without reading them.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** A clock of a file system may stand still so long, in ms: what was written just now may be written again unseen. */
const settlingMs = 2000;

/** How long what is not settled may be taken for the same, in ms. */
const unsettledMs = 250;

/** State looks at the live file and at the folder of the store. */
export class State {
  readonly #live: string;
  readonly #folders: readonly string[];
  #store: { readonly times: string; readonly names: string; readonly settled: boolean } | null = null;

  /**
   * @param live the live file
   * @param store the folder of the store
   */
  constructor(live: string, store: string) {
    this.#live = live;
    this.#folders = [store, join(store, "journal")];
  }

  /** Another text whenever the live file is another one; stays the same while it does. */
  async live(): Promise<string> {
    return (await look(this.#live)).text;
  }

  /** As `live`; but while the file was written a moment ago, the text lasts for a moment only. For what is remembered. */
  async liveToRemember(): Promise<string> {
    const { text, changedAt } = await look(this.#live);
    const now = Date.now();
    return now - changedAt > settlingMs ? text : `${text} at ${now - (now % unsettledMs)}`;
  }

  /**
   * Another text whenever the store holds other versions or events, which never change themselves: it is made of their
   * names, and the folders are listed when their times are others.
   */
  async store(): Promise<string> {
    const looks = await Promise.all(this.#folders.map(look));
    const times = looks.map(({ text }) => text).join();
    if (this.#store?.times === times && this.#store.settled) return this.#store.names;
    const settled = looks.every(({ changedAt }) => Date.now() - changedAt > settlingMs);
    const names = await this.#names();
    this.#store = { times, names, settled };
    return names;
  }

  async #names(): Promise<string> {
    const hash = createHash("sha256");
    for (const folder of this.#folders) {
      const names = await readdir(folder).catch(() => []);
      for (const name of names.filter(isBlob).sort()) hash.update(`${name}\n`);
      hash.update("\n");
    }
    return hash.digest("base64");
  }
}

/** Neither a lock, a temporary file nor a cache. */
function isBlob(name: string): boolean {
  return name.endsWith(".json") && !name.startsWith(".") && name !== "catalog.json";
}

async function look(path: string): Promise<{ readonly text: string; readonly changedAt: number }> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs, ctimeMs } = await stat(path, { bigint: true });
    return { text: [dev, ino, size, mtimeNs, ctimeNs].join(" "), changedAt: Number(ctimeMs) };
  } catch {
    return { text: "not there", changedAt: 0 };
  }
}
