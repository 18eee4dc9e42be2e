/**
 * Blocks cut a version into stretches of about 64 KiB that begin at an entry, each with a digest of its bytes.
 * They tell which stretches of the live file are unchanged without reading the version itself.
 *
 * @module
 */
import { hash } from "node:crypto";
import type { Container } from "../layout/unit-cursor.ts";

/** Size from which a block is complete. */
const BLOCK_BYTES = 64 * 1024;

/** Blocks smaller than this are joined to the next one. */
export const SMALLEST_BLOCK: number = BLOCK_BYTES / 2;

/** A stretch of a version's bytes. */
export interface Block {
  readonly length: number;
  /** Container of the entry that the block begins with; null for the block at the beginning of the document. */
  readonly container: Container | null;
  /** SHA-256 of the bytes, in base64. */
  readonly digest: string;
}

/** Where a unit begins, as blocks need it. */
export interface BlockUnit {
  readonly start: number;
  /** Container of the entry, null for text outside all entries. */
  readonly container: Container | null;
}

/** A block that has no digest yet. */
export type BlockRange = Omit<Block, "digest"> & { readonly start: number };

export function digestOf(bytes: Uint8Array): string {
  return hash("sha256", bytes, "base64");
}

/** Cuts the bytes from `start` to `end` into blocks; `units` are those that begin there, the first one at `start`. */
export function cutBlocks(
  units: Iterable<BlockUnit>,
  start: number,
  end: number,
  container: Container | null,
): BlockRange[] {
  const blocks: BlockRange[] = [];
  let first = { start, container };
  for (const unit of units) {
    if (unit.container !== null && unit.start - first.start >= BLOCK_BYTES) {
      blocks.push({ ...first, length: unit.start - first.start });
      first = { start: unit.start, container: unit.container };
    }
  }
  if (end > first.start) blocks.push({ ...first, length: end - first.start });
  return blocks;
}
