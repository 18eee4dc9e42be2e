/**
 * The plan of a version whose bytes are not JSON: a safety version of a broken file.
 *
 * @module
 */

import { appendRun, PENDING, type Run } from "../pack/run-list.ts";
import { noUnitStarts } from "../pack/unit-starts.ts";
import type { Base } from "./align.ts";
import { digestOf } from "./blocks.ts";
import type { VersionPlan } from "./plan.ts";

/** Plans any bytes: blocks of the base at the beginning and the end are shared, what lies between is new. */
export function planOpaque(live: Uint8Array, base: Base): VersionPlan {
  const { blocks } = base;
  let start = 0;
  let first = 0;
  while (first < blocks.length && isBlock(live, start, blocks[first]!)) start += blocks[first++]!.length;
  let end = live.length;
  let last = blocks.length;
  while (
    last > first &&
    end - blocks[last - 1]!.length >= start &&
    isBlock(live, end - blocks[last - 1]!.length, blocks[last - 1]!)
  ) {
    end -= blocks[--last]!.length;
  }
  const runs: Run[] = [];
  for (const run of base.content.runs.slice(0, start)) appendRun(runs, run);
  appendRun(runs, { pack: PENDING, offset: 0, length: end - start });
  const suffix = live.length - end;
  for (const run of base.content.runs.slice(base.content.length - suffix, suffix)) appendRun(runs, run);
  const literals = end > start ? [live.subarray(start, end)] : [];
  return {
    runs,
    pack: { literals, units: noUnitStarts, idHashes: new Uint32Array(0), containers: [] },
    blocks: [],
    entryCount: 0,
    changed: [],
  };
}

function isBlock(
  live: Uint8Array,
  at: number,
  block: { readonly length: number; readonly digest: string },
): boolean {
  return at + block.length <= live.length && digestOf(live.subarray(at, at + block.length)) === block.digest;
}
