/**
 * Comparison of what two refs name.
 *
 * @module
 */
import { KbvaultError } from "../errors.ts";
import { type ComparedState, compareStates, liveState, storedState } from "./compare/states.ts";
import type { Comparison } from "./comparison.ts";
import { readLive } from "./live.ts";
import { prepareVersion } from "./prepare.ts";
import { isLiveRef, resolveRef } from "./refs.ts";
import { type OpenedStore, openStore, type StoreAccess, withBase } from "./store-access.ts";

/** The differences from one state to another; either ref may be `live`. */
export async function compareRefs(access: StoreAccess, from: string, to: string): Promise<Comparison> {
  const store = await openStore(access);
  return withBase(access, store.catalog, async (baseId) =>
    compareStates(await stateOf(access, store, from, baseId), await stateOf(access, store, to, baseId), {
      maxDepth: access.reading.maxDepth,
    }),
  );
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
