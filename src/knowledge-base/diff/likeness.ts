/**
 * Likeness of elements: how many words and values two of them share.
 *
 * @module
 * @see The measure is that of L. R. Dice, "Measures of the amount of ecologic association between species",
 *   Ecology 26, 1945: twice what both have, divided by the sum of what each has.
 */
import { childrenOf, isContainer, JsonMembers, type JsonTree } from "../../json/tree.ts";
import type { Identity } from "./identity.ts";
import type { Pair } from "./sequence.ts";

/** Elements are alike from this likeness on. */
const ALIKE = 0.5;

/** What it adds to the likeness of two elements that both say they are the same one. */
const SAME_MARK = 0.25;

/** Once an element of an array has so many features, its further values are not looked at. */
const MOST_FEATURES = 128;

/** Characters of a string beyond so many are not looked at. */
const LONGEST_TEXT = 10_000;

/** A feature of more elements than this on one side tells too little. */
const MOST_OWNERS = 32;

/** Scripts that put no spaces between words. */
const UNSPACED = ["Han", "Hiragana", "Katakana", "Thai", "Lao", "Khmer", "Myanmar"]
  .map((script) => `\\p{Script=${script}}`)
  .join("");

/** A word, or one character of a script without spaces. */
const WORD = new RegExp(`[${UNSPACED}]|(?:(?![${UNSPACED}])[\\p{L}\\p{N}])+`, "gu");

/** An element for which a partner on the other side is sought. */
export interface Candidate {
  readonly index: number;
  /** What can be shared; see `featuresOf`. */
  readonly features: ReadonlySet<string>;
  readonly identity: Identity | null;
  /** Partners stand in the same gap between elements that did not change; null, outside all gaps, for a free element. */
  readonly gap: number | null;
}

/**
 * The words of all strings in `element`, and every other scalar with its key; the member `omitted` is left out. What is
 * further in is looked at last, and not at all once there are `most` features; the last text looked at may exceed them.
 */
export function featuresOf(
  element: JsonTree,
  omitted: string | null,
  most: number = MOST_FEATURES,
): ReadonlySet<string> {
  const features = new Set<string>();
  const waiting: { readonly label: string; readonly value: JsonTree }[] = [{ label: "", value: element }];
  for (const { label, value } of waiting) {
    if (features.size >= most) break;
    if (isContainer(value)) {
      const keys = value instanceof JsonMembers ? value.keys : null;
      for (const [index, child] of childrenOf(value).slice(0, most).entries()) {
        const key = keys?.[index] ?? label;
        if (value !== element || key !== omitted) waiting.push({ label: key, value: child });
      }
    } else {
      const words = typeof value === "string" ? value.slice(0, LONGEST_TEXT).match(WORD) : null;
      for (const feature of words ?? [`${label}=${value}`]) features.add(feature);
    }
  }
  return features;
}

/** How alike two sets are, from 0 to 1: twice the number of features that both have, by the sum of their sizes. */
export function diceOf(shared: number, one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  return (2 * shared) / (one.size + other.size);
}

/** One set of features of each side, by index, and how many features they share; at least one. */
export interface SharedFeatures {
  readonly before: number;
  readonly after: number;
  readonly count: number;
}

/** The sets that share features, by the index of the older one. */
export function* sharedFeatures(
  before: readonly ReadonlySet<string>[],
  after: readonly ReadonlySet<string>[],
): Generator<SharedFeatures> {
  const owners = ownersOf(after);
  const counts = new Uint32Array(after.length);
  for (const [index, features] of before.entries()) {
    const touched: number[] = [];
    for (const feature of features) {
      for (const owner of owners.get(feature) ?? []) if (counts[owner]!++ === 0) touched.push(owner);
    }
    for (const owner of touched) {
      yield { before: index, after: owner, count: counts[owner]! };
      counts[owner] = 0;
    }
  }
}

/**
 * Pairs of candidates that are alike, each candidate at most once, the most alike before all others. Only candidates
 * that share a feature are compared, and features of more than 32 candidates of one side do not count:
 * the time it takes grows with the number of candidates, not with its square.
 */
export function pairsByLikeness(before: readonly Candidate[], after: readonly Candidate[]): Pair[] {
  const common = new Set([...commonFeatures(featureSets(before)), ...commonFeatures(featureSets(after))]);
  const taken = new Set<Candidate>();
  const pairs: Pair[] = [];
  for (const { old, recent } of likelyCouples(before.map(withoutCommon), after.map(withoutCommon))) {
    if (taken.has(old) || taken.has(recent)) continue;
    taken.add(old).add(recent);
    pairs.push({ before: old.index, after: recent.index });
  }
  return pairs;

  function withoutCommon(candidate: Candidate): Candidate {
    return {
      ...candidate,
      features: new Set([...candidate.features].filter((feature) => !common.has(feature))),
    };
  }
}

interface Couple {
  readonly old: Candidate;
  readonly recent: Candidate;
  readonly likeness: number;
}

/** Couples that are alike, the most alike first; of equally alike ones, those that stand nearer to each other. */
function likelyCouples(before: readonly Candidate[], after: readonly Candidate[]): Couple[] {
  const couples: Couple[] = [];
  for (const shared of sharedFeatures(featureSets(before), featureSets(after))) {
    const [old, recent] = [before[shared.before]!, after[shared.after]!];
    const likeness = likenessOf(old, recent, shared.count);
    if (likeness >= ALIKE) couples.push({ old, recent, likeness });
  }
  return couples.sort(
    (one, other) =>
      other.likeness - one.likeness ||
      distance(one) - distance(other) ||
      one.old.index - other.old.index ||
      one.recent.index - other.recent.index,
  );
}

function likenessOf(old: Candidate, recent: Candidate, shared: number): number {
  const sameMark = old.identity !== null && old.identity.mark === recent.identity?.mark;
  const twoNames = old.identity?.kind === "name" && recent.identity?.kind === "name" && !sameMark;
  if (twoNames || old.gap !== recent.gap) return 0;
  return diceOf(shared, old.features, recent.features) + (sameMark ? SAME_MARK : 0);
}

function distance({ old, recent }: Couple): number {
  return Math.abs(old.index - recent.index);
}

function featureSets(candidates: readonly Candidate[]): ReadonlySet<string>[] {
  return candidates.map(({ features }) => features);
}

function commonFeatures(sets: readonly ReadonlySet<string>[]): string[] {
  const common: string[] = [];
  for (const [feature, owners] of ownersOf(sets)) if (owners.length > MOST_OWNERS) common.push(feature);
  return common;
}

/** For each feature, which of the sets have it, by index. */
function ownersOf(sets: readonly ReadonlySet<string>[]): Map<string, number[]> {
  const ownersByFeature = new Map<string, number[]>();
  for (const [owner, features] of sets.entries()) {
    for (const feature of features) {
      const owners = ownersByFeature.get(feature);
      if (owners === undefined) ownersByFeature.set(feature, [owner]);
      else owners.push(owner);
    }
  }
  return ownersByFeature;
}
