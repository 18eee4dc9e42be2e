/**
 * Slots: the places that two values have between them, each with what stands there on either side.
 *
 * @module
 */
import { isContainer, JsonMembers, type JsonTree } from "../../json/tree.ts";
import { type AlignedElement, type Alignment, alignArrays } from "./align.ts";
import type { ValueNumbers } from "./equality.ts";
import { type IdentityOf, identityBy } from "./identity.ts";

/** Values nested deeper than this are compared as wholes. */
const DEEPEST = 1000;

/** What stands in a slot on one side, and the last step of the path to it: a key, or an index on that side. */
interface Place<Token extends string | number = string | number> {
  readonly token: Token;
  readonly value: JsonTree;
}

/** One member or element. `moved` stands before the `common` slot of an element that changed its place in the array. */
export type Slot =
  | { readonly kind: "added"; readonly after: Place }
  | { readonly kind: "removed"; readonly before: Place }
  | { readonly kind: "moved"; readonly before: Place<number>; readonly after: Place<number> }
  | CommonSlot;

/** A member or element that both sides have. */
export interface CommonSlot {
  readonly kind: "common";
  readonly before: Place;
  readonly after: Place;
  /** What is inside the two values; empty where they are compared as wholes. */
  readonly inside: readonly Slot[];
}

/**
 * The slot of two whole values. Members are paired by key, the n-th of several with one key with the n-th; elements as
 * `alignArrays` does. In an object, members of the new side come first and in its order, then those of the old side only.
 */
export function slotOf(
  before: JsonTree,
  after: JsonTree,
  numbers: ValueNumbers,
  identityOf: IdentityOf = identityBy([]),
): CommonSlot {
  const context = { numbers, identityOf, depth: 0 };
  return commonSlot({ token: "", value: before }, { token: "", value: after }, context);
}

interface Context extends Alignment {
  readonly depth: number;
}

function commonSlot(before: Place, after: Place, context: Context): CommonSlot {
  return { kind: "common", before, after, inside: slotsInside(before.value, after.value, context) };
}

function slotsInside(before: JsonTree, after: JsonTree, outer: Context): readonly Slot[] {
  const { numbers, depth } = outer;
  if (depth === DEEPEST || !isContainer(before) || !isContainer(after)) return [];
  if (numbers.of(before) === numbers.of(after)) return [];
  const context = { ...outer, depth: depth + 1 };
  if (before instanceof JsonMembers) {
    return after instanceof JsonMembers ? memberSlots(before, after, context) : [];
  }
  return after instanceof JsonMembers ? [] : elementSlots(before, after, context);
}

function memberSlots(before: JsonMembers, after: JsonMembers, context: Context): readonly Slot[] {
  const oldPlaces = placesByOccurrence(before);
  const slots: Slot[] = [];
  for (const [occurrence, place] of placesByOccurrence(after)) {
    const oldPlace = oldPlaces.get(occurrence);
    slots.push(
      oldPlace === undefined ? { kind: "added", after: place } : commonSlot(oldPlace, place, context),
    );
    oldPlaces.delete(occurrence);
  }
  for (const place of oldPlaces.values()) slots.push({ kind: "removed", before: place });
  return slots;
}

/** The members, each under its key and how often that stood before: `1:name` is the second `name`. */
function placesByOccurrence({ keys, values }: JsonMembers): Map<string, Place> {
  const counts = new Map<string, number>();
  const places = new Map<string, Place>();
  for (const [index, token] of keys.entries()) {
    const count = counts.get(token) ?? 0;
    counts.set(token, count + 1);
    places.set(`${count}:${token}`, { token, value: values[index]! });
  }
  return places;
}

function elementSlots(
  before: readonly JsonTree[],
  after: readonly JsonTree[],
  context: Context,
): readonly Slot[] {
  return alignArrays(before, after, context).flatMap((element) =>
    slotsOfElement(element, before, after, context),
  );
}

function slotsOfElement(
  element: AlignedElement,
  before: readonly JsonTree[],
  after: readonly JsonTree[],
  context: Context,
): readonly Slot[] {
  switch (element.kind) {
    case "added":
      return [{ kind: "added", after: placeIn(after, element.after) }];
    case "removed":
      return [{ kind: "removed", before: placeIn(before, element.before) }];
    case "common": {
      const oldPlace = placeIn(before, element.before);
      const newPlace = placeIn(after, element.after);
      const common = commonSlot(oldPlace, newPlace, context);
      return element.moved ? [{ kind: "moved", before: oldPlace, after: newPlace }, common] : [common];
    }
  }
}

function placeIn(elements: readonly JsonTree[], index: number): Place<number> {
  return { token: index, value: elements[index]! };
}
