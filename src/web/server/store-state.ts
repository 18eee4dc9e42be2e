/**
 * The state of a store, told from earlier ones without reading it: of a folder by the times and names of its files, elsewhere
 * by asking the place.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isUrl, type KnowledgeBaseVersioner } from "../../index.ts";
import { look, settlingMs } from "./file-look.ts";

/** StoreState looks at one store. */
export interface StoreState {
  /** Another text whenever the store holds other versions or events, which never change themselves. */
  now(): Promise<string>;
  /** As `now`, for who looks every second: a text from some seconds ago will do where a look costs something. */
  lately(): Promise<string>;
  /** Calls `listener` when there is news, where the place can tell; resolves to what ends that. */
  subscribe(listener: () => void): Promise<() => Promise<void>>;
}

/** The state of the store of `reader`. */
export function storeStateOf(reader: KnowledgeBaseVersioner): StoreState {
  return isUrl(reader.store) ? new SharedStoreState(reader) : new FolderStoreState(reader.store);
}

/** FolderStoreState lists the folders when their times are others. */
class FolderStoreState implements StoreState {
  readonly #folders: readonly string[];
  #known: { readonly times: string; readonly names: string; readonly settled: boolean } | null = null;

  constructor(folder: string) {
    this.#folders = [folder, join(folder, "journal")];
  }

  async now(): Promise<string> {
    const looks = await Promise.all(this.#folders.map(look));
    const times = looks.map(({ text }) => text).join();
    if (this.#known?.times === times && this.#known.settled) return this.#known.names;
    const settled = looks.every(({ changedAt }) => Date.now() - changedAt > settlingMs);
    const names = await this.#names();
    this.#known = { times, names, settled };
    return names;
  }

  lately(): Promise<string> {
    return this.now();
  }

  async subscribe(): Promise<() => Promise<void>> {
    return async () => {};
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

/** How long the state of a place elsewhere is taken for the same, in ms: where it tells of news, and where it does not. */
const toldMs = 30_000;
const untoldMs = 4000;

/** SharedStoreState asks the place. */
class SharedStoreState implements StoreState {
  readonly #reader: KnowledgeBaseVersioner;
  #known: { readonly text: string; readonly at: number } | null = null;
  #isTold = false;

  constructor(reader: KnowledgeBaseVersioner) {
    this.#reader = reader;
  }

  async now(): Promise<string> {
    const at = performance.now();
    const text = await this.#reader.readStoreState();
    this.#known = { text, at };
    return text;
  }

  async lately(): Promise<string> {
    const longest = this.#isTold ? toldMs : untoldMs;
    if (this.#known !== null && performance.now() - this.#known.at < longest) return this.#known.text;
    return this.now();
  }

  async subscribe(listener: () => void): Promise<() => Promise<void>> {
    const stop = await this.#reader.subscribeToStore(() => {
      this.#known = null;
      listener();
    });
    this.#isTold = stop !== null;
    return async () => {
      this.#isTold = false;
      await stop?.();
    };
  }
}

/** Neither a lock, a temporary file nor a cache. */
function isBlob(name: string): boolean {
  return name.endsWith(".json") && !name.startsWith(".") && name !== "catalog.json";
}
