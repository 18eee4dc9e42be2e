/**
 * Merger goes down three documents side by side, and collects what is to be edited in ours and what conflicts.
 *
 * @module
 */
import type { JsonEdit } from "../../json/edit.ts";
import { formatPointer } from "../../json/pointer.ts";
import { JsonMembers, type JsonTree } from "../../json/tree.ts";
import type { JsonValue } from "../../json/value.ts";
import { equalValues } from "../diff/compare.ts";
import { ValueNumbers } from "../diff/equality.ts";
import type { IdentityOf } from "../diff/identity.ts";
import { type Layout, type Pattern, patternsOf } from "../layout/layout.ts";
import { arrivalsOf, type Fates, fatesOf, type OrderConflict, orderOf } from "./arrangement.ts";
import { editsOf } from "./container-edits.ts";
import type { MergeConflict, TakenChanges } from "./merge.ts";
import { type Lists, listsOf, pairByAlignment, pairByName, type Same } from "./pairing.ts";
import {
  bytesOf,
  entryAround,
  isArray,
  isObject,
  jsonOf,
  type Part,
  partsIn,
  type SharedTrio,
  sameBytes,
  type Trio,
  tokensTo,
  withTree,
} from "./part.ts";
import { type StepNumbers, stepNumbersOf } from "./step-numbers.ts";

/** Values nested deeper than this are merged as wholes. */
const DEEPEST = 1000;

/** What is known of the container that is being merged. */
interface Place {
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
interface Inside {
  readonly lists: Lists;
  readonly trios: readonly Trio[];
  readonly same: Same;
  readonly counting: StepNumbers | null;
}

/** Merger holds what was found so far. */
export class Merger {
  readonly conflicts: MergeConflict[] = [];
  readonly #taken = { added: 0, removed: 0, modified: 0, outside: 0 };
  readonly #identityOf: IdentityOf;

  constructor(identityOf: IdentityOf) {
    this.#identityOf = identityOf;
  }

  get taken(): TakenChanges {
    return { ...this.#taken };
  }

  /** The edits of the root of ours that bring in what theirs changed. */
  mergeRoots(trio: SharedTrio, layout: Layout): readonly JsonEdit[] {
    return this.#merge(trio, {
      depth: 0,
      layout,
      patterns: patternsOf(layout),
      numbers: null,
      counter: null,
    });
  }

