/**
 * Alignment of two arrays: which element of the new one is which element of the old one.
 *
 * @module
 */
import { stringifyJson } from "../../json/stringify.ts";
import { isContainer, JsonMembers, type JsonTree } from "../../json/tree.ts";
import type { ValueNumbers } from "./equality.ts";
import type { IdentityKind, IdentityOf } from "./identity.ts";
import { type Candidate, featuresOf, pairsByLikeness } from "./likeness.ts";
import { commonSubsequence, longestIncreasing, type Pair, pairsOfUnique } from "./sequence.ts";

/** The partner of an element that has none. */
const NONE = -1;

/**
 * An element of the new array, of the old one, or of both, with its index in each. `moved` means that it changed its
 * place among the elements that both have; the indices alone also change by what is inserted before it.
 */
export type AlignedElement =
  | { readonly kind: "added"; readonly after: number }
  | { readonly kind: "removed"; readonly before: number }
  | { readonly kind: "common"; readonly before: number; readonly after: number; readonly moved: boolean };

/** What elements are aligned by. */
export interface Alignment {
  /** Of both arrays, or of what they are parts of. */
  readonly numbers: ValueNumbers;
  readonly identityOf: IdentityOf;
}

/**
 * The elements of both arrays, in the order of the new one; those that only the old one has stand where they stood.
 * Elements belong together, in this order of preference, when
 *
 * 1. they are equal, and in the same order in both arrays (a longest common subsequence); then equal anywhere;
 * 2. they have the same name (see IdentityKind);
 * 3. they are equal but for their position, in the same order or anywhere;
 * 4. they are alike, which a hint or position in common supports; strings only between the same neighbours;
 * 5. they have the same hint;
 * 6. they are scalars, the n-th on either side between the same neighbours.
 *
 * Exchanging the two arrays exchanges the sides of the result and nothing else.
 */
export function alignArrays(
  before: readonly JsonTree[],
  after: readonly JsonTree[],
  alignment: Alignment,
): readonly AlignedElement[] {
  return comesFirst(before, after, alignment.numbers)
    ? inOrder(before, after, matchElements(before, after, alignment))
    : inOrder(before, after, exchanged(matchElements(after, before, alignment)));
}

/** Which elements belong together, and which of these pairs kept their order. */
interface Match {
  readonly pairs: readonly Pair[];
  readonly kept: readonly Pair[];
}

function matchElements(before: readonly JsonTree[], after: readonly JsonTree[], alignment: Alignment): Match {
  const pairs = pairElements(before, after, alignment).toSorted((one, other) => one.before - other.before);
  return { pairs, kept: longestIncreasing(pairs) };
}

function exchanged({ pairs, kept }: Match): Match {
  const exchange = ({ before, after }: Pair): Pair => ({ before: after, after: before });
  return { pairs: pairs.map(exchange), kept: kept.map(exchange) };
}

/** An order of arrays, no matter which, so that a choice between equally good pairs does not depend on the direction. */
function comesFirst(before: readonly JsonTree[], after: readonly JsonTree[], numbers: ValueNumbers): boolean {
  if (before.length !== after.length) return before.length < after.length;
  const different = before.findIndex((element, index) => numbers.of(element) !== numbers.of(after[index]!));
  return different === -1 || stringifyJson(before[different]) < stringifyJson(after[different]);
}

