/**
 * Chain: every record and event names what the store ended with when it was written, with the checksums of that. So
 * nothing that something newer exists for can be changed or removed unnoticed.
 *
 * @module
 */
import { type Guard, isSha256, isText, listOf, orNull, shape } from "./guards.ts";

/** Link names a record or an event, and the checksum that it has. */
export interface Link {
  /** Name of the blob. */
  readonly file: string;
  /** Its seal, which covers its own links. */
  readonly checksum: string;
}

/** A record or an event as a part of the chain. */
export interface Linked extends Link {
  /** What the store ended with before; null where it was written by a kbvault that kept no chain. */
  readonly follows: readonly Link[] | null;
}

/** Whether `value` can be what a record or an event follows. */
export const isFollows: Guard<readonly Link[] | null> = orNull(
  listOf(shape<Link>({ file: isText, checksum: isSha256 })),
);

/** What a store ends with. Plain JSON; `catalog.json` holds it. */
export interface ChainEnd {
  /** What nothing follows yet: one link, more after a merge of two clones, and everything in a store without a chain. */
  readonly heads: readonly Link[];
  /** Names that are followed but were not there: pruned, or missing; should they come back, they are no heads. */
  readonly absent: readonly string[];
}

/** The end of a store without records and events. */
export const emptyChain: ChainEnd = { heads: [], absent: [] };

/** The end after `added` came into the store, in whatever order. */
export function foldChain(end: ChainEnd, added: readonly Linked[]): ChainEnd {
  if (added.length === 0) return end;
  const followed = new Set(end.absent);
  for (const { follows } of added) for (const { file } of follows ?? []) followed.add(file);
  const all = [...end.heads, ...added.map(({ file, checksum }) => ({ file, checksum }))];
  const heads = all.filter(({ file }) => !followed.has(file)).sort((a, b) => (a.file < b.file ? -1 : 1));
  for (const { file } of all) followed.delete(file);
  return { heads, absent: [...followed].sort() };
}
