/**
 * Where a chain is broken: pure.
 *
 * @module
 */
import type { Link, Linked } from "../chain.ts";

/** ChainBreak is a record or event that is not what something newer says it was. */
export interface ChainBreak {
  readonly kind: "missing" | "changed";
  readonly file: string;
  /** The checksum that it had. */
  readonly checksum: string;
  /** What was written after it and names it; null where it is the head that was expected. */
  readonly followedBy: string | null;
}

/**
 * Every link of `items` that leads to nothing, or to something else, one for each file.
 *
 * @param expected what has to be there besides.
 * @param excused files that may be missing, or other than they were.
 */
export function chainBreaks(
  items: readonly Linked[],
  expected: readonly Link[],
  excused: ReadonlySet<string>,
): readonly ChainBreak[] {
  const checksums = new Map(items.map(({ file, checksum }) => [file, checksum]));
  const breaks = new Map<string, ChainBreak>();
  const follow = (followedBy: string | null, { file, checksum }: Link): void => {
    const found = checksums.get(file);
    if (found === checksum || breaks.has(file) || excused.has(file)) return;
    breaks.set(file, { kind: found === undefined ? "missing" : "changed", file, checksum, followedBy });
  };
  for (const { file, follows } of items) for (const link of follows ?? []) follow(file, link);
  for (const link of expected) follow(null, link);
  return [...breaks.values()].sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** The checksums by which each file is followed. */
export function followedBy(items: readonly Linked[]): ReadonlyMap<string, ReadonlySet<string>> {
  const followed = new Map<string, Set<string>>();
  for (const { file, checksum } of items.flatMap(({ follows }) => follows ?? [])) {
    followed.set(file, (followed.get(file) ?? new Set()).add(checksum));
  }
  return followed;
}
