/**
 * Sequences: what two lists of numbers have in common, in order.
 *
 * @module
 */

/** Two indices that belong together: one of the old list, one of the new. */
export interface Pair {
  readonly before: number;
  readonly after: number;
}

/** Insertions and removals that the search for the longest common subsequence meets before it gives up. */
const MOST_EDITS = 1000;

/** The same between two anchors, of which there may be many. */
const MOST_EDITS_IN_GAP = 64;

/**
 * Pairs of equal elements, increasing on both sides: the longest common subsequence where the lists differ by at most
 * 1,000 insertions and removals; beyond that a long one, anchored at elements that occur once on either side.
 * The time it takes grows with the length of the lists times the number of edits, which is bounded.
 *
 * @see E. W. Myers, "An O(ND) Difference Algorithm and Its Variations", Algorithmica 1, 1986. The anchors are those of
 *   Bram Cohen's patience diff.
 */
export function commonSubsequence(before: readonly number[], after: readonly number[]): Pair[] {
  return trimmedSubsequence(before, after, MOST_EDITS, anchoredSubsequence);
}

/** A search for a common subsequence. */
type Search = (before: readonly number[], after: readonly number[]) => Pair[];

/** The common beginning and end, and between them the subsequence of least edits, or what `otherwise` finds. */
function trimmedSubsequence(
  before: readonly number[],
  after: readonly number[],
  mostEdits: number,
  otherwise: Search,
): Pair[] {
  const shorter = Math.min(before.length, after.length);
  let prefix = 0;
  while (prefix < shorter && before[prefix] === after[prefix]) prefix++;
  let suffix = 0;
  while (suffix < shorter - prefix && before.at(-1 - suffix) === after.at(-1 - suffix)) suffix++;

  const pairs = Array.from({ length: prefix }, (_, index): Pair => ({ before: index, after: index }));
  const oldMiddle = before.slice(prefix, before.length - suffix);
  const newMiddle = after.slice(prefix, after.length - suffix);
  const middle = leastEdits(oldMiddle, newMiddle, mostEdits) ?? otherwise(oldMiddle, newMiddle);
  for (const pair of middle) pairs.push({ before: pair.before + prefix, after: pair.after + prefix });
  for (let left = suffix; left > 0; left--)
    pairs.push({ before: before.length - left, after: after.length - left });
  return pairs;
}

/** The longest common subsequence, unless it takes more than `mostEdits`. Elements of one side only are no edits. */
function leastEdits(before: readonly number[], after: readonly number[], mostEdits: number): Pair[] | null {
  const oldShared = indicesIn(before, new Set(after));
  const newShared = indicesIn(after, new Set(before));
  const pairs = myers(
    oldShared.map((index) => before[index]!),
    newShared.map((index) => after[index]!),
    mostEdits,
  );
  return pairs?.map((pair) => ({ before: oldShared[pair.before]!, after: newShared[pair.after]! })) ?? null;
}

function indicesIn(list: readonly number[], wanted: ReadonlySet<number>): number[] {
  const indices: number[] = [];
  for (let index = 0; index < list.length; index++) if (wanted.has(list[index]!)) indices.push(index);
  return indices;
}

/**
 * The greedy algorithm of Myers. After d edits, `reached[k]` is how far the old list can be read on diagonal k
 * (index in the old list minus index in the new one); `rounds[d]` keeps that for the way back.
 */
function myers(before: readonly number[], after: readonly number[], mostEdits: number): Pair[] | null {
  const limit = Math.min(mostEdits, before.length + after.length);
  const zero = limit + 1;
  const reached = new Int32Array(2 * limit + 3);
  const rounds: Int32Array[] = [];
  for (let edits = 0; edits <= limit; edits++) {
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const at = zero + diagonal;
      const inserts = diagonal === -edits || (diagonal !== edits && reached[at - 1]! < reached[at + 1]!);
      let old = inserts ? reached[at + 1]! : reached[at - 1]! + 1;
      while (old < before.length && old - diagonal < after.length && before[old] === after[old - diagonal])
        old++;
      reached[at] = old;
      if (old >= before.length && old - diagonal >= after.length)
        return wayBack(rounds, before.length, after.length);
    }
    rounds.push(reached.slice(zero - edits, zero + edits + 1));
  }
  return null;
}

