/**
 * A place for blobs as many machines see it: in memory, with a latency for each request, counted.
 *
 * @module
 */
import { turnName } from "../../dist/knowledge-base/turns/turn-blob.js";

const turnsPrefix = turnName(1).replace(/[^/]*$/, "");

/**
 * How a place answers.
 *
 * @typedef {object} Manner
 * @property {string} name
 * @property {number} requestMs from sending a request to its answer
 * @property {number} bytesPerMs what passes through one connection
 * @property {number} namesPerPage how many names one request of a list brings
 */

/** @type {Readonly<Record<"postgres" | "s3", Manner>>} */
export const manners = {
  postgres: {
    name: "PostgreSQL in the same network",
    requestMs: 1,
    bytesPerMs: 100_000,
    namesPerPage: Number.POSITIVE_INFINITY,
  },
  s3: { name: "S3 in the same region", requestMs: 30, bytesPerMs: 50_000, namesPerPage: 1000 },
};

/** What was asked of a place. @typedef {Record<"get" | "put" | "list" | "stat" | "remove" | "bytesIn" | "bytesOut", number>} Counts */

/** @returns {Counts} */
function noCounts() {
  return { get: 0, put: 0, list: 0, stat: 0, remove: 0, bytesIn: 0, bytesOut: 0 };
}

/** @param {Counts} counts */
export function requestsOf({ get, put, list, stat, remove }) {
  return get + put + list + stat + remove;
}

/** The blobs, by what stands before the last `/` of their names. */
export class Place {
  /** @type {Map<string, Map<string, {bytes: Buffer, writtenAt: Date}>>} */
  #folders = new Map();

  /** @param {string} name */
  get(name) {
    return this.folder(folderOf(name)).get(name);
  }

  /** False where the name is taken. @param {string} name @param {Buffer} bytes @param {Date} writtenAt */
  put(name, bytes, writtenAt) {
    const folder = this.folder(folderOf(name));
    if (folder.has(name)) return false;
    folder.set(name, { bytes, writtenAt });
    return true;
  }

  /** @param {string} prefix */
  folder(prefix) {
    const folder = this.#folders.get(prefix) ?? new Map();
    this.#folders.set(prefix, folder);
    return folder;
  }

  /** A place with the blobs below a prefix and another one alone. @param {string} prefix @param {string} name */
  only(prefix, name) {
    const other = new Place();
    for (const [one, blob] of this.folder(prefix)) other.folder(prefix).set(one, blob);
    const blob = this.get(name);
    if (blob !== undefined) other.folder(folderOf(name)).set(name, blob);
    return other;
  }

  /** The same blobs, which then go ways of their own. */
  copy() {
    const other = new Place();
    for (const [prefix, blobs] of this.#folders)
      for (const [name, blob] of blobs) other.folder(prefix).set(name, blob);
    return other;
  }
}

/** @param {string} name */
function folderOf(name) {
  return name.slice(0, name.lastIndexOf("/") + 1);
}

/**
 * A place seen from one machine; a `BlobStorage` of the library.
 *
 * @implements {import("../../dist/knowledge-base/storage/storage.js").BlobStorage}
 */
export class Connection {
  url = "simulated:";
  folder = null;
  isFolder = false;
  counts = noCounts();
  /** When turns were listed, and when one was asked for, by the clock. */
  marks = { lists: /** @type {number[]} */ ([]), turns: /** @type {number[]} */ ([]) };
  #place;
  #manner;
  #clock;

  /** @param {Place} place @param {Manner} manner @param {import("./virtual-time.mjs").VirtualClock} clock */
  constructor(place, manner, clock) {
    this.#place = place;
    this.#manner = manner;
    this.#clock = clock;
  }

  /** @param {string} name @param {{offset: number, length: number}} [range] */
  async get(name, range) {
    const found = this.#place.get(name)?.bytes;
    const bytes = range === undefined ? found : found?.subarray(range.offset, range.offset + range.length);
    await this.#ask("get", bytes?.length ?? 0, 0);
    return bytes === undefined ? null : Buffer.from(bytes);
  }

  /** @param {string} name @param {import("../../dist/knowledge-base/storage/storage.js").Chunks} chunks */
  async putIfAbsent(name, chunks) {
    const pieces = [];
    for await (const chunk of chunks instanceof Uint8Array ? [chunks] : chunks)
      pieces.push(Buffer.from(chunk));
    const bytes = Buffer.concat(pieces);
    // It is decided on the way: half of the time before, half of it after.
    await this.#clock.sleep(this.#manner.requestMs / 2);
    const isNew = this.#place.put(name, bytes, this.#date());
    if (name.startsWith(turnsPrefix)) this.marks.turns.push(this.#clock.now);
    await this.#ask("put", 0, bytes.length, this.#manner.requestMs / 2);
    return isNew;
  }

  /** @param {string} prefix */
  async list(prefix) {
    const names = [...this.#place.folder(prefix).keys()].sort();
    if (prefix === turnsPrefix) this.marks.lists.push(this.#clock.now);
    const pages = Math.max(1, Math.ceil(names.length / this.#manner.namesPerPage));
    const bytes = names.reduce((sum, name) => sum + name.length, 0);
    for (let page = 0; page < pages; page++) await this.#ask("list", bytes / pages, 0);
    return names;
  }

  /** @param {string} name */
  async stat(name) {
    const blob = this.#place.get(name);
    await this.#ask("stat", 0, 0);
    return blob === undefined ? null : { bytes: blob.bytes.length, writtenAt: blob.writtenAt };
  }

  /** @param {string} name */
  async remove(name) {
    await this.#ask("remove", 0, 0);
    this.#place.folder(folderOf(name)).delete(name);
  }

  async readClock() {
    return this.#date();
  }

  #date() {
    return new Date(Date.UTC(2026, 0, 1) + this.#clock.now);
  }

  /**
   * Counts a request and lets the time pass that it takes.
   *
   * @param {"get" | "put" | "list" | "stat" | "remove"} verb @param {number} bytesIn @param {number} bytesOut @param {number} [ms]
   */
  async #ask(verb, bytesIn, bytesOut, ms = this.#manner.requestMs) {
    this.counts[verb] += 1;
    this.counts.bytesIn += bytesIn;
    this.counts.bytesOut += bytesOut;
    await this.#clock.sleep(ms + (bytesIn + bytesOut) / this.#manner.bytesPerMs);
  }
}
