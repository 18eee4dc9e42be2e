/**
 * Alignment of the live document with the version that it came from: which blocks are the same, and for the
 * units in between, which earlier unit each one is.
 *
 * It walks both sides from start to end. While blocks are equal, it goes from block to block by their digests. Where
 * one differs, it reads units on both sides, pairs them by container and id, and returns to blocks at the next
 * block boundary that both sides reach together. What is paired nowhere near is paired at the end, so an entry
 * that moved across the document is found too. Time and memory grow with what differs.
 *
 * @module
 */
import type { Content } from "../content/content.ts";
import type { Layout } from "../layout/layout.ts";
import { type Container, containerKey, UnitCursor, type UnitCursorOptions } from "../layout/unit-cursor.ts";
import { type Block, digestOf } from "./blocks.ts";

/** The version that a new one is described by. */
export interface Base {
  readonly content: Content;
  readonly layout: Layout;
  readonly entryCount: number;
  /** Ids that occur more than once; null when they are too many to name. */
  readonly duplicates: readonly string[] | null;
  readonly blocks: readonly Block[];
}

/** A unit of the base; `start` counts in the base's bytes, `text` holds its bytes. */
export interface BaseUnit {
  readonly key: string;
  readonly isEntry: boolean;
  readonly start: number;
  /** Length of the unit without its separator. */
  readonly valueLength: number;
  readonly text: Buffer;
  readonly block: number;
  /** Whether the next block begins behind it. */
  readonly endsBlock: boolean;
}

/** A unit of the live document; offsets count in its bytes. */
export interface LiveUnit {
  readonly key: string;
  readonly start: number;
  readonly valueEnd: number;
  readonly end: number;
  /** Container of the entry; null for text outside all entries. */
  readonly container: Container | null;
  readonly id: string | null;
  /** The unit of the base that this one was. */
  partner: BaseUnit | null;
}

/** A stretch of the live document: blocks of the base that are unchanged, or units. */
export type Stretch =
  | { readonly kind: "same"; readonly start: number; readonly firstBlock: number; readonly endBlock: number }
  | {
      readonly kind: "units";
      readonly start: number;
      readonly end: number;
      readonly container: Container | null;
      readonly units: readonly LiveUnit[];
      /** Number of entries that the base has in place of these units. */
      readonly baseEntries: number;
    };

/**
 * Aligns `live` with `base`; a base without blocks makes everything one stretch of new units.
 * Throws INVALID_JSON and DEPTH_LIMIT for what changed; the rest was valid before.
 */
export async function align(
  live: Uint8Array,
  base: Base,
  options: UnitCursorOptions,
): Promise<readonly Stretch[]> {
  const aligner = new Aligner(live, base, options);
  await aligner.run();
  pairLeftovers(aligner.stretches, aligner.leftovers);
  return aligner.stretches;
}

/** Key by which a unit is found on the other side. */
function keyOf(cursor: UnitCursor): string {
  const pointer = cursor.container?.pointer ?? "end";
  if (!cursor.isEntry) return `outside ${pointer}`;
  if (cursor.id !== null) return `entry ${pointer}\n${cursor.id}`;
  return `text ${pointer}\n${digestOf(cursor.scanner.bytes.subarray(cursor.start, cursor.valueEnd))}`;
}

/** The unit that `cursor` has just read. */
export function liveUnit(cursor: UnitCursor): LiveUnit {
  return {
    key: keyOf(cursor),
    start: cursor.start,
    valueEnd: cursor.isEntry ? cursor.valueEnd : cursor.end,
    end: cursor.end,
    container: cursor.isEntry ? cursor.container : null,
    id: cursor.isEntry ? cursor.id : null,
    partner: null,
  };
}

class Aligner {
  readonly stretches: Stretch[] = [];
  readonly leftovers: BaseUnit[] = [];
  readonly #live: Uint8Array;
  readonly #base: Base;
  readonly #options: UnitCursorOptions;
  readonly #blockStarts: Float64Array;

  constructor(live: Uint8Array, base: Base, options: UnitCursorOptions) {
    this.#live = live;
    this.#base = base;
    this.#options = options;
    this.#blockStarts = new Float64Array(base.blocks.length);
    let start = 0;
    for (const [index, block] of base.blocks.entries()) {
      this.#blockStarts[index] = start;
      start += block.length;
    }
  }

