/**
 * Reading a file that other programs may be writing: whole and never torn.
 *
 * @module
 */

import { constants as bufferLimits } from "node:buffer";
import { type BigIntStats, constants } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { KbvaultError } from "../errors.ts";
import { errnoOf } from "./errno.ts";
import { type FilePort, nodeFiles, type OpenFile } from "./port.ts";

/** What the file system says of a file that was read. */
export interface FileStat {
  readonly dev: bigint;
  readonly ino: bigint;
  /** In bytes. */
  readonly size: number;
  /** Time of the last change in nanoseconds since 1970. */
  readonly mtimeNs: bigint;
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** A file's bytes with the state of the file that had them. */
export interface StableFile {
  readonly bytes: Buffer;
  readonly stat: FileStat;
  /** Absolute path without symbolic links. */
  readonly path: string;
}

/** How to read a file stably. */
export interface ReadOptions {
  /** Gives the memory to read into, at least `size` bytes (of shared memory, for instance); default a new Buffer. */
  readonly allocate?: (size: number) => Uint8Array;
  /**
   * Called when the first `upTo` bytes are there, while the next are being read, so that hashing runs alongside.
   * Called with 0 at the beginning of every attempt: what was worked out before is void.
   */
  readonly onRead?: (bytes: Buffer, upTo: number) => void;
  /** Default: the real file system. */
  readonly port?: FilePort;
}

/** Large enough for full speed, small enough that a hash running alongside finds the piece still in the cache. */
const pieceBytes = 4 * 1024 * 1024;
const attempts = 5;

/**
 * Clocks of file systems stand still for up to 10 ms. A file changed twice within one such step shows the same
 * time, so one that changed less than this many ms ago is left to age before it is read.
 */
const settleMs = 20;

/**
 * Reads the regular file at `path` (symbolic links followed) into one buffer of up to 4 GiB.
 * Size, time and inode are compared before and after; a file that changed meanwhile is read again, five times at most.
 *
 * @throws KbvaultError KB_NOT_FOUND, KB_UNREADABLE (also a loop of links), KB_NOT_A_FILE (folder, pipe, socket,
 *   device: never opened, so it cannot block), KB_TOO_LARGE, KB_CHANGING; `data.path` in all, `data.errno` where
 *   the system gave one.
 * @example
 * ```ts
 * const { bytes, stat } = await readStable("data/support_troubleshooting_kb.json");
 * ```
 */
export async function readStable(path: string, options: ReadOptions = {}): Promise<StableFile> {
  const port = options.port ?? nodeFiles;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    try {
      const file = await attemptToRead(path, port, options);
      if (file !== null) return file;
    } catch (error) {
      // It was there a moment ago: some programs replace a file by deleting and creating it.
      const mayComeBack = errnoOf(error) === "ENOENT" && attempt > 1 && attempt < attempts;
      if (!mayComeBack) throw kbError(error, path);
    }
    await pause(5 * 2 ** attempt);
  }
  throw new KbvaultError(
    "KB_CHANGING",
    `${path} changed each of the ${attempts} times that it was read. Nothing was changed here. Wait until the program that writes it is done.`,
    { path, attempts },
  );
}

async function attemptToRead(
  path: string,
  port: FilePort,
  { allocate = Buffer.allocUnsafeSlow, onRead }: ReadOptions,
): Promise<StableFile | null> {
  const resolved = await port.realpath(path);
  // Opening a pipe would wait for its other end, so look first; O_NONBLOCK guards the moment in between.
  refuseNonFile(await port.stat(resolved, { bigint: true }), path);
  const handle = await port.open(resolved, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const before = await settled(handle);
    refuseNonFile(before, path);
    refuseTooLarge(before, path);
    const size = Number(before.size);
    const bytes = viewOf(allocate(size), size);
    if (!(await fill(handle, bytes, onRead))) return null;
    const after = await handle.stat({ bigint: true });
    const named = await statIfPresent(path, port);
    if (named === null || !sameState(before, after) || !sameState(before, named)) return null;
    return { bytes, stat: fileStat(before), path: resolved };
  } finally {
    await handle.close();
  }
}

