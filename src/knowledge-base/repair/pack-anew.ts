/**
 * A pack made anew of the bytes of its version.
 *
 * @module
 */
import { buildPack, compressContent, type PackContent } from "../pack/pack-writer.ts";
import type { RunList } from "../pack/run-list.ts";
import type { VersionRecord } from "../record.ts";
import type { Found } from "./copies.ts";
import { columnsOf, KnownBytes } from "./known-bytes.ts";
import type { RepairedPack } from "./pack-pieces.ts";

/**
 * The pack of `record`, whose version consists of `runs` and has the bytes of `document`: the raw bytes are those that
 * no other pack brings. Null where the runs of its own pack leave a gap. The very bytes that were written once, as long as
 * zlib compresses as it did then.
 */
export async function packAnew(
  record: VersionRecord,
  runs: RunList,
  document: Found,
): Promise<RepairedPack | null> {
  const { versionId, sha256, bytes, pack, layout } = record;
  const known = new KnownBytes(versionId, [{ document, runs, layout }]);
  const rawBytes = runs.runs.reduce(
    (end, run) => (run.pack === versionId ? Math.max(end, run.offset + run.length) : end),
    0,
  );
  const raw = known.read(0, rawBytes);
  if (raw === null || rawBytes < pack.bytes) return null;
  const { offsets, numbers, idHashes, containers } = columnsOf(known.unitsIn(0, rawBytes));
  const content: PackContent = {
    literals: rawBytes === 0 ? [] : [raw.bytes],
    units: { offsets, containers: numbers },
    idHashes,
    containers,
  };
  const built = buildPack(await compressContent(content), runs.runs, { versionId, sha256, bytes });
  return {
    bytes: Buffer.concat(built.chunks),
    info: built.info,
    how: `the bytes of ${document.where}`,
    unknown: 0,
  };
}
