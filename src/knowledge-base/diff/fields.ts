/**
 * Field changes, found by deep-diff.
 *
 * deep-diff compares arrays by position, overlooks an added key "", takes -0 for 0, and needs quadratic time for objects
 * of many keys. So it is given the slots of the two values instead: one nested array for each side, in which an index
 * stands for a slot, a hole for a side that has nothing there, and a number for a value that is compared as a whole,
 * equal numbers for equal values.
 *
 * @module
 * @see https://github.com/flitbit/diff. Never use its `applyChange` and `revertChange`: they write through `__proto__`
 *   and put elements in wrong places.
 */
import deepDiff from "deep-diff";
import { formatPointer, type PointerToken } from "../../json/pointer.ts";
import { valueOfTree } from "../../json/tree.ts";
import type { FieldChange } from "../comparison.ts";
import type { ValueNumbers } from "./equality.ts";
import { isPosition, placeIn } from "./identity.ts";
import type { CommonSlot, Slot } from "./slots.ts";

type Side = "before" | "after";

/** What deep-diff sees of a slot on one side. */
type Encoded = number | Side | Encoded[];

/** What a slot is called that only this side has. */
const kindOnlyOn: Readonly<Record<Side, Slot["kind"]>> = { before: "removed", after: "added" };

/** The changes in `root`, the slot of two whole values, in the order of the slots. */
export function changesIn(root: CommonSlot, numbers: ValueNumbers): FieldChange[] {
  const records = deepDiff(encodedValue(root, "before", numbers), encodedValue(root, "after", numbers)) ?? [];
  // deep-diff reads arrays from their end.
  return records.toReversed().map((record) => changeAt(root, record.path ?? []));
}

function encodedValue(slot: CommonSlot, side: Side, numbers: ValueNumbers): Encoded {
  if (slot.inside.length === 0) return numbers.of(slot[side].value);
  const encoded: Encoded[] = [];
  encoded.length = slot.inside.length;
  for (const [index, inner] of slot.inside.entries()) {
    if (inner.kind === "common") encoded[index] = encodedValue(inner, side, numbers);
    else if (inner.kind === "moved" || inner.kind === kindOnlyOn[side]) encoded[index] = side;
  }
  return encoded;
}

/** What a difference in the slot at the end of `path`, a list of indices, means to a reader. */
function changeAt(root: CommonSlot, path: readonly number[]): FieldChange {
  const oldTokens: PointerToken[] = [];
  const newTokens: PointerToken[] = [];
  let slot: Slot = root;
  let around: Slot = root;
  for (const index of path) {
    around = slot;
    // A path goes on through arrays only, and an array stands for a common slot.
    slot = (slot as CommonSlot).inside[index]!;
    if (slot.kind !== "added") oldTokens.push(slot.before.token);
    if (slot.kind !== "removed") newTokens.push(slot.after.token);
  }
  const change = changeOf(slot, formatPointer(slot.kind === "removed" ? oldTokens : newTokens));
  return isRenumbering(slot, around) ? { ...change, kind: "renumbered" } : change;
}

/** Whether the slot is the position that an element says it has, changed by as much as its index in the array. */
function isRenumbering(slot: Slot, element: Slot): boolean {
  if (slot.kind !== "common" || element.kind !== "common" || !isPosition(slot.after.token)) return false;
  const [oldIndex, newIndex] = [element.before.token, element.after.token];
  if (typeof oldIndex !== "number" || typeof newIndex !== "number" || oldIndex === newIndex) return false;
  const [before, after] = [slot.before.value, slot.after.value];
  const [oldPlace, newPlace] = [placeIn(before), placeIn(after)];
  if (oldPlace === null || newPlace === null || typeof before !== typeof after) return false;
  return newPlace - oldPlace === newIndex - oldIndex;
}

function changeOf(slot: Slot, path: string): FieldChange {
  switch (slot.kind) {
    case "added":
      return { path, kind: "added", after: valueOfTree(slot.after.value) };
    case "removed":
      return { path, kind: "removed", before: valueOfTree(slot.before.value) };
    case "moved":
      return { path, kind: "moved", before: slot.before.token, after: slot.after.token };
    case "common":
      return {
        path,
        kind: "changed",
        before: valueOfTree(slot.before.value),
        after: valueOfTree(slot.after.value),
      };
  }
}
