/**
 * Reads packs piece by piece.
 *
 * @module
 */
import type { KbvaultError } from "../../errors.ts";
import type { PackInfo } from "../record.ts";
import type { BlobStorage } from "../storage/storage.ts";
import type { ByteRange, ByteSource, UnitStart } from "./byte-source.ts";
import { inflateMember, memberUnits } from "./gzip-member.ts";
import { idHash } from "./id-hash.ts";
import { damagedPack, PackFile, type PackPlace } from "./pack-file.ts";
import { fromLittleEndian, type PackIndex } from "./pack-index.ts";
import { decodeUnitStarts, lastAtOrBefore, noUnitStarts, OUTSIDE, type UnitStarts } from "./unit-starts.ts";

/** Most inflated members that one reader keeps, about 32 MB. */
const KEPT_RAW = 512;

/** Most stored members that one reader keeps, about 32 MB. */
const KEPT_STORED = 2048;

/** Neighbouring members are read together up to this many stored bytes. */
const READ_BYTES = 1024 * 1024;

/** Stored members and the index of the file that they come from. */
export interface StoredMembers {
  readonly bytes: Buffer;
  readonly index: PackIndex;
}

/**
 * PackReader reads one stored pack. Where its file is replaced by a compacted one meanwhile, it goes on there: raw
 * offsets are the same in both. It keeps the index, the id hashes, the unit starts that it has seen (they are small, and a
 * comparison asks for them in any order), and the members read last, as they are stored and inflated.
 */
export class PackReader implements ByteSource {
  readonly #storage: BlobStorage;
  readonly #movedFrom: (file: string) => Promise<PackPlace | null>;
  #file: PackFile;
  #idHashes: Promise<Uint32Array> | undefined;
  readonly #units = new Map<number, UnitStarts>();
  readonly #stored = new Map<number, Buffer>();
  readonly #raw = new Map<number, Buffer>();

  /** @param movedFrom says where the pack is now, once the blob `file` is gone; null where that is not known. */
  constructor(
    storage: BlobStorage,
    place: PackPlace,
    movedFrom: (file: string) => Promise<PackPlace | null> = () => Promise.resolve(null),
  ) {
    this.#storage = storage;
    this.#movedFrom = movedFrom;
    this.#file = new PackFile(storage, place);
  }

  /** Name of the blob that is read. */
  get name(): string {
    return this.#file.name;
  }

  /** Where things stand in it. */
  get sections(): PackInfo {
    return this.#file.sections;
  }

  /** The pack's index, read at the first call. */
  index(): Promise<PackIndex> {
    return this.#read((file) => file.index());
  }

  /** The JSON text of the run list of the pack's version. */
  runListText(): Promise<Buffer> {
    return this.#read((file) => file.inflated(file.sections.runs));
  }

  /** Hashes of the ids of all units that begin in this pack, in order (see `idHash`); read at the first call. */
  idHashes(): Promise<Uint32Array> {
    this.#idHashes ??= this.#read((file) => file.inflated(file.sections.ids)).then(fromLittleEndian);
    return this.#idHashes;
  }

  /** All bytes of the blob, as they are stored. */
  readBlob(): Promise<Buffer> {
    return this.#read((file) => this.#storage.get(file.name));
  }

  /** Raw offsets of the entries that begin in this pack and, in all likelihood, have this id; ascending. */
  async offsetsOfId(id: string): Promise<number[]> {
    const [{ containers }, hashes] = await Promise.all([this.index(), this.idHashes()]);
    const wanted = new Set(containers.map((container) => idHash(container, id)));
    const offsets: number[] = [];
    if (wanted.size === 0) return offsets;
    for (const [unit, hash] of hashes.entries())
      if (wanted.has(hash)) offsets.push(await this.unitOffset(unit));
    return offsets;
  }

  /** Raw offset of the unit with this number, counted from the first of the pack. */
  async unitOffset(unit: number): Promise<number> {
    const { unitOffsets } = await this.index();
    const member = lastAtOrBefore(unitOffsets, unit);
    const { offsets } = await this.#unitsOf(member);
    const offset = offsets[unit - unitOffsets[member]!];
    if (offset === undefined) throw this.damaged("it has more id hashes than units");
    return offset;
  }

