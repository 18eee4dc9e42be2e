/**
 * Comparison of what two refs name.
 *
 * @module
 */
import { KbvaultError } from "../errors.ts";
import { entryNames } from "./compare/documents.ts";
import { type ComparisonFilter, filterComparison, unchangedAmong } from "./compare/filter.ts";
import { type ComparedState, compareStates, liveState, storedState } from "./compare/states.ts";
import type { Comparison } from "./comparison.ts";
import { entryNotFound } from "./entry-text.ts";
import { readLive } from "./live.ts";
import { prepareVersion } from "./prepare.ts";
import { isLiveRef, resolveRef } from "./refs.ts";
import { type OpenedStore, openStore, type StoreAccess, withBase } from "./store-access.ts";

/** What a comparison of two versions leaves out, besides what the versioner ignores. Default: nothing. */
export interface CompareVersionsOptions extends ComparisonFilter {}

/** The differences from one state to another; either ref may be `live`. Throws ENTRY_NOT_FOUND for a named entry. */
export async function compareRefs(
  access: StoreAccess,
  from: string,
  to: string,
  options: CompareVersionsOptions = {},
): Promise<Comparison> {
  const store = await openStore(access);
  const { maxDepth } = access.reading;
  const { identityFields, ignore = [] } = access.comparing;
  return withBase(access, store.catalog, async (baseId) => {
    const older = await stateOf(access, store, from, baseId);
    const newer = await stateOf(access, store, to, baseId);
    const comparison = await compareStates(older, newer, { maxDepth, identityFields });
    const same = unchangedAmong(comparison, options.entries ?? []);
    if (same.length > 0) await assertEntries(older, newer, comparison, same, maxDepth);
    return filterComparison(comparison, { ...options, ignore: [...ignore, ...(options.ignore ?? [])] });
  });
}

/** Throws ENTRY_NOT_FOUND when neither side has one of the entries `ids`, which do not differ. */
async function assertEntries(
  older: ComparedState,
  newer: ComparedState,
  { removed }: Comparison,
  ids: readonly string[],
  maxDepth: number | undefined,
): Promise<void> {
  const names = entryNames(await newer.bytes(), newer.layout, maxDepth);
  const known = new Set(names);
  const unknown = ids.find((id) => !known.has(id));
  if (unknown === undefined) return;
  throw entryNotFound(unknown, `${older.name} or ${newer.name}`, [...names, ...removed]);
}

async function stateOf(
  { kbPath, reading }: StoreAccess,
  { catalog, packs }: OpenedStore,
  ref: string,
  baseId: string | null,
): Promise<ComparedState> {
  if (!isLiveRef(ref)) return storedState(packs, resolveRef(catalog, ref).versionId);
  const { bytes } = await readLive(kbPath);
  const state = liveState(await prepareVersion(bytes, kbPath, packs, baseId, reading));
  if (state === null) throw new KbvaultError("INVALID_JSON", `${kbPath} is not JSON.`, { path: kbPath });
  return state;
}
