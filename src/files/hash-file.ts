/**
 * The hash of a file that need not fit into memory.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { readError } from "./errno.ts";
import { type FilePort, nodeFiles } from "./port.ts";

const pieceBytes = 4 * 1024 * 1024;

/**
 * SHA-256 of the bytes of the file at `path`, as 64 hexadecimal digits; memory for two pieces of 4 MiB is all it takes.
 *
 * @throws KbvaultError IO_ERROR (`data.errno`, `data.path`)
 */
export async function hashFile(path: string, port: FilePort = nodeFiles): Promise<string> {
  const hash = createHash("sha256");
  try {
    const handle = await port.open(path, "r");
    try {
      const pieces = [Buffer.allocUnsafe(pieceBytes), Buffer.allocUnsafe(pieceBytes)] as const;
      let [current, next] = pieces;
      let offset = 0;
      let reading = handle.read(current, 0, pieceBytes, offset);
      for (;;) {
        const { bytesRead } = await reading;
        if (bytesRead === 0) return hash.digest("hex");
        offset += bytesRead;
        reading = handle.read(next, 0, pieceBytes, offset);
        hash.update(current.subarray(0, bytesRead));
        [current, next] = [next, current];
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw readError(error, path);
  }
}
