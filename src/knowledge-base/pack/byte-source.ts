/**
 * ByteSource is what runs point into: the raw bytes of one pack and the units that begin in them.
 *
 * @module
 */
import type { Container } from "../layout/unit-cursor.ts";

/** Where a unit begins in the raw bytes of a pack. */
export interface UnitStart {
  readonly offset: number;
  /** The container of the entry, or null for text outside all entries. */
  readonly container: Container | null;
}

/** A range of raw bytes. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** The raw bytes of one pack, in a store (`PackReader`) or still in memory (`PendingPack`). */
export interface ByteSource {
  /** The raw bytes of `range`. Throws STORE_DAMAGED where they cannot be read. */
  read(range: ByteRange): Promise<Buffer>;
  /** Loads what later calls about `ranges` will need, in few and parallel reads. */
  prefetch(ranges: readonly ByteRange[]): Promise<void>;
  /** The last unit that begins in `range`, or null. */
  lastUnitIn(range: ByteRange): Promise<UnitStart | null>;
  /** The first unit that begins in `range`, or null. */
  firstUnitIn(range: ByteRange): Promise<UnitStart | null>;
  /** Offsets in `range` at which text outside all entries begins, ascending. */
  outsideIn(range: ByteRange): Promise<readonly number[]>;
}
