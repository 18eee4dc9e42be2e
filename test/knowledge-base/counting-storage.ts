import type { BlobStat, BlobStorage, ByteRange, Chunks } from "../../src/knowledge-base/storage/storage.ts";

/** A storage that counts the bytes read from the one that it stands before. */
export class CountingStorage implements BlobStorage {
  readonly #storage: BlobStorage;
  bytesRead = 0;

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

  async get(name: string, range?: ByteRange): Promise<Buffer | null> {
    const bytes = await this.#storage.get(name, range);
    this.bytesRead += bytes?.length ?? 0;
    return bytes;
  }

  putIfAbsent(name: string, chunks: Chunks): Promise<boolean> {
    return this.#storage.putIfAbsent(name, chunks);
  }

  list(prefix: string): Promise<readonly string[]> {
    return this.#storage.list(prefix);
  }

  stat(name: string): Promise<BlobStat | null> {
    return this.#storage.stat(name);
  }

  remove(name: string): Promise<void> {
    return this.#storage.remove(name);
  }
}
