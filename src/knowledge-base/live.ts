/**
 * The live knowledge base: the file that people edit.
 *
 * @module
 */
import { isKbvaultError, KbvaultError } from "../errors.ts";
import { readStable, type StableFile } from "../files/read.ts";
import { byteOrderMarkLength, checkUtf8 } from "../json/encoding.ts";
import { JsonScanner } from "../json/scan.ts";
import { hashAside, PARALLEL_BYTES, sharedMemory } from "./parallel/workers.ts";

/** The live file as it was read. */
export interface LiveFile extends StableFile {
  readonly sha256: string;
}

/** The live file, while its hash is still being worked out. */
export interface ReadFile extends StableFile {
  /** Never rejected before it is awaited. */
  readonly hashing: Promise<string>;
}

/** Reads the live file, never torn; a large one is hashed on another thread. Throws the KB_ errors of `readStable`. */
export async function readAndHash(path: string): Promise<ReadFile> {
  const allocate = (size: number): Uint8Array =>
    size < PARALLEL_BYTES ? Buffer.allocUnsafeSlow(size) : sharedMemory(size);
  const file = await readStable(path, { allocate });
  return { ...file, hashing: hashAside(file.bytes) };
}

/** Reads and hashes the live file. */
export async function readLive(path: string): Promise<LiveFile> {
  const { hashing, ...file } = await readAndHash(path);
  return { ...file, sha256: await hashing };
}

/** The live file, or null where there is none. */
export async function readLiveIfAny(path: string): Promise<LiveFile | null> {
  try {
    return await readLive(path);
  } catch (error) {
    if (isKbvaultError(error, "KB_NOT_FOUND")) return null;
    throw error;
  }
}

/** Throws KB_EMPTY for a text without a value and INVALID_UTF8 for one that is not UTF-8; whether it is JSON, scanning tells. */
export function checkText(bytes: Uint8Array, path: string): void {
  const start = new JsonScanner(bytes).skipWhiteSpace(byteOrderMarkLength(bytes));
  if (start === bytes.length) {
    throw new KbvaultError(
      "KB_EMPTY",
      `${path} is ${bytes.length === 0 ? "empty" : "white space only"}. Nothing was stored. \`kbvault log\` lists versions to restore.`,
      { path, bytes: bytes.length },
    );
  }
  checkUtf8(bytes);
}
