/**
 * Puts the bytes of a whole version together, pack by pack: every member that is needed is inflated once.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { KbvaultError } from "../../errors.ts";
import { decodeMember } from "../pack/gzip-member.ts";
import type { PackIndex } from "../pack/pack-index.ts";
import type { PackReader } from "../pack/pack-reader.ts";
import type { RunList } from "../pack/run-list.ts";
import type { VersionRecord } from "../record.ts";
import type { Packs } from "./packs.ts";

/** Neighbouring members are read together up to this many stored bytes. */
const BATCH_BYTES = 4 * 1024 * 1024;

/** A range of a pack's raw bytes and where it goes. */
interface Copy {
  readonly offset: number;
  readonly length: number;
  readonly position: number;
}

/** Members of one pack that are read together, and what is copied from them. */
export interface MemberBatch {
  readonly reader: PackReader;
  readonly index: PackIndex;
  readonly first: number;
  readonly end: number;
  readonly copies: readonly Copy[];
}

/** Inflates batches and copies their bytes to `target`. */
export type BatchCopier = (batches: readonly MemberBatch[], target: Uint8Array) => Promise<void>;

/** Copies one batch after the other on this thread. */
export const copyHere: BatchCopier = async (batches, target) => {
  for (const batch of batches)
    copyBatch(batch, await batch.reader.readStored(batch.first, batch.end), target);
};

/**
 * The bytes of a version, checked against its SHA-256.
 *
 * @throws KbvaultError STORE_DAMAGED when a pack is missing or damaged, or the bytes are not those that were stored.
 */
export async function assemble(
  record: VersionRecord,
  packs: Packs,
  copy: BatchCopier = copyHere,
): Promise<Buffer> {
  const runs = await packs.runs(record.versionId);
  const target = Buffer.allocUnsafeSlow(record.bytes);
  await copy(await planBatches(runs, packs), target);
  const sha256 = createHash("sha256").update(target).digest("hex");
  if (sha256 === record.sha256) return target;
  throw new KbvaultError(
    "STORE_DAMAGED",
    `The bytes of ${record.versionId} are not those that were stored. Nothing was written. Run \`kbvault verify --read-data\`.`,
    { versionId: record.versionId, sha256, expected: record.sha256 },
  );
}

async function planBatches(runs: RunList, packs: Packs): Promise<MemberBatch[]> {
  const byPack = new Map<string, Copy[]>();
  for (const [index, { pack, offset, length }] of runs.runs.entries()) {
    const copy = { offset, length, position: runs.positions[index]! };
    const copies = byPack.get(pack);
    if (copies === undefined) byPack.set(pack, [copy]);
    else copies.push(copy);
  }
  const batches: MemberBatch[] = [];
  for (const [pack, copies] of byPack) {
    const reader = await packs.reader(pack);
    batches.push(...batchesOf(reader, await reader.index(), copies));
  }
  return batches;
}

function* batchesOf(reader: PackReader, index: PackIndex, copies: readonly Copy[]): Generator<MemberBatch> {
  const ordered = copies.toSorted((one, other) => one.offset - other.offset);
  let batch: { first: number; end: number; copies: Copy[] } | null = null;
  for (const copy of ordered) {
    for (let member = index.memberAt(copy.offset); member < index.members; member++) {
      const base = index.rawOffsets[member]!;
      const memberEnd = index.rawOffsets[member + 1]!;
      if (base >= copy.offset + copy.length) break;
      const start = Math.max(copy.offset, base);
      const part = {
        offset: start,
        length: Math.min(copy.offset + copy.length, memberEnd) - start,
        position: copy.position + start - copy.offset,
      };
      const fits =
        batch !== null && member <= batch.end && storedLength(index, batch.first, member + 1) <= BATCH_BYTES;
      if (batch !== null && fits) {
        batch.end = Math.max(batch.end, member + 1);
        batch.copies.push(part);
      } else {
        if (batch !== null) yield { reader, index, ...batch };
        batch = { first: member, end: member + 1, copies: [part] };
      }
    }
  }
  if (batch !== null) yield { reader, index, ...batch };
}

function storedLength(index: PackIndex, first: number, end: number): number {
  return index.storedOffsets[end]! - index.storedOffsets[first]!;
}

function copyBatch(batch: MemberBatch, stored: Buffer, target: Uint8Array): void {
  const { index, first, end, copies, reader } = batch;
  let copied = 0;
  for (let member = first; member < end; member++) {
    const base = index.rawOffsets[member]!;
    const memberEnd = index.rawOffsets[member + 1]!;
    const start = index.storedOffsets[member]! - index.storedOffsets[first]!;
    const bytes = stored.subarray(start, index.storedOffsets[member + 1]! - index.storedOffsets[first]!);
    const { raw } = decodeMember(bytes, reader.name, memberEnd - base);
    for (let copy = copies[copied]; copy !== undefined && copy.offset < memberEnd; copy = copies[++copied]) {
      target.set(raw.subarray(copy.offset - base, copy.offset - base + copy.length), copy.position);
    }
  }
}
