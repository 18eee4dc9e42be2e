/**
 * Content is the bytes of one version as a run list says them, read by position, and the units in them.
 *
 * @module
 */
import type { Container } from "../layout/unit-cursor.ts";
import type { ByteRange, ByteSource } from "../pack/byte-source.ts";
import type { RunList } from "../pack/run-list.ts";

/** A unit of a version: one entry with its separator, or text outside all entries. */
export interface UnitRange {
  readonly start: number;
  readonly end: number;
  /** The container of the entry, or null for text outside all entries. */
  readonly container: Container | null;
}

/** Finds the raw bytes of the pack of a version. */
export type SourceLookup = (pack: string) => Promise<ByteSource>;

/** Content reads only the packs, and of those only the pieces, that a question needs. */
export class Content {
  readonly runs: RunList;
  readonly #sourceOf: SourceLookup;

  constructor(runs: RunList, sourceOf: SourceLookup) {
    this.runs = runs;
    this.#sourceOf = sourceOf;
  }

  /** Size in bytes. */
  get length(): number {
    return this.runs.length;
  }

  /** The bytes from `start` to `end`. */
  async read(start: number, end: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (const run of this.runs.slice(start, end - start))
      parts.push(await (await this.#sourceOf(run.pack)).read(run));
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  }

  /** Loads what questions about `ranges` will need, in few and parallel reads. */
  async prefetch(ranges: readonly { readonly start: number; readonly end: number }[]): Promise<void> {
    const wanted = new Map<string, ByteRange[]>();
    for (const { start, end } of ranges) {
      const from = Math.max(0, start - 1);
      for (const run of this.runs.slice(from, Math.min(this.length, end + 1) - from)) {
        const list = wanted.get(run.pack);
        if (list === undefined) wanted.set(run.pack, [run]);
        else list.push(run);
      }
    }
    await Promise.all([...wanted].map(async ([pack, list]) => (await this.#sourceOf(pack)).prefetch(list)));
  }

  /** Whether a unit begins at `position`. */
  async isUnitStart(position: number): Promise<boolean> {
    const index = this.runs.indexAt(position);
    const run = this.runs.runs[index]!;
    const offset = run.offset + position - this.runs.positions[index]!;
    return (await (await this.#sourceOf(run.pack)).lastUnitIn({ offset, length: 1 })) !== null;
  }

  /** The unit that holds the byte at `position`. */
  async unitAt(position: number): Promise<UnitRange> {
    const { start, container } = await this.#lastUnitStart(position);
    return { start, container, end: await this.#nextUnitStart(position + 1) };
  }

  /** The units that hold at least one byte from `start` to `end`, in order. */
  async unitsIn(start: number, end: number): Promise<UnitRange[]> {
    const units: UnitRange[] = [];
    for (let at = start; at < end; ) {
      const unit = await this.unitAt(at);
      units.push(unit);
      at = unit.end;
    }
    return units;
  }

  /** All text outside entries, joined: the document with its collections empty. */
  async outsideText(): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (const [index, run] of this.runs.runs.entries()) {
      const source = await this.#sourceOf(run.pack);
      for (const offset of await source.outsideIn(run)) {
        const start = this.runs.positions[index]! + offset - run.offset;
        parts.push(await this.read(start, await this.#nextUnitStart(start + 1)));
      }
    }
    return Buffer.concat(parts);
  }

  async #lastUnitStart(position: number): Promise<{ start: number; container: Container | null }> {
    let length = position - this.runs.positions[this.runs.indexAt(position)]! + 1;
    for (let index = this.runs.indexAt(position); index >= 0; index--) {
      const run = this.runs.runs[index]!;
      const unit = await (await this.#sourceOf(run.pack)).lastUnitIn({ offset: run.offset, length });
      if (unit !== null)
        return { start: this.runs.positions[index]! + unit.offset - run.offset, container: unit.container };
      length = this.runs.runs[index - 1]?.length ?? 0;
    }
    return { start: 0, container: null };
  }

  async #nextUnitStart(position: number): Promise<number> {
    if (position >= this.length) return this.length;
    let skipped = position - this.runs.positions[this.runs.indexAt(position)]!;
    for (let index = this.runs.indexAt(position); index < this.runs.runs.length; index++) {
      const run = this.runs.runs[index]!;
      const range = { offset: run.offset + skipped, length: run.length - skipped };
      const unit = await (await this.#sourceOf(run.pack)).firstUnitIn(range);
      if (unit !== null) return this.runs.positions[index]! + unit.offset - run.offset;
      skipped = 0;
    }
    return this.length;
  }
}
