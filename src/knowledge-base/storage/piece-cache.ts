/**
 * Pieces of blobs in a folder of this machine, so that what was read once is not fetched again.
 *
 * @module
 */
import { hash } from "node:crypto";
import { dirname, join } from "node:path";
import { isKbvaultError } from "../../errors.ts";
import { errnoOf } from "../../files/errno.ts";
import { nodeFiles } from "../../files/port.ts";
import { readWhole } from "../../files/read-whole.ts";
import { writeFileDurably } from "../../files/write.ts";
import { makeOwnFolder } from "./cache-folder.ts";

/** Size of a piece, in bytes; only the last piece of a blob is shorter, and it is never missing. */
export const pieceSize: number = 1024 * 1024;

/** Every file begins with the SHA-256 of the bytes behind it, in hexadecimal. */
const hashLength = 64;

const mostInFile: number = hashLength + pieceSize;

/** How many pieces stay in memory. */
const mostRecent = 8;

/** Old pieces are looked for at the first one that is added, and after each so many bytes. */
const lookAfter = 32 * 1024 * 1024;

/** PieceCache keeps pieces of blobs as files below a folder, the least recently used ones only as long as there is room. */
export class PieceCache {
  readonly #folder: string;
  readonly #mostBytes: number;
  #addedSinceLook = lookAfter;
  /** The pieces that were of use last, by path: neighbours of what is read are mostly read next. */
  readonly #recent = new Map<string, Buffer>();

  /** @param mostBytes how much it may hold; somewhat more for moments. */
  constructor(folder: string, mostBytes: number) {
    this.#folder = folder;
    this.#mostBytes = mostBytes;
  }

  /** A piece; null where it is not there, or is not what was put. */
  async get(blob: string, piece: number): Promise<Buffer | null> {
    const path = this.#pathOf(blob, piece);
    const recent = this.#recent.get(path);
    if (recent !== undefined) return recent;
    const file = await readWhole(path, { offset: 0, length: mostInFile + 1 }).catch(ignore);
    if (file === null || file.length > mostInFile) return null;
    const bytes = file.subarray(hashLength);
    if (file.toString("latin1", 0, hashLength) !== hash("sha256", bytes)) return null;
    this.#remember(path, bytes);
    return bytes;
  }

  /** Keeps a piece, unless the disk does not want it. */
  async put(blob: string, piece: number, bytes: Uint8Array): Promise<void> {
    const path = this.#pathOf(blob, piece);
    try {
      makeOwnFolder(dirname(path));
      const head = Buffer.from(hash("sha256", bytes), "latin1");
      await writeFileDurably(path, [head, bytes], { sync: false, mode: 0o600 });
    } catch (error) {
      if (!isKbvaultError(error) && errnoOf(error) === null) throw error;
      return;
    }
    this.#addedSinceLook += bytes.byteLength;
    if (this.#addedSinceLook < lookAfter) return;
    this.#addedSinceLook = 0;
    await this.#makeRoom();
  }

  /** Removes the pieces of a blob, as far as none is missing before them. */
  async remove(blob: string): Promise<void> {
    for (let piece = 0, isThere = true; isThere; piece++) {
      const path = this.#pathOf(blob, piece);
      this.#recent.delete(path);
      isThere = (await nodeFiles.unlink(path).then(() => true, ignore)) === true;
    }
  }

  /** Removes all pieces. */
  async clear(): Promise<void> {
    this.#recent.clear();
    for (const { path } of await this.#files()) await nodeFiles.unlink(path).catch(ignore);
  }

  #remember(path: string, bytes: Buffer): void {
    this.#recent.set(path, bytes);
    const [oldest] = this.#recent.keys();
    if (this.#recent.size > mostRecent && oldest !== undefined) this.#recent.delete(oldest);
  }

  async #makeRoom(): Promise<void> {
    const files = await this.#files();
    let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    if (bytes <= this.#mostBytes) return;
    for (const file of files.sort((one, other) => one.usedAt - other.usedAt)) {
      // Some room more than is needed, so that it is not looked for each time.
      if (bytes <= this.#mostBytes * 0.8) return;
      await nodeFiles.unlink(file.path).catch(ignore);
      bytes -= file.bytes;
    }
  }

  async #files(): Promise<{ readonly path: string; readonly bytes: number; readonly usedAt: number }[]> {
    const files = [];
    const folders = [this.#folder];
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      const entries = (await nodeFiles.readdir(folder, { withFileTypes: true }).catch(ignore)) ?? [];
      for (const entry of entries) {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) folders.push(path);
        const stat = entry.isFile() ? await nodeFiles.stat(path, { bigint: true }).catch(ignore) : null;
        if (stat !== null) files.push({ path, bytes: Number(stat.size), usedAt: Number(stat.atimeMs) });
      }
    }
    return files;
  }

  #pathOf(blob: string, piece: number): string {
    return join(this.#folder, `${blob}.${piece}`);
  }
}

/** A cache that cannot be read is an empty one. */
function ignore(): null {
  return null;
}
