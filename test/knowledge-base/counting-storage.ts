import type { BlobStat, BlobStorage, ByteRange, Chunks } from "../../src/knowledge-base/storage/storage.ts";

/** What a storage is asked for. */
export type Verb = "get" | "putIfAbsent" | "list" | "stat" | "remove";

/** A storage that counts what is asked of the one that it stands before, and the bytes read from it. */
export class CountingStorage implements BlobStorage {
  readonly #storage: BlobStorage;
  bytesRead = 0;
  /** How often each verb was used. */
  readonly calls: Record<Verb, number> = { get: 0, putIfAbsent: 0, list: 0, stat: 0, remove: 0 };

  constructor(storage: BlobStorage) {
    this.#storage = storage;
  }

  get url(): string {
    return this.#storage.url;
  }

  get isFolder(): boolean {
    return this.#storage.isFolder;
  }

  get folder(): string | null {
    return this.#storage.folder;
  }

  /** All calls together. */
  get requests(): number {
    return Object.values(this.calls).reduce((sum, count) => sum + count, 0);
  }

  async get(name: string, range?: ByteRange): Promise<Buffer | null> {
    this.calls.get++;
    const bytes = await this.#storage.get(name, range);
    this.bytesRead += bytes?.length ?? 0;
    return bytes;
  }

  putIfAbsent(name: string, chunks: Chunks): Promise<boolean> {
    this.calls.putIfAbsent++;
    return this.#storage.putIfAbsent(name, chunks);
  }

  list(prefix: string): Promise<readonly string[]> {
    this.calls.list++;
    return this.#storage.list(prefix);
  }

  stat(name: string): Promise<BlobStat | null> {
    this.calls.stat++;
    return this.#storage.stat(name);
  }

  remove(name: string): Promise<void> {
    this.calls.remove++;
    return this.#storage.remove(name);
  }
}