  /** The edits of one value that both sides have; their pointers start at this value. */
  #merge(trio: SharedTrio, place: Place): readonly JsonEdit[] {
    const { base, ours, theirs } = trio;
    const same = sameIn(place);
    if (place.numbers === null) {
      if ((base !== null && sameBytes(base, theirs)) || sameBytes(ours, theirs)) return [];
      const inside = insideByName(trio, place);
      return inside === null ? this.#mergeTrees(trio, place) : this.#mergeInside(trio, inside, place);
    }
    if ((base !== null && same(base, theirs)) || same(ours, theirs)) return [];
    const inside = this.#insideTrees(trio, place, place.numbers);
    if (inside !== null) return this.#mergeInside(trio, inside, place);
    if (base === null || !same(base, ours)) {
      this.#note(base === null ? "added" : "changed", trio);
      return [];
    }
    if (entryAround(ours) === null) this.#taken.outside++;
    return [{ op: "replace", pointer: "", value: bytesOf(theirs) }];
  }

  #mergeTrees({ base, ours, theirs }: SharedTrio, place: Place): readonly JsonEdit[] {
    const trio = {
      base: base === null ? null : withTree(base),
      ours: withTree(ours),
      theirs: withTree(theirs),
    };
    const trees = [trio.ours.tree, trio.theirs.tree, ...(trio.base === null ? [] : [trio.base.tree])];
    return this.#merge(trio, { ...place, numbers: new ValueNumbers(...trees) });
  }

  /** What is inside a trio whose trees are at hand; null where it is to be merged as a whole. */
  #insideTrees(trio: SharedTrio, place: Place, numbers: ValueNumbers): Inside | null {
    if (place.depth === DEEPEST) return null;
    if (areAll(trio, isObject)) return insideObjects(trio, place);
    // Elements that both sides added have no base to be placed by.
    if (!areAll(trio, isArray) || trio.base === null) return null;
    const lists = listsOf(trio, (part) => partsIn(part, entryLayout(place)));
    const counting = stepNumbersOf(lists, this.#identityOf);
    const counter = counting?.field ?? null;
    const alignment = { numbers, identityOf: this.#identityOf };
    const trios = pairByAlignment(lists, alignment, (part) => numberOf(part.tree, numbers, counter));
    return { lists, trios, counting, same: sameIn({ numbers, counter }) };
  }

  #mergeInside(
    trio: SharedTrio,
    { lists, trios, same, counting }: Inside,
    place: Place,
  ): readonly JsonEdit[] {
    const fates = fatesOf(trios, same);
    for (const conflicting of fates.conflicting) this.#note("removed", conflicting);
    const moved = isArray(trio.ours) ? this.#movedParts(trio, lists, fates.shared) : [];
    const inner = new Map<Part, readonly JsonEdit[]>();
    for (const shared of fates.shared) {
      const edits = this.#merge(shared, placeInside(place, shared.ours, counting));
      if (edits.length > 0) inner.set(shared.ours, edits);
    }
    this.#count(trio.ours, place, fates, inner.size);
    const arrivals = arrivalsOf(lists, trios, fates, moved);
    const { removed } = fates;
    return editsOf({ container: trio.ours, parts: lists.ours, removed, moved, arrivals, inner, counting });
  }

  /** The elements of ours that move because theirs moved them. */
  #movedParts(trio: SharedTrio, lists: Lists, shared: readonly SharedTrio[]): readonly Part[] {
    const order = orderOf(lists, shared);
    if (order.kind === "conflict") this.#noteOrder(trio, order);
    if (order.kind !== "taken") return [];
    if (entryAround(trio.ours) === null) this.#taken.outside++;
    return order.moved;
  }

  #count(container: Part, place: Place, { added, removed }: Fates, modified: number): void {
    if (holdsEntries(place)) {
      this.#taken.added += added.length;
      this.#taken.removed += removed.length;
      this.#taken.modified += modified;
    } else if (entryAround(container) === null) {
      this.#taken.outside += added.length + removed.length;
    }
  }

  #note(kind: MergeConflict["kind"], { base, ours, theirs }: Trio): void {
    const part = ours ?? theirs ?? base;
    if (part === null) return;
    this.conflicts.push({
      ...placeOf(part),
      kind,
      ...(base === null ? {} : { base: jsonOf(base) }),
      ...(ours === null ? {} : { ours: jsonOf(ours) }),
      ...(theirs === null ? {} : { theirs: jsonOf(theirs) }),
    });
  }

  #noteOrder({ ours }: SharedTrio, order: OrderConflict): void {
    const named = (parts: readonly Part[]): JsonValue => parts.map((part) => part.entry?.id ?? jsonOf(part));
    this.conflicts.push({
      ...placeOf(ours),
      kind: "moved",
      base: named(order.base),
      ours: named(order.ours),
      theirs: named(order.theirs),
    });
  }
}

/** The entry that `part` stands in, and the way to it from there; from the root where it is in none. */
function placeOf(part: Part): { readonly id: string | null; readonly path: string } {
  const entry = entryAround(part);
  return { id: entry?.entry?.id ?? null, path: formatPointer(tokensTo(part, entry)) };
}

/** The members or entries of a trio above the entries, by name; null where it has to be merged by its values. */
function insideByName(trio: SharedTrio, place: Place): Inside | null {
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
  const lists = listsOf(trio, (part) =>
    partsIn(part, entryLayout(place)).filter(({ token }) => token !== place.counter),
  );
  return { lists, trios: pairByName(lists, ({ token }) => token, same), same, counting: null };
}

function areAll({ base, ours, theirs }: SharedTrio, is: (part: Part) => boolean): boolean {
  return (base === null || is(base)) && is(ours) && is(theirs);
}

/** Equality of values, in the cheapest way that there is at `place`. */
function sameIn({ numbers, counter }: Pick<Place, "numbers" | "counter">): Same {
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
function holdsEntries({ patterns, depth }: Place): boolean {
  return patterns.some((pattern) => pattern.length === depth + 1);
}

/** The layout where what stands directly in the container at `place` are entries, otherwise null. */
function entryLayout(place: Place): Layout | null {
  return holdsEntries(place) ? place.layout : null;
}

function placeInside(place: Place, { token }: Part, counting: StepNumbers | null): Place {
  const { depth } = place;
  const patterns = place.patterns.filter(
    (pattern) => pattern.length > depth + 1 && (pattern[depth] === "*" || pattern[depth] === token),
  );
  return { ...place, depth: depth + 1, patterns, counter: counting?.field ?? null };
}
