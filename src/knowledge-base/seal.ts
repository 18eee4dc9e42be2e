/**
 * Sealed JSON: the form of every record and journal event, which carries the format's number and its own checksum.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { type ErrorData, KbvaultError } from "../errors.ts";

/** Number of the stored format of records, of the marker and of most events: what every kbvault reads. */
export const storeFormat = 1;

/** The newest number that is read: that of events which no reader may leave out (`formatOfOperation`). */
export const newestStoreFormat = 2;

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
 * @param known newest format of such files that is read; lower ones are, too.
 * @throws KbvaultError FORMAT_TOO_NEW (`data.file`, `data.format`), STORE_DAMAGED (`data.file`)
 */
export function unseal(bytes: Uint8Array, file: string, known: number = storeFormat): object {
  return openSeal(bytes, file, known).members;
}

/** As `unseal`, with the checksum. */
export function openSeal(
  bytes: Uint8Array,
  file: string,
  known: number = storeFormat,
): { readonly members: object; readonly checksum: string } {
  const value = parse(bytes, file);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw damaged(file, "it holds no JSON object");
  const { checksum, ...content } = value as Record<string, unknown>;
  const { format, ...members } = content;
  refuseNewer(value as Record<string, unknown>, known, file);
  if (!Number.isInteger(format) || Number(format) < 1)
    throw damaged(file, `its format is ${JSON.stringify(format)}`);
  const actual = checksumIn(content, file);
  if (checksum !== actual) throw damaged(file, "its content does not match its checksum");
  return { members, checksum: actual };
}

/** The text that the checksum of a sealed file is of; signatures are made over it. */
export function sealedText(bytes: Uint8Array, file: string): string {
  const { checksum: _, ...content } = parse(bytes, file) as Record<string, unknown>;
  return JSON.stringify(content);
}

/** A STORE_DAMAGED error about the blob `file` (`data.file`); `what`, in `data.reason`, completes "is damaged:". */
export function damaged(file: string, what: string, data: ErrorData = {}): KbvaultError {
  return new KbvaultError(
    "STORE_DAMAGED",
    `${file} is damaged: ${what}. Nothing was changed. \`kbvault verify --read-data\` names what it affects.`,
    { file, reason: what, ...data },
  );
}

function refuseNewer({ checksum, ...content }: Record<string, unknown>, known: number, file: string): void {
  const { format } = content;
  if (typeof format !== "number" || format <= known) return;
  // A rotten number must not close the whole store: the checksum proves which one was written.
  for (let written = 1; written <= known; written++) {
    if (checksum === checksumIn({ ...content, format: written }, file))
      throw damaged(file, `its format is ${format} and was written as ${written}`);
  }
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

/** The checksum of what was read; something nested so deeply that it cannot be written was never written by us. */
function checksumIn(content: object, file: string): string {
  try {
    return checksumOf(content);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw damaged(file, "it is nested too deeply");
  }
}

function checksumOf(content: object): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex");
}
