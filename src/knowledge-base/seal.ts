/**
 * Sealed JSON: the form of every record and journal event, which carries the format's number and its own checksum.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { type ErrorData, KbvaultError } from "../errors.ts";

/** Number of the stored format that this kbvault writes, and the newest that it reads. */
export const storeFormat = 1;

/**
 * The stored text of `members`: JSON indented by two spaces with a final newline, `format` first and `checksum` last.
 * The checksum is the SHA-256 of the compact JSON text of all other members, so that an editor or git may change
 * indentation and line ends without breaking the seal.
 *
 * @param format number of the format, for files that are no part of a store and have one of their own.
 */
export function seal(members: object, format: number = storeFormat): Buffer {
  const content = { format, ...members };
  const sealed = { ...content, checksum: checksumOf(content) };
  return Buffer.from(`${JSON.stringify(sealed, null, 2)}\n`);
}

/**
 * The members of a sealed text, `format` and `checksum` taken off. The values are still to be guarded.
 *
 * @param file name of the blob, for the messages.
 * @param known newest format of such files that is read.
 * @throws KbvaultError FORMAT_TOO_NEW (`data.file`, `data.format`), STORE_DAMAGED (`data.file`)
 */
export function unseal(bytes: Uint8Array, file: string, known: number = storeFormat): object {
  const value = parse(bytes, file);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw damaged(file, "it holds no JSON object");
  const { checksum, ...content } = value as Record<string, unknown>;
  const { format, ...members } = content;
  refuseNewer(format, known, file);
  if (format !== known) throw damaged(file, `its format is ${JSON.stringify(format)}`);
  if (checksum !== checksumOf(content)) throw damaged(file, "its content does not match its checksum");
  return members;
}

/** A STORE_DAMAGED error about the blob `file` (`data.file`); `what`, in `data.reason`, completes "is damaged:". */
export function damaged(file: string, what: string, data: ErrorData = {}): KbvaultError {
  return new KbvaultError(
    "STORE_DAMAGED",
    `${file} is damaged: ${what}. Nothing was changed. \`kbvault verify --read-data\` names what it affects.`,
    { file, reason: what, ...data },
  );
}

function refuseNewer(format: unknown, known: number, file: string): void {
  if (typeof format !== "number" || format <= known) return;
  throw new KbvaultError(
    "FORMAT_TOO_NEW",
    `${file} has format ${format}; this kbvault knows format ${known}. It was left untouched. Use the kbvault that wrote it; if none newer ever did, the file is damaged.`,
    { file, format },
  );
}

function parse(bytes: Uint8Array, file: string): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw damaged(file, bytes.byteLength === 0 ? "it is empty" : "it is not JSON");
  }
}

function checksumOf(content: object): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex");
}
