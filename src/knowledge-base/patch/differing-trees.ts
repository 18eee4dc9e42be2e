/**
 * Trees of two documents without what is byte for byte the same in both: of large documents that differ little, nearly
 * nothing has to become a value.
 *
 * @module
 */
import { hash } from "node:crypto";
import { byteOrderMarkLength } from "../../json/encoding.ts";
import { type Member, membersAt } from "../../json/members.ts";
import { checkJsonText, parseTree } from "../../json/parse.ts";
import { JsonScanner, type JsonScannerOptions } from "../../json/scan.ts";
import { JsonMembers, type JsonTree } from "../../json/tree.ts";
import { JsonNumber } from "../../json/value.ts";

/** Values of fewer bytes on both sides are parsed whole. */
const SMALL = 4096;

/** Levels on which equal parts are looked for. */
const DEEPEST = 8;

const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;

type Trees = readonly [before: JsonTree, after: JsonTree];

interface Context {
  readonly older: JsonScanner;
  readonly newer: JsonScanner;
  readonly options: JsonScannerOptions;
  readonly insideArrays: boolean;
}

/** Where a value stands in its text. */
type Range = Pick<Member, "value" | "end">;

/**
 * The trees of two documents, in which members that have the same bytes on both sides are left out and, with
 * `insideArrays`, elements that do are stand-ins: equal ones are equal JsonNumbers of a text that no number has. As many of
 * these are on either side, so that an alignment of arrays pairs them all, and none is ever added or removed.
 * Throws as `parseTree` does.
 */
export function differingTrees(
  before: Uint8Array,
  after: Uint8Array,
  options: JsonScannerOptions,
  insideArrays: boolean,
): Trees {
  const [older, newer] = [before, after].map((bytes) => {
    checkJsonText(bytes, options);
    return new JsonScanner(bytes, options);
  }) as [JsonScanner, JsonScanner];
  return treesAt({ older, newer, options, insideArrays }, wholeOf(older), wholeOf(newer), 0);
}

function wholeOf(scanner: JsonScanner): Range {
  const value = scanner.skipWhiteSpace(byteOrderMarkLength(scanner.bytes));
  return { value, end: scanner.skipValue(value) };
}

function treesAt(context: Context, before: Range, after: Range, depth: number): Trees {
  const { older, newer, insideArrays } = context;
  const kind = older.bytes[before.value];
  const isSmall = before.end - before.value < SMALL && after.end - after.value < SMALL;
  const parsed = (): Trees => [parsedAt(context, older, before), parsedAt(context, newer, after)];
  if (depth === DEEPEST || isSmall || kind !== newer.bytes[after.value]) return parsed();
  if (kind === OPEN_BRACE) return memberTrees(context, before, after, depth) ?? parsed();
  return kind === OPEN_BRACKET && insideArrays ? elementTrees(context, before, after) : parsed();
}

/** The members that are not the same on both sides; null where a key occurs twice. */
function memberTrees(context: Context, before: Range, after: Range, depth: number): Trees | null {
  const { older, newer } = context;
  const oldMembers = byToken(membersAt(older, before.value));
  const newMembers = byToken(membersAt(newer, after.value));
  if (oldMembers === null || newMembers === null) return null;
  const oldTrees = new Map<string, JsonTree>();
  const newTrees = new Map<string, JsonTree>();
  for (const [token, member] of newMembers) {
    const oldMember = oldMembers.get(token);
    if (oldMember === undefined) {
      newTrees.set(token, parsedAt(context, newer, member));
    } else if (Buffer.compare(bytesAt(older, oldMember), bytesAt(newer, member)) !== 0) {
      const [oldTree, newTree] = treesAt(context, oldMember, member, depth + 1);
      oldTrees.set(token, oldTree);
      newTrees.set(token, newTree);
    }
  }
  for (const [token, member] of oldMembers)
    if (!newMembers.has(token)) oldTrees.set(token, parsedAt(context, older, member));
  return [membersOf(oldTrees), membersOf(newTrees)];
}

function byToken(members: Iterable<Member>): Map<string, Member> | null {
  const found = new Map<string, Member>();
  let count = 0;
  for (const member of members) {
    found.set(member.token, member);
    count++;
  }
  return found.size === count ? found : null;
}

function membersOf(trees: ReadonlyMap<string, JsonTree>): JsonMembers {
  return new JsonMembers([...trees.keys()], [...trees.values()]);
}

function elementTrees(context: Context, before: Range, after: Range): Trees {
  const oldElements = hashedElements(context.older, before);
  const newElements = hashedElements(context.newer, after);
  const surplus = new Map<string, number>();
  for (const [digest] of oldElements) surplus.set(digest, (surplus.get(digest) ?? 0) + 1);
  for (const [digest] of newElements) surplus.set(digest, (surplus.get(digest) ?? 0) - 1);
  const treeOf =
    (scanner: JsonScanner) =>
    ([digest, element]: HashedElement): JsonTree =>
      surplus.get(digest) === 0 ? new JsonNumber(`=${digest}`) : parsedAt(context, scanner, element);
  return [oldElements.map(treeOf(context.older)), newElements.map(treeOf(context.newer))];
}

type HashedElement = readonly [digest: string, element: Range];

function hashedElements(scanner: JsonScanner, array: Range): HashedElement[] {
  return Array.from(membersAt(scanner, array.value), (element) => [
    hash("sha256", bytesAt(scanner, element), "base64"),
    element,
  ]);
}

function parsedAt({ options }: Context, scanner: JsonScanner, range: Range): JsonTree {
  return parseTree(bytesAt(scanner, range), options);
}

function bytesAt({ bytes }: JsonScanner, { value, end }: Range): Uint8Array {
  return bytes.subarray(value, end);
}
