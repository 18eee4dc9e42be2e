/**
 * Saving of the live bytes before they are overwritten.
 *
 * @module
 */
import { type Catalog, currentVersion } from "../catalog.ts";
import type { VersionSummary } from "../catalog-fold.ts";
import { commitVersion } from "../commit.ts";
import { compressContent } from "../pack/pack-writer.ts";
import type { StoreAccess } from "../store-access.ts";
import type { WriteLock } from "../write-lock.ts";
import type { Survey } from "./survey.ts";

/** The version that holds the live bytes, and the catalog that knows it. */
export interface SavedLive {
  readonly catalog: Catalog;
  /** Null where there is no live file. */
  readonly safety: VersionSummary | null;
}

/** Makes sure that a version holds the live bytes: the one that does already, or a new one of kind `safety`. */
export async function saveLive(
  access: StoreAccess,
  { catalog, goal, live, holder, changesSaved }: Survey<unknown>,
  lock: WriteLock,
  author: string,
): Promise<SavedLive> {
  if (live === null || holder !== null) return { catalog, safety: holder };
  const committed = await commitVersion(access.storage, catalog, lock, {
    prepared: live.prepared,
    compressed: await compressContent(live.prepared.plan.pack),
    sha256: live.sha256,
    changes: changesSaved,
    meta: {
      author,
      description: `Saved before ${goal.doing}`,
      tags: [],
      kind: "safety",
      parent: currentVersion(catalog)?.versionId ?? null,
      createdAt: access.clock(),
    },
    // A restore must not fail for a key that is not at hand.
    sign: null,
  });
  return { catalog: committed.catalog, safety: committed.record };
}
