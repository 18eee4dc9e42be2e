/**
 * Reads packs piece by piece.
 *
 * @module
 */
import { gunzipSync } from "node:zlib";
import { KbvaultError } from "../../errors.ts";
import { type PackInfo, packName } from "../record.ts";
import type { BlobStorage } from "../storage/storage.ts";
import type { ByteRange, ByteSource, UnitStart } from "./byte-source.ts";
import { inflateMember, memberUnits } from "./gzip-member.ts";
import { idHash } from "./id-hash.ts";
import { decodePackIndex, fromLittleEndian, MAX_SECTION_BYTES, type PackIndex } from "./pack-index.ts";
import { decodeUnitStarts, lastAtOrBefore, noUnitStarts, OUTSIDE, type UnitStarts } from "./unit-starts.ts";

/** Most inflated members that one reader keeps, about 32 MB. */
const KEPT_RAW = 512;

/** Most stored members that one reader keeps, about 32 MB. */
const KEPT_STORED = 2048;

/** Neighbouring members are read together up to this many stored bytes. */
const READ_BYTES = 1024 * 1024;

/**
 * PackReader reads one stored pack. It keeps the index, the id hashes, the unit starts that it has seen (they are small, and a
 * comparison asks for them in any order), and the members read last, as they are stored and inflated.
 */
export class PackReader implements ByteSource {
  readonly name: string;
  readonly sections: PackInfo;
  readonly #storage: BlobStorage;
  #index: Promise<PackIndex> | undefined;
  #idHashes: Promise<Uint32Array> | undefined;
  readonly #units = new Map<number, UnitStarts>();
  readonly #stored = new Map<number, Buffer>();
  readonly #raw = new Map<number, Buffer>();

  constructor(storage: BlobStorage, versionId: string, sections: PackInfo) {
    this.name = packName(versionId);
    this.sections = sections;
    this.#storage = storage;
  }

  /** The pack's index, read at the first call. */
  index(): Promise<PackIndex> {
    this.#index ??= this.#readSection(this.sections.index).then((section) =>
      decodePackIndex(section, this.name),
    );
    return this.#index;
  }

  /** The JSON text of the run list of the pack's version. */
  async runListText(): Promise<Buffer> {
    return this.#gunzip(await this.#readSection(this.sections.runs));
  }

  /** Hashes of the ids of all units that begin in this pack, in order (see `idHash`); read at the first call. */
  idHashes(): Promise<Uint32Array> {
    this.#idHashes ??= this.#readSection(this.sections.ids).then((section) =>
      fromLittleEndian(this.#gunzip(section)),
    );
    return this.#idHashes;
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
  async readStored(first: number, end: number): Promise<Buffer> {
    const { storedOffsets } = await this.index();
    return this.#readSection([storedOffsets[first]!, storedOffsets[end]! - storedOffsets[first]!]);
  }

  /** The error about this pack that `why` completes. */
  damaged(why: string, cause?: unknown): KbvaultError {
    const message = `${this.name} is damaged: ${why}. Nothing was changed. Run \`kbvault verify --read-data\`.`;
    return new KbvaultError("STORE_DAMAGED", message, { file: this.name }, { cause });
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
    const stored = this.#stored.get(number) ?? (await this.readStored(number, number + 1));
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
    const index = await this.index();
    const stored = await this.readStored(first, end);
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

  async #readSection([offset, length]: readonly [number, number]): Promise<Buffer> {
    const bytes = await this.#storage.get(this.name, { offset, length });
    if (bytes === null) throw this.damaged("the file is missing");
    if (bytes.length !== length) throw this.damaged("the file is shorter than it was written");
    return bytes;
  }

  #gunzip(section: Buffer): Buffer {
    try {
      return gunzipSync(section, { maxOutputLength: MAX_SECTION_BYTES });
    } catch (cause) {
      throw this.damaged("a section does not inflate", cause);
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
