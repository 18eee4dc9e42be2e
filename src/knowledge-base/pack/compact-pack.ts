/**
 * Compaction of a pack: the same raw bytes at the same offsets, with zeros wherever no version reads.
 *
 * Zeros deflate to next to nothing, so the pack shrinks by what is dead in it, and no run list has to change.
 *
 * @module
 */
import type { PackInfo } from "../record.ts";
import type { ByteRange } from "./byte-source.ts";
import { encodeMember, inflateMember, memberUnits } from "./gzip-member.ts";
import { decodePackIndex, encodePackIndex, type PackIndex } from "./pack-index.ts";
import { type BuiltPack, joinSections } from "./pack-writer.ts";
import { lastAtOrBefore } from "./unit-starts.ts";

/** Members are compressed anew at this level: most are zeros, and the store is locked meanwhile. */
const LEVEL = 6;

/**
 * The pack whose stored form is `blob`, compacted. Run list and id hashes are taken over as they are.
 *
 * @param used ranges of the raw bytes that are read; ascending and apart from each other.
 * @param file name of the blob, for messages. Throws STORE_DAMAGED naming it.
 */
export function compactPack(
  blob: Buffer,
  sections: PackInfo,
  used: readonly ByteRange[],
  file: string,
): BuiltPack {
  const section = ([offset, length]: readonly [number, number]): Buffer =>
    blob.subarray(offset, offset + length);
  const index = decodePackIndex(section(sections.index), file);
  const starts = Float64Array.from(used, ({ offset }) => offset);
  const members = Array.from({ length: index.members }, (_, number) => {
    const stored = section([index.storedOffsets[number]!, difference(index.storedOffsets, number)]);
    return compactMember(stored, index, number, usedIn(used, starts, index, number), file);
  });
  const sizes = {
    raw: members.map((_, number) => difference(index.rawOffsets, number)),
    stored: members.map((member) => member.length),
    units: members.map((_, number) => difference(index.unitOffsets, number)),
  };
  const [runs, ids] = [section(sections.runs), section(sections.ids)];
  const indexSection = encodePackIndex(sizes, index.containers, index.outside);
  return joinSections(members, { runs, ids, index: indexSection }, sections.bytes);
}

/** A member with zeros outside `used`; as it is where all of it is used. */
function compactMember(
  stored: Buffer,
  index: PackIndex,
  number: number,
  used: readonly ByteRange[],
  file: string,
): Buffer {
  const base = index.rawOffsets[number]!;
  const length = difference(index.rawOffsets, number);
  if (used.reduce((sum, range) => sum + range.length, 0) === length) return stored;
  const kept = Buffer.alloc(length);
  if (used.length > 0) {
    const raw = inflateMember(stored, file);
    for (const { offset, length: size } of used)
      raw.copy(kept, offset - base, offset - base, offset - base + size);
  }
  return encodeMember(kept, memberUnits(stored, file), LEVEL);
}

/** The parts of `used` inside a member; `starts` are their offsets. */
function usedIn(
  used: readonly ByteRange[],
  starts: Float64Array,
  index: PackIndex,
  number: number,
): readonly ByteRange[] {
  const [base, end] = [index.rawOffsets[number]!, index.rawOffsets[number + 1]!];
  const parts: ByteRange[] = [];
  for (let at = Math.max(0, lastAtOrBefore(starts, base)); at < used.length; at++) {
    const range = used[at]!;
    if (range.offset >= end) break;
    const from = Math.max(base, range.offset);
    const to = Math.min(end, range.offset + range.length);
    if (from < to) parts.push({ offset: from, length: to - from });
  }
  return parts;
}

function difference(sums: Float64Array, index: number): number {
  return sums[index + 1]! - sums[index]!;
}
