/**
 * Repair of a store: what is damaged is brought back as it was where its bytes are found, and set aside, never deleted.
 *
 * @module
 */
import { isKbvaultError, KbvaultError } from "../../errors.ts";
import { checkText } from "../names.ts";
import { type StoreAccess, withLock } from "../store-access.ts";
import { carryOut } from "./carry-out.ts";
import { openCopies } from "./copies.ts";
import type { RepairPlan } from "./plan.ts";
import { surveyStore } from "./survey.ts";

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
  const { folder } = storage;
  if (folder === null) throw noFolder(storage.url);
  const copies = await openCopies(from);
  if (dryRun) return { repaired: false, plan: (await surveyStore(access, copies)).plan, quarantine: null };
  return withLock(access, "repair", async (lock) => {
    const survey = await surveyStore(access, copies);
    if (survey.plan.steps.length === 0) return { repaired: false, plan: survey.plan, quarantine: null };
    const site = { storage, folder, lock, at: access.clock(), by };
    const quarantine = await carryOut(survey, site).catch((error: unknown) => {
      throw cutShort(error);
    });
    return { repaired: true, plan: survey.plan, quarantine };
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

function noFolder(location: string): KbvaultError {
  return new KbvaultError(
    "USAGE",
    `Only a store in a folder can be repaired; ${location} is none. Nothing was changed.`,
    { location },
  );
}
