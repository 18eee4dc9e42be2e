/**
 * Repair of a store: what is damaged is brought back as it was where its bytes are found, and set aside, never deleted.
 *
 * @module
 */
import { isKbvaultError, KbvaultError } from "../../errors.ts";
import { checkText } from "../names.ts";
import { type BlobStorage, reallyThere } from "../storage/storage.ts";
import { type StoreAccess, withLock } from "../store-access.ts";
import { unfinishedRepairs } from "./blob-workplace.ts";
import { carryOut } from "./carry-out.ts";
import { type Copies, openCopies } from "./copies.ts";
import type { RepairPlan } from "./plan.ts";
import { type RepairSurvey, surveyStore } from "./survey.ts";

/** How to repair a store. */
export interface RepairStoreOptions {
  /** Work out the plan and change nothing; needs no lock. Default false. */
  readonly dryRun?: boolean;
  /**
   * Where lost bytes may still be: copies of the store, backups or folders of them, clones of its repository, files that
   * hold a version's bytes. The live file is always looked at. Default none.
   */
  readonly from?: readonly string[];
}

/** What became of it. */
export interface RepairStoreResult {
  /** Whether anything was changed. */
  readonly repaired: boolean;
  readonly plan: RepairPlan;
  /** Folder inside the store that keeps what was taken away, such as `quarantine/20250127T120000000Z`; null for none. */
  readonly quarantine: string | null;
}

/** Repairs the store, under its lock; see `KnowledgeBaseVersioner.repair`. */
export async function repairStore(
  access: StoreAccess,
  { dryRun = false, from = [] }: RepairStoreOptions,
  author: string,
): Promise<RepairStoreResult> {
  const by = checkText("author", author);
  const { storage } = access;
  const copies = withOwn(await openCopies(from), storage);
  const survey = async (): Promise<RepairSurvey> =>
    surveyStore(access, await withUnfinished(copies, storage));
  if (dryRun) return { repaired: false, plan: (await survey()).plan, quarantine: null };
  return withLock(access, "repair", async (lock) => {
    const surveyed = await survey();
    const { plan } = surveyed;
    if (plan.steps.length === 0) {
      // What this machine has kept may be older than the last repair of somebody else.
      await storage.forget?.();
      return { repaired: false, plan, quarantine: null };
    }
    const site = { storage, lock, at: access.clock(), by };
    const quarantine = await carryOut(surveyed, site).catch((error: unknown) => {
      throw cutShort(error);
    });
    return { repaired: true, plan, quarantine };
  });
}

/** `error`, which ended a repair midway. */
function cutShort(error: unknown): unknown {
  if (!isKbvaultError(error)) return error;
  const { errno, path } = error.data as { readonly errno?: string | null; readonly path?: string };
  return new KbvaultError(
    error.code,
    `The repair was cut short: ${path ?? "the store"} failed with ${errno ?? error.code}. What it had put back by then stays; damaged files are in the quarantine or where they were. \`kbvault repair\` does the rest.`,
    error.data,
    { cause: error },
  );
}

/** `copies`, and before them what this machine has kept of a place elsewhere. */
function withOwn(copies: Copies, storage: BlobStorage): Copies {
  if (storage.origin === undefined) return copies;
  return { ...copies, stores: [{ storage, where: "what this machine has kept" }, ...copies.stores] };
}

/** `copies`, and before them what a repair that was killed left at a place elsewhere. */
async function withUnfinished(copies: Copies, storage: BlobStorage): Promise<Copies> {
  if (storage.isFolder) return copies;
  return { ...copies, stores: [...(await unfinishedRepairs(reallyThere(storage))), ...copies.stores] };
}
