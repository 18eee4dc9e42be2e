/**
 * Prune: moves the versions that a policy does not keep to the trash, and gives up what has been there long enough.
 *
 * @module
 */
import { type Catalog, currentVersion } from "../catalog.ts";
import type { TakenVersion } from "../journal-change.ts";
import { checkText } from "../names.ts";
import { openStore, type StoreAccess, withLock } from "../store-access.ts";
import { type CarryOut, carryOut } from "./carry-out.ts";
import { decideRetention } from "./decide.ts";
import { type PrunePlan, planFiles, type VersionPlan } from "./plan.ts";
import { combinePolicies, graceOf, type RetentionPolicy, rulesOf } from "./policy.ts";

/** How to prune. */
export interface PruneOptions {
  /**
   * What stays. Where no rule that begins with `keep` is among it, those of the versioner's options count; so does
   * every other setting that is left out.
   */
  readonly policy?: RetentionPolicy;
  /** Only say what would be done. Default false. */
  readonly dryRun?: boolean;
  /** Who does it; default: the author of the versioner. */
  readonly author?: string;
}

/** What became of it. */
export interface PruneResult {
  /** False for a dry run, and where there was nothing to do. */
  readonly pruned: boolean;
  /** What was done, or would be. */
  readonly plan: PrunePlan;
}

/** Prunes the store by the policy of the options, where they have none by `byDefault`. */
export async function pruneVersions(
  access: StoreAccess,
  byDefault: RetentionPolicy,
  { policy: given = {}, dryRun = false }: PruneOptions,
  author: string,
): Promise<PruneResult> {
  const policy = combinePolicies(given, byDefault);
  const rules = rulesOf(policy);
  const graceMs = graceOf(policy);
  const choose = (catalog: Catalog, now: Date): VersionPlan => {
    const decisions = decideRetention(catalog.versions, rules, needsOf(catalog), now);
    const trashed = takenBy(catalog, new Set(decisions.flatMap((one) => (one.keep ? [] : [one.versionId]))));
    return {
      decisions,
      trashed,
      emptied: [...trashedBefore(catalog, now, graceMs), ...(graceMs === 0 ? trashed : [])],
    };
  };
  const { done, plan } = await carryOutChoice(access, "prune", choose, dryRun, author);
  return { pruned: done, plan };
}

/** What is in the trash for at least `ms` milliseconds. */
export function trashedBefore(catalog: Catalog, now: Date, ms: number): readonly TakenVersion[] {
  return catalog.trash.flatMap(({ version: { versionId, parent }, at }) =>
    now.getTime() - Date.parse(at) >= ms ? [{ versionId, parent }] : [],
  );
}

/** Plans what `choose` asks for and, unless it is a dry run or nothing, does it under the lock. */
export async function carryOutChoice(
  access: StoreAccess,
  purpose: string,
  choose: (catalog: Catalog, now: Date) => VersionPlan,
  dryRun: boolean,
  author: string,
): Promise<{ readonly done: boolean; readonly plan: PrunePlan }> {
  const by = checkText("author", author);
  if (dryRun) {
    const store = await openStore(access);
    const now = access.clock();
    return { done: false, plan: await planFiles(store, choose(store.catalog, now), now) };
  }
  const noted: CarryOut["noted"] = { trashed: [], emptied: [] };
  return withLock(access, purpose, async (lock) => {
    const store = await openStore(access);
    const now = access.clock();
    const plan = await planFiles(store, choose(store.catalog, now), now);
    if (isNothing(plan) && isNothing({ ...plan, ...noted })) return { done: false, plan };
    await carryOut({ access, store, lock, by, noted }, plan);
    return { done: true, plan: { ...plan, ...noted } };
  });
}

function isNothing({ trashed, emptied, files, compactions }: PrunePlan): boolean {
  return trashed.length + emptied.length + files.length + compactions.length === 0;
}

function needsOf(catalog: Catalog): Parameters<typeof decideRetention>[2] {
  return {
    labels: catalog.labelsByVersion,
    current: currentVersion(catalog)?.versionId ?? null,
    undo: catalog.lastWrite?.safetyVersion ?? null,
  };
}

function takenBy(catalog: Catalog, versionIds: ReadonlySet<string>): readonly TakenVersion[] {
  return catalog.versions.flatMap(({ versionId, parent }) =>
    versionIds.has(versionId) ? [{ versionId, parent }] : [],
  );
}
