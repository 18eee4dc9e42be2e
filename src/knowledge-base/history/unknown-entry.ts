/**
 * The error about an entry that no version has.
 *
 * @module
 */
import type { KbvaultError } from "../../errors.ts";
import { assemble } from "../content/assemble.ts";
import { entryNotFound, idsIn } from "../entry-text.ts";
import type { OpenedStore } from "../store-access.ts";

/** ENTRY_NOT_FOUND for `id`, with the ids of the newest version that are most like it. */
export async function unknownEntry({ catalog, packs }: OpenedStore, id: string): Promise<KbvaultError> {
  const newest = catalog.lookup.newest((version) => version.valid);
  if (newest === null) return entryNotFound(id, "any version", []);
  const record = await packs.record(newest.versionId);
  const ids = record.layout === null ? [] : idsIn(await assemble(record, packs), record.layout);
  return entryNotFound(id, "any version", ids);
}
