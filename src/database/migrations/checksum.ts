/**
 * Checksums of migrations, over text in which only what matters is left.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** Name of the way in which checksums are made now; stored beside each, so that a later way can tell them apart. */
export const checksumAlgorithm = "sha256-text-1";

/**
 * SHA-256, in hexadecimal, of the text without a byte order mark, with line feeds as line ends, without white space at
 * the end of lines and without empty lines at the end. What an editor or git changes by itself changes nothing here.
 */
export function checksumOf(text: string): string {
  return createHash("sha256").update(normalize(text)).digest("hex");
}

/** The text that `checksumOf` hashes. */
export function normalize(text: string): string {
  return `${text
    .replace(/^\uFEFF/, "")
    .replace(/[ \t\f\v]*(?:\r\n|\r|\n)/g, "\n")
    .trimEnd()}\n`;
}
