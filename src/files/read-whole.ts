import { errnoOf, readError } from "./errno.ts";
import { type FilePort, nodeFiles } from "./port.ts";

/** A part of a file: `length` bytes from byte `offset` on. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/**
 * The bytes of a file that never changes once it has its name, or of a part of it; null when there is no such
 * file. Where the file ends early, fewer bytes come back.
 *
 * @throws KbvaultError IO_ERROR (`data.errno`, `data.path`)
 */
export async function readWhole(
  path: string,
  range?: ByteRange,
  port: FilePort = nodeFiles,
): Promise<Buffer | null> {
  try {
    const handle = await port.open(path, "r");
    try {
      const offset = range?.offset ?? 0;
      const bytes = Buffer.allocUnsafe(range?.length ?? Number((await handle.stat({ bigint: true })).size));
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
