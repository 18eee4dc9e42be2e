/**
 * The one way in which the live file is written.
 *
 * @module
 */
import { KbvaultError } from "../../errors.ts";
import {
  type Catalog,
  extendCatalog,
  highestSequence,
  openCatalog,
  saveCatalog,
  toVersion,
} from "../catalog.ts";
import type { VersionSummary } from "../catalog-fold.ts";
import { hookEvent, runPostHook } from "../hooks.ts";
import { appendEvent } from "../journal.ts";
import { checkText } from "../names.ts";
import { type StoreAccess, withLock } from "../store-access.ts";
import { TurnTaken } from "../turns/take-turn.ts";
import type { Version } from "../version.ts";
import type { WriteLock } from "../write-lock.ts";
import { notWritten, writtenUnnoted } from "./failed-write.ts";
import type { Goal } from "./goal.ts";
import { readBack, replaceLive } from "./replace-live.ts";
import { type SavedLive, saveLive } from "./save-live.ts";
import { type Survey, survey, type WritePlan } from "./survey.ts";

/** How to write the live file. */
export interface RestoreOptions {
  /** Only say what would be done. Default false. */
  readonly dryRun?: boolean;
  /** Who does it; default: the author of the versioner. */
  readonly author?: string;
  /**
   * SHA-256 that the live file has to have, such as `plan.from.sha256` of a plan that somebody agreed to; null: it must not
   * be there. Otherwise nothing is written, and LIVE_CHANGED thrown. Default: any.
   */
  readonly expected?: string | null;
}

/** What became of it. */
export interface Written<Changes> {
  /** False for a dry run, and where the live file had these bytes already. */
  readonly written: boolean;
  /** The version that the goal is about. */
  readonly version: Version;
  /** The version that holds the bytes from before; null where there was no live file, or nothing was written. */
  readonly safetyVersion: Version | null;
  /** The bytes that the live file has, or would have after a dry run. */
  readonly to: { readonly sha256: string; readonly bytes: number };
  readonly changes: Changes;
  readonly plan: WritePlan;
}

/**
 * Makes the live file what `choose` asks for, after a version holds the bytes that are there. All or nothing: the live
 * file has the old bytes or the new ones.
 *
 * @throws KbvaultError STORE_DAMAGED, LIVE_CHANGED, LOCKED, NO_SPACE, STORE_NOT_WRITABLE, and what `choose` and the hook
 *   preRestore throw
 */
export async function writeLive<Changes>(
  access: StoreAccess,
  choose: (catalog: Catalog) => Goal<Changes>,
  options: RestoreOptions,
  author: string,
): Promise<Written<Changes>> {
  const by = checkText("author", author);
  if (options.dryRun === true) return outcome(await survey(access, choose), null);
  const { preRestore, postRestore } = access.hooks;
  if (preRestore !== undefined) {
    const state = await survey(access, choose);
    refuseOther(access, state, options);
    if (isThere(state)) return outcome(state, null);
    await preRestore({ ...hookEvent(access, by), versionId: state.goal.version.versionId });
  }
  const result = await writeUnderLock(access, choose, options, by);
  if (result.written && postRestore !== undefined) {
    const { versionId } = result.version;
    await runPostHook(access, () => postRestore({ ...hookEvent(access, by), versionId }));
  }
  return result;
}

function writeUnderLock<Changes>(
  access: StoreAccess,
  choose: (catalog: Catalog) => Goal<Changes>,
  options: RestoreOptions,
  by: string,
): Promise<Written<Changes>> {
  return withLock(access, "restore", async (lock) => {
    const state = await survey(access, choose);
    const { content } = state;
    refuseOther(access, state, options);
    if (isThere(state)) return outcome(state, null);
    // Put together and checked before anything is saved or replaced: a damaged version changes nothing.
    const bytes = await content.read();
    const { catalog, safety } = await saveLive(access, state, lock, by);
    await replaceLive(access, state, bytes, lock).catch((error: unknown) => {
      throw notWritten(error, state, safety);
    });
    const after = await note({ access, lock, by }, state, { catalog, safety }).catch((error: unknown) => {
      throw writtenUnnoted(error, state, safety);
    });
    await saveCatalog(access.storage, after);
    return outcome(state, { catalog: after, safety });
  });
}

/** Throws LIVE_CHANGED where the live file is not the one that was agreed to. */
function refuseOther(
  { kbPath }: StoreAccess,
  { plan, goal }: Survey<unknown>,
  options: RestoreOptions,
): void {
  const { expected } = options;
  if (expected === undefined || expected === plan.from.sha256) return;
  throw new KbvaultError(
    "LIVE_CHANGED",
    `${kbPath} is another than when ${goal.doing} was planned. Nothing was changed. Look at the plan again.`,
    { path: kbPath, sha256: plan.from.sha256, expected },
  );
}

/** Reads the live file back, and takes down in the journal how it came to be; resolves to the catalog that knows it. */
async function note(
  { access, lock, by }: { readonly access: StoreAccess; readonly lock: WriteLock; readonly by: string },
  state: Survey<unknown>,
  saved: SavedLive,
): Promise<Catalog> {
  await readBack(state);
  const { goal, plan, content } = state;
  // The file is written: that others committed meanwhile changes where the event stands, and nothing else.
  for (let { catalog } = saved; ; catalog = await openCatalog(access.storage, { cache: false })) {
    const change = {
      ...goal.event,
      path: plan.path,
      fromSha256: plan.from.sha256,
      toSha256: content.sha256,
      safetyVersion: saved.safety?.versionId ?? null,
      newestSequence: highestSequence(catalog),
    };
    try {
      const event = await appendEvent(access.storage, lock, catalog, { at: access.clock(), by, change });
      return extendCatalog(catalog, { events: [event] });
    } catch (error) {
      if (!(error instanceof TurnTaken)) throw error;
      await lock.renew();
    }
  }
}

/** Whether the live file has the wanted bytes already. */
function isThere({ live, content }: Survey<unknown>): boolean {
  return live?.sha256 === content.sha256;
}

function outcome<Changes>(
  { catalog, goal, content, plan }: Survey<Changes>,
  done: { readonly catalog: Catalog; readonly safety: VersionSummary | null } | null,
): Written<Changes> {
  const now = done?.catalog ?? catalog;
  const safety = done?.safety ?? null;
  return {
    written: done !== null,
    version: toVersion(goal.version, now),
    safetyVersion: safety === null ? null : toVersion(safety, now),
    to: { sha256: content.sha256, bytes: content.size },
    changes: content.changes,
    plan,
  };
}
