import type { BlobStat, BlobStorage, ByteRange, Chunks } from "../storage/storage.ts";

/** PrefixedStorage is the part of a storage whose names begin with a prefix, under the names behind it. */
export class PrefixedStorage implements BlobStorage {
  readonly url: string;
  readonly folder = null;
  readonly isFolder = false;
  readonly #whole: BlobStorage;
  readonly #prefix: string;

  /** @param prefix with a slash at its end. */
  constructor(whole: BlobStorage, prefix: string) {
    this.url = `${whole.url} ${prefix}`;
    this.#whole = whole;
    this.#prefix = prefix;
  }

  get(name: string, range?: ByteRange): Promise<Buffer | null> {
    return this.#whole.get(this.#prefix + name, range);
  }

  putIfAbsent(name: string, chunks: Chunks): Promise<boolean> {
    return this.#whole.putIfAbsent(this.#prefix + name, chunks);
  }

  async list(prefix: string): Promise<readonly string[]> {
    const names = await this.#whole.list(this.#prefix + prefix);
    return names.map((name) => name.slice(this.#prefix.length));
  }

  stat(name: string): Promise<BlobStat | null> {
    return this.#whole.stat(this.#prefix + name);
  }

  remove(name: string): Promise<void> {
    return this.#whole.remove(this.#prefix + name);
  }
}
