/**
 * Edits that make fields of one entry of the live file what they were in a version.
 *
 * @module
 */
import { KbvaultError } from "../../errors.ts";
import type { JsonEdit } from "../../json/edit.ts";
import { type Member, membersAt } from "../../json/members.ts";
import { formatPointer, parsePointer } from "../../json/pointer.ts";
import { JsonScanner } from "../../json/scan.ts";
import { entryNotFound } from "../entry-text.ts";
import { failOfDuplicate, failOfPlace } from "./no-place.ts";
import { type PlacedEntries, type PlacedEntry, pointerOf, theEntry } from "./placed-entries.ts";
import { siblingBefore } from "./sibling.ts";

const OPEN_BRACE = 0x7b;

/** The text was scanned before, so this only bounds the memory of the scanner. */
const MAX_DEPTH = 1_000_000;

/** One entry of one document, to look into. */
interface OpenEntry {
  readonly where: string;
  readonly id: string;
  readonly scanner: JsonScanner;
  readonly valueStart: number;
  readonly pointer: string;
}

/**
 * The edits of `live` that make the `fields` of the entry `id` what they are in `version`: exact bytes over those that
 * differ, missing ones behind the nearest field before them that is still there, and those that the version does not
 * have removed. Elements of arrays are named by their index.
 *
 * @param fields JSON Pointers inside the entry.
 * @throws KbvaultError ENTRY_NOT_FOUND for an entry that one of the two does not have and for a field that neither has,
 *   DUPLICATES, NO_PLACE; USAGE for a text that is no JSON Pointer
 */
export function fieldEdits(
  live: PlacedEntries,
  version: PlacedEntries,
  id: string,
  fields: readonly string[],
): JsonEdit[] {
  const [now, then] = [openEntry(live, id), openEntry(version, id)];
  const edits = [...new Set(fields)].map((field) => editOf(now, then, field));
  // Fields that come back side by side keep the order of the version.
  return edits
    .filter((edit) => edit !== null)
    .toSorted((one, other) => one.order - other.order)
    .map(({ edit }) => edit);
}

function openEntry(document: PlacedEntries, id: string): OpenEntry {
  const { where, bytes, entries } = document;
  const entry: PlacedEntry | null = theEntry(document, id);
  if (entry === null)
    throw entryNotFound(
      id,
      where,
      entries.flatMap((one) => one.id ?? []),
    );
  const scanner = new JsonScanner(bytes, { maxDepth: Math.min(bytes.length, MAX_DEPTH) });
  return { where, id, scanner, valueStart: entry.valueStart, pointer: pointerOf(entry) };
}

/** An edit, and where in the version the field stands. */
interface OrderedEdit {
  readonly edit: JsonEdit;
  readonly order: number;
}

function editOf(now: OpenEntry, then: OpenEntry, field: string): OrderedEdit | null {
  const tokens = parsePointer(field);
  const token = tokens.pop();
  if (token === undefined)
    throw new KbvaultError("USAGE", `"" names the whole entry. Nothing was changed. Leave the field out.`, {
      pointer: field,
    });
  const [holderNow, holderThen] = [descend(now, tokens), descend(then, tokens)];
  const [fieldNow, fieldThen] = [memberOf(now, holderNow, token), memberOf(then, holderThen, token)];
  const pointer = `${now.pointer}${field}`;
  if (fieldThen === null) {
    if (fieldNow === null) throw fieldNotFound(now, then, field);
    return { edit: { op: "remove", pointer }, order: 0 };
  }
  const value = then.scanner.bytes.subarray(fieldThen.value, fieldThen.end);
  if (fieldNow !== null) {
    const same = Buffer.compare(value, now.scanner.bytes.subarray(fieldNow.value, fieldNow.end)) === 0;
    return same ? null : { edit: { op: "replace", pointer, value }, order: fieldThen.start };
  }
  if (holderNow === null || now.scanner.bytes[holderNow] !== then.scanner.bytes[holderThen!])
    failOfHolder(now, then, field, tokens);
  const isObject = now.scanner.bytes[holderNow] === OPEN_BRACE;
  const names = membersOf(then, holderThen).map((member) => member.token);
  const there = new Set(membersOf(now, holderNow).map((member) => member.token));
  const after = siblingBefore(names, names.indexOf(token), (name) => (there.has(name) ? name : undefined));
  const parent = `${now.pointer}${formatPointer(tokens)}`;
  const key = isObject ? token : null;
  return { edit: { op: "insert", parent, key, value, after }, order: fieldThen.start };
}

/** Offset of the value that `tokens` lead to inside the entry; null where they lead nowhere. */
function descend(entry: OpenEntry, tokens: readonly string[]): number | null {
  let offset = entry.valueStart;
  for (const token of tokens) {
    const member = memberOf(entry, offset, token);
    if (member === null) return null;
    offset = member.value;
  }
  return offset;
}

/** The member `token` of the value at `offset`, or null. Throws DUPLICATES where its key occurs twice. */
function memberOf(entry: OpenEntry, offset: number | null, token: string): Member | null {
  const [member, second] = membersOf(entry, offset).filter((one) => one.token === token);
  if (member !== undefined && second !== undefined)
    failOfDuplicate(entry.where, entry.scanner.bytes, {
      kind: "key",
      name: token,
      first: member.start,
      second: second.start,
    });
  return member ?? null;
}

function membersOf({ scanner }: OpenEntry, offset: number | null): readonly Member[] {
  return offset === null ? [] : [...membersAt(scanner, offset)];
}

function fieldNotFound(now: OpenEntry, then: OpenEntry, pointer: string): KbvaultError {
  return new KbvaultError(
    "ENTRY_NOT_FOUND",
    `The entry ${JSON.stringify(now.id)} has no field ${pointer}, neither in ${then.where} nor in ${now.where}. Nothing was changed. \`kbvault show REF --entry ID\` prints the entry.`,
    { id: now.id, where: then.where, pointer, candidates: [] },
  );
}

function failOfHolder(now: OpenEntry, then: OpenEntry, field: string, holder: readonly string[]): never {
  const pointer = formatPointer(holder);
  failOfPlace(
    now.where,
    now.id,
    pointer,
    `The entry ${JSON.stringify(now.id)} has the field ${field} in ${then.where}; in ${now.where} there is nothing at ${pointer === "" ? "its root" : pointer} that could hold it.`,
  );
}
