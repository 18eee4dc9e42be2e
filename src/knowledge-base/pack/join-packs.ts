/**
 * Joining of two forms of one pack, each of which was compacted by itself: what is zeros in one may stand in the other.
 *
 * @module
 */
import { sha256Of } from "../parallel/tasks.ts";
import type { PackInfo } from "../record.ts";
import { encodeMember, inflateMember, memberUnits } from "./gzip-member.ts";
import { damagedPack } from "./pack-file.ts";
import { decodePackIndex, encodePackIndex, type PackIndex } from "./pack-index.ts";
import { type BuiltPack, joinSections } from "./pack-writer.ts";

/** Members are compressed anew at this level: most are zeros. */
const LEVEL = 6;

/** A pack as it is stored. */
export interface StoredPack {
  /** Name of the blob, for messages. */
  readonly file: string;
  readonly sections: PackInfo;
  readonly blob: Buffer;
}

/** A pack with the bytes of two. */
export interface JoinedPack extends BuiltPack {
  /** Raw bytes that are not zeros. */
  readonly kept: number;
  /** Whether the first one, or the second one, has all of these bytes already. */
  readonly isFirst: boolean;
  readonly isSecond: boolean;
}

/**
 * The pack with every raw byte that one of the two has; null where they are no two forms of one pack. Run list and id hashes
 * are those of the first.
 *
 * @throws KbvaultError STORE_DAMAGED (`data.file`) where a blob does not hold the bytes that were written
 */
export function joinPacks(first: StoredPack, second: StoredPack): JoinedPack | null {
  for (const { blob, sections, file } of [first, second])
    if (sha256Of(blob) !== sections.sha256)
      throw damagedPack(file, "its SHA-256 is not the one that it was written with");
  const [one, other] = [indexOf(first), indexOf(second)];
  if (!isSameCut(one, other)) return null;
  let kept = 0;
  let [isFirst, isSecond] = [true, true];
  const members: Buffer[] = [];
  for (let number = 0; number < one.members; number++) {
    const stored = memberOf(first, one, number);
    const raw = inflateMember(stored, first.file);
    const added = inflateMember(memberOf(second, other, number), second.file);
    if (raw.length !== added.length) return null;
    for (let at = 0; at < raw.length; at++) {
      const [a, b] = [raw[at]!, added[at]!];
      if (a !== b && a !== 0 && b !== 0) return null;
      if (a !== b && a === 0) isFirst = false;
      if (a !== b && b === 0) isSecond = false;
      raw[at] = a | b;
      if (raw[at] !== 0) kept += 1;
    }
    members.push(encodeMember(raw, memberUnits(stored, first.file), LEVEL));
  }
  const sizes = {
    raw: members.map((_, number) => one.rawOffsets[number + 1]! - one.rawOffsets[number]!),
    stored: members.map((member) => member.length),
    units: members.map((_, number) => one.unitOffsets[number + 1]! - one.unitOffsets[number]!),
  };
  const index = encodePackIndex(sizes, one.containers, one.outside);
  const sections = { runs: sectionOf(first, "runs"), ids: sectionOf(first, "ids"), index };
  return { ...joinSections(members, sections, first.sections.bytes), kept, isFirst, isSecond };
}

function isSameCut(one: PackIndex, other: PackIndex): boolean {
  return one.members === other.members && one.rawOffsets.every((at, place) => at === other.rawOffsets[place]);
}

function indexOf(pack: StoredPack): PackIndex {
  return decodePackIndex(sectionOf(pack, "index"), pack.file);
}

function sectionOf({ blob, sections }: StoredPack, name: "runs" | "ids" | "index"): Buffer {
  const [offset, length] = sections[name];
  return blob.subarray(offset, offset + length);
}

function memberOf({ blob }: StoredPack, { storedOffsets }: PackIndex, number: number): Buffer {
  return blob.subarray(storedOffsets[number]!, storedOffsets[number + 1]!);
}
