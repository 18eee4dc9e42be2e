/**
 * The arrangement of one container: what goes, comes and moves in ours, and where.
 *
 * @module
 */
import { longestIncreasing } from "../diff/sequence.ts";
import type { Lists, Same } from "./pairing.ts";
import type { Part, SharedTrio, Trio } from "./part.ts";

/** What becomes of the trios of a container. */
export interface Fates {
  /** Parts of ours that theirs removed. */
  readonly removed: readonly Part[];
  /** Parts of theirs that ours does not have. */
  readonly added: readonly Part[];
  /** Both have them: what is inside is merged. */
  readonly shared: readonly SharedTrio[];
  /** One side removed what the other changed. */
  readonly conflicting: readonly Trio[];
}

/** Decides what becomes of each of `trios`. */
export function fatesOf(trios: readonly Trio[], same: Same): Fates {
  const removed: Part[] = [];
  const added: Part[] = [];
  const shared: SharedTrio[] = [];
  const conflicting: Trio[] = [];
  for (const { base, ours, theirs } of trios) {
    if (ours !== null && theirs !== null) {
      shared.push({ base, ours, theirs });
    } else if (ours !== null && base !== null) {
      if (same(base, ours)) removed.push(ours);
      else conflicting.push({ base, ours, theirs });
    } else if (theirs !== null) {
      if (base === null) added.push(theirs);
      else if (!same(base, theirs)) conflicting.push({ base, ours, theirs });
    }
  }
  return { removed, added, shared, conflicting };
}

/** What three sides say of the order: ours stays, or some parts of ours move, or the two sides want different ones. */
export type Order =
  | { readonly kind: "kept" }
  | { readonly kind: "taken"; readonly moved: readonly Part[] }
  | OrderConflict;

/** The elements whose order conflicts, as each side has them. */
export interface OrderConflict {
  readonly kind: "conflict";
  readonly base: readonly Part[];
  readonly ours: readonly Part[];
  readonly theirs: readonly Part[];
}

/** An element that all three sides have, with its place on each. */
interface PlacedTrio {
  readonly trio: SharedTrio;
  readonly base: number;
  readonly before: number;
  readonly after: number;
}

/** The order that the elements of an array are to have. */
export function orderOf(lists: Lists, shared: readonly SharedTrio[]): Order {
  const elements = placedTrios(lists, shared);
  const ours = elements.toSorted((one, other) => one.before - other.before);
  const theirs = elements.toSorted((one, other) => one.after - other.after);
  const base = elements.toSorted((one, other) => one.base - other.base);
  if (isSame(theirs, base) || isSame(theirs, ours)) return { kind: "kept" };
  if (!isSame(ours, base)) return conflictOf(base, ours, theirs);
  const staying = new Set(longestIncreasing(ours).map(({ before }) => before));
  return {
    kind: "taken",
    moved: ours.filter(({ before }) => !staying.has(before)).map(({ trio }) => trio.ours),
  };
}

function placedTrios(lists: Lists, shared: readonly SharedTrio[]): PlacedTrio[] {
  const placesOf = (parts: readonly Part[]): ReadonlyMap<Part, number> =>
    new Map(parts.map((part, place) => [part, place]));
  const [inBase, inOurs, inTheirs] = [placesOf(lists.base), placesOf(lists.ours), placesOf(lists.theirs)];
  return shared.flatMap((trio) =>
    trio.base === null
      ? []
      : [
          {
            trio,
            base: inBase.get(trio.base)!,
            before: inOurs.get(trio.ours)!,
            after: inTheirs.get(trio.theirs)!,
          },
        ],
  );
}

function isSame(one: readonly PlacedTrio[], other: readonly PlacedTrio[]): boolean {
  return one.every((element, index) => element === other[index]);
}

/** The conflict, without the elements at either end on which all agree. */
function conflictOf(
  base: readonly PlacedTrio[],
  ours: readonly PlacedTrio[],
  theirs: readonly PlacedTrio[],
): OrderConflict {
  const agree = (index: number): boolean => base[index] === ours[index] && base[index] === theirs[index];
  const start = base.findIndex((_, index) => !agree(index));
  const end = base.findLastIndex((_, index) => !agree(index)) + 1;
  return {
    kind: "conflict",
    base: base.slice(start, end).flatMap(({ trio }) => trio.base ?? []),
    ours: ours.slice(start, end).map(({ trio }) => trio.ours),
    theirs: theirs.slice(start, end).map(({ trio }) => trio.theirs),
  };
}

/** Something that is put behind a part of ours. */
export interface Arrival {
  /** A part of theirs, or of ours that moves. */
  readonly part: Part;
  /** The place in ours of what it comes behind; -1 for the front. */
  readonly behind: number;
}

/**
 * Where in ours the parts of theirs come that `added` and `moved` name: behind their nearest preceding sibling that
 * stays in ours, and behind what ours put there itself.
 */
export function arrivalsOf(
  lists: Lists,
  trios: readonly Trio[],
  fates: Fates,
  moved: readonly Part[],
): Arrival[] {
  const added = new Set(fates.added);
  const leaving = new Set([...fates.removed, ...moved]);
  const moving = new Set(moved);
  const ourPart = new Map(
    trios.flatMap(({ ours, theirs }) => (ours && theirs ? [[theirs, ours] as const] : [])),
  );
  const ownParts = new Set(
    trios.flatMap(({ base, ours, theirs }) => (ours && !base && !theirs ? [ours] : [])),
  );
  const places = new Map(lists.ours.map((part, place) => [part, place]));
  const behindOwn = (place: number): number => {
    let at = place;
    for (let next = lists.ours[at + 1]; next !== undefined && ownParts.has(next); next = lists.ours[at + 1])
      at++;
    return at;
  };

  const arrivals: Arrival[] = [];
  let behind = behindOwn(-1);
  for (const part of lists.theirs) {
    const ours = ourPart.get(part);
    if (added.has(part)) arrivals.push({ part, behind });
    else if (ours !== undefined && moving.has(ours)) arrivals.push({ part: ours, behind });
    else if (ours !== undefined && !leaving.has(ours)) behind = behindOwn(places.get(ours)!);
  }
  return arrivals;
}

/** The parts of a container in the order that they get: those of ours that stay, and what arrives. */
export function arrangedParts(
  ours: readonly Part[],
  leaving: ReadonlySet<Part>,
  arrivals: readonly Arrival[],
): Part[] {
  const arriving = new Map<number, Part[]>();
  for (const { part, behind } of arrivals) {
    const others = arriving.get(behind);
    if (others === undefined) arriving.set(behind, [part]);
    else others.push(part);
  }
  const arranged = [...(arriving.get(-1) ?? [])];
  for (const [place, part] of ours.entries()) {
    if (!leaving.has(part)) arranged.push(part);
    arranged.push(...(arriving.get(place) ?? []));
  }
  return arranged;
}
