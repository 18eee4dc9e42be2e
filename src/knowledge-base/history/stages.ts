/**
 * Stages are the states of a knowledge base that have entries, each with the one that it came from.
 *
 * @module
 */
import { isKbvaultError } from "../../errors.ts";
import { type Catalog, currentVersion, keptParent } from "../catalog.ts";
import type { VersionSummary } from "../catalog-fold.ts";
import { type ComparedState, liveState } from "../compare/states.ts";
import { readLive } from "../live.ts";
import { prepareVersion } from "../prepare.ts";
import { type OpenedStore, type StoreAccess, withBase } from "../store-access.ts";

/** A state of the knowledge base that has entries: a version that is JSON, or live where it is not saved. */
export interface Stage {
  /** Null for live. */
  readonly version: VersionSummary | null;
  /** The state that it came from; versions that are not JSON are passed over. Null for the first. */
  readonly parent: Stage | null;
}

/** Whether the live file is a stage, where its bytes are not saved: `ifSound` passes over one that is no JSON. */
export type LiveStage = "no" | "ifSound" | "yes";

/** The live file where its bytes are not those of the version that it came from; null where it is none of the stages. */
export async function unsavedState(
  access: StoreAccess,
  { catalog, packs }: OpenedStore,
  wanted: LiveStage,
): Promise<ComparedState | null> {
  if (wanted === "no") return null;
  const { kbPath, reading } = access;
  try {
    const { bytes, sha256 } = await readLive(kbPath);
    if (currentVersion(catalog)?.sha256 === sha256) return null;
    return await withBase(access, catalog, async (baseId) =>
      liveState(await prepareVersion(bytes, kbPath, packs, baseId, reading)),
    );
  } catch (error) {
    if (wanted === "yes" || !isKbvaultError(error) || error.code === "STORE_DAMAGED") throw error;
    return null;
  }
}

/** The stages of all versions, newest first; `withLive` puts the live file before them. */
export function stagesOf(catalog: Catalog, withLive: boolean): readonly Stage[] {
  const nearest = new Map<string, Stage | null>();
  const stages: Stage[] = [];
  for (const version of catalog.versions) {
    // Where the parent's record is damaged, the version before stands in.
    const before = stages.at(-1) ?? null;
    const parentId = keptParent(catalog, version);
    const parent =
      parentId === null ? null : ((nearest.has(parentId) ? nearest.get(parentId) : before) ?? null);
    const stage = { version, parent };
    if (version.valid) stages.push(stage);
    nearest.set(version.versionId, version.valid ? stage : parent);
  }
  const current = currentVersion(catalog);
  const origin = current === null ? null : (nearest.get(current.versionId) ?? null);
  return [...(withLive ? [{ version: null, parent: origin }] : []), ...stages.reverse()];
}
