/**
 * The index of a pack: where its members are, which containers its units belong to, and where text outside
 * all entries begins. Stored as one gzip member: a line of JSON, then columns of 32-bit little-endian numbers.
 *
 * @module
 */
import { gunzipSync, gzipSync } from "node:zlib";
import { KbvaultError } from "../../errors.ts";
import { type Guard, isCount, isText, listOf, shape } from "../guards.ts";
import type { Container } from "../layout/unit-cursor.ts";
import { MEMBER_BYTES } from "./gzip-member.ts";
import { lastAtOrBefore } from "./unit-starts.ts";

/** Most bytes that the index, run list or id hashes of one pack may inflate to; more is taken for an attack. */
export const MAX_SECTION_BYTES: number = 1024 * 1024 * 1024;

/** Sizes of the members of a pack's data, in order. */
export interface MemberSizes {
  readonly raw: readonly number[];
  readonly stored: readonly number[];
  /** How many units start in each member. */
  readonly units: readonly number[];
}

interface IndexHead {
  readonly format: number;
  readonly members: number;
  readonly containers: readonly Container[];
  readonly outside: readonly number[];
}

const isHead: Guard<IndexHead> = shape<IndexHead>({
  format: isCount,
  members: isCount,
  containers: listOf(shape<Container>({ pointer: isText, kinds: isText })),
  outside: listOf(isCount),
});

/** PackIndex finds members by raw offset. */
export class PackIndex {
  readonly containers: readonly Container[];
  /** Raw offsets at which text outside all entries begins, ascending. */
  readonly outside: readonly number[];
  /** Raw offset of each member, and at the end the size of the raw bytes. */
  readonly rawOffsets: Float64Array;
  /** Offset of each member in the pack file, and at the end the size of the data. */
  readonly storedOffsets: Float64Array;
  /** Number of units before each member, and at the end the number of all. */
  readonly unitOffsets: Float64Array;

  constructor(sizes: MemberSizes, containers: readonly Container[], outside: readonly number[]) {
    this.containers = containers;
    this.outside = outside;
    this.rawOffsets = runningSums(sizes.raw);
    this.storedOffsets = runningSums(sizes.stored);
    this.unitOffsets = runningSums(sizes.units);
  }

  get members(): number {
    return this.rawOffsets.length - 1;
  }

  get rawBytes(): number {
    return this.rawOffsets[this.members]!;
  }

  /** Index of the member that holds the raw byte at `offset`. */
  memberAt(offset: number): number {
    return Math.min(lastAtOrBefore(this.rawOffsets, offset), this.members - 1);
  }
}

export function encodePackIndex(
  sizes: MemberSizes,
  containers: readonly Container[],
  outside: readonly number[],
): Buffer {
  const head: IndexHead = { format: 1, members: sizes.raw.length, containers, outside };
  const columns = Uint32Array.from([...sizes.raw, ...sizes.stored, ...sizes.units]);
  return gzipSync(Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), toLittleEndian(columns)]));
}

/** The index that fills `section`. Throws STORE_DAMAGED naming `file`. */
export function decodePackIndex(section: Buffer, file: string): PackIndex {
  try {
    const bytes = gunzipSync(section, { maxOutputLength: MAX_SECTION_BYTES });
    const lineEnd = bytes.indexOf(0x0a);
    const head: unknown = JSON.parse(bytes.toString("utf8", 0, lineEnd));
    if (!isHead(head)) throw new Error("its first line is not what it must be");
    const columns = fromLittleEndian(bytes.subarray(lineEnd + 1));
    if (columns.length !== 3 * head.members)
      throw new Error("the columns have another length than the head says");
    const column = (index: number): number[] => [
      ...columns.subarray(index * head.members, (index + 1) * head.members),
    ];
    const sizes = { raw: column(0), stored: column(1), units: column(2) };
    if (sizes.raw.some((size) => size > MEMBER_BYTES)) throw new Error("a member is larger than any may be");
    return new PackIndex(sizes, head.containers, head.outside);
  } catch (cause) {
    throw new KbvaultError(
      "STORE_DAMAGED",
      `${file} is damaged: its index cannot be read. Run \`kbvault verify --read-data\`.`,
      { file },
      { cause },
    );
  }
}

/** The bytes of `numbers`, 32 bits each, lowest byte first. */
export function toLittleEndian(numbers: Uint32Array): Buffer {
  const bytes = Buffer.allocUnsafe(numbers.length * 4);
  for (const [index, number] of numbers.entries()) bytes.writeUInt32LE(number, index * 4);
  return bytes;
}

/** The other way round of `toLittleEndian`. */
export function fromLittleEndian(bytes: Buffer): Uint32Array {
  const numbers = new Uint32Array(Math.floor(bytes.length / 4));
  for (let index = 0; index < numbers.length; index++) numbers[index] = bytes.readUInt32LE(index * 4);
  return numbers;
}

function runningSums(sizes: readonly number[]): Float64Array {
  const sums = new Float64Array(sizes.length + 1);
  for (const [index, size] of sizes.entries()) sums[index + 1] = sums[index]! + size;
  return sums;
}
