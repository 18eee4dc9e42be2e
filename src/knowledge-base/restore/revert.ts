/**
 * Revert: takes back what one version changed against the one that it came from, and nothing newer.
 *
 * @module
 */
import { KbvaultError } from "../../errors.ts";
import type { Catalog } from "../catalog.ts";
import type { VersionSummary } from "../catalog-fold.ts";
import type { Comparison } from "../comparison.ts";
import { type MergeConflict, mergeDocuments } from "../merge/merge.ts";
import { resolveRef } from "../refs.ts";
import type { StoreAccess } from "../store-access.ts";
import { type EditResult, editedContent, liveDocument, storedDocument } from "./edit.ts";
import type { Goal } from "./goal.ts";
import { type RestoreOptions, writeLive } from "./write-live.ts";

/** What became of a revert. */
export interface RevertResult extends EditResult {
  /** False for a dry run, where there are conflicts, and where the live file has none of the changes any more. */
  readonly reverted: boolean;
  /**
   * Places that were changed again since, so that they cannot be taken back; nothing is written then. `base` is the
   * value in the version, `ours` that of the live file, `theirs` that before the version.
   */
  readonly conflicts: readonly MergeConflict[];
}

/** Takes back what the version that `ref` names changed: a three-way merge in which the version is the base. */
export async function revertVersion(
  access: StoreAccess,
  ref: string,
  options: RestoreOptions,
  author: string,
): Promise<RevertResult> {
  const { written, version, safetyVersion, to, changes, plan } = await writeLive(
    access,
    (catalog) => withoutChangesOf(catalog, resolveRef(catalog, ref)),
    options,
    author,
  );
  return {
    reverted: written,
    conflicts: changes.conflicts,
    version,
    safetyVersion,
    sha256: to.sha256,
    plan: { ...plan, to, changes: changes.comparison },
  };
}

interface Reverted {
  readonly comparison: Comparison;
  readonly conflicts: readonly MergeConflict[];
}

function withoutChangesOf({ pruned }: Catalog, version: VersionSummary): Goal<Reverted> {
  const { versionId, parent } = version;
  if (parent === null) {
    throw new KbvaultError(
      "USAGE",
      `${versionId} came from no other version, so there is nothing to go back to. Nothing was changed. \`kbvault restore ${versionId} --entry ID\` brings single entries back.`,
      { ref: versionId },
    );
  }
  // The bytes of a version in the trash are still there to compare with.
  if (pruned.get(parent)?.emptied === true) {
    throw new KbvaultError(
      "USAGE",
      `${parent}, from which ${versionId} came, was pruned and is gone, so what ${versionId} changed cannot be told. Nothing was changed. \`kbvault restore ${versionId}~1 --entry ID\` brings single entries back.`,
      { ref: versionId },
    );
  }
  return {
    version,
    doing: `reverting ${versionId}`,
    event: { op: "edit", purpose: "revert", versionId, entries: [], fields: [] },
    contentFor: async (situation) => {
      const live = await liveDocument(situation, version);
      const [after, before] = [
        await storedDocument(situation, versionId),
        await storedDocument(situation, parent),
      ];
      const { layout } = live;
      const { identityFields } = situation.access.comparing;
      const { text, conflicts } = mergeDocuments(after.bytes, live.bytes, before.bytes, {
        entries: layout.entries,
        idField: layout.idField ?? undefined,
        identityFields,
        maxDepth: situation.access.reading.maxDepth,
      });
      // All or nothing: with conflicts the live file stays as it is.
      const bytes = conflicts.length === 0 ? text : live.bytes;
      const { changes: comparison, ...content } = editedContent(situation, live, { bytes, layout });
      return { ...content, changes: { comparison, conflicts } };
    },
  };
}
