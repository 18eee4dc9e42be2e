/**
 * The live knowledge base: the file that people edit.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { isKbvaultError, KbvaultError } from "../errors.ts";
import { readStable, type StableFile } from "../files/read.ts";
import { byteOrderMarkLength, checkUtf8 } from "../json/encoding.ts";
import { JsonScanner } from "../json/scan.ts";

/** The live file as it was read. */
export interface LiveFile extends StableFile {
  readonly sha256: string;
}

/** Reads the live file, never torn. Throws the KB_ errors of `readStable`. */
export async function readLive(path: string): Promise<LiveFile> {
  const file = await readStable(path);
  return { ...file, sha256: sha256Of(file.bytes) };
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

/** SHA-256 of `bytes` as 64 hexadecimal digits. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
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
