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
import { decodeMember } from "./gzip-member.ts";
import { decodePackIndex, fromLittleEndian, MAX_SECTION_BYTES, type PackIndex } from "./pack-index.ts";
import { decodeUnitStarts, lastAtOrBefore, noUnitStarts, OUTSIDE, type UnitStarts } from "./unit-starts.ts";

/** Most inflated members that one reader keeps, about 32 MB. */
const KEPT_MEMBERS = 512;

/** Neighbouring members are read together up to this many stored bytes. */
const READ_BYTES = 1024 * 1024;

interface Member {
  readonly raw: Buffer;
  readonly units: UnitStarts;
}

/** PackReader reads one stored pack; it keeps the index and the members read last. */
export class PackReader implements ByteSource {
  readonly name: string;
  readonly sections: PackInfo;
  readonly #storage: BlobStorage;
  #index: Promise<PackIndex> | undefined;
  readonly #members = new Map<number, Promise<Member>>();

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

  /** Hashes of the ids of all entries that begin in this pack, in order. */
  async idHashes(): Promise<Uint32Array> {
    return fromLittleEndian(this.#gunzip(await this.#readSection(this.sections.ids)));
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
    const parts: Buffer[] = [];
    for (let number = index.memberAt(range.offset); number < index.members; number++) {
      const base = index.rawOffsets[number]!;
      if (base >= end) break;
      const { raw } = await this.#member(number);
      parts.push(raw.subarray(Math.max(0, range.offset - base), Math.min(raw.length, end - base)));
    }
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  }

  async prefetch(ranges: readonly ByteRange[]): Promise<void> {
    const index = await this.index();
    const wanted = new Set<number>();
    for (const range of ranges) {
      const last = index.memberAt(range.offset + Math.max(0, range.length - 1));
      for (
        let number = index.memberAt(range.offset);
        number <= last && wanted.size < KEPT_MEMBERS;
        number++
      ) {
        if (number >= 0 && !this.#members.has(number)) wanted.add(number);
      }
    }
    const numbers = [...wanted].sort((one, other) => one - other);
    const reads: Promise<void>[] = [];
    for (let from = 0; from < numbers.length; ) {
      let to = from + 1;
      while (
        to < numbers.length &&
        numbers[to] === numbers[to - 1]! + 1 &&
        storedBytes(index, numbers[from]!, numbers[to]! + 1) <= READ_BYTES
      )
        to++;
      reads.push(this.#loadTogether(numbers[from]!, numbers[to - 1]! + 1));
      from = to;
    }
    await Promise.all(reads);
  }

  async lastUnitIn(range: ByteRange): Promise<UnitStart | null> {
    const index = await this.index();
    for (let number = index.memberAt(range.offset + range.length - 1); number >= 0; number--) {
      const { units } = await this.#member(number);
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
      const { units } = await this.#member(number);
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

  async #member(number: number): Promise<Member> {
    const kept = this.#members.get(number);
    if (kept !== undefined) return kept;
    const read = this.#readMember(number);
    this.#keep(number, read);
    return read;
  }

  async #readMember(number: number): Promise<Member> {
    return this.#decode(await this.readStored(number, number + 1), number, await this.index());
  }

  async #loadTogether(first: number, end: number): Promise<void> {
    const index = await this.index();
    const stored = await this.readStored(first, end);
    for (let number = first; number < end; number++) {
      const start = index.storedOffsets[number]! - index.storedOffsets[first]!;
      const bytes = stored.subarray(start, start + storedBytes(index, number, number + 1));
      this.#keep(number, Promise.resolve(this.#decode(bytes, number, index)));
    }
  }

  #decode(stored: Buffer, number: number, index: PackIndex): Member {
    const { raw, units } = decodeMember(stored, this.name);
    const base = index.rawOffsets[number]!;
    if (raw.length !== index.rawOffsets[number + 1]! - base)
      throw this.damaged("its members do not fit its index");
    return { raw, units: units.length === 0 ? noUnitStarts : decodeUnitStarts(units, base) };
  }

  #keep(number: number, member: Promise<Member>): void {
    if (this.#members.size >= KEPT_MEMBERS) {
      const [oldest] = this.#members.keys();
      if (oldest !== undefined) this.#members.delete(oldest);
    }
    this.#members.set(number, member);
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
