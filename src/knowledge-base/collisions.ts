/**
 * Versions that share a number, as after a merge of two clones of a store.
 *
 * @module
 */
import type { VersionSummary } from "./catalog-fold.ts";

/** A number that several versions have. Nothing is lost: each has an id of its own. */
export interface Collision {
  readonly sequence: number;
  /** Ids of all of them, sorted. */
  readonly versionIds: readonly string[];
}

/** The numbers that several of `versions` share; they are ascending by number, then id. */
export function collisionsIn(versions: readonly VersionSummary[]): Collision[] {
  const collisions: Collision[] = [];
  for (let from = 0, to = 0; from < versions.length; from = to) {
    const { sequence } = versions[from]!;
    while (versions[to]?.sequence === sequence) to++;
    if (to - from > 1)
      collisions.push({ sequence, versionIds: versions.slice(from, to).map(({ versionId }) => versionId) });
  }
  return collisions;
}

/** One sentence about a collision. */
export function describeCollision({ sequence, versionIds }: Collision): string {
  return `${versionIds.slice(0, -1).join(", ")} and ${versionIds.at(-1)} share the number ${sequence}, as after a merge of two clones.`;
}

/** How to tell the versions apart from now on, in a sentence. */
export function wayOutOf({ versionIds }: Collision): string {
  return `Nothing is lost: name them by their full ids, or give one a name of its own, as with \`kbvault label NAME ${versionIds.at(-1)}\`.`;
}
