/**
 * Blobs in memory, for tests and for trying things out.
 *
 * @module
 */
import { type BlobStorage, type ByteRange, type Chunks, checkBlobName, checkPrefix } from "./storage.ts";

/** MemoryStorage keeps blobs as long as the object lives. */
export class MemoryStorage implements BlobStorage {
  readonly url = "memory:";
  readonly folder = null;
  readonly #blobs = new Map<string, Buffer>();

  async get(name: string, range?: ByteRange): Promise<Buffer | null> {
    checkBlobName(name);
    const blob = this.#blobs.get(name);
    if (blob === undefined) return null;
    const offset = range?.offset ?? 0;
    // A copy, for the caller may write into what it got.
    return Buffer.from(blob.subarray(offset, range === undefined ? undefined : offset + range.length));
  }

  async putIfAbsent(name: string, chunks: Chunks): Promise<boolean> {
    checkBlobName(name);
    if (this.#blobs.has(name)) return false;
    const pieces: Uint8Array[] = [];
    for await (const chunk of chunks instanceof Uint8Array ? [chunks] : chunks)
      pieces.push(Buffer.from(chunk));
    // Again, for another writer may have come first while the chunks were arriving.
    if (this.#blobs.has(name)) return false;
    this.#blobs.set(name, Buffer.concat(pieces));
    return true;
  }

  async list(prefix: string): Promise<readonly string[]> {
    checkPrefix(prefix);
    const isDirectlyBelow = (name: string): boolean =>
      name.startsWith(prefix) && !name.includes("/", prefix.length);
    return [...this.#blobs.keys()].filter(isDirectlyBelow).sort();
  }

  async size(name: string): Promise<number | null> {
    checkBlobName(name);
    return this.#blobs.get(name)?.byteLength ?? null;
  }

  async remove(name: string): Promise<void> {
    checkBlobName(name);
    this.#blobs.delete(name);
  }
}
