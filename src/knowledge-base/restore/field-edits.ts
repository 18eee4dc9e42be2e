/**
 * Edits that make fields of one entry of the live file what they were in a version.
 *
 * @module
 */
import { KbvaultError } from "../../errors.ts";
import type { JsonEdit } from "../../json/edit.ts";
import { formatPointer, parsePointer } from "../../json/pointer.ts";
import { entryNotFound } from "../entry-text.ts";
import { memberEdit, type OpenValue, openValue } from "./member-edit.ts";
import { failOfPlace } from "./no-place.ts";
import { type PlacedEntries, pointerOf, theEntry } from "./placed-entries.ts";

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
  const edits = [...new Set(fields)].flatMap((field) => {
    const path = parsePointer(field);
    if (path.length === 0) failOfWhole(field);
    const found = memberEdit(now, then, path);
    if (found.kind === "nowhere") throw fieldNotFound(now, then, id, field);
    if (found.kind === "unheld") failOfHolder(now, then, id, path);
    return found.kind === "edit" ? [found] : [];
  });
  // Fields that come back side by side keep the order of the version.
  return edits.toSorted((one, other) => one.order - other.order).map(({ edit }) => edit);
}

function openEntry(document: PlacedEntries, id: string): OpenValue {
  const { where, bytes, entries } = document;
  const entry = theEntry(document, id);
  if (entry !== null) return openValue(where, bytes, entry.valueStart, pointerOf(entry));
  const ids = entries.flatMap((one) => one.id ?? []);
  throw entryNotFound(id, where, ids);
}

function failOfWhole(pointer: string): never {
  throw new KbvaultError("USAGE", `"" names the whole entry. Nothing was changed. Leave the field out.`, {
    pointer,
  });
}

function fieldNotFound(now: OpenValue, then: OpenValue, id: string, pointer: string): KbvaultError {
  return new KbvaultError(
    "ENTRY_NOT_FOUND",
    `The entry ${JSON.stringify(id)} has no field ${pointer}, neither in ${then.where} nor in ${now.where}. Nothing was changed. \`kbvault show REF --entry ID\` prints the entry.`,
    { id, where: then.where, pointer, candidates: [] },
  );
}

function failOfHolder(now: OpenValue, then: OpenValue, id: string, path: readonly string[]): never {
  const pointer = formatPointer(path.slice(0, -1));
  failOfPlace(
    now.where,
    id,
    pointer,
    `The entry ${JSON.stringify(id)} has the field ${formatPointer(path)} in ${then.where}; in ${now.where} there is nothing at ${pointer === "" ? "its root" : pointer} that could hold it.`,
  );
}
