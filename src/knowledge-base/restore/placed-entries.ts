/**
 * Entries of a document with their places: which container, which member of it, which bytes.
 *
 * @module
 */
import { formatPointer, parsePointer } from "../../json/pointer.ts";
import type { Layout } from "../layout/layout.ts";
import { type Container, UnitCursor } from "../layout/unit-cursor.ts";
import { failOfDuplicate } from "./no-place.ts";

/** An entry where it stands. */
export interface PlacedEntry {
  /** Null where it has none. */
  readonly id: string | null;
  readonly container: Container;
  /** Its key or index in the container. */
  readonly token: string;
  /** Offset of its key, or in an array of its value. */
  readonly start: number;
  readonly valueStart: number;
  /** Offset behind its value. */
  readonly valueEnd: number;
}

/** The entries of one document, in its order. */
export interface PlacedEntries {
  /** The document, for messages: a path or a `versionId`. */
  readonly where: string;
  readonly bytes: Uint8Array;
  readonly entries: readonly PlacedEntry[];
}

/** Reads `bytes` from beginning to end. Throws INVALID_JSON and DEPTH_LIMIT. */
export function placeEntries(
  bytes: Uint8Array,
  layout: Layout,
  where: string,
  maxDepth: number | undefined,
): PlacedEntries {
  const cursor = new UnitCursor(bytes, layout, maxDepth === undefined ? {} : { maxDepth });
  const entries: PlacedEntry[] = [];
  while (cursor.next()) {
    const { id, container, index, start, valueStart, valueEnd } = cursor;
    if (!cursor.isEntry || container === null) continue;
    const token = start === valueStart ? String(index) : cursor.scanner.readString(start);
    entries.push({ id, container, token, start, valueStart, valueEnd });
  }
  return { where, bytes, entries };
}

/** The entry `id`, or null. Throws DUPLICATES where two entries have it, naming both places. */
export function theEntry({ where, bytes, entries }: PlacedEntries, id: string): PlacedEntry | null {
  const [entry, second] = entries.filter((one) => one.id === id);
  if (entry !== undefined && second !== undefined)
    failOfDuplicate(where, bytes, { kind: "id", name: id, first: entry.start, second: second.start });
  return entry ?? null;
}

/** JSON Pointer of an entry in its document. */
export function pointerOf({ container, token }: PlacedEntry): string {
  return formatPointer([...parsePointer(container.pointer), token]);
}

/** The exact bytes of an entry's value. */
export function valueBytes({ bytes }: PlacedEntries, { valueStart, valueEnd }: PlacedEntry): Uint8Array {
  return bytes.subarray(valueStart, valueEnd);
}
