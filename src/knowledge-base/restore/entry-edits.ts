/**
 * Edits that make entries of the live file what they were in a version.
 *
 * @module
 */
import type { JsonEdit } from "../../json/edit.ts";
import { locateValues } from "../../json/locate.ts";
import { entryNotFound } from "../entry-text.ts";
import { type Container, containerKey } from "../layout/unit-cursor.ts";
import { collectionEdit } from "./collection-edit.ts";
import { failOfPlace } from "./no-place.ts";
import { type PlacedEntries, type PlacedEntry, pointerOf, theEntry, valueBytes } from "./placed-entries.ts";
import { siblingBefore } from "./sibling.ts";

const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;

/**
 * The edits of `live` that bring the entries `ids` back as they are in `version`: exact bytes over those that differ,
 * missing ones where they were, and those that the version does not have removed.
 *
 * @param collections whether one that is gone may come back with its entries, or is taken for one that stands elsewhere
 *   by now.
 * @throws KbvaultError ENTRY_NOT_FOUND for an id that neither has, DUPLICATES, NO_PLACE
 */
export function entryEdits(
  live: PlacedEntries,
  version: PlacedEntries,
  ids: readonly string[],
  collections: "may-come-back" | "must-be-there",
): JsonEdit[] {
  const edits: JsonEdit[] = [];
  const missing: PlacedEntry[] = [];
  for (const id of new Set(ids)) {
    const [now, then] = [theEntry(live, id), theEntry(version, id)];
    if (then !== null && now === null) missing.push(then);
    else if (then !== null && now !== null) edits.push(...replacement(live, now, version, then));
    else if (now !== null) edits.push({ op: "remove", pointer: pointerOf(now) });
    else throw notFound(id, live, version);
  }
  return [...edits, ...insertions(live, version, missing, collections === "may-come-back")];
}

function notFound(id: string, live: PlacedEntries, version: PlacedEntries): Error {
  const ids = [...version.entries, ...live.entries].flatMap((entry) => entry.id ?? []);
  return entryNotFound(id, `${version.where} or ${live.where}`, [...new Set(ids)]);
}

function replacement(
  live: PlacedEntries,
  now: PlacedEntry,
  version: PlacedEntries,
  then: PlacedEntry,
): JsonEdit[] {
  if (containerKey(now.container) !== containerKey(then.container)) failOfContainer(live, version, then);
  const value = valueBytes(version, then);
  if (Buffer.compare(value, valueBytes(live, now)) === 0) return [];
  return [{ op: "replace", pointer: pointerOf(now), value }];
}

/** In the order of the version, so that neighbours which are both missing keep theirs. */
function insertions(
  live: PlacedEntries,
  version: PlacedEntries,
  missing: readonly PlacedEntry[],
  mayReturn: boolean,
): JsonEdit[] {
  const ordered = missing.toSorted((one, other) => one.start - other.start);
  const pointers = new Set(ordered.map(({ container }) => container.pointer));
  const offsets = locateValues(live.bytes, pointers);
  return [...pointers].flatMap((pointer) => {
    const entries = ordered.filter(({ container }) => container.pointer === pointer);
    const first = entries[0]!;
    const offset = offsets.get(pointer);
    if (offset === undefined) {
      const edit = mayReturn ? collectionEdit(live, version, entries) : null;
      return edit ?? failOfContainer(live, version, first);
    }
    const opening = first.container.kinds.endsWith("o") ? OPEN_BRACE : OPEN_BRACKET;
    if (live.bytes[offset] !== opening) failOfContainer(live, version, first);
    return insertionsInto(first.container, live, version, entries);
  });
}

/** Into a collection that is there. */
function insertionsInto(
  collection: Container,
  live: PlacedEntries,
  version: PlacedEntries,
  missing: readonly PlacedEntry[],
): JsonEdit[] {
  const isHere = ({ container }: PlacedEntry): boolean =>
    containerKey(container) === containerKey(collection);
  const ids = version.entries.filter(isHere).map(({ id }) => id);
  const tokens = new Map(live.entries.filter(isHere).map(({ id, token }) => [id, token]));
  return missing.map((entry) => ({
    op: "insert",
    parent: collection.pointer,
    key: collection.kinds.endsWith("o") ? entry.token : null,
    value: valueBytes(version, entry),
    after: siblingBefore(ids, ids.indexOf(entry.id), (id) => tokens.get(id)),
  }));
}

function failOfContainer(live: PlacedEntries, version: PlacedEntries, { id, container }: PlacedEntry): never {
  const name = JSON.stringify(id);
  const place = container.pointer === "" ? "the root" : container.pointer;
  failOfPlace(
    live.where,
    id ?? "",
    container.pointer,
    `The entry ${name} stands in ${place} of ${version.where}, and ${live.where} has nothing there that could hold it.`,
  );
}
