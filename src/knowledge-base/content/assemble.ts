/**
 * Puts the bytes of a whole version together, pack by pack: every member that is needed is inflated once.
 *
 * @module
 */
import { KbvaultError } from "../../errors.ts";
import type { PackIndex } from "../pack/pack-index.ts";
import type { PackReader } from "../pack/pack-reader.ts";
import type { RunList } from "../pack/run-list.ts";
import { type InflateTask, sha256Of } from "../parallel/tasks.ts";
import { PARALLEL_BYTES, sharedMemory, withWorkers } from "../parallel/workers.ts";
import type { VersionRecord } from "../record.ts";
import type { Packs } from "./packs.ts";

/** Neighbouring members are read together up to this many stored bytes. */
const BATCH_BYTES = 1024 * 1024;

/** Batches that are read or inflated at the same time; bounds the memory they take. */
const BATCHES_AT_ONCE = 6;

/** A range of a pack's raw bytes and where it goes. */
interface Copy {
  readonly offset: number;
  readonly length: number;
  readonly position: number;
}

/** Members of one pack that are read together, and what is copied from them. */
interface MemberBatch {
  readonly reader: PackReader;
  readonly index: PackIndex;
  readonly first: number;
  readonly end: number;
  readonly copies: readonly Copy[];
}

/**
 * The bytes of a version, checked against its SHA-256.
 *
 * @throws KbvaultError STORE_DAMAGED when a pack is missing or damaged, or the bytes are not those that were stored.
 */
export async function assemble(record: VersionRecord, packs: Packs): Promise<Buffer> {
  const bytes = await assembleUnchecked(record, packs);
  checkAssembled(record, sha256Of(bytes));
  return bytes;
}

/** As `assemble`, for those who hash the bytes while they do something else with them, and call `checkAssembled`. */
export async function assembleUnchecked(record: VersionRecord, packs: Packs): Promise<Buffer> {
  const batches = await planBatches(await packs.runs(record.versionId), packs);
  const target =
    record.bytes < PARALLEL_BYTES ? Buffer.allocUnsafeSlow(record.bytes) : sharedMemory(record.bytes);
  await withWorkers(record.bytes, async (workers) => {
    const waiting = [...batches].reverse();
    const copyOn = async (): Promise<void> => {
      for (let batch = waiting.pop(); batch !== undefined; batch = waiting.pop())
        await workers.run(await inflateTask(batch, target));
    };
    await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, copyOn));
  });
  return target;
}

/** Throws STORE_DAMAGED unless `sha256` is that of the version. */
export function checkAssembled(record: VersionRecord, sha256: string): void {
  if (sha256 === record.sha256) return;
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
    const index = await reader.index();
    if (copies.some(({ offset, length }) => offset + length > index.rawBytes))
      throw reader.damaged("a version takes bytes from behind its end");
    batches.push(...batchesOf(reader, index, copies));
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

async function inflateTask(
  { reader, index, first, end, copies }: MemberBatch,
  target: Uint8Array,
): Promise<InflateTask> {
  // The file may be another one by now, with members of other stored sizes; what they hold is the same.
  const { bytes: stored, index: now } = await reader.readStored(first, end);
  const start = now.storedOffsets[first]!;
  const members = Array.from({ length: end - first }, (_, number) => {
    const member = first + number;
    const offset = now.storedOffsets[member]! - start;
    return [
      offset,
      storedLength(now, member, member + 1),
      index.rawOffsets[member + 1]! - index.rawOffsets[member]!,
    ] as const;
  });
  const memberCopies = copies.map(({ offset, length, position }) => {
    const member = index.memberAt(offset);
    return { member: member - first, offset: offset - index.rawOffsets[member]!, length, position };
  });
  return { kind: "inflate", file: reader.name, stored, members, copies: memberCopies, target };
}
