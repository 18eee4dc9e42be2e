/**
 * What a pack keeps of the ids of its entries: one hash for each unit, to find an entry without reading others.
 *
 * @module
 */
import { hashBytes } from "../../json/hash.ts";
import type { Container } from "../layout/unit-cursor.ts";

/** Hash of an entry that has no id, and of text outside all entries. */
export const NO_ID = 0;

/** Hash of the id of an entry in `container`. Equal hashes are a hint: read the entry and compare its id. */
export function idHash(container: Container, id: string): number {
  return hashBytes(Buffer.from(`${container.pointer}\n${id}`)) >>> 0;
}
