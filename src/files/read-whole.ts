import { constants } from "node:fs";
import { KbvaultError } from "../errors.ts";
import { errnoOf, readError } from "./errno.ts";
import { type FilePort, nodeFiles } from "./port.ts";

/** A part of a file: `length` bytes from byte `offset` on. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/**
 * The bytes of a file that never changes once it has its name, or of a part of it; null when there is no such
 * file. Where the file ends early, fewer bytes come back, and no more memory is taken than it has bytes.
 *
 * @throws KbvaultError IO_ERROR (`data.errno`, `data.path`), also for a folder, a pipe, a socket or a device
 */
export async function readWhole(
  path: string,
  range?: ByteRange,
  port: FilePort = nodeFiles,
): Promise<Buffer | null> {
  try {
    // Opening a pipe would wait for its other end.
    const handle = await port.open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const stat = await handle.stat({ bigint: true });
      if (!stat.isFile()) throw noFile(path, stat.isDirectory() ? "EISDIR" : "EINVAL");
      const offset = range?.offset ?? 0;
      const left = Math.max(0, Number(stat.size) - offset);
      const bytes = Buffer.allocUnsafe(Math.min(range?.length ?? left, left));
      let filled = 0;
      while (filled < bytes.byteLength) {
        const { bytesRead } = await handle.read(bytes, filled, bytes.byteLength - filled, offset + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return bytes.subarray(0, filled);
    } finally {
      await handle.close();
    }
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === "ENOENT" || errno === "ENOTDIR") return null;
    throw readError(error, path);
  }
}

function noFile(path: string, errno: string): KbvaultError {
  return new KbvaultError(
    "IO_ERROR",
    `${path} is no regular file (${errno}). Nothing was changed. Put back what should be there; \`kbvault verify\` names what is missing.`,
    { path, errno },
  );
}
