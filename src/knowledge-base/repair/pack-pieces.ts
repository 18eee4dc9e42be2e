/**
 * A pack put together of pieces: each member and section that is sound is kept, and each that is not is taken from another
 * copy, made anew of raw bytes that a document holds, or corrected where a single byte of it is wrong.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { encodeMember, inflateMember, memberUnits } from "../pack/gzip-member.ts";
import type { PackPlace } from "../pack/pack-file.ts";
import { decodePackIndex, encodePackIndex, MAX_SECTION_BYTES, type PackIndex } from "../pack/pack-index.ts";
import { levelOf } from "../pack/pack-writer.ts";
import { decodeRunList } from "../pack/run-list.ts";
import { decodeUnitStarts, encodeUnitStarts } from "../pack/unit-starts.ts";
import type { PackInfo } from "../record.ts";
import type { Found } from "./copies.ts";
import { columnsOf, type KnownBytes } from "./known-bytes.ts";
import type { OneByteSearch } from "./one-byte.ts";

/** A pack as it can be put back. */
export interface RepairedPack {
  readonly bytes: Buffer;
  /** Where things stand in it; the same as before where the bytes are the very ones. */
  readonly info: PackInfo;
  /** Where its bytes come from, in a phrase. */
  readonly how: string;
  /** Raw bytes that are zeros because they are found nowhere: versions that need them stay lost. */
  readonly unknown: number;
}

/** What there is to make a pack of. */
export interface PackSources {
  /** The file itself first, where it is there, then other copies. */
  readonly copies: readonly Found[];
  readonly known: KnownBytes;
  readonly search: OneByteSearch;
  /** Put zeros in place of raw bytes that are found nowhere, so that versions come back which do not need them. */
  readonly withGaps: boolean;
}

/** The pack at `place`, of a version of `bytes` bytes; null where a piece of it is found nowhere. */
export function packOfPieces(place: PackPlace, bytes: number, sources: PackSources): RepairedPack | null {
  const collector = new PieceCollector(place.file, sources);
  const { file, sections: pack } = place;
  const indexBytes = collector.piece(pack.index, (piece) => {
    const index = decodePackIndex(piece, file);
    return index.rawBytes === pack.bytes && index.storedOffsets[index.members] === pack.runs[0];
  });
  if (indexBytes === null) return null;
  const index = decodePackIndex(indexBytes, file);
  const runs = collector.piece(pack.runs, (piece) => {
    decodeRunList(gunzip(piece), file, bytes);
    return true;
  });
  const ids = collector.piece(
    pack.ids,
    (piece) => gunzip(piece).length === 4 * (index.unitOffsets[index.members] ?? 0),
  );
  if (runs === null || ids === null) return null;
  const members: Buffer[] = [];
  for (let number = 0; number < index.members; number++) {
    const member = collector.member(index, number);
    if (member === null) return null;
    members.push(member);
  }
  return {
    ...joined({ members, runs, ids, index, indexBytes }, collector.how()),
    unknown: collector.unknown,
  };
}

interface Pieces {
  readonly members: readonly Buffer[];
  readonly runs: Buffer;
  readonly ids: Buffer;
  readonly index: PackIndex;
  readonly indexBytes: Buffer;
}

/** Members may have got other sizes, where zlib compresses otherwise than it did then: the index says so. */
function joined(pieces: Pieces, how: string): Omit<RepairedPack, "unknown"> {
  const { members, runs, ids, index } = pieces;
  const sameSizes = members.every(({ length }, at) => length === sizeOf(index.storedOffsets, at));
  const indexBytes = sameSizes ? pieces.indexBytes : withSizes(index, members);
  const bytes = Buffer.concat([...members, runs, ids, indexBytes]);
  const start = members.reduce((sum, { length }) => sum + length, 0);
  const info: PackInfo = {
    bytes: index.rawBytes,
    size: bytes.length,
    sha256: sha256Of(bytes),
    runs: [start, runs.length],
    index: [start + runs.length + ids.length, indexBytes.length],
    ids: [start + runs.length, ids.length],
  };
  return { bytes, info, how };
}

