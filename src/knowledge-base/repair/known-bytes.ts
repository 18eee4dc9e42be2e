/**
 * Raw bytes of packs, found in documents: a file with the hash of a version holds all bytes that its run list names.
 *
 * @module
 */
import type { Layout } from "../layout/layout.ts";
import { type Container, containerKey, UnitCursor } from "../layout/unit-cursor.ts";
import { idHash, NO_ID } from "../pack/id-hash.ts";
import type { RunList } from "../pack/run-list.ts";
import { OUTSIDE } from "../pack/unit-starts.ts";
import type { Found } from "./copies.ts";

/** A version whose bytes were found whole. */
export interface KnownVersion {
  readonly document: Found;
  readonly runs: RunList;
  /** Null where the bytes are not JSON: then no units begin in them. */
  readonly layout: Layout | null;
}

/** A unit that begins in a pack. */
export interface PackUnit {
  /** Among the pack's raw bytes. */
  readonly offset: number;
  readonly container: Container | null;
  readonly idHash: number;
}

/** A range of raw bytes, and where they were found. */
export interface KnownRange extends Found {
  /** How many of them are zeros because no document has them. */
  readonly unknown: number;
}

/** KnownBytes answers for the raw bytes of one pack. */
export class KnownBytes {
  readonly #pack: string;
  readonly #versions: readonly KnownVersion[];

  /** @param pack id of the version whose pack it is. */
  constructor(pack: string, versions: readonly KnownVersion[]) {
    this.#pack = pack;
    this.#versions = versions;
  }

  /** The raw bytes from `offset` on, or null where some of them are known from no document. */
  read(offset: number, length: number): KnownRange | null {
    const range = this.readSome(offset, length);
    return range.unknown === 0 ? range : null;
  }

  /** As `read`, with zeros in place of what is known from no document. */
  readSome(offset: number, length: number): KnownRange {
    const bytes = Buffer.alloc(length);
    const places = new Set<string>();
    let unknown = 0;
    // Each pass continues where the bytes known so far end; the runs of a version may come in any order.
    for (let filled = 0; filled < length; ) {
      const next = this.#from(offset + filled);
      if (next === null) {
        const end = Math.min(length, this.#knownAfter(offset + filled) - offset);
        unknown += end - filled;
        filled = end;
        continue;
      }
      filled += next.bytes.copy(bytes, filled);
      places.add(next.where);
    }
    return { bytes, where: [...places].join(" and "), unknown };
  }

  /** The units that begin in these raw bytes, ascending. */
  unitsIn(offset: number, length: number): readonly PackUnit[] {
    const units = new Map<number, PackUnit>();
    for (const { document, runs, layout } of this.#versions) {
      if (layout === null) continue;
      const cursor = new UnitCursor(document.bytes, layout);
      while (cursor.next()) {
        const at = runs.indexAt(cursor.start);
        const run = runs.runs[at];
        if (run?.pack !== this.#pack) continue;
        const place = run.offset + cursor.start - runs.positions[at]!;
        if (place < offset || place >= offset + length) continue;
        const container = cursor.isEntry ? cursor.container : null;
        const hash = container === null || cursor.id === null ? NO_ID : idHash(container, cursor.id);
        units.set(place, { offset: place, container, idHash: hash });
      }
    }
    return [...units.values()].sort((one, other) => one.offset - other.offset);
  }

  /** Where the next known stretch behind `offset` begins; Infinity where there is none. */
  #knownAfter(offset: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { runs } of this.#versions)
      for (const run of runs.runs)
        if (run.pack === this.#pack && run.offset > offset) next = Math.min(next, run.offset);
    return next;
  }

  /** The longest known stretch that begins at `offset`. */
  #from(offset: number): Found | null {
    let best: Found | null = null;
    for (const { document, runs } of this.#versions) {
      for (const [index, run] of runs.runs.entries()) {
        const skipped = offset - run.offset;
        if (run.pack !== this.#pack || skipped < 0 || skipped >= run.length) continue;
        if (best !== null && best.bytes.length >= run.length - skipped) continue;
        const start = runs.positions[index]! + skipped;
        best = {
          bytes: document.bytes.subarray(start, start + run.length - skipped),
          where: document.where,
        };
      }
    }
    return best;
  }
}

/** Units as columns, with the containers that they name. */
export function columnsOf(
  units: readonly PackUnit[],
  known: readonly Container[] = [],
): {
  readonly offsets: Float64Array;
  readonly numbers: Int32Array;
  readonly idHashes: Uint32Array;
  readonly containers: readonly Container[];
} {
  const containers = [...known];
  const numbers = new Map(containers.map((container, number) => [containerKey(container), number]));
  const numberOf = (container: Container | null): number => {
    if (container === null) return OUTSIDE;
    const key = containerKey(container);
    const number = numbers.get(key) ?? containers.push(container) - 1;
    numbers.set(key, number);
    return number;
  };
  return {
    offsets: Float64Array.from(units, (unit) => unit.offset),
    numbers: Int32Array.from(units, (unit) => numberOf(unit.container)),
    idHashes: Uint32Array.from(units, (unit) => unit.idHash),
    containers,
  };
}
