/**
 * Records, events and the marker: sealed files, which say by themselves whether they are what was written.
 *
 * @module
 */
import { decodeEvent } from "../journal.ts";
import { decodeRecord, versionOfRecordName } from "../record.ts";
import { newestStoreFormat, seal, unseal } from "../seal.ts";
import type { BlobStorage } from "../storage/storage.ts";
import { decodeMarker, markerName } from "../store.ts";
import { type Copies, copiesOf } from "./copies.ts";
import type { OneByteSearch } from "./one-byte.ts";

/** A sealed file as it can be put back. */
export interface RepairedFile {
  readonly bytes: Buffer;
  readonly how: string;
  /** Whether a checksum proves that it is what was written. */
  readonly exact: boolean;
}

/** The file `name` as it was written: from a copy, or with its one wrong byte corrected; or null. */
export async function sealedFile(
  storage: BlobStorage,
  name: string,
  copies: Copies,
  search: OneByteSearch,
): Promise<RepairedFile | null> {
  for await (const { bytes, where } of copiesOf(copies, name)) {
    if (isSealed(bytes, name)) return { bytes, how: where, exact: true };
  }
  const own = await storage.get(name);
  if (own === null || isOfAnother(own, name)) return null;
  const corrected = search.find(own, (candidate) => isSealed(candidate, name));
  if (corrected !== null)
    return { bytes: corrected, how: "one byte corrected, as its checksum proves", exact: true };
  return name === markerName ? readableMarker(own) : null;
}

/** Whether the file `name` is there and sound by itself. */
export async function isSealedThere(storage: BlobStorage, name: string): Promise<boolean> {
  const bytes = await storage.get(name);
  return bytes !== null && isSealed(bytes, name);
}

/** Whether `bytes` are those of a sound sealed file of this name. */
function isSealed(bytes: Uint8Array, name: string): boolean {
  try {
    if (name === markerName) decodeMarker(bytes);
    else if (versionOfRecordName(name) === null) decodeEvent(bytes, name);
    else decodeRecord(bytes, name);
    return true;
  } catch {
    return false;
  }
}

/** Whether `bytes` are a sound sealed file, only not of this name. */
function isOfAnother(bytes: Uint8Array, name: string): boolean {
  try {
    unseal(bytes, name, newestStoreFormat);
    return true;
  } catch {
    return false;
  }
}

/** A marker that can still be read, sealed again: nothing proves its id, and without it backups would miss it. */
function readableMarker(own: Buffer): RepairedFile | null {
  const text = own.toString("latin1");
  const storeId = /"storeId": "([0-9a-z]{20})"/.exec(text)?.[1];
  const createdAt = /"createdAt": "([-0-9T:.]{23}Z)"/.exec(text)?.[1];
  if (storeId === undefined || createdAt === undefined) return null;
  const bytes = seal({ storeId, createdAt });
  return isSealed(bytes, markerName)
    ? { bytes, how: "its id as far as it can be read, sealed again", exact: false }
    : null;
}
