/**
 * Blobs in memory, for tests and for trying things out.
 *
 * @module
 */
import {
  type BlobStat,
  type BlobStorage,
  type ByteRange,
  type Chunks,
  checkBlobName,
  checkPrefix,
} from "./storage.ts";

/** MemoryStorage keeps blobs as long as the object lives. */
export class MemoryStorage implements BlobStorage {
  readonly url = "memory:";
  readonly folder = null;
  readonly isFolder: boolean = false;
  readonly #blobs = new Map<string, { readonly bytes: Buffer; readonly writtenAt: Date }>();

  async get(name: string, range?: ByteRange): Promise<Buffer | null> {
    checkBlobName(name);
    const bytes = this.#blobs.get(name)?.bytes;
    if (bytes === undefined) return null;
    const offset = range?.offset ?? 0;
    // A copy, for the caller may write into what it got.
    return Buffer.from(bytes.subarray(offset, range === undefined ? undefined : offset + range.length));
  }

  async putIfAbsent(name: string, chunks: Chunks): Promise<boolean> {
    checkBlobName(name);
    if (this.#blobs.has(name)) return false;
    const pieces: Uint8Array[] = [];
    for await (const chunk of chunks instanceof Uint8Array ? [chunks] : chunks)
      pieces.push(Buffer.from(chunk));
    // Again, for another writer may have come first while the chunks were arriving.
    if (this.#blobs.has(name)) return false;
    this.#blobs.set(name, { bytes: Buffer.concat(pieces), writtenAt: new Date() });
    return true;
  }

  async list(prefix: string): Promise<readonly string[]> {
    checkPrefix(prefix);
    const isDirectlyBelow = (name: string): boolean =>
      name.startsWith(prefix) && !name.includes("/", prefix.length);
    return [...this.#blobs.keys()].filter(isDirectlyBelow).sort();
  }

  async stat(name: string): Promise<BlobStat | null> {
    checkBlobName(name);
    const blob = this.#blobs.get(name);
    return blob === undefined ? null : { bytes: blob.bytes.byteLength, writtenAt: blob.writtenAt };
  }

  async remove(name: string): Promise<void> {
    checkBlobName(name);
    this.#blobs.delete(name);
  }
}
