/**
 * Status: what the live file is, and how it differs from the version that it came from.
 *
 * @module
 */
import { type ErrorCode, type ErrorData, isKbvaultError } from "../errors.ts";
import { type Catalog, currentVersion, latestSnapshot, toVersion } from "./catalog.ts";
import type { VersionSummary } from "./catalog-fold.ts";
import { changesSince } from "./changes-since.ts";
import type { ComparisonSummary } from "./comparison.ts";
import { type Label, listLabels } from "./labels.ts";
import { readLive } from "./live.ts";
import { prepareVersion } from "./prepare.ts";
import { isOfThisFile } from "./restore/of-this-file.ts";
import { type OpenedStore, openStore, type StoreAccess, withBase } from "./store-access.ts";
import type { Version } from "./version.ts";

/** The label that names the newest version known to be good. */
const KNOWN_GOOD = "known-good";

/** What the live file is. */
export interface LiveStatus {
  readonly path: string;
  readonly exists: boolean;
  /** Whether it is JSON in UTF-8. */
  readonly valid: boolean;
  /** Size; null where it cannot be read. */
  readonly bytes: number | null;
  readonly sha256: string | null;
  readonly entryCount: number | null;
  /** Why it is not valid, or null. */
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly data: ErrorData } | null;
}

/** The knowledge base and its store at one moment. */
export interface Status {
  readonly live: LiveStatus;
  /** The newest snapshot. */
  readonly latest: Version | null;
  /** The version that the live file came from: the latest, or the one restored last. */
  readonly current: Version | null;
  /** Whether the live bytes differ from those of `current`; null when there is nothing to compare. */
  readonly changed: boolean | null;
  /** From `current` to live; null where one of the two is not JSON. */
  readonly changes: ComparisonSummary | null;
  /** The version with the label `known-good`. */
  readonly knownGood: Version | null;
  readonly labels: readonly Label[];
  /** The version that `undo` goes back to; null where there is nothing to take back. */
  readonly undoTo: Version | null;
}

/** Reads the live file and the store; writes nothing and needs no lock. */
export async function readStatus(access: StoreAccess): Promise<Status> {
  const store = await openStore(access);
  const { catalog } = store;
  const current = currentVersion(catalog);
  const { live, changes } = await examineLive(access, store, current);
  const { lastWrite } = catalog;
  const isOurs = lastWrite !== null && (await isOfThisFile(access, lastWrite, live.sha256));
  const named = (versionId: string | null | undefined): Version | null =>
    publicVersion(versionId == null ? null : (catalog.lookup.find(versionId) ?? null), catalog);
  return {
    live,
    latest: publicVersion(latestSnapshot(catalog), catalog),
    current: publicVersion(current, catalog),
    changed: current === null || live.sha256 === null ? null : current.sha256 !== live.sha256,
    changes,
    knownGood: named(catalog.labels.get(KNOWN_GOOD)?.versionId),
    labels: listLabels(catalog),
    undoTo: named(isOurs ? lastWrite.safetyVersion : null),
  };
}

interface Examined {
  readonly live: LiveStatus;
  readonly changes: ComparisonSummary | null;
}

async function examineLive(
  access: StoreAccess,
  { catalog, packs }: OpenedStore,
  current: VersionSummary | null,
): Promise<Examined> {
  const path = access.kbPath;
  const unreadable = { path, exists: true, valid: false, bytes: null, sha256: null, entryCount: null };
  let live: Omit<LiveStatus, "error"> = unreadable;
  try {
    const file = await readLive(path);
    live = { ...unreadable, bytes: file.bytes.length, sha256: file.sha256 };
    return await withBase(access, catalog, async (baseId) => {
      const prepared = await prepareVersion(file.bytes, path, packs, baseId, access.reading);
      const { entryCount } = prepared.plan;
      const comparison =
        current === null ? null : await changesSince(current, prepared, packs, access.reading.maxDepth);
      return {
        live: { ...live, valid: true, entryCount, error: null },
        changes: comparison?.summary ?? null,
      };
    });
  } catch (error) {
    if (!isKbvaultError(error) || isKbvaultError(error, "STORE_DAMAGED")) throw error;
    const { code, message, data } = error;
    return {
      live: { ...live, exists: code !== "KB_NOT_FOUND", error: { code, message, data } },
      changes: null,
    };
  }
}

function publicVersion(version: VersionSummary | null, catalog: Catalog): Version | null {
  return version === null ? null : toVersion(version, catalog);
}
