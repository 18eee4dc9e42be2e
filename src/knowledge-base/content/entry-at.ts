/**
 * The entry that a unit holds.
 *
 * @module
 */
import type { Layout } from "../layout/layout.ts";
import { UnitCursor } from "../layout/unit-cursor.ts";
import type { Content, UnitRange } from "./content.ts";

/** An entry read from a version. */
export interface ReadEntry {
  /** Null where it has none. */
  readonly id: string | null;
  /** The text of its value, without key and separator. */
  readonly value: Buffer;
}

/** Reads the entry in `unit`, which has a container. */
export async function entryAt(
  content: Content,
  { start, end, container }: UnitRange,
  layout: Layout,
): Promise<ReadEntry> {
  if (container === null) throw new RangeError("text outside all entries is no entry");
  const bytes = await content.read(start, end);
  const cursor = new UnitCursor(bytes, layout, { from: { offset: 0, container }, partial: true });
  cursor.next();
  return { id: cursor.id, value: bytes.subarray(cursor.valueStart, cursor.valueEnd) };
}
