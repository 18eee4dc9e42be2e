/**
 * Durable, atomic writing: after success the bytes survive a power cut, after a failure the old state stands.
 *
 * @module
 */
import { basename, dirname, join } from "node:path";
import { KbvaultError } from "../errors.ts";
import { errnoOf, writeError } from "./errno.ts";
import { type FilePort, nodeFiles, type OpenFile } from "./port.ts";
import { randomId } from "./random-id.ts";

/** Bytes to write: one piece, or pieces in order. */
export type Chunks = Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** How to write a file durably. */
export interface WriteOptions {
  /** Never replace an existing file; default false. */
  readonly exclusive?: boolean;
  /** Permission bits of the new file, set exactly; default 0o666 without the umask. */
  readonly mode?: number;
  /** Owner of the new file. Where the system does not allow it, the writer stays the owner. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** Whether to wait for the disk; default true. Without it the file is atomic, and after a power cut it may hold anything. */
  readonly sync?: boolean;
  /** Called when the bytes are safe beside the target and nothing has been replaced yet; throwing abandons the write. */
  readonly beforeRename?: () => Promise<void>;
  /** Default: the real file system. */
  readonly port?: FilePort;
}

/** How names of files begin that are not finished; whoever lists a folder passes over them. */
export const temporaryPrefix = ".tmp-";

/**
 * Writes `chunks` to `path`: temporary file in the same folder, all bytes, length check, fsync, close, rename
 * (`exclusive`: link), fsync of the folder. Resolves to false when `exclusive` and the name was taken, else to true.
 *
 * A failed fsync is not tried again, for the kernel may have dropped the bytes and report success the second
 * time (Rebello et al., "Can Applications Recover from fsync Failures?", USENIX ATC 2020).
 *
 * @throws KbvaultError NO_SPACE, STORE_NOT_WRITABLE, IO_ERROR (`data.errno`, `data.path`), and whatever `chunks` or
 *   `beforeRename` throw. The target is untouched then, unless the last fsync (of the folder) is what failed:
 *   `data.renamed` is true, the new file is in place, and only its survival of a power cut is not certain.
 * @example
 * ```ts
 * await writeFileDurably("notes.json", Buffer.from("{}\n"));
 * ```
 */
export async function writeFileDurably(
  path: string,
  chunks: Chunks,
  options: WriteOptions = {},
): Promise<boolean> {
  const port = options.port ?? nodeFiles;
  const temporary = join(dirname(path), temporaryPrefix + (await randomId(12)));
  try {
    await writeTemporary(port, temporary, chunks, options);
    await options.beforeRename?.();
    if (options.exclusive) {
      const linked = await linkIfAbsent(port, temporary, path);
      await abandon(port, temporary);
      if (!linked) return false;
    } else {
      await port.rename(temporary, path);
    }
  } catch (error) {
    await abandon(port, temporary);
    throw writeError(error, path);
  }
  if (options.sync === false) return true;
  await syncNames(dirname(path), port).catch((error: unknown) => {
    throw notSurelyDurable(error, path);
  });
  return true;
}

/**
 * Waits until the names in `folder` survive a power cut. Windows cannot do it and needs it less: NTFS logs them.
 *
 * @throws KbvaultError NO_SPACE, STORE_NOT_WRITABLE, IO_ERROR
 */
export async function syncFolder(folder: string, port: FilePort = nodeFiles): Promise<void> {
  await syncNames(folder, port).catch((error: unknown) => {
    throw writeError(error, folder);
  });
}

async function syncNames(folder: string, port: FilePort): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await port.open(folder, "r");
  try {
    await handle.sync();
  } catch (error) {
    // Some network file systems do not know fsync of a folder and say so with EINVAL.
    if (errnoOf(error) !== "EINVAL") throw error;
  } finally {
    await handle.close();
  }
}

/** Creates `folder` and those above it that are missing, each durably. */
export async function createFolder(folder: string, port: FilePort = nodeFiles): Promise<void> {
  if (await isFolder(folder, port)) return;
  const above = dirname(folder);
  if (above !== folder) await createFolder(above, port);
  try {
    await port.mkdir(folder);
    await syncFolder(above, port);
  } catch (error) {
    // Another process may have been first.
    if (errnoOf(error) !== "EEXIST" || !(await isFolder(folder, port))) throw writeError(error, folder);
  }
}

async function isFolder(path: string, port: FilePort): Promise<boolean> {
  return port.stat(path, { bigint: true }).then(
    (stat) => stat.isDirectory(),
    () => false,
  );
}

async function writeTemporary(
  port: FilePort,
  temporary: string,
  chunks: Chunks,
  options: WriteOptions,
): Promise<void> {
  const handle = await port.open(temporary, "wx", options.mode === undefined ? 0o666 : options.mode & 0o777);
  try {
    let written = 0;
    for await (const chunk of chunks instanceof Uint8Array ? [chunks] : chunks) {
      await writeAll(handle, chunk);
      written += chunk.byteLength;
    }
    await setOwnerAndMode(handle, options);
    const { size } = await handle.stat({ bigint: true });
    if (size !== BigInt(written)) throw lengthMismatch(temporary, written, size);
    if (options.sync !== false) await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeAll(handle: OpenFile, chunk: Uint8Array): Promise<void> {
  let offset = 0;
  while (offset < chunk.byteLength) {
    const { bytesWritten } = await handle.write(chunk, offset, chunk.byteLength - offset);
    // A system that takes nothing without an error would be asked for ever; the length check reports it.
    if (bytesWritten === 0) return;
    offset += bytesWritten;
  }
}

async function setOwnerAndMode(handle: OpenFile, { owner, mode }: WriteOptions): Promise<void> {
  if (owner !== undefined) {
    const now = await handle.stat({ bigint: true });
    if (now.uid !== BigInt(owner.uid) || now.gid !== BigInt(owner.gid)) {
      await handle.chown(owner.uid, owner.gid).catch((error: unknown) => {
        if (errnoOf(error) !== "EPERM") throw error;
      });
    }
  }
  // After chown, which clears the set-user-id bits.
  if (mode !== undefined) await handle.chmod(mode & 0o7777);
}

async function linkIfAbsent(port: FilePort, temporary: string, path: string): Promise<boolean> {
  try {
    await port.link(temporary, path);
    return true;
  } catch (error) {
    if (errnoOf(error) !== "EEXIST") throw error;
    return false;
  }
}

async function abandon(port: FilePort, temporary: string): Promise<void> {
  // A left temporary file harms nobody, and the error that led here says more than this one could.
  await port.unlink(temporary).catch(() => {});
}

function lengthMismatch(temporary: string, written: number, size: bigint): KbvaultError {
  return new KbvaultError(
    "IO_ERROR",
    `${basename(temporary)} holds ${size} bytes after ${written} were written. Nothing was committed. Check the disk.`,
    { errno: null, path: temporary, written, size: Number(size) },
  );
}

function notSurelyDurable(error: unknown, path: string): unknown {
  const errno = errnoOf(error);
  if (errno === null) return error;
  return new KbvaultError(
    "IO_ERROR",
    `${path} is written, but the system could not confirm that its name survives a power cut (${errno}). Check the disk.`,
    { errno, path, renamed: true },
    { cause: error },
  );
}
