/**
 * Merger goes down three documents side by side, and collects what is to be edited in ours and what conflicts.
 *
 * @module
 */
import type { JsonEdit } from "../../json/edit.ts";
import { formatPointer } from "../../json/pointer.ts";
import type { JsonValue } from "../../json/value.ts";
import { ValueNumbers } from "../diff/equality.ts";
import type { IdentityOf } from "../diff/identity.ts";
import type { Layout } from "../layout/layout.ts";
import { arrivalsOf, type Fates, fatesOf, type OrderConflict, orderOf } from "./arrangement.ts";
import { editsOf } from "./container-edits.ts";
import {
  holdsEntries,
  type Inside,
  insideByName,
  insideByTrees,
  type Place,
  placeInside,
  rootPlace,
  sameIn,
} from "./inside.ts";
import type { MergeConflict, TakenChanges } from "./merge.ts";
import type { Lists } from "./pairing.ts";
import {
  bytesOf,
  entryAround,
  isArray,
  isObject,
  jsonOf,
  type Part,
  type SharedTrio,
  sameBytes,
  type Trio,
  tokensTo,
  withTree,
} from "./part.ts";

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
    return this.#merge(trio, rootPlace(layout));
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
    const inside = insideByTrees(trio, place, place.numbers, this.#identityOf);
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
      if (isObject(trio.ours) && shared.ours.token === place.counter) continue;
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