  async run(): Promise<void> {
    let block = 0;
    let at = 0;
    while (block < this.#base.blocks.length || at < this.#live.length) {
      const firstBlock = block;
      const start = at;
      while (block < this.#base.blocks.length && this.#isBlockAt(block, at))
        at += this.#base.blocks[block++]!.length;
      if (block > firstBlock) this.stretches.push({ kind: "same", start, firstBlock, endBlock: block });
      if (block < this.#base.blocks.length || at < this.#live.length)
        ({ block, at } = await this.#alignUnits(block, at));
    }
  }

  /** Whether the bytes at `at` are those of the block; the last block must also be the last of the live document. */
  #isBlockAt(number: number, at: number): boolean {
    const block = this.#base.blocks[number]!;
    const end = at + block.length;
    if (end > this.#live.length) return false;
    if (number === this.#base.blocks.length - 1 && end !== this.#live.length) return false;
    return digestOf(this.#live.subarray(at, end)) === block.digest;
  }

  async #alignUnits(firstBlock: number, start: number): Promise<{ block: number; at: number }> {
    const container = this.#base.blocks[firstBlock]?.container ?? null;
    const from = container === null ? {} : { from: { offset: start, container } };
    const cursor = new UnitCursor(this.#live, this.#base.layout, { ...this.#options, ...from });
    const window = new BaseWindow(this.#base, this.#blockStarts, firstBlock);
    await window.loadUpTo(firstBlock + 1);
    const units: LiveUnit[] = [];
    let next = firstBlock;
    for (;;) {
      if (!cursor.next()) {
        next = this.#base.blocks.length;
        await window.loadUpTo(next);
        break;
      }
      const unit = liveUnit(cursor);
      units.push(unit);
      unit.partner = await window.take(unit, cursor.end - start);
      if (unit.partner?.endsBlock !== true) continue;
      next = unit.partner.block + 1;
      if (isAtStartOf(this.#base.blocks[next], cursor) && this.#isBlockAt(next, cursor.end)) break;
      await window.loadUpTo(next + 1);
    }
    window.close(next, units);
    this.leftovers.push(...window.leftovers(next));
    this.stretches.push({
      kind: "units",
      start,
      end: cursor.end,
      container,
      units,
      baseEntries: window.entries(next),
    });
    return { block: next, at: cursor.end };
  }
}

/** Whether `cursor` stands at an entry of the container in which `block` begins. */
function isAtStartOf(block: Block | undefined, cursor: UnitCursor): boolean {
  const { container } = cursor;
  if (!cursor.isAtEntry || container === null || block === undefined || block.container === null)
    return false;
  return containerKey(block.container) === containerKey(container);
}

/** BaseWindow holds the units of the base around a difference; it grows forward while live units find no partner. */
class BaseWindow {
  readonly #base: Base;
  readonly #starts: Float64Array;
  readonly #byKey = new Map<string, BaseUnit[]>();
  readonly #loaded: BaseUnit[] = [];
  readonly #taken = new Set<BaseUnit>();
  readonly #waiting = new Map<string, LiveUnit[]>();
  #nextBlock: number;
  #loadedBytes = 0;

  constructor(base: Base, starts: Float64Array, firstBlock: number) {
    this.#base = base;
    this.#starts = starts;
    this.#nextBlock = firstBlock;
  }

  /** The partner of `unit`, the last of `readBytes` bytes of live units, if it is near; otherwise it waits for one. */
  async take(unit: LiveUnit, readBytes: number): Promise<BaseUnit | null> {
    // Twice as fast as the live side, so that it catches up with a removal of any size in linear time.
    for (;;) {
      const partner = this.#byKey.get(unit.key)?.shift();
      if (partner !== undefined) {
        this.#taken.add(partner);
        return partner;
      }
      if (this.#nextBlock === this.#base.blocks.length || this.#loadedBytes >= 2 * readBytes) break;
      await this.loadUpTo(this.#nextBlock + 1);
    }
    const list = this.#waiting.get(unit.key);
    if (list === undefined) this.#waiting.set(unit.key, [unit]);
    else list.push(unit);
    return null;
  }

  /** Gives back the partners of `units` that are in `endBlock` or behind it: those blocks are not part of the window. */
  close(endBlock: number, units: readonly LiveUnit[]): void {
    for (const unit of units) {
      if (unit.partner !== null && unit.partner.block >= endBlock) unit.partner = null;
    }
  }

  /** Units before `endBlock` that nobody took. */
  leftovers(endBlock: number): BaseUnit[] {
    return this.#loaded.filter((unit) => unit.block < endBlock && !this.#taken.has(unit));
  }

  /** Number of entries before `endBlock`. */
  entries(endBlock: number): number {
    return this.#loaded.filter((unit) => unit.block < endBlock && unit.isEntry).length;
  }

  /** Reads the units of all blocks before `endBlock`. */
  async loadUpTo(endBlock: number): Promise<void> {
    while (this.#nextBlock < Math.min(endBlock, this.#base.blocks.length)) await this.#load();
  }

  async #load(): Promise<void> {
    const number = this.#nextBlock++;
    const block = this.#base.blocks[number]!;
    const start = this.#starts[number]!;
    this.#loadedBytes += block.length;
    const bytes = await this.#base.content.read(start, start + block.length);
    for (const unit of unitsOfBlock(bytes, number, start, block.container, this.#base.layout)) {
      this.#loaded.push(unit);
      const waiting = this.#waiting.get(unit.key)?.shift();
      if (waiting !== undefined) {
        waiting.partner = unit;
        this.#taken.add(unit);
        continue;
      }
      const list = this.#byKey.get(unit.key);
      if (list === undefined) this.#byKey.set(unit.key, [unit]);
      else list.push(unit);
    }
  }
}

function* unitsOfBlock(
  bytes: Buffer,
  block: number,
  start: number,
  container: Container | null,
  layout: Layout,
): Generator<BaseUnit> {
  const from = container === null ? {} : { from: { offset: 0, container } };
  const cursor = new UnitCursor(bytes, layout, { ...from, partial: true });
  while (cursor.next()) {
    yield {
      key: keyOf(cursor),
      isEntry: cursor.isEntry,
      start: start + cursor.start,
      valueLength: (cursor.isEntry ? cursor.valueEnd : cursor.end) - cursor.start,
      text: bytes.subarray(cursor.start, cursor.end),
      block,
      endsBlock: cursor.end === bytes.length,
    };
  }
}

/** Pairs live units without a partner with `leftovers` of other places. */
function pairLeftovers(stretches: readonly Stretch[], leftovers: readonly BaseUnit[]): void {
  const byKey = new Map<string, BaseUnit[]>();
  for (const unit of leftovers) {
    const list = byKey.get(unit.key);
    if (list === undefined) byKey.set(unit.key, [unit]);
    else list.push(unit);
  }
  for (const stretch of stretches) {
    if (stretch.kind === "same") continue;
    for (const unit of stretch.units) unit.partner ??= byKey.get(unit.key)?.shift() ?? null;
  }
}
