/**
 * Reading what a ref names: all bytes, one entry, or a copy in another file.
 *
 * @module
 */
import { isKbvaultError } from "../errors.ts";
import { writeFileDurably } from "../files/write.ts";
import { toVersion } from "./catalog.ts";
import { assemble, assembleUnchecked, checkAssembled } from "./content/assemble.ts";
import { EntryFinder } from "./content/find-entry.ts";
import type { Packs } from "./content/packs.ts";
import { type EntryContent, findEntry, idsIn } from "./entry-text.ts";
import { readLive } from "./live.ts";
import { outputFile } from "./output-file.ts";
import { hashAside } from "./parallel/workers.ts";
import { layoutOf } from "./prepare.ts";
import { isLiveRef, resolveRef } from "./refs.ts";
import { readFileSide, type Side } from "./side.ts";
import { type OpenedStore, openStore, type StoreAccess } from "./store-access.ts";
import type { Version } from "./version.ts";

/** A version that was written to another file. */
export interface ExportResult {
  readonly version: Version;
  /** Absolute path of the file. */
  readonly file: string;
  readonly sha256: string;
}

/** The exact bytes of a version, or of a file. */
export async function readContent(access: StoreAccess, side: Side): Promise<Buffer> {
  if (typeof side !== "string" || isLiveRef(side)) return asBuffer((await readFileSide(access, side)).bytes);
  const { catalog, packs } = await openStore(access);
  return assemble(await packs.record(resolveRef(catalog, side).versionId), packs);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** One entry of a version, or of the live file. Throws ENTRY_NOT_FOUND. */
export async function readEntry(access: StoreAccess, ref: string, id: string): Promise<EntryContent> {
  if (isLiveRef(ref)) {
    const { bytes } = await readLive(access.kbPath);
    return findEntry(bytes, layoutOf(bytes, access.reading), id, access.kbPath);
  }
  const { catalog, packs } = await openStore(access);
  const record = await packs.record(resolveRef(catalog, ref).versionId);
  const found = await findInPacks(packs, record.versionId, id);
  if (found !== null) return { id, text: found.toString("utf8") };
  const bytes = await assemble(record, packs);
  return findEntry(bytes, record.layout ?? layoutOf(bytes, access.reading), id, record.versionId);
}

/** Ids of the entries of a version, or of the live file, in their order. */
export async function listEntries(access: StoreAccess, ref: string): Promise<string[]> {
  if (isLiveRef(ref)) {
    const { bytes } = await readLive(access.kbPath);
    return idsIn(bytes, layoutOf(bytes, access.reading));
  }
  const { catalog, packs } = await openStore(access);
  const record = await packs.record(resolveRef(catalog, ref).versionId);
  const bytes = await assemble(record, packs);
  return idsIn(bytes, record.layout ?? layoutOf(bytes, access.reading));
}

/** The text of the entry's value without the version's other bytes; null where they have to be read. */
async function findInPacks(packs: Packs, versionId: string, id: string): Promise<Buffer | null> {
  try {
    return await new EntryFinder(packs, id).find(versionId);
  } catch (error) {
    // What is damaged may belong to other entries; putting all bytes together tells.
    if (isKbvaultError(error, "STORE_DAMAGED")) return null;
    throw error;
  }
}

/** Writes the exact bytes of a version to `file`. Throws USAGE when that is the live file. */
export async function exportVersion(access: StoreAccess, ref: string, file: string): Promise<ExportResult> {
  return exportFrom(access, await openStore(access), ref, file);
}

/** As `exportVersion`, from a store that is open. */
export async function exportFrom(
  access: StoreAccess,
  { catalog, packs }: OpenedStore,
  ref: string,
  file: string,
): Promise<ExportResult> {
  const path = outputFile(access, file);
  const version = resolveRef(catalog, ref);
  const record = await packs.record(version.versionId);
  const bytes = await assembleUnchecked(record, packs);
  // Hashed while it is being written; it gets its name only when the hash is the right one.
  const hashing = hashAside(bytes);
  await writeFileDurably(path, bytes, { beforeRename: async () => checkAssembled(record, await hashing) });
  return { version: toVersion(version, catalog), file: path, sha256: version.sha256 };
}
