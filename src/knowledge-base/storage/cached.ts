/**
 * A place elsewhere, with a folder of this machine for what was read of it.
 *
 * @module
 */
import { join } from "node:path";
import { PieceCache, pieceSize } from "./piece-cache.ts";
import { type BlobStat, type BlobStorage, type ByteRange, type Chunks, checkBlobName } from "./storage.ts";

/** Blobs that are read from the place each time: the marker may be that of another store by now, and turns are forgotten. */
const notCached = /^(?:store\.json|turns\/.*)$/;

/** What a cache may do. */
export interface CacheOptions {
  /** How much of the place's blobs the folder may hold. */
  readonly mostBytes: number;
  /** The folder is read, and never written. Default false. */
  readonly readOnly?: boolean;
}

/** CachedStorage reads blobs from `folder` where it has them, and from the storage below where it has not. */
export class CachedStorage implements BlobStorage {
  readonly origin: BlobStorage;
  readonly folder: string;
  readonly isFolder = false;
  readonly readClock?: () => Promise<Date>;
  readonly subscribe?: NonNullable<BlobStorage["subscribe"]>;
  readonly #readOnly: boolean;
  #pieces: PieceCache | null;
  /** What is being fetched, by blob and piece: whoever wants the same waits for it. */
  readonly #underway = new Map<string, Promise<unknown>>();

  /** @param folder of this machine; it is made when first needed, and may be deleted at any time. */
  constructor(origin: BlobStorage, folder: string, { mostBytes, readOnly = false }: CacheOptions) {
    this.origin = origin;
    this.folder = folder;
    this.#readOnly = readOnly;
    this.#pieces = new PieceCache(join(folder, "blobs"), mostBytes);
    if (origin.readClock !== undefined) this.readClock = origin.readClock.bind(origin);
    if (origin.subscribe !== undefined) this.subscribe = origin.subscribe.bind(origin);
  }

  get url(): string {
    return this.origin.url;
  }

  async get(name: string, range?: ByteRange): Promise<Buffer | null> {
    checkBlobName(name);
    const cache = notCached.test(name) ? null : this.#pieces;
    if (cache === null) return this.origin.get(name, range);
    const { offset, length } = range ?? { offset: 0, length: Number.POSITIVE_INFINITY };
    if (length === 0) return this.origin.get(name, range);
    const pieces: Buffer[] = [];
    const first = Math.floor(offset / pieceSize);
    for (let piece = first; piece * pieceSize < offset + length; piece++) {
      const cached = await this.#kept(cache, name, piece);
      if (cached === null) {
        const rest = await this.#fetch(name, piece, offset + length);
        if (rest === null) return null;
        pieces.push(rest);
        break;
      }
      pieces.push(cached);
      if (cached.length < pieceSize) break;
    }
    const from = offset - first * pieceSize;
    return Buffer.concat(pieces).subarray(from, from + length);
  }

  putIfAbsent(name: string, chunks: Chunks): Promise<boolean> {
    return this.origin.putIfAbsent(name, chunks);
  }

  list(prefix: string): Promise<readonly string[]> {
    return this.origin.list(prefix);
  }

  stat(name: string): Promise<BlobStat | null> {
    return this.origin.stat(name);
  }

  async remove(name: string): Promise<void> {
    await this.origin.remove(name);
    await this.#pieces?.remove(name);
  }

  async forget(): Promise<void> {
    if (this.#readOnly) this.#pieces = null;
    else await this.#pieces?.clear();
  }

  /** A piece that is here, or that another call is just fetching; null where it has to be fetched. */
  async #kept(cache: PieceCache, name: string, piece: number): Promise<Buffer | null> {
    const cached = await cache.get(name, piece);
    const underway = this.#underway.get(`${name}.${piece}`);
    if (cached !== null || underway === undefined) return cached;
    await underway.catch(() => undefined);
    return cache.get(name, piece);
  }

  /** Fetches whole pieces from number `piece` on, in one request, until one holds byte `end` or the blob ends; keeps them. */
  async #fetch(name: string, piece: number, end: number): Promise<Buffer | null> {
    const fetching = this.#fetchAll(name, piece, end);
    const keys: string[] = [];
    // Where the end is not known, the first piece stands for all.
    for (let at = piece; at * pieceSize < end && (at === piece || end < Number.POSITIVE_INFINITY); at++)
      keys.push(`${name}.${at}`);
    for (const key of keys) this.#underway.set(key, fetching);
    try {
      return await fetching;
    } finally {
      for (const key of keys) if (this.#underway.get(key) === fetching) this.#underway.delete(key);
    }
  }

  async #fetchAll(name: string, piece: number, end: number): Promise<Buffer | null> {
    const offset = piece * pieceSize;
    const length = Math.ceil((end - offset) / pieceSize) * pieceSize;
    const all = offset === 0 && length === Number.POSITIVE_INFINITY;
    const bytes = await (all
      ? this.origin.get(name)
      : this.origin.get(name, { offset, length: Math.min(length, Number.MAX_SAFE_INTEGER - offset) }));
    if (bytes === null || this.#readOnly) return bytes;
    // A blob that ends between two pieces ends with an empty one, so that its end is known.
    for (let from = 0; from <= bytes.length; from += pieceSize) {
      const isLast = from + pieceSize > bytes.length;
      const isInside = isLast && bytes.length === length;
      if (!isInside)
        await this.#pieces?.put(name, piece + from / pieceSize, bytes.subarray(from, from + pieceSize));
    }
    return bytes;
  }
}
