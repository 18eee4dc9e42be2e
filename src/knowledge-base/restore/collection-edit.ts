/**
 * The edit that brings back a collection that is gone, with some of its entries.
 *
 * @module
 */
import { editJson, type JsonEdit } from "../../json/edit.ts";
import { byteOrderMarkLength } from "../../json/encoding.ts";
import { formatPointer, parsePointer } from "../../json/pointer.ts";
import { JsonScanner } from "../../json/scan.ts";
import { memberEdit, type OpenValue, openValue } from "./member-edit.ts";
import type { PlacedEntries, PlacedEntry } from "./placed-entries.ts";

/**
 * Puts the collection of `entries`, which `live` does not have, where it was, holding them alone. Null where what held
 * the collection is gone as well, or is an array, whose elements may be others by now.
 */
export function collectionEdit(
  live: PlacedEntries,
  version: PlacedEntries,
  entries: readonly PlacedEntry[],
): JsonEdit | null {
  const { pointer, kinds } = entries[0]!.container;
  if (kinds.at(-2) !== "o") return null;
  const found = memberEdit(openDocument(live), openDocument(version), parsePointer(pointer));
  if (found.kind !== "edit" || found.edit.op !== "insert") return null;
  const wanted = new Set(entries);
  const others = version.entries.filter((one) => one.container.pointer === pointer && !wanted.has(one));
  const removals = others.map(({ token }) => ({ op: "remove", pointer: formatPointer([token]) }) as const);
  return { ...found.edit, value: editJson(found.edit.value, removals) };
}

function openDocument({ where, bytes }: PlacedEntries): OpenValue {
  const start = new JsonScanner(bytes).skipWhiteSpace(byteOrderMarkLength(bytes));
  return openValue(where, bytes, start, "");
}
