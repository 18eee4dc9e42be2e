/**
 * Comparison of two sides: versions, the live file, other files.
 *
 * @module
 */
import { isKbvaultError, KbvaultError } from "../errors.ts";
import { compareDocuments, entryNames } from "./compare/documents.ts";
import { type ComparisonFilter, filterComparison, unchangedAmong } from "./compare/filter.ts";
import { type ComparedState, compareStates, liveState, storedState } from "./compare/states.ts";
import type { Comparison } from "./comparison.ts";
import { entryNotFound } from "./entry-text.ts";
import { checkJson, layoutOf, prepareVersion } from "./prepare.ts";
import { isLiveRef, resolveRef } from "./refs.ts";
import { isFileSide, readFileSide, type Side } from "./side.ts";
import { type OpenedStore, openStore, type StoreAccess, withBase } from "./store-access.ts";

/** What a comparison of two versions leaves out, besides what the versioner ignores. Default: nothing. */
export interface CompareVersionsOptions extends ComparisonFilter {}

/**
 * The differences from one side to another. Two files are read whole, and no store is needed. Throws ENTRY_NOT_FOUND for
 * a named entry.
 */
export async function compareRefs(
  access: StoreAccess,
  from: Side,
  to: Side,
  options: CompareVersionsOptions = {},
): Promise<Comparison> {
  const compare = isFileSide(from) && isFileSide(to) ? compareFiles : compareWithStore;
  const compared = await compare(access, from, to);
  const same = unchangedAmong(compared.comparison, options.entries ?? []);
  if (same.length > 0) await assertEntries(compared, same, access.reading.maxDepth);
  const { ignore = [] } = access.comparing;
  return filterComparison(compared.comparison, {
    ...options,
    ignore: [...ignore, ...(options.ignore ?? [])],
  });
}

/** A whole comparison, and the newer side in case that more is asked. */
interface Compared {
  readonly comparison: Comparison;
  readonly newer: Pick<ComparedState, "layout" | "bytes">;
}

async function compareFiles(access: StoreAccess, from: Side, to: Side): Promise<Compared> {
  const { reading, comparing } = access;
  const [older, newer] = await Promise.all([readFileSide(access, from), readFileSide(access, to)]);
  for (const side of [older, newer]) checkJson(side.bytes, side.path, reading);
  const layout = layoutOf(newer.bytes, reading);
  const comparison = compareDocuments(older.bytes, newer.bytes, {
    entries: layout.entries,
    idField: layout.idField ?? undefined,
    identityFields: comparing.identityFields,
    maxDepth: reading.maxDepth,
    from: older.name,
    to: newer.name,
  });
  return { comparison, newer: { layout, bytes: () => Promise.resolve(newer.bytes) } };
}

async function compareWithStore(access: StoreAccess, from: Side, to: Side): Promise<Compared> {
  const store = await openStore(access);
  const { maxDepth } = access.reading;
  const { identityFields } = access.comparing;
  return withBase(access, store.catalog, async (baseId) => {
    const older = await stateOf(access, store, from, baseId);
    const newer = await stateOf(access, store, to, baseId);
    const comparison = await compareStates(older, newer, { maxDepth, identityFields }).catch(
      (error: unknown) => {
        throw isKbvaultError(error, "INVALID_JSON") ? noLongerJson(older, newer, error) : error;
      },
    );
    return { comparison, newer };
  });
}

/** The live file was found to be JSON before, and no version is stored as JSON that is none: so one was damaged since. */
function noLongerJson(older: ComparedState, newer: ComparedState, cause: KbvaultError): KbvaultError {
  return new KbvaultError(
    "STORE_DAMAGED",
    `What is stored of ${older.name} or ${newer.name} is no JSON any more. Nothing was changed. Run \`kbvault verify --read-data\`.`,
    { from: older.name, to: newer.name },
    { cause },
  );
}

/** Throws ENTRY_NOT_FOUND when neither side has one of the entries `ids`, which do not differ. */
async function assertEntries(
  { comparison, newer }: Compared,
  ids: readonly string[],
  maxDepth: number | undefined,
): Promise<void> {
  const names = entryNames(await newer.bytes(), newer.layout, maxDepth);
  const known = new Set(names);
  const unknown = ids.find((id) => !known.has(id));
  if (unknown === undefined) return;
  const { from, to, removed } = comparison;
  throw entryNotFound(unknown, `${from} or ${to}`, [...names, ...removed]);
}

async function stateOf(
  access: StoreAccess,
  { catalog, packs }: OpenedStore,
  side: Side,
  baseId: string | null,
): Promise<ComparedState> {
  if (typeof side === "string" && !isLiveRef(side))
    return storedState(packs, resolveRef(catalog, side).versionId);
  const { bytes, path, name } = await readFileSide(access, side);
  const state = liveState(await prepareVersion(bytes, path, packs, baseId, access.reading));
  if (state === null) throw new KbvaultError("INVALID_JSON", `${path} is not JSON.`, { path });
  return { ...state, name };
}
