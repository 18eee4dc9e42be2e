/**
 * The file-system calls that the store makes, as an interface, so that tests can record them and let them fail.
 *
 * @module
 */
import type { BigIntStats, Dirent } from "node:fs";
import { link, mkdir, open, readdir, realpath, rename, stat, unlink } from "node:fs/promises";

/** An open file or folder. `FileHandle` of node:fs/promises is one. */
export interface OpenFile {
  read(
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesRead: number }>;
  /** Writes behind what was written before; may write less than asked. */
  write(buffer: Uint8Array, offset: number, length: number): Promise<{ readonly bytesWritten: number }>;
  sync(): Promise<void>;
  stat(options: { readonly bigint: true }): Promise<BigIntStats>;
  chmod(mode: number): Promise<void>;
  chown(uid: number, gid: number): Promise<void>;
  close(): Promise<void>;
}

/** FilePort is every call on paths that kbvault makes for live file, store and lock; errors carry an errno as `code`. */
export interface FilePort {
  open(path: string, flags: string | number, mode?: number): Promise<OpenFile>;
  stat(path: string, options: { readonly bigint: true }): Promise<BigIntStats>;
  realpath(path: string): Promise<string>;
  readdir(path: string, options: { readonly withFileTypes: true }): Promise<Dirent[]>;
  mkdir(path: string): Promise<unknown>;
  /** Gives the file a second name; EEXIST when that name is taken. */
  link(path: string, newPath: string): Promise<void>;
  rename(path: string, newPath: string): Promise<void>;
  unlink(path: string): Promise<void>;
}

/** The real file system. */
export const nodeFiles: FilePort = { open, stat, realpath, readdir, mkdir, link, rename, unlink };
