/**
 * Trash: pruned versions that can still be brought back.
 *
 * @module
 */
import { isKbvaultError, KbvaultError } from "../../errors.ts";
import { type Catalog, toVersion } from "../catalog.ts";
import { emptyJournal, type VersionSummary } from "../catalog-fold.ts";
import { checkVersion } from "../content/check.ts";
import { checkText } from "../names.ts";
import { resolveRef } from "../refs.ts";
import { openStore, type StoreAccess, withLock } from "../store-access.ts";
import type { Version } from "../version.ts";
import { VersionList } from "../version-list.ts";
import { VersionLookup } from "../version-lookup.ts";
import { noteChange } from "./carry-out.ts";
import type { PrunePlan } from "./plan.ts";
import { msOf } from "./policy.ts";
import { carryOutChoice, trashedBefore } from "./prune.ts";

/** A version in the trash. */
export interface TrashedVersion {
  readonly version: Version;
  /** When it was pruned, ISO 8601 in UTC. */
  readonly prunedAt: string;
  readonly prunedBy: string;
}

/** How to empty the trash. */
export interface EmptyTrashOptions {
  /** Only what was pruned at least so long ago, such as `14d`; default: everything. */
  readonly olderThan?: string;
  /** Only say what would be done. Default false. */
  readonly dryRun?: boolean;
  /** Who does it; default: the author of the versioner. */
  readonly author?: string;
}

/** What became of it. */
export interface EmptyTrashResult {
  /** False for a dry run, and where there was nothing to do. */
  readonly emptied: boolean;
  /** What was done, or would be. */
  readonly plan: PrunePlan;
}

/** What is in the trash, newest version first. */
export async function listTrash(access: StoreAccess): Promise<TrashedVersion[]> {
  const { catalog } = await openStore(access);
  return catalog.trash
    .map(({ version, at, by }) => ({ version: toVersion(version, catalog), prunedAt: at, prunedBy: by }))
    .reverse();
}

/** Brings versions back from the trash: all that `refs` name, or none. */
export async function restoreFromTrash(
  access: StoreAccess,
  refs: readonly string[],
  author: string,
): Promise<Version[]> {
  const by = checkText("author", author);
  if (refs.length === 0)
    throw new KbvaultError(
      "USAGE",
      "Name the versions to bring back. Nothing was changed. `kbvault trash list` shows them.",
    );
  return withLock(access, "trash", async (lock) => {
    const { catalog, packs } = await openStore(access);
    const versionIds = [...new Set(refs.map((ref) => resolveTrashed(catalog, ref).versionId))];
    for (const versionId of versionIds) await checkVersion(packs, versionId);
    const after = await noteChange({ access, lock, by }, catalog, { op: "trash-restore", versionIds });
    return after.versions
      .filter(({ versionId }) => versionIds.includes(versionId))
      .map((version) => toVersion(version, after));
  });
}

/** Gives up what is in the trash, and removes the files that nothing else needs. */
export async function emptyTrash(
  access: StoreAccess,
  { olderThan, dryRun = false }: EmptyTrashOptions,
  author: string,
): Promise<EmptyTrashResult> {
  const ms = olderThan === undefined ? null : msOf("olderThan", olderThan);
  const { done, plan } = await carryOutChoice(
    access,
    "trash",
    (catalog, now) => ({
      decisions: [],
      trashed: [],
      emptied: trashedBefore(catalog, now, ms ?? Number.NEGATIVE_INFINITY),
    }),
    dryRun,
    author,
  );
  return { emptied: done, plan };
}

/** The version in the trash that `ref` names, by number, id, beginning, tag or time. */
function resolveTrashed(catalog: Catalog, ref: string): VersionSummary {
  try {
    const versions = catalog.trash.map(({ version }) => version);
    const lookup = new VersionLookup(VersionList.of(versions), emptyJournal);
    return resolveRef({ ...catalog, versions, lookup, trash: [] }, ref);
  } catch (error) {
    if (!isKbvaultError(error, "REF_NOT_FOUND")) throw error;
    throw new KbvaultError(
      "REF_NOT_FOUND",
      `No version in the trash is named ${JSON.stringify(ref)}. Nothing was changed. \`kbvault trash list\` shows what is there.`,
      { ref, candidates: error.data["candidates"] ?? [] },
      { cause: error },
    );
  }
}