async function statIfPresent(path: string, port: FilePort): Promise<BigIntStats | null> {
  return port.stat(path, { bigint: true }).catch((error: unknown) => {
    if (errnoOf(error) === "ENOENT") return null;
    throw error;
  });
}

async function settled(handle: OpenFile): Promise<BigIntStats> {
  const stat = await handle.stat({ bigint: true });
  const age = Date.now() - Number(stat.mtimeMs);
  if (age < 0 || age >= settleMs) return stat;
  await pause(settleMs - age);
  return handle.stat({ bigint: true });
}

/** Fills `bytes` from the file's beginning, reading one piece while the one before is being looked at. */
async function fill(handle: OpenFile, bytes: Buffer, onRead: ReadOptions["onRead"]): Promise<boolean> {
  let upTo = 0;
  onRead?.(bytes, upTo);
  let reading = readPiece(handle, bytes, upTo);
  while (upTo < bytes.byteLength) {
    const { bytesRead } = await reading;
    if (bytesRead === 0) return false;
    upTo += bytesRead;
    reading = readPiece(handle, bytes, upTo);
    try {
      onRead?.(bytes, upTo);
    } catch (error) {
      await reading.catch(() => {});
      throw error;
    }
  }
  await reading;
  return true;
}

function readPiece(handle: OpenFile, bytes: Buffer, from: number): Promise<{ readonly bytesRead: number }> {
  const length = Math.min(pieceBytes, bytes.byteLength - from);
  return length === 0 ? Promise.resolve({ bytesRead: 0 }) : handle.read(bytes, from, length, from);
}

function viewOf(memory: Uint8Array, size: number): Buffer {
  return Buffer.from(memory.buffer, memory.byteOffset, size);
}

function sameState(a: BigIntStats, b: BigIntStats): boolean {
  return a.ino === b.ino && a.dev === b.dev && a.size === b.size && a.mtimeNs === b.mtimeNs;
}

function fileStat(stat: BigIntStats): FileStat {
  return {
    dev: stat.dev,
    ino: stat.ino,
    size: Number(stat.size),
    mtimeNs: stat.mtimeNs,
    mode: Number(stat.mode) & 0o7777,
    uid: Number(stat.uid),
    gid: Number(stat.gid),
  };
}

function refuseNonFile(stat: BigIntStats, path: string): void {
  if (stat.isFile()) return;
  const what = stat.isDirectory()
    ? "a folder"
    : stat.isFIFO()
      ? "a pipe"
      : stat.isSocket()
        ? "a socket"
        : "a device";
  throw new KbvaultError("KB_NOT_A_FILE", `${path} is ${what}. Name a regular file.`, { path, what });
}

function refuseTooLarge(stat: BigIntStats, path: string): void {
  if (stat.size <= BigInt(bufferLimits.MAX_LENGTH)) return;
  const message = `${path} has ${stat.size} bytes; ${bufferLimits.MAX_LENGTH} is the most that fits into memory at once. Split it into several files.`;
  throw new KbvaultError("KB_TOO_LARGE", message, {
    path,
    bytes: Number(stat.size),
    limit: bufferLimits.MAX_LENGTH,
  });
}

function kbError(error: unknown, path: string): unknown {
  const errno = errnoOf(error);
  if (errno === null) return error;
  const missing = errno === "ENOENT" || errno === "ENOTDIR";
  return new KbvaultError(
    missing ? "KB_NOT_FOUND" : "KB_UNREADABLE",
    missing
      ? `${path} does not exist. Check the path; \`kbvault restore latest\` brings a lost file back.`
      : `${path} could not be read (${errno}). Check the permissions of the file and of the folders above it.`,
    { path, errno },
    { cause: error },
  );
}