/** Walks from the ends of both lists back through the rounds; what it passes without an edit is common. */
function wayBack(rounds: readonly Int32Array[], oldLength: number, newLength: number): Pair[] {
  const pairs: Pair[] = [];
  let before = oldLength;
  let after = newLength;
  const passCommon = (oldStart: number, newStart: number): void => {
    while (before > oldStart && after > newStart) pairs.push({ before: --before, after: --after });
  };
  for (let edits = rounds.length; edits > 0; edits--) {
    const reached = rounds[edits - 1]!;
    const zero = edits - 1;
    const diagonal = before - after;
    const below = reached[zero + diagonal - 1] ?? -1;
    const above = reached[zero + diagonal + 1] ?? -1;
    const inserts = diagonal === -edits || (diagonal !== edits && below < above);
    const old = inserts ? above : below;
    const previousDiagonal = inserts ? diagonal + 1 : diagonal - 1;
    passCommon(inserts ? old : old + 1, inserts ? old - previousDiagonal + 1 : old - previousDiagonal);
    before = old;
    after = old - previousDiagonal;
  }
  passCommon(0, 0);
  return pairs.reverse();
}

/** A common subsequence through elements that occur once on either side, and what is found between them. */
function anchoredSubsequence(before: readonly number[], after: readonly number[]): Pair[] {
  const pairs: Pair[] = [];
  let old = 0;
  let recent = 0;
  const anchors = longestIncreasing(pairsOfUnique(before.entries(), after.entries()));
  for (const anchor of [...anchors, { before: before.length, after: after.length }]) {
    const gap = trimmedSubsequence(
      before.slice(old, anchor.before),
      after.slice(recent, anchor.after),
      MOST_EDITS_IN_GAP,
      () => [],
    );
    for (const pair of gap) pairs.push({ before: pair.before + old, after: pair.after + recent });
    if (anchor.before < before.length) pairs.push(anchor);
    old = anchor.before + 1;
    recent = anchor.after + 1;
  }
  return pairs;
}

/** Pairs of the places of elements that occur once on either side, in the order of the old side. */
export function pairsOfUnique<Element>(
  before: Iterable<readonly [place: number, element: Element]>,
  after: Iterable<readonly [place: number, element: Element]>,
): Pair[] {
  const newPlaces = placesOfUnique(after);
  const pairs: Pair[] = [];
  for (const [element, place] of placesOfUnique(before)) {
    const newPlace = newPlaces.get(element);
    if (newPlace !== undefined) pairs.push({ before: place, after: newPlace });
  }
  return pairs;
}

function placesOfUnique<Element>(
  elements: Iterable<readonly [place: number, element: Element]>,
): Map<Element, number> {
  const places = new Map<Element, number>();
  const repeated = new Set<Element>();
  for (const [place, element] of elements) {
    if (places.has(element)) repeated.add(element);
    else places.set(element, place);
  }
  for (const element of repeated) places.delete(element);
  return places;
}

/**
 * The most of `pairs`, which increase in `before`, that increase in `after` as well.
 *
 * @see M. L. Fredman, "On computing the length of longest increasing subsequences", Discrete Mathematics 11, 1975.
 */
export function longestIncreasing(pairs: readonly Pair[]): Pair[] {
  const previous = new Int32Array(pairs.length);
  /** For each length, the index of the pair with which a subsequence of that length ends lowest. */
  const ends: number[] = [];
  for (const [index, pair] of pairs.entries()) {
    let length = 0;
    for (let high = ends.length; length < high; ) {
      const middle = (length + high) >> 1;
      if (pairs[ends[middle]!]!.after < pair.after) length = middle + 1;
      else high = middle;
    }
    previous[index] = length === 0 ? -1 : ends[length - 1]!;
    ends[length] = index;
  }
  const longest: Pair[] = [];
  for (let index = ends.at(-1) ?? -1; index !== -1; index = previous[index]!) longest.push(pairs[index]!);
  return longest.reverse();
}
