/**
 * Renamed entries: removed and added ones of near-equal content, most likely one entry under another id.
 *
 * @module
 */
import { parseTree } from "../../json/parse.ts";
import { formatPointer } from "../../json/pointer.ts";
import { isContainer, JsonMembers, type JsonTree } from "../../json/tree.ts";
import { JsonNumber } from "../../json/value.ts";
import type { RenamedEntry } from "../comparison.ts";
import { type CompareValuesOptions, compareValues } from "../diff/compare.ts";
import { digestOfTree } from "../diff/digest.ts";
import { diceOf, featuresOf, sharedFeatures } from "../diff/likeness.ts";
import { type Pair, pairsOfUnique } from "../diff/sequence.ts";
import { defaultIdFields } from "../layout/layout.ts";
import type { EntryText } from "./entries.ts";

/** How to compare entries whose ids differ. */
export interface RenameOptions extends CompareValuesOptions {
  /** Id field of entries in arrays; null or missing: the first of `id`, `key`, `slug` that names the entry. */
  readonly idField?: string | null | undefined;
}

/** Contents are near-equal from this likeness on. */
const NEAR_EQUAL = 0.6;

/** A partner has to be so much more alike than the next best one. */
const CLEARLY = 0.1;

/** What is less than equal is not called 1. */
const ALMOST = 0.99;

/** Entries of fewer features are renamed only if they are equal: a word or two would decide. */
const FEWEST_FEATURES = 8;

/** Once an entry has so many features, its further values are not looked at. */
const MOST_FEATURES = 512;

/** Likeness is looked for among at most so many entries of a side; equal content among all. */
const MOST_ENTRIES = 1000;

/**
 * Which of the `removed` entries are which of the `added` ones, in the order of `added`. The id is no part of the
 * content: neither the key in a map, nor the id field inside the value.
 *
 * - Entries of equal content belong together where no other entry of either side has that content.
 * - Of the others, two belong together that are alike (0.6 of 1, from 8 words and values on), and clearly (by 0.1)
 *   more so than either is with any other. What is ambiguous stays removed and added.
 *
 * The time it takes grows with the size of all these entries; likeness is looked for where at most 1,000 are left on
 * either side. Exchanging the two sides exchanges `from` and `to` and the sides of the changes.
 */
export function renamesBetween(
  removed: readonly EntryText[],
  added: readonly EntryText[],
  options: RenameOptions = {},
): RenamedEntry[] {
  if (removed.length === 0 || added.length === 0) return [];
  const equal = pairsOfUnique(digests(removed, options), digests(added, options));
  const oldRest = restOf(
    removed,
    equal.map((pair) => pair.before),
  );
  const newRest = restOf(
    added,
    equal.map((pair) => pair.after),
  );
  const alike = alikePairs(
    oldRest.map((index) => removed[index]!),
    newRest.map((index) => added[index]!),
    options,
  );
  const pairs: LikePair[] = [
    ...equal.map((pair) => ({ ...pair, similarity: 1 })),
    ...alike.map((pair) => ({ ...pair, before: oldRest[pair.before]!, after: newRest[pair.after]! })),
  ];
  return pairs
    .sort((one, other) => one.after - other.after)
    .map(({ before, after, similarity }) =>
      renamedEntry(removed[before]!, added[after]!, similarity, options),
    );
}

interface LikePair extends Pair {
  readonly similarity: number;
}

/** The indices of `entries` that are not among `taken`. */
function restOf(entries: readonly EntryText[], taken: readonly number[]): number[] {
  const known = new Set(taken);
  return [...entries.keys()].filter((index) => !known.has(index));
}

function* digests(
  entries: readonly EntryText[],
  options: RenameOptions,
): Generator<[index: number, digest: string]> {
  for (const [index, entry] of entries.entries()) {
    const tree = parseTree(entry.value, options);
    const omitted = idMember(tree, entry.id, options);
    if (hasContent(tree, omitted)) yield [index, digestOfTree(tree, omitted)];
  }
}

