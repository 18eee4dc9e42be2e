import { PackReader } from "../../../src/knowledge-base/pack/pack-reader.ts";
import {
  buildPack,
  compressContent,
  type PackContent,
} from "../../../src/knowledge-base/pack/pack-writer.ts";
import { PENDING, type Run } from "../../../src/knowledge-base/pack/run-list.ts";
import { type PackInfo, packName } from "../../../src/knowledge-base/record.ts";
import { MemoryStorage } from "../../../src/knowledge-base/storage/memory.ts";

export const versionId = "v1_20250127_120000";
export const sha256 = "a".repeat(64);

/** Containers that `contentOf` knows by number. */
export const containers = [
  { pointer: "/problems", kinds: "oa" },
  { pointer: "/articles", kinds: "oo" },
] as const;

/** New bytes in which a unit begins at each of `offsets`, of container -1 (outside), 0, 1, -1 and so on. */
export function contentOf(
  raw: Uint8Array,
  offsets: readonly number[],
  literalBytes: number = raw.length,
): PackContent {
  const literals: Uint8Array[] = [];
  for (let at = 0; at < raw.length; at += literalBytes) literals.push(raw.subarray(at, at + literalBytes));
  return {
    literals,
    units: {
      offsets: Float64Array.from(offsets),
      containers: Int32Array.from(offsets, (_, index) => (index % 3) - 1),
    },
    idHashes: Uint32Array.from(offsets, (offset) => offset * 7),
    containers,
  };
}

export interface StoredPack {
  readonly file: Buffer;
  readonly info: PackInfo;
  readonly reader: PackReader;
}

/** A pack as a store holds it. */
export async function storedPack(content: PackContent, runs?: readonly Run[]): Promise<StoredPack> {
  const bytes = content.literals.reduce((sum, literal) => sum + literal.length, 0);
  const { chunks, info } = buildPack(
    await compressContent(content),
    runs ?? [{ pack: PENDING, offset: 0, length: bytes }],
    { versionId, sha256, bytes },
  );
  const file = Buffer.concat(chunks);
  return { file, info, reader: await readerOf(file, info) };
}

/** A reader of a pack file with these bytes. */
export async function readerOf(file: Uint8Array, info: PackInfo): Promise<PackReader> {
  const storage = new MemoryStorage();
  await storage.putIfAbsent(packName(versionId), file);
  return new PackReader(storage, { file: packName(versionId), sections: info });
}
