/**
 * Blobs as files in a local folder.
 *
 * @module
 */
import { dirname, join, resolve } from "node:path";
import { errnoOf, readError, writeError } from "../../files/errno.ts";
import { type FilePort, nodeFiles } from "../../files/port.ts";
import { readWhole } from "../../files/read-whole.ts";
import { createFolder, syncFolder, writeFileDurably } from "../../files/write.ts";
import {
  type BlobStat,
  type BlobStorage,
  type ByteRange,
  type Chunks,
  checkBlobName,
  checkPrefix,
  isBlobName,
} from "./storage.ts";

/** FolderStorage keeps each blob as a file of that name below `folder`; folders are created when first needed. */
export class FolderStorage implements BlobStorage {
  readonly url: string;
  readonly folder: string;
  readonly isFolder = true;
  readonly #port: FilePort;

  constructor(folder: string, port: FilePort = nodeFiles) {
    this.url = folder;
    this.folder = resolve(folder);
    this.#port = port;
  }

  async get(name: string, range?: ByteRange): Promise<Buffer | null> {
    return readWhole(this.#pathOf(name), range, this.#port);
  }

  async putIfAbsent(name: string, chunks: Chunks): Promise<boolean> {
    const path = this.#pathOf(name);
    await createFolder(dirname(path), this.#port);
    return writeFileDurably(path, chunks, { exclusive: true, port: this.#port });
  }

  async list(prefix: string): Promise<readonly string[]> {
    checkPrefix(prefix);
    const folder = join(this.folder, prefix);
    try {
      const entries = await this.#port.readdir(folder, { withFileTypes: true });
      const names: string[] = [];
      for (const entry of entries) {
        // Lock, temporary and cache files begin with a dot and so are no blobs.
        if (entry.isFile() && isBlobName(entry.name)) names.push(prefix + entry.name);
      }
      return names.sort();
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === "ENOENT" || errno === "ENOTDIR") return [];
      throw readError(error, folder);
    }
  }

  async stat(name: string): Promise<BlobStat | null> {
    const path = this.#pathOf(name);
    try {
      const { size, mtimeMs } = await this.#port.stat(path, { bigint: true });
      return { bytes: Number(size), writtenAt: new Date(Number(mtimeMs)) };
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === "ENOENT" || errno === "ENOTDIR") return null;
      throw readError(error, path);
    }
  }

  async remove(name: string): Promise<void> {
    const path = this.#pathOf(name);
    try {
      await this.#port.unlink(path);
      await syncFolder(dirname(path), this.#port);
    } catch (error) {
      if (errnoOf(error) !== "ENOENT") throw writeError(error, path);
    }
  }

  #pathOf(name: string): string {
    checkBlobName(name);
    return join(this.folder, name);
  }
}
