/**
 * Edits that make entries of the live file what they were in a version.
 *
 * @module
 */
import type { JsonEdit, JsonInsertion } from "../../json/edit.ts";
import { locateValues } from "../../json/locate.ts";
import { entryNotFound } from "../entry-text.ts";
import { containerKey } from "../layout/unit-cursor.ts";
import { failOfPlace } from "./no-place.ts";
import { type PlacedEntries, type PlacedEntry, pointerOf, theEntry, valueBytes } from "./placed-entries.ts";
import { siblingBefore } from "./sibling.ts";

const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;

/**
 * The edits of `live` that bring the entries `ids` back as they are in `version`: exact bytes over those that differ,
 * missing ones where they were, and those that the version does not have removed.
 *
 * @throws KbvaultError ENTRY_NOT_FOUND for an id that neither has, DUPLICATES, NO_PLACE
 */
export function entryEdits(live: PlacedEntries, version: PlacedEntries, ids: readonly string[]): JsonEdit[] {
  const edits: JsonEdit[] = [];
  const missing: PlacedEntry[] = [];
  for (const id of new Set(ids)) {
    const [now, then] = [theEntry(live, id), theEntry(version, id)];
    if (now === null && then === null) throw notFound(id, live, version);
    if (then === null) edits.push({ op: "remove", pointer: pointerOf(now!) });
    else if (now === null) missing.push(then);
    else edits.push(...replacement(live, now, version, then));
  }
  return [...edits, ...insertions(live, version, missing)];
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
): JsonInsertion[] {
  if (missing.length === 0) return [];
  const offsets = locateValues(
    live.bytes,
    missing.map(({ container }) => container.pointer),
  );
  const containers = new Map<
    string,
    { readonly ids: (string | null)[]; readonly tokens: Map<string, string> }
  >();
  for (const { container } of missing)
    containers.set(containerKey(container), { ids: [], tokens: new Map() });
  for (const { container, id } of version.entries) containers.get(containerKey(container))?.ids.push(id);
  for (const { container, id, token } of live.entries)
    if (id !== null) containers.get(containerKey(container))?.tokens.set(id, token);
  return missing
    .toSorted((one, other) => one.start - other.start)
    .map((entry) => {
      const { pointer, kinds } = entry.container;
      const isObject = kinds.endsWith("o");
      const offset = offsets.get(pointer);
      const opening = offset === undefined ? undefined : live.bytes[offset];
      if (opening !== (isObject ? OPEN_BRACE : OPEN_BRACKET)) failOfContainer(live, version, entry);
      const { ids, tokens } = containers.get(containerKey(entry.container))!;
      return {
        op: "insert",
        parent: pointer,
        key: isObject ? entry.token : null,
        value: valueBytes(version, entry),
        after: siblingBefore(ids, ids.indexOf(entry.id), (id) => tokens.get(id)),
      };
    });
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
