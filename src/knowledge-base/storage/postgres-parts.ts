/**
 * Blobs in parts of 1 MiB, as rows of a table hold them.
 *
 * @module
 */
import { type Chunks, checkBlobName } from "./storage.ts";

/** Size of each part but the last, in bytes. Engines that copy rows between machines suffer from larger ones. */
const bytesPerPart = 1_048_576;
/** Parts that are asked for at once, so that no answer takes longer than a statement may. */
const partsPerPage = 16;
const lastPart = 2 ** 31 - 1;

/** Where a blob is in the table. */
export interface BlobPlace {
  /** What precedes the last part of the name: `""`, `"packs/"`. */
  readonly folder: string;
  readonly name: string;
}

/**
 * The place of the blob `name`.
 *
 * @throws KbvaultError USAGE (`data.name`)
 */
export function placeOf(name: string): BlobPlace {
  checkBlobName(name);
  const end = name.lastIndexOf("/") + 1;
  return { folder: name.slice(0, end), name: name.slice(end) };
}

/** All bytes of `chunks`, which may be gone through once only, in parts that can be sent again; an empty blob has one too. */
export async function partsOf(chunks: Chunks): Promise<readonly Buffer[]> {
  const pieces: Uint8Array[] = [];
  for await (const chunk of chunks instanceof Uint8Array ? [chunks] : chunks) pieces.push(Buffer.from(chunk));
  const bytes = Buffer.concat(pieces);
  const count = Math.max(1, Math.ceil(bytes.byteLength / bytesPerPart));
  return Array.from({ length: count }, (_, part) =>
    bytes.subarray(part * bytesPerPart, (part + 1) * bytesPerPart),
  );
}

/** Some parts of a blob that follow each other, and which of their bytes are wanted. */
export interface Page {
  readonly firstPart: number;
  readonly lastPart: number;
  /** Bytes from `start` up to `end`, counted from the beginning of the blob. */
  readonly start: number;
  readonly end: number;
}

/** The page that begins with byte `start`, with no byte from `end` on. */
export function pageOf(start: number, end: number): Page {
  const first = Math.min(Math.floor(start / bytesPerPart), lastPart);
  const last = Math.min(
    Math.max(first, Math.ceil(end / bytesPerPart) - 1),
    first + partsPerPage - 1,
    lastPart,
  );
  return { firstPart: first, lastPart: last, start, end: Math.min(end, (last + 1) * bytesPerPart) };
}

/** The bytes of part `part` that a page wants, in SQL: `$5` is the page's start, `$6` its end, both in bytes. */
export const wantedBytes: string = `substring(content,
  (greatest($5::bigint - part::bigint * ${bytesPerPart}, 0) + 1)::integer,
  (least($6::bigint - part::bigint * ${bytesPerPart}, ${bytesPerPart}) - greatest($5::bigint - part::bigint * ${bytesPerPart}, 0))::integer)`;
