/**
 * A store as it would be after a repair: blobs in memory, over those that are there.
 *
 * @module
 */
import type { BlobStat, BlobStorage, ByteRange, Chunks } from "../storage/storage.ts";

/** OverlayStorage reads what was replaced from memory and the rest from the storage below, which it never changes. */
export class OverlayStorage implements BlobStorage {
  readonly url: string;
  readonly folder = null;
  readonly isFolder = false;
  readonly #below: BlobStorage;
  /** By name; null for a blob that is hidden. */
  readonly #changed = new Map<string, Buffer | null>();

  constructor(below: BlobStorage) {
    this.url = below.url;
    this.#below = below;
  }

  /** Puts `bytes` in the place of what is there; null hides it. */
  replace(name: string, bytes: Buffer | null): void {
    this.#changed.set(name, bytes);
  }

  async get(name: string, range?: ByteRange): Promise<Buffer | null> {
    const bytes = this.#changed.get(name);
    if (bytes === undefined) return this.#below.get(name, range);
    if (bytes === null || range === undefined) return bytes;
    return bytes.subarray(range.offset, range.offset + range.length);
  }

  async putIfAbsent(name: string, chunks: Chunks): Promise<boolean> {
    if ((await this.stat(name)) !== null) return false;
    const pieces: Uint8Array[] = [];
    for await (const chunk of chunks instanceof Uint8Array ? [chunks] : chunks) pieces.push(chunk);
    this.replace(name, Buffer.concat(pieces));
    return true;
  }

  async list(prefix: string): Promise<readonly string[]> {
    const names = new Set(await this.#below.list(prefix));
    for (const [name, bytes] of this.#changed) {
      if (!name.startsWith(prefix) || name.includes("/", prefix.length)) continue;
      if (bytes === null) names.delete(name);
      else names.add(name);
    }
    return [...names].sort();
  }

  async stat(name: string): Promise<BlobStat | null> {
    const bytes = this.#changed.get(name);
    if (bytes === undefined) return this.#below.stat(name);
    return bytes === null ? null : { bytes: bytes.length, writtenAt: new Date() };
  }

  async remove(name: string): Promise<void> {
    this.replace(name, null);
  }
}
