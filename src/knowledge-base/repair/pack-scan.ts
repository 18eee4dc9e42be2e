/**
 * A pack read without its record: where its sections stand follows from the gzip members themselves.
 *
 * @module
 */
import { gunzipSync, inflateRawSync } from "node:zlib";
import { isSha256, isText } from "../guards.ts";
import { MAX_SECTION_BYTES } from "../pack/pack-index.ts";
import { isVersionId, type PackInfo } from "../record.ts";
import { sha256Of } from "./pack-pieces.ts";

/** What a pack says of itself and of its version. */
export interface ScannedPack {
  readonly info: PackInfo;
  readonly versionId: string;
  readonly bytes: number;
  readonly sha256: string;
}

const FIXED_HEADER = 10;
const TRAILER = 8;

/** What the pack in `bytes` is; null where it is not whole. */
export function scanPack(bytes: Buffer): ScannedPack | null {
  const ends = memberEnds(bytes);
  const [runs, ids, index] = ends.slice(-3);
  if (runs === undefined || ids === undefined || index === undefined) return null;
  const start = ends.at(-4) ?? 0;
  const version = versionIn(bytes.subarray(start, runs));
  if (version === null) return null;
  const data = ends.slice(0, -3).reduce((sum, end) => sum + bytes.readUInt32LE(end - 4), 0);
  const info: PackInfo = {
    bytes: data,
    size: bytes.length,
    sha256: sha256Of(bytes),
    runs: [start, runs - start],
    index: [ids, index - ids],
    ids: [runs, ids - runs],
  };
  return { ...version, info };
}

/** Where each gzip member ends; none where what follows the last one is no member. */
function memberEnds(bytes: Buffer): readonly number[] {
  const ends: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const isMember =
      bytes[at] === 0x1f && bytes[at + 1] === 0x8b && at + FIXED_HEADER + TRAILER <= bytes.length;
    const hasExtra = bytes[at + 3] === 4;
    if (!isMember || (!hasExtra && bytes[at + 3] !== 0)) return [];
    const body = at + FIXED_HEADER + (hasExtra ? 2 + bytes.readUInt16LE(at + FIXED_HEADER) : 0);
    const length = deflatedLength(bytes.subarray(body));
    if (length === null || body + length + TRAILER > bytes.length) return [];
    at = body + length + TRAILER;
    ends.push(at);
  }
  return ends;
}

/** How many bytes the deflated data takes with which `bytes` begin; null where they do not inflate. */
function deflatedLength(bytes: Buffer): number | null {
  try {
    const { engine } = inflateRawSync(bytes, {
      info: true,
      maxOutputLength: MAX_SECTION_BYTES,
    }) as unknown as { readonly engine: { readonly bytesWritten: number } };
    return engine.bytesWritten;
  } catch {
    return null;
  }
}

function versionIn(section: Buffer): Pick<ScannedPack, "versionId" | "bytes" | "sha256"> | null {
  try {
    const list = JSON.parse(String(gunzipSync(section, { maxOutputLength: MAX_SECTION_BYTES }))) as object;
    const { versionId, bytes, sha256 } = list as Readonly<Record<string, unknown>>;
    if (!isVersionId(versionId) || !isText(sha256) || !isSha256(sha256) || typeof bytes !== "number")
      return null;
    return { versionId, bytes, sha256 };
  } catch {
    return null;
  }
}
