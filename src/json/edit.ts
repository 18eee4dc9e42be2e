/**
 * Editing of JSON text in place: members are replaced, removed and inserted, and every other byte stays as it is.
 *
 * @module
 */
import { KbvaultError } from "../errors.ts";
import { branchesOf, type EditBranch, failEdit } from "./edit-branches.ts";
import {
  type ContainerStyle,
  type ContainerText,
  readContainer,
  separatorBeside,
  styleOf,
} from "./edit-style.ts";
import { byteOrderMarkLength } from "./encoding.ts";
import { placesOf } from "./place.ts";
import { formatPointer, type PointerToken } from "./pointer.ts";
import { JsonScanner } from "./scan.ts";

/** The text is valid, so this only bounds the memory of the scanner. */
const MAX_DEPTH = 1_000_000;

/** One change of a text. Its pointers refer to the text before all changes; its value is JSON text, put in as it is. */
export type JsonEdit = JsonReplacement | JsonRemoval | JsonInsertion;

/** The value at `pointer` becomes another; "" is the whole document, without the white space around it. */
export interface JsonReplacement {
  readonly op: "replace";
  readonly pointer: string;
  readonly value: Uint8Array;
}

/** The member or element at `pointer` goes. */
export interface JsonRemoval {
  readonly op: "remove";
  readonly pointer: string;
}

/** A member or element is put into the object or array at `parent`. */
export interface JsonInsertion {
  readonly op: "insert";
  readonly parent: string;
  /** Key of the new member; null in an array. */
  readonly key: string | null;
  readonly value: Uint8Array;
  /**
   * Key or index of the sibling behind which it is put; null puts it first. Insertions behind one sibling stand in the
   * order of the edits. Behind a sibling that is removed, they take its place.
   */
  readonly after: PointerToken | null;
}

/** A stretch of the text, and what comes instead of it. */
interface Splice {
  readonly start: number;
  readonly end: number;
  readonly parts: readonly Uint8Array[];
}

/**
 * The text `bytes`, valid JSON, after `edits`. What is inserted gets the separator and the colon of its siblings, or in
 * an empty container those of the text around it, so that minified text stays minified and indented text indented.
 * A removal takes one comma with its white space; where nothing is left, the container is `{}` or `[]`. Removing what was
 * inserted into a container that was not empty gives the original bytes.
 *
 * The text is scanned once for each level of the deepest pointer, however many edits there are; it may be larger than
 * the longest string.
 *
 * @throws KbvaultError USAGE, with `data` = `{pointer}`: a pointer that leads nowhere, edits that overlap, a key that is
 *   there already, a key in an array or none in an object, removal of the whole document.
 * @throws KbvaultError DUPLICATES, with `data` = `{kind, name, first, second}`, when a key on the way occurs twice.
 * @example
 * ```ts
 * const text = Buffer.from('{"steps": ["a", "c"], "draft": true}');
 * const edited = editJson(text, [
 *   { op: "insert", parent: "/steps", key: null, value: Buffer.from('"b"'), after: 0 },
 *   { op: "remove", pointer: "/draft" },
 * ]);
 * edited.toString(); // '{"steps": ["a", "b", "c"]}'
 * ```
 */
export function editJson(bytes: Uint8Array, edits: readonly JsonEdit[]): Buffer {
  const scanner = new JsonScanner(bytes, { maxDepth: Math.min(bytes.length, MAX_DEPTH) });
  return spliced(bytes, splicesOf(scanner, branchesOf(edits)));
}

function splicesOf(scanner: JsonScanner, edited: EditBranch): Splice[] {
  const root = scanner.skipWhiteSpace(byteOrderMarkLength(scanner.bytes));
  if (edited.edit?.op === "replace")
    return [{ start: root, end: scanner.skipValue(root), parts: [edited.edit.value] }];
  const splices: Splice[] = [];
  const open: { start: number; branch: EditBranch; outer?: ContainerStyle }[] = [
    { start: root, branch: edited },
  ];
  for (const { start, branch, outer } of open) {
    if (branch.children.size + branch.insertions.length === 0) continue;
    const container = readContainer(scanner, start) ?? failNowhere(branch);
    const style = styleOf(scanner, container, outer);
    const places = placesIn(scanner, container, branch);
    const removed = new Set<number>();
    for (const [token, child] of branch.children) {
      const place = places.get(token) ?? failNowhere(child);
      const { value, end } = container.members[place]!;
      if (child.edit === null) open.push({ start: value, branch: child, outer: style });
      else if (child.edit.op === "remove") removed.add(place);
      else splices.push({ start: value, end, parts: [child.edit.value] });
    }
    if (removed.size + branch.insertions.length === 0) continue;
    const inserted = insertedBehind(container, branch, places, removed);
    for (const splice of rearranged(scanner, container, style, removed, inserted)) splices.push(splice);
  }
  return splices;
}

/** Where the members are that the edits in `branch` name, as positions in `container`. */
function placesIn(scanner: JsonScanner, container: ContainerText, branch: EditBranch): Map<string, number> {
  const wanted = new Set(branch.children.keys());
  for (const { after, key } of branch.insertions) {
    if (after !== null) wanted.add(String(after));
    if (key !== null) wanted.add(key);
  }
  const places = new Map<string, number>();
  for (const [place, { token, start }] of container.members.entries()) {
    if (!wanted.has(token)) continue;
    const first = places.get(token);
    if (first !== undefined) failDuplicate(scanner, token, container.members[first]!.start, start);
    places.set(token, place);
  }
  return places;
}

