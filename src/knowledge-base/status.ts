/**
 * Status: what the live file is, and how it differs from the version that it came from.
 *
 * @module
 */
import { type ErrorCode, type ErrorData, isKbvaultError } from "../errors.ts";
import { type Catalog, currentVersion, latestSnapshot, toVersion } from "./catalog.ts";
import type { VersionSummary } from "./catalog-fold.ts";
import { compareStates, liveState, storedState } from "./compare/states.ts";
import type { ComparisonSummary } from "./comparison.ts";
import { type Label, listLabels } from "./labels.ts";
import { type LiveFile, readLive } from "./live.ts";
import { type PreparedVersion, prepareVersion } from "./prepare.ts";
import { baseVersionId, type OpenedStore, openStore, type StoreAccess } from "./store-access.ts";
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
}

/** Reads the live file and the store; writes nothing and needs no lock. */
export async function readStatus(access: StoreAccess): Promise<Status> {
  const store = await openStore(access);
  const { catalog } = store;
  const current = currentVersion(catalog);
  const { live, file, prepared } = await examineLive(access, store);
  const knownGood = catalog.labels.get(KNOWN_GOOD)?.versionId;
  return {
    live,
    latest: publicVersion(latestSnapshot(catalog), catalog),
    current: publicVersion(current, catalog),
    changed: current === null || file === null ? null : current.sha256 !== file.sha256,
    changes:
      current === null || prepared === null ? null : await changesSince(current, prepared, store, access),
    knownGood: publicVersion(
      catalog.versions.find((version) => version.versionId === knownGood) ?? null,
      catalog,
    ),
    labels: listLabels(catalog),
  };
}

interface Examined {
  readonly live: LiveStatus;
  readonly file: LiveFile | null;
  readonly prepared: PreparedVersion | null;
}

async function examineLive(access: StoreAccess, { catalog, packs }: OpenedStore): Promise<Examined> {
  const path = access.kbPath;
  let file: LiveFile | null = null;
  try {
    file = await readLive(path);
    const prepared = await prepareVersion(file.bytes, path, packs, baseVersionId(catalog), access.reading);
    const { entryCount } = prepared.plan;
    return {
      file,
      prepared,
      live: {
        path,
        exists: true,
        valid: true,
        bytes: file.bytes.length,
        sha256: file.sha256,
        entryCount,
        error: null,
      },
    };
  } catch (error) {
    if (!isKbvaultError(error) || isKbvaultError(error, "STORE_DAMAGED")) throw error;
    const { code, message, data } = error;
    const exists = code !== "KB_NOT_FOUND";
    const bytes = file?.bytes.length ?? null;
    return {
      file,
      prepared: null,
      live: {
        path,
        exists,
        valid: false,
        bytes,
        sha256: file?.sha256 ?? null,
        entryCount: null,
        error: { code, message, data },
      },
    };
  }
}

async function changesSince(
  current: VersionSummary,
  prepared: PreparedVersion,
  { packs }: OpenedStore,
  access: StoreAccess,
): Promise<ComparisonSummary | null> {
  const live = liveState(prepared);
  if (live === null || !current.valid) return null;
  return (
    await compareStates(await storedState(packs, current.versionId), live, {
      maxDepth: access.reading.maxDepth,
      countOnly: true,
    })
  ).summary;
}

function publicVersion(version: VersionSummary | null, catalog: Catalog): Version | null {
  return version === null ? null : toVersion(version, catalog);
}