/** SHA-256 as records name it. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

class PieceCollector {
  readonly #file: string;
  readonly #sources: PackSources;
  readonly #how = new Map<string, number>();
  /** Raw bytes that were found nowhere. */
  unknown = 0;

  constructor(file: string, sources: PackSources) {
    this.#file = file;
    this.#sources = sources;
  }

  /** The piece at `place` of the file, from the first copy in which it is sound, or corrected. */
  piece(
    [offset, length]: readonly [number, number],
    check: (bytes: Buffer) => boolean,
    otherwise: () => Buffer | null = () => null,
  ): Buffer | null {
    const isSound = (bytes: Buffer): boolean => passes(() => check(bytes));
    const candidates = this.#sources.copies
      .map(({ bytes, where }) => ({ bytes: bytes.subarray(offset, offset + length), where }))
      .filter(({ bytes }) => bytes.length === length);
    const sound = candidates.find(({ bytes }) => isSound(bytes));
    if (sound !== undefined) return this.#from(sound.where, sound.bytes);
    const made = otherwise();
    if (made !== null) return made;
    for (const { bytes } of candidates) {
      const corrected = this.#sources.search.find(bytes, isSound);
      if (corrected !== null) return this.#from("one byte corrected, as its checksum proves", corrected);
    }
    return null;
  }

  /** Member `number`, of which the index says where it is and what it holds. */
  member(index: PackIndex, number: number): Buffer | null {
    const length = sizeOf(index.rawOffsets, number);
    const units = sizeOf(index.unitOffsets, number);
    const place = [index.storedOffsets[number]!, sizeOf(index.storedOffsets, number)] as const;
    return this.piece(
      place,
      (bytes) =>
        inflateMember(bytes, this.#file).length === length &&
        decodeUnitStarts(memberUnits(bytes, this.#file), 0).offsets.length === units,
      () => this.#encoded(index, number, place),
    );
  }

  /** Where the pieces come from; sound ones of the file itself go without saying. */
  how(): string {
    const places = [...this.#how]
      .filter(([where]) => where !== itself)
      .map(([where, count]) => (count === 1 ? where : `${where} (${count} pieces)`));
    const gaps = this.unknown === 0 ? [] : [`${this.unknown} bytes are found nowhere and are left out`];
    return [...places, ...gaps].join("; ");
  }

  #from(where: string, bytes: Buffer): Buffer {
    this.#how.set(where, (this.#how.get(where) ?? 0) + 1);
    return bytes;
  }

  /** The member compressed anew, of raw bytes that a document holds. */
  #encoded(index: PackIndex, number: number, place: readonly [number, number]): Buffer | null {
    const offset = index.rawOffsets[number]!;
    const { known, withGaps } = this.#sources;
    const length = sizeOf(index.rawOffsets, number);
    const found = withGaps ? known.readSome(offset, length) : known.read(offset, length);
    const units = found === null ? null : this.#unitsOf(index, number, place);
    if (found === null || units === null) return null;
    this.unknown += found.unknown;
    return this.#from(
      `the bytes of ${found.where}`,
      encodeMember(found.bytes, units, levelOf(index.rawBytes)),
    );
  }

  /** The unit starts of a member: from its header, where that is sound, else from the documents. */
  #unitsOf(index: PackIndex, number: number, [start, size]: readonly [number, number]): Uint8Array | null {
    const count = sizeOf(index.unitOffsets, number);
    const offset = index.rawOffsets[number]!;
    for (const { bytes } of this.#sources.copies) {
      const member = bytes.subarray(start, start + size);
      const isSound = passes(
        () => decodeUnitStarts(memberUnits(member, this.#file), 0).offsets.length === count,
      );
      if (isSound) return memberUnits(member, this.#file);
    }
    const units = this.#sources.known.unitsIn(offset, sizeOf(index.rawOffsets, number));
    const { offsets, numbers, containers } = columnsOf(units, index.containers);
    if (units.length !== count || containers.length !== index.containers.length) return null;
    return encodeUnitStarts({ offsets, containers: numbers }, 0, count, offset);
  }
}

/** What a copy is called that is the damaged file itself. */
export const itself = "";

function withSizes(index: PackIndex, members: readonly Buffer[]): Buffer {
  const sizesOf = (offsets: Float64Array): number[] => members.map((_, at) => sizeOf(offsets, at));
  const sizes = {
    raw: sizesOf(index.rawOffsets),
    stored: members.map(({ length }) => length),
    units: sizesOf(index.unitOffsets),
  };
  return encodePackIndex(sizes, index.containers, index.outside);
}

function sizeOf(offsets: Float64Array, at: number): number {
  return offsets[at + 1]! - offsets[at]!;
}

function gunzip(bytes: Buffer): Buffer {
  return gunzipSync(bytes, { maxOutputLength: MAX_SECTION_BYTES });
}

/** Whether `check` holds; whatever it throws about bytes that are wrong means that it does not. */
function passes(check: () => boolean): boolean {
  try {
    return check();
  } catch {
    return false;
  }
}
