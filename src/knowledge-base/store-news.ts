/**
 * Whether a store holds something new, told without reading it.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { journalPrefix } from "./journal.ts";
import type { BlobStorage } from "./storage/storage.ts";
import { committedSince } from "./turns/since.ts";

/** StoreNews looks at one store, again and again. */
export class StoreNews {
  readonly #storage: BlobStorage;
  #turn: number | null = null;

  constructor(storage: BlobStorage) {
    this.#storage = storage;
  }

  /**
   * Another text whenever the store holds other versions or events: of a folder made of their names, elsewhere the number of
   * the last turn. Where nothing is new that is one listing.
   */
  async state(): Promise<string> {
    if (this.#storage.isFolder) return this.#namesState();
    const { turn } = await committedSince(this.#storage, this.#turn);
    this.#turn = turn;
    return String(turn);
  }

  /**
   * Calls `listener` soon after somebody committed something; resolves to what ends that, or to null where the place cannot
   * tell. A hint: calls may come too often, and one may be missing.
   */
  async subscribe(listener: () => void): Promise<(() => Promise<void>) | null> {
    return (await this.#storage.subscribe?.(listener).catch(() => null)) ?? null;
  }

  async #namesState(): Promise<string> {
    const names = [...(await this.#storage.list("")), ...(await this.#storage.list(journalPrefix))];
    return createHash("sha256").update(names.join("\n")).digest("base64");
  }
}
