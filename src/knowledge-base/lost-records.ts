/**
 * Records that are gone although nobody took them out: the catalog still names them, and their packs are there.
 *
 * @module
 */
import type { CatalogState, VersionSummary } from "./catalog-fold.ts";
import type { StoreProblem } from "./problem.ts";
import { listEvents } from "./read-events.ts";
import { packName, recordName } from "./record.ts";
import type { BlobStorage } from "./storage/storage.ts";

/**
 * What is wrong with a store that no longer has all that the cached catalog named. Nothing, where packs went with the
 * records, as when git switches to an older branch; and nothing about versions that were pruned.
 *
 * @param now what is there, worked out of the events `events`.
 */
export async function lostRecords(
  storage: BlobStorage,
  cached: CatalogState,
  now: CatalogState,
  events: readonly string[],
): Promise<readonly StoreProblem[]> {
  const there = new Set(Array.from(now.versions, ({ versionId }) => versionId));
  const lost: VersionSummary[] = [];
  for (const version of cached.versions) {
    const { versionId } = version;
    if (there.has(versionId) || now.journal.pruned.has(versionId)) continue;
    const isGone = (await storage.stat(recordName(versionId))) === null;
    if (isGone && (await storage.stat(packName(versionId))) !== null) lost.push(version);
  }
  // Pruned a moment ago: the event that says so was not read yet.
  const isNewer = lost.length > 0 && (await listEvents(storage)).some((name) => !events.includes(name));
  return isNewer ? [] : lost.map(problemOf);
}

function problemOf({ versionId, description }: VersionSummary): StoreProblem {
  return {
    file: recordName(versionId),
    kind: "missing",
    message: `${recordName(versionId)} is missing: the catalog and its pack tell of this version (${JSON.stringify(description)}).`,
    affectedVersions: [versionId],
    next: "`kbvault repair --dry-run` shows how it comes back; do it before the next snapshot.",
  };
}
