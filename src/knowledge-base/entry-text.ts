/**
 * The text of one entry.
 *
 * @module
 */
import { KbvaultError } from "../errors.ts";
import type { Layout } from "./layout/layout.ts";
import { UnitCursor } from "./layout/unit-cursor.ts";
import { nearest } from "./nearest.ts";

/** An entry as it stands in a document. */
export interface EntryContent {
  readonly id: string;
  /** The entry's value, byte for byte. */
  readonly text: string;
}

/** The entry `id` of a document; the first one where the id occurs twice. Throws ENTRY_NOT_FOUND. */
export function findEntry(bytes: Uint8Array, layout: Layout, id: string, where: string): EntryContent {
  const value = findValue(bytes, layout, id);
  if (value === null) throw entryNotFound(id, where, idsIn(bytes, layout));
  return { id, text: Buffer.from(value).toString("utf8") };
}

/** The text of the value of the entry `id`; of the first one where the id occurs twice; null where there is none. */
export function findValue(bytes: Uint8Array, layout: Layout, id: string): Uint8Array | null {
  const cursor = new UnitCursor(bytes, layout);
  while (cursor.next()) {
    if (cursor.isEntry && cursor.id === id) return bytes.subarray(cursor.valueStart, cursor.valueEnd);
  }
  return null;
}

/** The ids of a document's entries, in order, without those that have none. */
export function idsIn(bytes: Uint8Array, layout: Layout): string[] {
  const cursor = new UnitCursor(bytes, layout);
  const ids: string[] = [];
  while (cursor.next()) if (cursor.isEntry && cursor.id !== null) ids.push(cursor.id);
  return ids;
}

/** ENTRY_NOT_FOUND for `id`; `ids` are those that there are in `where`, such as `live` or `v1 or live`. */
export function entryNotFound(id: string, where: string, ids: readonly string[]): KbvaultError {
  const candidates = nearest(id, ids);
  const hint =
    candidates.length === 0
      ? ""
      : ` Did you mean ${candidates.map((name) => JSON.stringify(name)).join(", ")}?`;
  return new KbvaultError("ENTRY_NOT_FOUND", `There is no entry ${JSON.stringify(id)} in ${where}.${hint}`, {
    id,
    where,
    candidates,
  });
}
