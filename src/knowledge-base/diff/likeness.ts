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

/** Once an element has so many features, its further values are not looked at. */
const MOST_FEATURES = 128;

/** Characters of a string beyond so many are not looked at. */
const LONGEST_TEXT = 10_000;

/** A feature of more elements than this on one side tells too little. */
const MOST_OWNERS = 32;

const WORD = /[\p{L}\p{N}]+/gu;

/** An element for which a partner on the other side is sought. */
export interface Candidate {
  readonly index: number;
  /** What can be shared; see `featuresOf`. */
  readonly features: ReadonlySet<string>;
  readonly identity: Identity | null;
  /** Partners stand in the same gap between elements that did not change; null, outside all gaps, for a free element. */
  readonly gap: number | null;
}

/** The words of all strings in `element`, and every other scalar with its key; the member `omitted` is left out. */
export function featuresOf(element: JsonTree, omitted: string | null): ReadonlySet<string> {
  const features = new Set<string>();
  const waiting: { readonly label: string; readonly value: JsonTree }[] = [{ label: "", value: element }];
  for (const { label, value } of waiting) {
    if (features.size >= MOST_FEATURES) break;
    if (isContainer(value)) {
      const keys = value instanceof JsonMembers ? value.keys : null;
      for (const [index, child] of childrenOf(value).slice(0, MOST_FEATURES).entries()) {
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

/**
 * Pairs of candidates that are alike, each candidate at most once, the most alike before all others. Only candidates
 * that share a feature are compared, and features of more than 32 candidates of one side do not count:
 * the time it takes grows with the number of candidates, not with its square.
 */
export function pairsByLikeness(before: readonly Candidate[], after: readonly Candidate[]): Pair[] {
  const common = new Set([...commonFeatures(before), ...commonFeatures(after)]);
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
  const owners = ownersOf(after);
  const shared = new Uint32Array(after.length);
  const couples: Couple[] = [];
  for (const old of before) {
    const touched: number[] = [];
    for (const feature of old.features) {
      for (const owner of owners.get(feature) ?? []) if (shared[owner]!++ === 0) touched.push(owner);
    }
    for (const owner of touched) {
      const recent = after[owner]!;
      const likeness = likenessOf(old, recent, shared[owner]!);
      if (likeness >= ALIKE) couples.push({ old, recent, likeness });
      shared[owner] = 0;
    }
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
  return (2 * shared) / (old.features.size + recent.features.size) + (sameMark ? SAME_MARK : 0);
}

function distance({ old, recent }: Couple): number {
  return Math.abs(old.index - recent.index);
}

function commonFeatures(candidates: readonly Candidate[]): string[] {
  const common: string[] = [];
  for (const [feature, owners] of ownersOf(candidates)) if (owners.length > MOST_OWNERS) common.push(feature);
  return common;
}

/** For each feature, which of the candidates have it. */
function ownersOf(candidates: readonly Candidate[]): Map<string, number[]> {
  const ownersByFeature = new Map<string, number[]>();
  for (const [owner, candidate] of candidates.entries()) {
    for (const feature of candidate.features) {
      const owners = ownersByFeature.get(feature);
      if (owners === undefined) ownersByFeature.set(feature, [owner]);
      else owners.push(owner);
    }
  }
  return ownersByFeature;
}
