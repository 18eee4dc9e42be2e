/**
 * Blobs as objects of an S3-compatible object storage.
 *
 * @module
 */
import type { Environment } from "./s3-credentials.ts";
import { partsOf, putParts } from "./s3-parts.ts";
import { putObject } from "./s3-put.ts";
import { listKeys, readObject, readServiceClock, statObject } from "./s3-read.ts";
import { type Patience, S3Requests } from "./s3-requests.ts";
import type { S3Place } from "./s3-url.ts";
import {
  type BlobStat,
  type BlobStorage,
  type ByteRange,
  type Chunks,
  checkBlobName,
  checkPrefix,
  isBlobName,
} from "./storage.ts";

/** Options of S3Storage. */
export interface S3StorageOptions {
  /** Where credentials and region are looked for; `process.env` by default. */
  readonly environment?: Environment;
  /** How long to go on trying; five times in 30 s by default. */
  readonly patience?: Partial<Patience>;
}

/**
 * S3Storage keeps each blob as an object of that name below the prefix of `place`. `If-None-Match: *` decides between two
 * writers, also for blobs larger than 8 MiB, which are sent in parts. With `writers: "single"` it looks before it writes.
 */
export class S3Storage implements BlobStorage {
  readonly url: string;
  readonly folder = null;
  readonly isFolder = false;
  /** Who may write: `many`, or a `single` one where the service has no conditional writes. */
  readonly writers: S3Place["writers"];
  readonly #prefix: string;
  readonly #requests: S3Requests;
  /** With a single writer: the writes underway by name, for its own must not meet either. */
  readonly #turns = new Map<string, Promise<boolean>>();

  constructor(place: S3Place, options: S3StorageOptions = {}) {
    this.url = place.url;
    this.writers = place.writers;
    this.#prefix = place.prefix;
    this.#requests = new S3Requests(place, options.environment, options.patience);
  }

  async get(name: string, range?: ByteRange): Promise<Buffer | null> {
    return readObject(this.#requests, this.#keyOf(name), range);
  }

  async putIfAbsent(name: string, chunks: Chunks): Promise<boolean> {
    const key = this.#keyOf(name);
    if (this.writers === "many") return this.#put(key, chunks, true);
    const before = this.#turns.get(key) ?? Promise.resolve(false);
    const turn = before
      .catch(() => false)
      .then(async () => (await statObject(this.#requests, key)) === null && this.#put(key, chunks, false));
    this.#turns.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(key) === turn) this.#turns.delete(key);
    }
  }

  async list(prefix: string): Promise<readonly string[]> {
    checkPrefix(prefix);
    const keys = await listKeys(this.#requests, this.#prefix + prefix);
    const names = keys
      .filter((key) => key.startsWith(this.#prefix + prefix))
      .map((key) => key.slice(this.#prefix.length));
    // Others may keep objects there whose names no blob has.
    return names.filter((name) => isBlobName(name) && !name.includes("/", prefix.length)).sort();
  }

  async stat(name: string): Promise<BlobStat | null> {
    return statObject(this.#requests, this.#keyOf(name));
  }

  async remove(name: string): Promise<void> {
    await this.#requests.ask({
      method: "DELETE",
      action: "s3:DeleteObject",
      key: this.#keyOf(name),
      accepts: [200, 204, 404],
    });
  }

  async readClock(): Promise<Date> {
    return readServiceClock(this.#requests, this.#prefix);
  }

  /** The two kinds of conditional writes, by themselves, also where a single writer does without them. */
  conditionalPuts(): Readonly<Record<"whole" | "parts", BlobStorage["putIfAbsent"]>> {
    return {
      whole: (name, chunks) => this.#put(this.#keyOf(name), chunks, true),
      parts: (name, chunks) => putParts(this.#requests, this.#keyOf(name), partsOf(chunks), true),
    };
  }

  async #put(key: string, chunks: Chunks, isConditional: boolean): Promise<boolean> {
    const parts = partsOf(chunks);
    const held: Buffer<ArrayBuffer>[] = [];
    try {
      while (held.length < 2) {
        const next = await parts.next();
        if (next.done) return await putObject(this.#requests, key, held[0] ?? Buffer.alloc(0), isConditional);
        held.push(next.value);
      }
      return await putParts(this.#requests, key, inFront(held, parts), isConditional);
    } finally {
      // Whoever gives the chunks may hold a file open.
      await parts.return(undefined);
    }
  }

  #keyOf(name: string): string {
    checkBlobName(name);
    return this.#prefix + name;
  }
}

/** `held`, each let go when it is taken, and then `rest`. */
async function* inFront(
  held: Buffer<ArrayBuffer>[],
  rest: AsyncIterable<Buffer<ArrayBuffer>>,
): AsyncGenerator<Buffer<ArrayBuffer>> {
  for (let one = held.shift(); one !== undefined; one = held.shift()) yield one;
  yield* rest;
}