  /** The stored bytes of the members `first` to `end`, not inflated. */
  readStored(first: number, end: number): Promise<StoredMembers> {
    return this.#read(async (file) => {
      const index = await file.index();
      if (index === null) return null;
      const bytes = await file.section([index.storedOffsets[first]!, storedBytes(index, first, end)]);
      return bytes && { bytes, index };
    });
  }

  /** The error about this pack that `why` completes. */
  damaged(why: string, cause?: unknown): KbvaultError {
    return damagedPack(this.name, why, cause);
  }

  async read(range: ByteRange): Promise<Buffer> {
    if (range.length === 0) return Buffer.alloc(0);
    const index = await this.index();
    const end = range.offset + range.length;
    if (end > index.rawBytes)
      throw this.damaged(`it holds ${index.rawBytes} bytes, byte ${end} was asked for`);
    const members = membersIn(index, range);
    await this.#load(members.filter((number) => !this.#raw.has(number) && !this.#stored.has(number)));
    const parts: Buffer[] = [];
    for (const number of members) {
      const base = index.rawOffsets[number]!;
      const raw = await this.#rawOf(number);
      parts.push(raw.subarray(Math.max(0, range.offset - base), Math.min(raw.length, end - base)));
    }
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  }

  async prefetch(ranges: readonly ByteRange[]): Promise<void> {
    const index = await this.index();
    const wanted = new Set<number>();
    for (const range of ranges) {
      for (const number of membersIn(index, range)) if (!this.#units.has(number)) wanted.add(number);
    }
    await this.#load([...wanted].sort((one, other) => one - other));
  }

  async lastUnitIn(range: ByteRange): Promise<UnitStart | null> {
    const index = await this.index();
    for (let number = index.memberAt(range.offset + range.length - 1); number >= 0; number--) {
      const units = await this.#unitsOf(number);
      const at = lastAtOrBefore(units.offsets, range.offset + range.length - 1);
      if (at >= 0) return units.offsets[at]! >= range.offset ? unitStart(units, at, index) : null;
      if (index.rawOffsets[number]! <= range.offset) return null;
    }
    return null;
  }

  async firstUnitIn(range: ByteRange): Promise<UnitStart | null> {
    const index = await this.index();
    const end = range.offset + range.length;
    for (let number = index.memberAt(range.offset); number < index.members; number++) {
      if (index.rawOffsets[number]! >= end) return null;
      const units = await this.#unitsOf(number);
      const at = lastAtOrBefore(units.offsets, range.offset - 1) + 1;
      if (at < units.offsets.length) return units.offsets[at]! < end ? unitStart(units, at, index) : null;
    }
    return null;
  }

  async outsideIn(range: ByteRange): Promise<readonly number[]> {
    const { outside } = await this.index();
    const first = lastAtOrBefore(outside, range.offset - 1) + 1;
    const last = lastAtOrBefore(outside, range.offset + range.length - 1);
    return outside.slice(first, last + 1);
  }

  async #unitsOf(number: number): Promise<UnitStarts> {
    if (!this.#units.has(number)) await this.#load([number]);
    return this.#units.get(number) ?? noUnitStarts;
  }

  async #rawOf(number: number): Promise<Buffer> {
    const kept = this.#raw.get(number);
    if (kept !== undefined) return kept;
    const index = await this.index();
    const stored = this.#stored.get(number) ?? (await this.readStored(number, number + 1)).bytes;
    const raw = inflateMember(stored, this.name);
    if (raw.length !== index.rawOffsets[number + 1]! - index.rawOffsets[number]!)
      throw this.damaged("its members do not fit its index");
    keep(this.#raw, number, raw, KEPT_RAW);
    return raw;
  }

  /** Reads members, ascending, in few and parallel reads; keeps them as they are stored, and their unit starts. */
  async #load(numbers: readonly number[]): Promise<void> {
    if (numbers.length === 0) return;
    const index = await this.index();
    const reads: Promise<void>[] = [];
    for (let from = 0; from < numbers.length; ) {
      const first = numbers[from]!;
      let to = from + 1;
      while (numbers[to] === first + to - from && storedBytes(index, first, numbers[to]! + 1) <= READ_BYTES)
        to++;
      reads.push(this.#loadTogether(first, first + to - from));
      from = to;
    }
    await Promise.all(reads);
  }

  async #loadTogether(first: number, end: number): Promise<void> {
    const { bytes: stored, index } = await this.readStored(first, end);
    for (let number = first; number < end; number++) {
      const start = storedBytes(index, first, number);
      const bytes = stored.subarray(start, start + storedBytes(index, number, number + 1));
      const units = decodeUnitStarts(memberUnits(bytes, this.name), index.rawOffsets[number]!);
      if (units.offsets.length !== index.unitOffsets[number + 1]! - index.unitOffsets[number]!)
        throw this.damaged("its members do not fit its index");
      this.#units.set(number, units);
      keep(this.#stored, number, bytes, KEPT_STORED);
    }
  }

  /** What `read` finds in the file that holds the pack now; `read` says null where the file is gone. */
  async #read<Found>(read: (file: PackFile) => Promise<Found | null>): Promise<Found> {
    for (;;) {
      const file = this.#file;
      const found = await read(file);
      if (found !== null) return found;
      const place = await this.#movedFrom(file.name);
      if (place === null) throw damagedPack(file.name, "the file is missing");
      // Another read may have followed the pack already.
      if (this.#file === file) this.#file = new PackFile(this.#storage, place);
    }
  }
}

/** Numbers of the members that hold bytes of `range`, ascending. */
function membersIn(index: PackIndex, { offset, length }: ByteRange): number[] {
  const first = index.memberAt(offset);
  const last = index.memberAt(offset + Math.max(0, length - 1));
  return first < 0 ? [] : Array.from({ length: last - first + 1 }, (_, place) => first + place);
}

/** Keeps a value, and forgets the one kept longest when there are more than `most`. */
function keep(values: Map<number, Buffer>, number: number, value: Buffer, most: number): void {
  if (values.size >= most) {
    const [oldest] = values.keys();
    if (oldest !== undefined) values.delete(oldest);
  }
  values.set(number, value);
}

function unitStart(units: UnitStarts, at: number, index: PackIndex): UnitStart {
  const container = units.containers[at]!;
  return {
    offset: units.offsets[at]!,
    container: container === OUTSIDE ? null : (index.containers[container] ?? null),
  };
}

function storedBytes(index: PackIndex, first: number, end: number): number {
  return index.storedOffsets[end]! - index.storedOffsets[first]!;
}
