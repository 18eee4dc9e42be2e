/**
 * Detection of the layout from the document itself, where the configuration says nothing.
 *
 * @module
 */
import { byteOrderMarkLength } from "../../json/encoding.ts";
import { formatPointer } from "../../json/pointer.ts";
import { JsonScanner } from "../../json/scan.ts";
import { defaultIdFields, type Layout } from "./layout.ts";

const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;
const QUOTE = 0x22;

/** How many members of a container are looked at; the rest is assumed to be alike. */
const SAMPLE = 64;

/** Share of a root's objects that must have a key in common for the root to be a map of entries. */
const ALIKE = 0.6;

interface Member {
  readonly key: string;
  readonly value: number;
}

/**
 * The layout of a valid document, from the first 64 members of each container:
 * 1. An array: its elements (`/*`).
 * 2. An object at least half of whose members are objects, most of which share a key: its members (`/*`).
 * 3. An object with collections, members that are arrays of objects with an id or maps of objects: theirs (`/problems/*`).
 * 4. Anything else: the members of the root (`/*`).
 */
export function detectLayout(bytes: Uint8Array, idField: string | null = null): Layout {
  const scanner = new JsonScanner(bytes);
  const root = scanner.skipWhiteSpace(byteOrderMarkLength(bytes));
  const wholeRoot: Layout = { entries: ["/*"], idField };
  if (bytes[root] !== OPEN_BRACE) return wholeRoot;
  const members = membersOf(scanner, root);
  if (isMapOfEntries(scanner, members)) return wholeRoot;
  const collections = members.filter((member) => isCollection(scanner, member.value, idField));
  if (collections.length === 0) return wholeRoot;
  return { entries: collections.map((member) => formatPointer([member.key, "*"])), idField };
}

function isMapOfEntries(scanner: JsonScanner, members: readonly Member[]): boolean {
  const objects = members.filter((member) => scanner.bytes[member.value] === OPEN_BRACE);
  if (objects.length < 2 || objects.length * 2 < members.length) return false;
  const counts = new Map<string, number>();
  for (const object of objects) {
    const keys = new Set(membersOf(scanner, object.value).map((member) => member.key));
    for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values()) >= Math.max(2, ALIKE * objects.length);
}

function isCollection(scanner: JsonScanner, value: number, idField: string | null): boolean {
  const byte = scanner.bytes[value];
  if (byte !== OPEN_BRACE && byte !== OPEN_BRACKET) return false;
  const members = membersOf(scanner, value);
  if (members.length === 0 || members.some((member) => scanner.bytes[member.value] !== OPEN_BRACE))
    return false;
  if (byte === OPEN_BRACE) return true;
  const fields = idField === null ? defaultIdFields : [idField];
  return members.every((member) =>
    membersOf(scanner, member.value).some((field) => fields.includes(field.key)),
  );
}

/** The first members of the object or array at `container`; elements of an array have the key "". */
function membersOf(scanner: JsonScanner, container: number): readonly Member[] {
  const members: Member[] = [];
  const isObject = scanner.bytes[container] === OPEN_BRACE;
  let at = scanner.skipWhiteSpace(container + 1);
  if (isObject ? scanner.bytes[at] !== QUOTE : scanner.bytes[at] === 0x5d) return members;
  for (;;) {
    const value = isObject ? scanner.skipKey(at) : at;
    members.push({ key: isObject ? scanner.readString(at) : "", value });
    if (members.length === SAMPLE) return members;
    const separator = scanner.skipWhiteSpace(scanner.skipValue(value));
    if (scanner.bytes[separator] !== COMMA) return members;
    at = scanner.skipWhiteSpace(separator + 1);
  }
}