/** Indices of elements that have no partner yet, increasing. */
interface Rest {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

function pairElements(before: readonly JsonTree[], after: readonly JsonTree[], alignment: Alignment): Pair[] {
  const { numbers, identityOf } = alignment;
  const oldNumbers = before.map((element) => numbers.of(element));
  const newNumbers = after.map((element) => numbers.of(element));
  const unchanged = commonSubsequence(oldNumbers, newNumbers);
  const oldContent = (index: number): number => contentOf(before[index]!, alignment);
  const newContent = (index: number): number => contentOf(after[index]!, alignment);
  const passes: readonly ((rest: Rest) => Pair[])[] = [
    (rest) =>
      pairsAnywhere(
        rest,
        (index) => oldNumbers[index]!,
        (index) => newNumbers[index]!,
      ),
    (rest) => pairsOfIdentity(rest, before, after, identityOf, "name"),
    (rest) => pairsInOrder(rest, oldContent, newContent),
    (rest) => pairsAnywhere(rest, oldContent, newContent),
    (rest) => pairsOfAlike(rest, before, after, identityOf, unchanged),
    (rest) => pairsOfIdentity(rest, before, after, identityOf, "hint"),
  ];
  let pairs = unchanged;
  for (const pass of passes) {
    const rest = restOf(pairs, before.length, after.length);
    if (rest.before.length === 0 || rest.after.length === 0) break;
    pairs = pairs.concat(pass(rest));
  }
  return pairs;
}

function restOf(pairs: readonly Pair[], oldLength: number, newLength: number): Rest {
  const { newPlaces, oldPlaces } = placesOf(pairs, oldLength, newLength);
  return { before: lonely(newPlaces, 0, oldLength), after: lonely(oldPlaces, 0, newLength) };
}

/** For each index of one side its partner's on the other, or NONE. */
interface Places {
  readonly newPlaces: Int32Array;
  readonly oldPlaces: Int32Array;
}

function placesOf(pairs: readonly Pair[], oldLength: number, newLength: number): Places {
  const newPlaces = new Int32Array(oldLength).fill(NONE);
  const oldPlaces = new Int32Array(newLength).fill(NONE);
  for (const { before, after } of pairs) {
    newPlaces[before] = after;
    oldPlaces[after] = before;
  }
  return { newPlaces, oldPlaces };
}

/** Indices from `start` to before `end` that have no partner. */
function lonely(partners: Int32Array, start: number, end: number): number[] {
  const indices: number[] = [];
  for (let index = start; index < end; index++) if (partners[index] === NONE) indices.push(index);
  return indices;
}

/** The number of `element`, or, where it says its position, of what else it says. */
function contentOf(element: JsonTree, { numbers, identityOf }: Alignment): number {
  const identity = identityOf(element);
  if (identity?.kind !== "position" || !(element instanceof JsonMembers)) return numbers.of(element);
  return numbers.without(element, identity.field);
}

/** Tells what counts as equal: the number of the element at an index. */
type NumberAt = (index: number) => number;

function pairsInOrder(rest: Rest, oldNumber: NumberAt, newNumber: NumberAt): Pair[] {
  const pairs = commonSubsequence(rest.before.map(oldNumber), rest.after.map(newNumber));
  return pairs.map(({ before, after }) => ({ before: rest.before[before]!, after: rest.after[after]! }));
}

/** The n-th of several equal elements on one side belongs to the n-th on the other. */
function pairsAnywhere(rest: Rest, oldNumber: NumberAt, newNumber: NumberAt): Pair[] {
  const waiting = new Map<number, number[]>();
  for (const before of rest.before.toReversed()) {
    const number = oldNumber(before);
    const places = waiting.get(number);
    if (places === undefined) waiting.set(number, [before]);
    else places.push(before);
  }
  const pairs: Pair[] = [];
  for (const after of rest.after) {
    const before = waiting.get(newNumber(after))?.pop();
    if (before !== undefined) pairs.push({ before, after });
  }
  return pairs;
}

function pairsOfIdentity(
  rest: Rest,
  before: readonly JsonTree[],
  after: readonly JsonTree[],
  identityOf: IdentityOf,
  kind: IdentityKind,
): Pair[] {
  return pairsOfUnique(
    marked(rest.before, before, identityOf, kind),
    marked(rest.after, after, identityOf, kind),
  );
}

function* marked(
  indices: readonly number[],
  elements: readonly JsonTree[],
  identityOf: IdentityOf,
  kind: IdentityKind,
): Generator<[index: number, mark: string]> {
  for (const index of indices) {
    const identity = identityOf(elements[index]!);
    if (identity?.kind === kind) yield [index, identity.mark];
  }
}

function pairsOfAlike(
  rest: Rest,
  before: readonly JsonTree[],
  after: readonly JsonTree[],
  identityOf: IdentityOf,
  unchanged: readonly Pair[],
): Pair[] {
  const oldAnchors = unchanged.map((pair) => pair.before);
  const newAnchors = unchanged.map((pair) => pair.after);
  return pairsByLikeness(
    candidates(rest.before, before, identityOf, oldAnchors),
    candidates(rest.after, after, identityOf, newAnchors),
  );
}

/** Containers and strings among the elements; anything smaller has too little to be alike. */
function candidates(
  indices: readonly number[],
  elements: readonly JsonTree[],
  identityOf: IdentityOf,
  anchors: readonly number[],
): Candidate[] {
  const found: Candidate[] = [];
  let gap = 0;
  for (const index of indices) {
    while (gap < anchors.length && anchors[gap]! < index) gap++;
    const element = elements[index]!;
    const identity = identityOf(element);
    const isFree = isContainer(element);
    if (!isFree && typeof element !== "string") continue;
    const omitted = identity === null || identity.kind === "name" ? null : identity.field;
    found.push({ index, features: featuresOf(element, omitted), identity, gap: isFree ? null : gap });
  }
  return found;
}

/** Lays the elements out: those that kept their order, and what stands between two of them. */
function inOrder(
  before: readonly JsonTree[],
  after: readonly JsonTree[],
  { pairs, kept }: Match,
): readonly AlignedElement[] {
  const places = placesOf(pairs, before.length, after.length);
  const elements: AlignedElement[] = [];
  let gap = { oldStart: 0, newStart: 0 };
  for (const { before: oldEnd, after: newEnd } of [...kept, { before: before.length, after: after.length }]) {
    if (gap.oldStart < oldEnd || gap.newStart < newEnd) {
      for (const element of inGap(before, after, places, { ...gap, oldEnd, newEnd })) elements.push(element);
    }
    if (oldEnd < before.length)
      elements.push({ kind: "common", before: oldEnd, after: newEnd, moved: false });
    gap = { oldStart: oldEnd + 1, newStart: newEnd + 1 };
  }
  return elements;
}

/** A stretch of each array, ends excluded. */
interface Gap {
  readonly oldStart: number;
  readonly oldEnd: number;
  readonly newStart: number;
  readonly newEnd: number;
}

/** In a gap, scalars without a partner meet: the n-th of the old array becomes the n-th of the new one. */
function inGap(
  before: readonly JsonTree[],
  after: readonly JsonTree[],
  { newPlaces, oldPlaces }: Places,
  { oldStart, oldEnd, newStart, newEnd }: Gap,
): AlignedElement[] {
  const removed = lonely(newPlaces, oldStart, oldEnd);
  const addedScalars = lonely(oldPlaces, newStart, newEnd).filter((index) => !isContainer(after[index]!));
  const meeting = removed.filter((index) => !isContainer(before[index]!)).slice(0, addedScalars.length);
  const metBy = new Map(meeting.map((old, index) => [addedScalars[index]!, old]));
  const met = new Set(meeting);

  const elements: AlignedElement[] = [];
  for (const index of removed) if (!met.has(index)) elements.push({ kind: "removed", before: index });
  for (let index = newStart; index < newEnd; index++) {
    const partner = oldPlaces[index]!;
    const old = partner === NONE ? metBy.get(index) : partner;
    if (old === undefined) elements.push({ kind: "added", after: index });
    else elements.push({ kind: "common", before: old, after: index, moved: partner !== NONE });
  }
  return elements;
}
