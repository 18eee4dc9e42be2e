/**
 * The order in which records and events were written, whatever the clocks said.
 *
 * @module
 */
import type { Linked } from "../chain.ts";

/** A record or event, and when its clock said that it was written. */
interface Dated extends Linked {
  /** ISO 8601 in UTC. */
  readonly at: string;
}

/**
 * The items, each after everything that it follows, and by time where the chain does not say (topological order, Kahn
 * 1962).
 *
 * @param series items without a chain whose order is known otherwise: each list in its order.
 */
export function inOrder<Item extends Dated>(
  items: readonly Item[],
  series: readonly (readonly Item[])[],
): readonly Item[] {
  const followers = new Map<string, string[]>(items.map(({ file }) => [file, []]));
  const waiting = new Map<string, number>(items.map(({ file }) => [file, 0]));
  const wait = (file: string, before: string): void => {
    const after = followers.get(before);
    if (after === undefined) return;
    after.push(file);
    waiting.set(file, (waiting.get(file) ?? 0) + 1);
  };
  for (const { file, follows } of items) for (const link of follows ?? []) wait(file, link.file);
  for (const list of series)
    list.slice(1).forEach(({ file }, index) => {
      wait(file, list[index]!.file);
    });

  const byFile = new Map(items.map((item) => [item.file, item]));
  // The earliest last, where taking it away costs nothing: a store may have a hundred thousand without a chain.
  const ready = items.filter(({ file }) => waiting.get(file) === 0).reverse();
  ready.sort((one, other) => (one.at < other.at ? 1 : one.at > other.at ? -1 : 0));
  const ordered: Item[] = [];
  for (let item = ready.pop(); item !== undefined; item = ready.pop()) {
    ordered.push(item);
    byFile.delete(item.file);
    for (const file of followers.get(item.file) ?? []) {
      const left = (waiting.get(file) ?? 0) - 1;
      waiting.set(file, left);
      const follower = byFile.get(file);
      if (left === 0 && follower !== undefined) ready.splice(placeFor(ready, follower.at), 0, follower);
    }
  }
  // Items that follow each other in a circle were forged; they come last.
  return [...ordered, ...byFile.values()];
}

/** Where an item of `at` goes among `ready`, which are descending: in front of those of the same time. */
function placeFor(ready: readonly Dated[], at: string): number {
  let [from, to] = [0, ready.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (ready[middle]!.at > at) from = middle + 1;
    else to = middle;
  }
  return from;
}
