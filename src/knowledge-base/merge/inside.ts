/**
 * What is inside a value on the three sides: who is who, in the cheapest way that tells.
 *
 * @module
 */
import { JsonMembers, type JsonTree } from "../../json/tree.ts";
import { equalValues } from "../diff/compare.ts";
import type { ValueNumbers } from "../diff/equality.ts";
import type { IdentityOf } from "../diff/identity.ts";
import { type Layout, type Pattern, patternsOf } from "../layout/layout.ts";
import { type Lists, listsOf, pairByAlignment, pairByName, type Same } from "./pairing.ts";
import {
  bytesOf,
  isArray,
  isObject,
  type Part,
  partsIn,
  type SharedTrio,
  sameBytes,
  type Trio,
} from "./part.ts";
import { type StepNumbers, stepNumbersOf } from "./step-numbers.ts";

/** Values nested deeper than this are merged as wholes. */
const DEEPEST = 1000;

/** What is known of the container that is being merged. */
export interface Place {
  readonly depth: number;
  readonly layout: Layout;
  /** Its patterns that can still match below. */
  readonly patterns: readonly Pattern[];
  /** Of the trees of all three sides; null above the entries, where there are no trees. */
  readonly numbers: ValueNumbers | null;
  /** A member that is left out of the value, because its number says only which element it is in. */
  readonly counter: string | null;
}

/** Who is who in a container, on all three sides. */
export interface Inside {
  readonly lists: Lists;
  readonly trios: readonly Trio[];
  readonly same: Same;
  readonly counting: StepNumbers | null;
}

/** The place of the whole documents. */
export function rootPlace(layout: Layout): Place {
  return { depth: 0, layout, patterns: patternsOf(layout), numbers: null, counter: null };
}

/** What is inside a trio whose trees are at hand; null where it is to be merged as a whole. */
export function insideByTrees(
  trio: SharedTrio,
  place: Place,
  numbers: ValueNumbers,
  identityOf: IdentityOf,
): Inside | null {
  if (place.depth === DEEPEST) return null;
  if (areAll(trio, isObject)) return insideObjects(trio, place);
  // Elements that both sides added have no base to be placed by.
  if (!areAll(trio, isArray) || trio.base === null) return null;
  const lists = listsOf(trio, (part) => partsIn(part, entryLayout(place)));
  const counting = stepNumbersOf(lists, identityOf);
  const counter = counting?.field ?? null;
  const numberOfPart = (part: Part): number => numberOf(part.tree, numbers, counter);
  const trios = pairByAlignment(lists, { numbers, identityOf }, numberOfPart);
  return { lists, trios, counting, same: sameIn({ numbers, counter }) };
}

/** The members or entries of a trio above the entries, by name; null where it has to be merged by its values. */
export function insideByName(trio: SharedTrio, place: Place): Inside | null {
  if (place.patterns.length === 0) return null;
  if (areAll(trio, isObject)) return insideObjects(trio, place);
  if (!areAll(trio, isArray) || !holdsEntries(place)) return null;
  const lists = listsOf(trio, (part) => partsIn(part, place.layout));
  const all = [...lists.base, ...lists.ours, ...lists.theirs];
  if (all.some(({ entry }) => entry?.hasId !== true)) return null;
  const same = sameIn(place);
  return { lists, trios: pairByName(lists, ({ entry }) => entry!.id, same), same, counting: null };
}

function insideObjects(trio: SharedTrio, place: Place): Inside {
  const same = sameIn(place);
  const lists = listsOf(trio, (part) => partsIn(part, entryLayout(place)));
  return { lists, trios: pairByName(lists, ({ token }) => token, same), same, counting: null };
}

function areAll({ base, ours, theirs }: SharedTrio, is: (part: Part) => boolean): boolean {
  return (base === null || is(base)) && is(ours) && is(theirs);
}

/** Equality of values, in the cheapest way that there is at `place`. */
export function sameIn({ numbers, counter }: Pick<Place, "numbers" | "counter">): Same {
  if (numbers === null) {
    return (one, other) =>
      sameBytes(one, other) || equalValues(bytesOf(one), bytesOf(other), one.side.reading);
  }
  return (one, other) => numberOf(one.tree, numbers, counter) === numberOf(other.tree, numbers, counter);
}

function numberOf(tree: JsonTree, numbers: ValueNumbers, counter: string | null): number {
  return counter !== null && tree instanceof JsonMembers ? numbers.without(tree, counter) : numbers.of(tree);
}

/** Whether what stands directly in the container at `place` are entries. */
export function holdsEntries({ patterns, depth }: Place): boolean {
  return patterns.some((pattern) => pattern.length === depth + 1);
}

/** The layout where what stands directly in the container at `place` are entries, otherwise null. */
function entryLayout(place: Place): Layout | null {
  return holdsEntries(place) ? place.layout : null;
}

export function placeInside(place: Place, { token }: Part, counting: StepNumbers | null): Place {
  const { depth } = place;
  const patterns = place.patterns.filter(
    (pattern) => pattern.length > depth + 1 && (pattern[depth] === "*" || pattern[depth] === token),
  );
  return { ...place, depth: depth + 1, patterns, counter: counting?.field ?? null };
}
