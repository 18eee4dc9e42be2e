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
  const cursor = new UnitCursor(bytes, layout);
  const ids: string[] = [];
  while (cursor.next()) {
    if (!cursor.isEntry || cursor.id === null) continue;
    if (cursor.id === id)
      return { id, text: Buffer.from(bytes.subarray(cursor.valueStart, cursor.valueEnd)).toString("utf8") };
    ids.push(cursor.id);
  }
  const candidates = nearest(id, ids);
  const hint =
    candidates.length === 0
      ? ""
      : ` Did you mean ${candidates.map((name) => JSON.stringify(name)).join(", ")}?`;
  throw new KbvaultError("ENTRY_NOT_FOUND", `${where} has no entry ${JSON.stringify(id)}.${hint}`, {
    id,
    where,
    candidates,
  });
}
