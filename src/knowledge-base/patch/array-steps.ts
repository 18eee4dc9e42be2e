/**
 * The way from one array to another, step by step.
 *
 * @module
 */
import type { JsonTree } from "../../json/tree.ts";
import type { Slot } from "../diff/slots.ts";

/** One step; every index is that of the array as the steps before have left it. */
export type ArrayStep =
  | { readonly kind: "remove"; readonly index: number }
  | { readonly kind: "move"; readonly from: number; readonly to: number }
  | { readonly kind: "add"; readonly index: number; readonly value: JsonTree };

/** The steps that make the elements of the new side out of those of the old one: removals from the end, moves, additions. */
export function arraySteps(slots: readonly Slot[]): ArrayStep[] {
  const removed: number[] = [];
  const steps: ArrayStep[] = [];
  for (const slot of slots) {
    if (slot.kind === "removed") removed.push(Number(slot.before.token));
    if (slot.kind === "added")
      steps.push({ kind: "add", index: Number(slot.after.token), value: slot.after.value });
  }
  removed.sort((one, other) => other - one);
  return [...removed.map((index): ArrayStep => ({ kind: "remove", index })), ...movesAmong(slots), ...steps];
}

/** An element that leaves its place among those that stay; gap n is behind n of these. */
interface Moving {
  readonly oldGap: number;
  readonly newGap: number;
  /** How many of those that move stand before it on the old side. */
  readonly rank: number;
}

/**
 * The moves among the elements that both sides have, in the order of the new side: each goes behind those that have
 * arrived in its gap. So a gap holds first what has arrived there, then what has yet to leave it.
 */
function movesAmong(slots: readonly Slot[]): ArrayStep[] {
  const moving = movingElements(slots);
  const newGaps = moving.map(({ newGap }) => newGap);
  const oldGaps = moving.map(({ oldGap }) => oldGap).sort((one, other) => one - other);
  const waiting = new Waiting(moving.length);
  return moving.flatMap(({ oldGap, newGap, rank }, arrived): ArrayStep[] => {
    const from = oldGap + Math.min(arrived, countBelow(newGaps, oldGap + 1)) + waiting.before(rank);
    waiting.leave(rank);
    const to = newGap + arrived + waiting.before(countBelow(oldGaps, newGap));
    return from === to ? [] : [{ kind: "move", from, to }];
  });
}

/** The elements that move, in the order of the new side. */
function movingElements(slots: readonly Slot[]): Moving[] {
  const kept: number[] = [];
  const found: { readonly before: number; readonly newGap: number }[] = [];
  for (const [index, slot] of slots.entries()) {
    if (slot.kind === "moved") found.push({ before: slot.before.token, newGap: kept.length });
    else if (slot.kind === "common" && slots[index - 1]?.kind !== "moved")
      kept.push(Number(slot.before.token));
  }
  const olds = found.map(({ before }) => before).sort((one, other) => one - other);
  return found.map(({ before, newGap }) => ({
    oldGap: countBelow(kept, before),
    newGap,
    rank: countBelow(olds, before),
  }));
}

/** How many of `numbers`, which never go down, are below `limit`. */
function countBelow(numbers: readonly number[], limit: number): number {
  let low = 0;
  for (let high = numbers.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Waiting counts the elements that have yet to move, by rank, in logarithmic time.
 *
 * @see P. M. Fenwick, "A new data structure for cumulative frequency tables", Software: Practice and Experience 24, 1994.
 */
class Waiting {
  readonly #left: Int32Array;
  readonly #count: number;

  constructor(count: number) {
    this.#count = count;
    this.#left = new Int32Array(count + 1);
  }

  /** How many of a rank below `rank` wait. */
  before(rank: number): number {
    let waiting = rank;
    for (let at = rank; at > 0; at -= at & -at) waiting -= this.#left[at]!;
    return waiting;
  }

  leave(rank: number): void {
    for (let at = rank + 1; at <= this.#count; at += at & -at) this.#left[at]!++;
  }
}
