/**
 * The two stores of an exchange, and whether they are copies of one.
 *
 * @module
 */
import { KbvaultError } from "../../errors.ts";
import type { Catalog } from "../catalog.ts";
import type { Packs } from "../content/packs.ts";
import { versionOfRecordName } from "../record.ts";
import { MemoryStorage } from "../storage/memory.ts";
import type { BlobStorage } from "../storage/storage.ts";
import { decodeMarker, markerName, putMarker, type StoreMarker } from "../store.ts";
import { openStore, type StoreAccess } from "../store-access.ts";

/** Which of the two stores: the one that the command works on, or the remote. */
export type Whose = "ours" | "theirs";

/** One of the two stores. */
export interface StoreSide {
  readonly whose: Whose;
  readonly access: StoreAccess;
}

/** A store at one moment. */
export interface OpenedSide extends StoreSide {
  readonly catalog: Catalog;
  readonly packs: Packs;
}

/** Opens a side for an exchange. Throws STORE_NOT_FOUND, FORMAT_TOO_NEW. */
export async function openSide(side: StoreSide): Promise<OpenedSide> {
  return { ...side, ...(await openStore(side.access)) };
}

/** The side as a new store with `marker` would be. */
export async function emptySide(side: StoreSide, marker: StoreMarker): Promise<OpenedSide> {
  const storage = new MemoryStorage();
  await putMarker(storage, marker);
  return openSide({ ...side, access: { ...side.access, storage } });
}

/** The storage that is really there, for reads that no cache should keep. */
export function originOf({ access: { storage } }: StoreSide): BlobStorage {
  return storage.origin ?? storage;
}

/** The marker of a store; null where there is none yet. Throws STORE_DAMAGED where versions are there without it. */
export async function markerOf({ access: { storage } }: StoreSide): Promise<StoreMarker | null> {
  const bytes = await storage.get(markerName);
  if (bytes !== null) return decodeMarker(bytes);
  const names = await storage.list("");
  if (!names.some((name) => versionOfRecordName(name) !== null)) return null;
  throw new KbvaultError(
    "STORE_DAMAGED",
    `store.json of ${storage.url} is missing, so nobody can tell whose versions these are. Nothing was moved. \`kbvault repair --from DIR\` brings it back from another copy of the store.`,
    { file: "store.json", store: storage.url },
  );
}

/** Throws STORE_FOREIGN where two stores are no copies of one. */
export function refuseForeign(side: StoreSide, { storeId }: StoreMarker, expected: StoreMarker): void {
  if (storeId === expected.storeId) return;
  const { url } = side.access.storage;
  throw new KbvaultError(
    "STORE_FOREIGN",
    `${url} is the store of another knowledge base (${JSON.stringify(storeId)}, not ${expected.storeId}). Nothing was moved. Check the URL; a store of this one is made by a push to an empty place.`,
    { store: url, storeId, expected: expected.storeId },
  );
}