/** Position of no member: what is inserted behind it comes first. */
const FRONT = -1;

/** What is inserted behind the member at each position. */
function insertedBehind(
  { isObject }: ContainerText,
  { pointer, insertions }: EditBranch,
  places: ReadonlyMap<string, number>,
  removed: ReadonlySet<number>,
): ReadonlyMap<number, readonly JsonInsertion[]> {
  const inserted = new Map<number, JsonInsertion[]>();
  const keys = new Set<string>();
  for (const insertion of insertions) {
    const { key, after } = insertion;
    if (isObject !== (key !== null))
      failEdit(
        `${JSON.stringify(pointer)} is an ${isObject ? "object: its members need a key" : "array: its elements have no key"}.`,
        pointer,
      );
    if (key !== null) {
      const present = places.get(key);
      if (keys.has(key) || (present !== undefined && !removed.has(present)))
        failEdit(
          `The object at ${JSON.stringify(pointer)} has a member ${JSON.stringify(key)} already.`,
          pointer,
        );
      keys.add(key);
    }
    const place = after === null ? FRONT : places.get(String(after));
    if (place === undefined)
      failEdit(
        `Nothing stands at ${JSON.stringify(pointer + formatPointer([after!]))}, to insert behind it.`,
        pointer,
      );
    const others = inserted.get(place);
    if (others === undefined) inserted.set(place, [insertion]);
    else others.push(insertion);
  }
  return inserted;
}

/** The splices between each two members that stay next to each other, where something goes or comes between them. */
function* rearranged(
  scanner: JsonScanner,
  container: ContainerText,
  style: ContainerStyle,
  removed: ReadonlySet<number>,
  inserted: ReadonlyMap<number, readonly JsonInsertion[]>,
): Generator<Splice> {
  const { members } = container;
  let left = FRONT;
  let between = [...(inserted.get(FRONT) ?? [])];
  for (let right = 0; right <= members.length; right++) {
    if (removed.has(right)) {
      between.push(...(inserted.get(right) ?? []));
      continue;
    }
    if (between.length > 0 || right - left > 1)
      yield spliceBetween(scanner, container, style, { left, right, between });
    left = right;
    between = [...(inserted.get(right) ?? [])];
  }
}

/** Two members that stay, by position, and what is inserted between them; all that stood between them goes. */
interface Gap {
  readonly left: number;
  readonly right: number;
  readonly between: readonly JsonInsertion[];
}

function spliceBetween(
  scanner: JsonScanner,
  container: ContainerText,
  style: ContainerStyle,
  { left, right, between }: Gap,
): Splice {
  const { members, start, end } = container;
  const isFirst = left === FRONT;
  const isLast = right === members.length;
  const separator = Buffer.from(separatorBeside(scanner, container, style, left));
  const parts = between.flatMap(({ key, value }) => [
    separator,
    ...(key === null ? [] : [Buffer.from(JSON.stringify(key) + style.colon)]),
    value,
  ]);
  if (right - left > 1) {
    // What comes takes the place of what goes, with the separators on either side.
    if (parts.length > 0)
      return { start: members[left + 1]!.start, end: members[right - 1]!.end, parts: parts.slice(1) };
    if (!isFirst) return { start: members[left]!.end, end: members[right - 1]!.end, parts };
    return isLast ? { start, end, parts } : { start: members[0]!.start, end: members[right]!.start, parts };
  }
  if (!isFirst) return { start: members[left]!.end, end: members[left]!.end, parts };
  if (!isLast) {
    const first = members[right]!.start;
    return { start: first, end: first, parts: [...parts.slice(1), separator] };
  }
  const frame = [Buffer.from(style.lineBreak), ...parts.slice(1), Buffer.from(style.closingBreak)];
  return { start, end, parts: frame };
}

function spliced(bytes: Uint8Array, splices: readonly Splice[]): Buffer {
  // What is inserted before a member stands at the same place as what replaces it, and comes first.
  const inOrder = splices.toSorted((one, other) => one.start - other.start || one.end - other.end);
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const splice of inOrder) {
    parts.push(bytes.subarray(at, splice.start), ...splice.parts);
    at = splice.end;
  }
  parts.push(bytes.subarray(at));
  return Buffer.concat(parts);
}

function failNowhere({ pointer }: EditBranch): never {
  failEdit(`${JSON.stringify(pointer)} leads nowhere, or to a value that has nothing inside.`, pointer);
}

function failDuplicate(scanner: JsonScanner, name: string, firstOffset: number, secondOffset: number): never {
  const [first, second] = placesOf(scanner.bytes, [firstOffset, secondOffset]);
  throw new KbvaultError(
    "DUPLICATES",
    `The key ${JSON.stringify(name)} occurs twice: at line ${first!.line}, column ${first!.column} and at line ${second!.line}, column ${second!.column}. It is not clear which of them is meant. Nothing was changed. Rename one of them.`,
    { kind: "key", name, first, second },
  );
}
