/**
 * Leaves of a value: its scalars and empty containers, and which of them come from which leaf of an earlier value.
 *
 * @module
 */
import { formatPointer } from "../../json/pointer.ts";
import { childrenOf, isContainer, JsonMembers, type JsonTree } from "../../json/tree.ts";
import { ValueNumbers } from "./equality.ts";
import { identityBy } from "./identity.ts";
import { type CommonSlot, slotOf } from "./slots.ts";

/** A scalar or an empty container, with the way to it. */
export interface Leaf {
  readonly value: JsonTree;
  readonly parent: Step | null;
}

/** One step down: a key, with how often it stood before in its object, or an index. */
interface Step {
  readonly token: string | number;
  readonly occurrence: number;
  readonly parent: Step | null;
}

/** The leaves of `tree`, in the order of the text. Any depth is safe. */
export function* leavesOf(tree: JsonTree): Generator<Leaf> {
  const waiting: Leaf[] = [{ value: tree, parent: null }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, parent } = next;
    const children = isContainer(value) ? childrenOf(value) : [];
    if (children.length === 0) yield next;
    const steps = stepsInto(value, parent);
    for (let index = children.length - 1; index >= 0; index--)
      waiting.push({ value: children[index]!, parent: steps[index]! });
  }
}

/** JSON Pointer of a leaf; those of members with one key are the same. */
export function pathOf({ parent }: Pick<Leaf, "parent">): string {
  return formatPointer(stepsTo(parent).map((step) => step.token));
}

/** As `pathOf`, but no two leaves of one value have the same: a repeated key has a mark that no pointer has. */
export function keyOf({ parent }: Pick<Leaf, "parent">): string {
  return keyOfSteps(stepsTo(parent));
}

/** What leaves are followed by. */
export interface OriginOptions {
  /** Fields that name elements of arrays, before all others; see `identityBy`. Default: none. */
  readonly identityFields?: readonly string[] | undefined;
}

/**
 * For each leaf of `after` that stood in `before` already, in the same place or in an element that moved with it: its
 * key (see `keyOf`) and that of its origin. Elements are followed as `compareValues` follows them.
 */
export function originsOf(
  before: JsonTree,
  after: JsonTree,
  { identityFields = [] }: OriginOptions = {},
): Map<string, string> {
  const numbers = new ValueNumbers(before, after);
  const origins = new Map<string, string>();
  const root = slotOf(before, after, numbers, identityBy(identityFields));
  const waiting: { slot: CommonSlot; older: Step | null; newer: Step | null }[] = [
    { slot: root, older: null, newer: null },
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { slot, older, newer } = next;
    if (numbers.of(slot.before.value) === numbers.of(slot.after.value)) {
      const [from, to] = [keyOf({ parent: older }), keyOf({ parent: newer })];
      for (const leaf of leavesOf(slot.after.value)) origins.set(to + keyOf(leaf), from + keyOf(leaf));
      continue;
    }
    const oldSteps = new Steps(older, slot.before.value);
    const newSteps = new Steps(newer, slot.after.value);
    for (const inner of slot.inside) {
      if (inner.kind !== "common") continue;
      waiting.push({
        slot: inner,
        older: oldSteps.to(inner.before.token),
        newer: newSteps.to(inner.after.token),
      });
    }
  }
  return origins;
}

/** Steps into one container; those to a repeated key count on. */
class Steps {
  readonly #parent: Step | null;
  readonly #isObject: boolean;
  readonly #counts = new Map<string | number, number>();

  constructor(parent: Step | null, container: JsonTree) {
    this.#parent = parent;
    this.#isObject = container instanceof JsonMembers;
  }

  to(token: string | number): Step {
    const occurrence = this.#isObject ? (this.#counts.get(token) ?? 0) : 0;
    if (this.#isObject) this.#counts.set(token, occurrence + 1);
    return { token, occurrence, parent: this.#parent };
  }
}

function stepsInto(value: JsonTree, parent: Step | null): Step[] {
  if (!isContainer(value)) return [];
  const steps = new Steps(parent, value);
  const tokens = value instanceof JsonMembers ? value.keys : [...value.keys()];
  return tokens.map((token) => steps.to(token));
}

function stepsTo(last: Step | null): Step[] {
  const steps: Step[] = [];
  for (let step = last; step !== null; step = step.parent) steps.push(step);
  return steps.reverse();
}

function keyOfSteps(steps: readonly Step[]): string {
  // In a pointer, `~` is followed by 0 or 1 only.
  return steps
    .map(({ token, occurrence }) => formatPointer([token]) + (occurrence === 0 ? "" : `~2${occurrence}`))
    .join("");
}
