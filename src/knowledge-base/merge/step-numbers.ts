/**
 * Step numbers: members by which the elements of an array count themselves. Where all sides count without a gap, a number
 * says nothing but the place, so it is left out of the comparison and counted anew in the result.
 *
 * @module
 */
import { JsonMembers, type JsonTree } from "../../json/tree.ts";
import type { IdentityOf } from "../diff/identity.ts";
import type { Lists } from "./pairing.ts";
import type { Part } from "./part.ts";

/** The member that counts, and the number of the first element. */
export interface StepNumbers {
  readonly field: string;
  readonly first: number;
}

/** How the elements of all sides count themselves, or null where one of them does not, or not without a gap. */
export function stepNumbersOf({ base, ours, theirs }: Lists, identityOf: IdentityOf): StepNumbers | null {
  const some = ours[0] ?? theirs[0];
  const field = some === undefined ? null : fieldOf(some.tree, identityOf);
  if (field === null) return null;
  const first = numberIn(some?.tree ?? null, field);
  if (first === null) return null;
  const counts = (parts: readonly Part[]): boolean =>
    parts.every(
      ({ tree }, place) => fieldOf(tree, identityOf) === field && numberIn(tree, field) === first + place,
    );
  return counts(base) && counts(ours) && counts(theirs) ? { field, first } : null;
}

function fieldOf(tree: JsonTree, identityOf: IdentityOf): string | null {
  const identity = identityOf(tree);
  return identity?.kind === "position" ? identity.field : null;
}

function numberIn(tree: JsonTree, field: string): number | null {
  if (!(tree instanceof JsonMembers)) return null;
  const at = tree.keys.indexOf(field);
  const value = tree.values[at];
  return typeof value === "number" && tree.keys.lastIndexOf(field) === at ? value : null;
}