/** Whether an entry holds anything that could tell it from others. */
function hasContent(tree: JsonTree, omitted: string | null): boolean {
  if (tree instanceof JsonMembers) return tree.keys.some((key) => key !== omitted);
  return (isContainer(tree) || typeof tree === "string") && tree.length > 0;
}

/** Key of the member by which an entry says its own id, or null. */
function idMember(tree: JsonTree, name: string, { idField }: RenameOptions): string | null {
  if (!(tree instanceof JsonMembers)) return null;
  const fields = idField == null ? defaultIdFields : [idField, ...defaultIdFields];
  const isId = (field: string): boolean => {
    const value = tree.values[tree.keys.indexOf(field)];
    const isText = typeof value === "string" || typeof value === "number" || value instanceof JsonNumber;
    return isText && isNameOf(name, String(value));
  };
  return fields.find(isId) ?? null;
}

/** Whether an entry with the id `id` may be called `name`: in a nested collection, or the second one with it, too. */
function isNameOf(name: string, id: string): boolean {
  return [name, name.replace(/#\d+\+*$/, "")].some(
    (text) => text === id || text.endsWith(formatPointer([id])),
  );
}

/** A candidate's best partner on the other side, and how alike it and the second best are. */
interface Best {
  partner: number;
  likeness: number;
  second: number;
}

/** The pairs of entries that are alike and clearly meant, by their indices. */
function alikePairs(
  before: readonly EntryText[],
  after: readonly EntryText[],
  options: RenameOptions,
): LikePair[] {
  if (Math.max(before.length, after.length) > MOST_ENTRIES) return [];
  const oldSets = before.map((entry) => features(entry, options));
  const newSets = after.map((entry) => features(entry, options));
  const ofOld = before.map((): Best => ({ partner: -1, likeness: 0, second: 0 }));
  const ofNew = after.map((): Best => ({ partner: -1, likeness: 0, second: 0 }));
  for (const shared of sharedFeatures(oldSets, newSets)) {
    const likeness = diceOf(shared.count, oldSets[shared.before]!, newSets[shared.after]!);
    note(ofOld[shared.before]!, shared.after, likeness);
    note(ofNew[shared.after]!, shared.before, likeness);
  }
  return ofOld.flatMap(({ partner, likeness, second }, index) => {
    const other = ofNew[partner];
    if (other?.partner !== index || likeness < NEAR_EQUAL) return [];
    if (likeness - Math.max(second, other.second) < CLEARLY) return [];
    const similarity = Math.min(ALMOST, Math.floor(likeness * 100) / 100);
    return [{ before: index, after: partner, similarity }];
  });
}

function note(best: Best, partner: number, likeness: number): void {
  if (likeness > best.likeness) {
    best.second = best.likeness;
    best.likeness = likeness;
    best.partner = partner;
  } else {
    best.second = Math.max(best.second, likeness);
  }
}

function features({ id, value }: EntryText, options: RenameOptions): ReadonlySet<string> {
  const tree = parseTree(value, options);
  const found = featuresOf(tree, idMember(tree, id, options), MOST_FEATURES);
  return found.size < FEWEST_FEATURES ? new Set() : found;
}

function renamedEntry(
  removed: EntryText,
  added: EntryText,
  similarity: number,
  options: RenameOptions,
): RenamedEntry {
  const changes = compareValues(removed.value, added.value, options);
  const omitted = commonIdMember(removed, added, options);
  return {
    from: removed.id,
    to: added.id,
    similarity,
    changes: changes.filter(({ path }) => path !== omitted),
  };
}

/** Path of the member by which both entries say their ids, or null. */
function commonIdMember(removed: EntryText, added: EntryText, options: RenameOptions): string | null {
  const [older, newer] = [removed, added].map(({ id, value }) =>
    idMember(parseTree(value, options), id, options),
  );
  return older != null && older === newer ? formatPointer([older]) : null;
}
