/**
 * Interval arithmetic on two run lists: which bytes two versions share, found without reading one of them.
 *
 * @module
 */
import type { Run, RunList } from "../pack/run-list.ts";
import { firstIndex } from "./bisect.ts";

/** Bytes that both versions have, at `from` in the older and at `to` in the newer. */
export interface SharedRange {
  readonly from: number;
  readonly to: number;
  readonly length: number;
}

/** A range of positions, empty where only a seam is meant. */
export interface Gap {
  readonly start: number;
  readonly end: number;
}

interface PlacedRun {
  /** Which run of its version it is. */
  readonly index: number;
  readonly offset: number;
  readonly length: number;
  readonly position: number;
}

/**
 * The bytes that `older` and `newer` share, in the order of `newer`; neighbours in both are joined. No version uses a
 * byte of a pack twice, so a run that lies inside one of the other version needs no further search: between neighbours
 * that is nearly every run, and the next one lies in the same run or the one behind it.
 */
export function sharedRanges(older: RunList, newer: RunList): SharedRange[] {
  const packs = new Set<string>();
  for (const run of older.runs) packs.add(run.pack);
  let placed: Map<string, PlacedRun[]> | undefined;
  let near = 0;
  const shared: GrowingRange[] = [];
  let to = 0;
  for (const run of newer.runs) {
    const position = to;
    to += run.length;
    if (!packs.has(run.pack)) continue;
    if (!contains(older.runs[near], run) && contains(older.runs[near + 1], run)) near++;
    const outer = older.runs[near];
    if (contains(outer, run)) {
      append(shared, older.positions[near]! + run.offset - outer.offset, position, run.length);
      continue;
    }
    placed ??= byPack(older);
    for (const { candidate, range } of overlaps(run, position, placed.get(run.pack)!)) {
      append(shared, range.from, range.to, range.length);
      near = candidate.index;
    }
  }
  return shared;
}

function contains(outer: Run | undefined, run: Run): outer is Run {
  return (
    outer !== undefined &&
    outer.pack === run.pack &&
    outer.offset <= run.offset &&
    run.offset + run.length <= outer.offset + outer.length
  );
}

/** `shared` the other way round: in the order of the older version, with `from` and `to` exchanged. */
export function reversed(shared: readonly SharedRange[]): SharedRange[] {
  return shared
    .map(({ from, to, length }) => ({ from: to, to: from, length }))
    .sort((one, other) => one.to - other.to);
}

/**
 * Where the newer version (of `length` bytes) differs: ranges that the older one lacks, and seams, at which
 * bytes meet that did not meet there.
 */
export function gapsIn(shared: readonly SharedRange[], length: number): Gap[] {
  const gaps: Gap[] = [];
  let end = 0;
  for (const range of shared) {
    if (range.to > 0) gaps.push({ start: end, end: range.to });
    end = range.to + range.length;
  }
  if (end < length) gaps.push({ start: end, end: length });
  return gaps;
}

function byPack(list: RunList): Map<string, PlacedRun[]> {
  const placed = new Map<string, PlacedRun[]>();
  for (const [index, { pack, offset, length }] of list.runs.entries()) {
    const run = { index, offset, length, position: list.positions[index]! };
    const runs = placed.get(pack);
    if (runs === undefined) placed.set(pack, [run]);
    else runs.push(run);
  }
  for (const runs of placed.values()) runs.sort((one, other) => one.offset - other.offset);
  return placed;
}

function* overlaps(
  run: Run,
  position: number,
  candidates: readonly PlacedRun[],
): Generator<{ readonly candidate: PlacedRun; readonly range: SharedRange }> {
  const end = run.offset + run.length;
  const first = firstIndex(
    candidates.length,
    (index) => candidates[index]!.offset + candidates[index]!.length > run.offset,
  );
  for (let index = first; index < candidates.length; index++) {
    const candidate = candidates[index]!;
    if (candidate.offset >= end) return;
    const start = Math.max(run.offset, candidate.offset);
    const length = Math.min(end, candidate.offset + candidate.length) - start;
    const from = candidate.position + start - candidate.offset;
    yield { candidate, range: { from, to: position + start - run.offset, length } };
  }
}

/** A shared range that the next one may continue. */
interface GrowingRange {
  readonly from: number;
  readonly to: number;
  length: number;
}

function append(shared: GrowingRange[], from: number, to: number, length: number): void {
  const last = shared.at(-1);
  if (last !== undefined && last.from + last.length === from && last.to + last.length === to)
    last.length += length;
  else shared.push({ from, to, length });
}
