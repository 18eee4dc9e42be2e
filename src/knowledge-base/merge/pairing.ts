/**
 * Pairing of what stands in one container on the three sides.
 *
 * @module
 */
import { KbvaultError } from "../../errors.ts";
import { placesOf } from "../../json/place.ts";
import type { JsonTree } from "../../json/tree.ts";
import { type Alignment, alignArrays } from "../diff/align.ts";
import { pairsOfUnique } from "../diff/sequence.ts";
import { isObject, type Part, type SharedTrio, type Trio } from "./part.ts";

/** What stands in a container on each side, in order; nothing where the side does not have the container. */
export interface Lists {
  readonly base: readonly Part[];
  readonly ours: readonly Part[];
  readonly theirs: readonly Part[];
}

/** Whether two parts have equal values. */
export type Same = (one: Part, other: Part) => boolean;

/** Makes the parts of the container's three sides. */
export function listsOf({ base, ours, theirs }: SharedTrio, inside: (part: Part) => Part[]): Lists {
  return { base: base === null ? [] : inside(base), ours: inside(ours), theirs: inside(theirs) };
}

/**
 * The trios of parts with one name. A name that occurs twice on a side makes no trio, and ours stays as it is there.
 *
 * @throws KbvaultError DUPLICATES when theirs changed something under such a name: it is not clear which is meant.
 */
export function pairByName(lists: Lists, nameOf: (part: Part) => string, same: Same): Trio[] {
  const base = byName(lists.base, nameOf);
  const ours = byName(lists.ours, nameOf);
  const theirs = byName(lists.theirs, nameOf);
  const trios: Trio[] = [];
  for (const name of new Set([...ours.keys(), ...theirs.keys(), ...base.keys()])) {
    const [ofBase, ofOurs, ofTheirs] = [base.get(name) ?? [], ours.get(name) ?? [], theirs.get(name) ?? []];
    const repeated = [ofOurs, ofTheirs, ofBase].find((parts) => parts.length > 1);
    if (repeated === undefined) {
      trios.push({ base: ofBase[0] ?? null, ours: ofOurs[0] ?? null, theirs: ofTheirs[0] ?? null });
    } else if (!allSame(ofTheirs, ofBase, same) && !allSame(ofTheirs, ofOurs, same)) {
      failDuplicate(name, repeated);
    }
  }
  return trios;
}

function byName(parts: readonly Part[], nameOf: (part: Part) => string): Map<string, Part[]> {
  const named = new Map<string, Part[]>();
  for (const part of parts) {
    const name = nameOf(part);
    const others = named.get(name);
    if (others === undefined) named.set(name, [part]);
    else others.push(part);
  }
  return named;
}

function allSame(some: readonly Part[], others: readonly Part[], same: Same): boolean {
  return some.length === others.length && some.every((part, index) => same(part, others[index]!));
}

function failDuplicate(name: string, [one, other]: readonly Part[]): never {
  const { side, parent } = one!;
  const [first, second] = placesOf(side.scanner.bytes, [one!.start, other!.start]);
  const kind = parent !== null && isObject(parent) ? "key" : "id";
  throw new KbvaultError(
    "DUPLICATES",
    `The ${kind} ${JSON.stringify(name)} occurs twice in ${side.name}: at line ${first!.line}, column ${first!.column} and at line ${second!.line}, column ${second!.column}. What theirs changed there cannot be merged, because it is not clear which is meant. Nothing was written. Rename one of them.`,
    { kind, name, side: side.name, first, second },
  );
}

/**
 * The trios of the elements of arrays, whose trees are at hand: each side is aligned with the base. What both sides
 * added belongs together where it has an equal number, or the same name (see IdentityKind).
 */
export function pairByAlignment(
  lists: Lists,
  alignment: Alignment,
  numberOf: (part: Part) => number,
): Trio[] {
  const ours = partners(lists.base, lists.ours, alignment);
  const theirs = partners(lists.base, lists.theirs, alignment);
  const trios: Trio[] = lists.base.map((base) => ({
    base,
    ours: ours.get(base) ?? null,
    theirs: theirs.get(base) ?? null,
  }));
  const ourNew = without(lists.ours, ours.values());
  const theirNew = without(lists.theirs, theirs.values());
  const equal = pairsOfEqual(ourNew, theirNew, numberOf);
  const together = new Map([
    ...equal,
    ...pairsOfName(without(ourNew, equal.keys()), without(theirNew, equal.values()), alignment),
  ]);
  for (const part of ourNew) trios.push({ base: null, ours: part, theirs: together.get(part) ?? null });
  for (const part of without(theirNew, together.values()))
    trios.push({ base: null, ours: null, theirs: part });
  return trios;
}

/** For the elements of `before` that stayed, what they are in `after`. */
function partners(before: readonly Part[], after: readonly Part[], alignment: Alignment): Map<Part, Part> {
  const trees = (parts: readonly Part[]): JsonTree[] => parts.map(({ tree }) => tree);
  const pairs = new Map<Part, Part>();
  for (const element of alignArrays(trees(before), trees(after), alignment))
    if (element.kind === "common") pairs.set(before[element.before]!, after[element.after]!);
  return pairs;
}

function without(parts: readonly Part[], others: Iterable<Part>): Part[] {
  const known = new Set(others);
  return parts.filter((part) => !known.has(part));
}

/** The n-th of several equal parts belongs to the n-th on the other side. */
function pairsOfEqual(
  ours: readonly Part[],
  theirs: readonly Part[],
  numberOf: (part: Part) => number,
): Map<Part, Part> {
  const waiting = new Map<number, Part[]>();
  for (const part of theirs.toReversed()) {
    const number = numberOf(part);
    const others = waiting.get(number);
    if (others === undefined) waiting.set(number, [part]);
    else others.push(part);
  }
  const pairs = new Map<Part, Part>();
  for (const part of ours) {
    const equal = waiting.get(numberOf(part))?.pop();
    if (equal !== undefined) pairs.set(part, equal);
  }
  return pairs;
}

function pairsOfName(
  ours: readonly Part[],
  theirs: readonly Part[],
  { identityOf }: Alignment,
): Map<Part, Part> {
  const named = (parts: readonly Part[]): [place: number, mark: string][] =>
    parts.flatMap(({ tree }, place) => {
      const identity = identityOf(tree);
      return identity?.kind === "name" ? [[place, identity.mark]] : [];
    });
  const pairs = pairsOfUnique(named(ours), named(theirs));
  return new Map(pairs.map(({ before, after }) => [ours[before]!, theirs[after]!]));
}
