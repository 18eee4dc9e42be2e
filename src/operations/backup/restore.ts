/**
 * Restoring a backup: everything is prepared beside its place and looked at, then put in place.
 *
 * @module
 */
import { join } from "node:path";
import { isKbvaultError, KbvaultError } from "../../errors.ts";
import { type BackupContext, refuseInterrupted } from "./context.ts";
import { makeBackupUnderLock } from "./create.ts";
import { rowsDiffer } from "./engines/rows.ts";
import { withBackupsLock } from "./folder.ts";
import { type BackupSummary, findBackup, readBackup } from "./list.ts";
import { damagedBackup } from "./manifest.ts";
import type { BackupPart, RestoreBackupOptions } from "./options.ts";
import { type PlannedRestore, planRestore, type RestoreBackupPlan } from "./restore-plan.ts";
import { RestoreSteps, readRestoreState } from "./restore-state.ts";
import { prepareKnowledgeBase, restoreLive } from "./restore-store.ts";
import { hashFiles } from "./verify.ts";

/** What became of a restore. */
export interface RestoreBackupResult {
  /** False for a dry run. */
  readonly restored: boolean;
  readonly backup: BackupSummary;
  readonly plan: RestoreBackupPlan;
  /** Name of the backup of what was there; null where there was nothing, or none was wanted. */
  readonly safetyBackup: string | null;
  /** Name of the replaced database, which is kept where it was not backed up; else null. */
  readonly previousDatabase: string | null;
}

/** Restores the backup that `ref` names, under the lock of the folder. */
export async function restore(
  context: BackupContext,
  ref: string,
  options: RestoreBackupOptions,
): Promise<RestoreBackupResult> {
  const backup = await findBackup(context.folder, ref);
  if (options.dryRun === true) {
    const { plan } = await planRestore(context, backup, options);
    return { restored: false, backup, plan, safetyBackup: null, previousDatabase: null };
  }
  return withBackupsLock(context.folder, "restore", () => restoreUnderLock(context, backup.name, options));
}

async function restoreUnderLock(
  context: BackupContext,
  name: string,
  options: RestoreBackupOptions,
): Promise<RestoreBackupResult> {
  const backup = await readBackup(context.folder, name);
  const planned = await planRestore(context, backup, options);
  await proveFiles(context, backup, planned);
  await removeLeftovers(context, planned);
  const safetyBackup = await saveWhatIsThere(context, planned);
  const state = new RestoreSteps(context.folder, {
    backup: name,
    startedAt: context.clock().toISOString(),
    step: "preparing",
    safetyBackup,
    url: planned.plan.database?.url ?? null,
    loaded: null,
    previous: null,
  });
  const previousDatabase = await carryOut(context, backup, planned, options, state);
  return { restored: true, backup, plan: planned.plan, safetyBackup, previousDatabase };
}

/** Reads every file that is needed: a damaged backup replaces nothing. */
async function proveFiles(
  context: BackupContext,
  backup: BackupSummary,
  { plan, manifest }: PlannedRestore,
): Promise<void> {
  const dump = manifest.database?.file;
  const needed = manifest.files.filter(({ name }) =>
    name === dump ? plan.database !== null : plan.knowledgeBase !== null,
  );
  const [problem] = (await hashFiles(context, backup.path, needed)).problems;
  if (problem !== undefined) throw damagedBackup(backup.name, problem.file, problem.message);
}

/** Removes what an interrupted restore left beside the database: the loaded one, and the replaced one if it is backed up. */
async function removeLeftovers(context: BackupContext, { engine, plan }: PlannedRestore): Promise<void> {
  const left = await readRestoreState(context.folder);
  if (left === null || engine === null || left.url !== plan.database?.url) return;
  if (left.loaded !== null) await engine.remove(left.loaded);
  if (left.previous === null || left.safetyBackup === null || plan.database.target === "create") return;
  const { state } = await readBackup(context.folder, left.safetyBackup);
  if (state === "sound") await engine.remove(left.previous);
}

async function saveWhatIsThere(context: BackupContext, { plan }: PlannedRestore): Promise<string | null> {
  if (plan.saves.length === 0) return null;
  const present: BackupContext = {
    ...context,
    database: plan.saves.includes("database") ? context.database : null,
    knowledgeBase: plan.saves.includes("kb") ? context.knowledgeBase : null,
  };
  // Without pruning: the backup that is being restored may be one of the oldest.
  try {
    const { backup } = await makeBackupUnderLock(present, { reason: "before-restore", prune: false });
    return backup.name;
  } catch (error) {
    if (!isKbvaultError(error)) throw error;
    const message = `What is there now could not be backed up first, so nothing was replaced. ${error.message} If it is beyond saving, repeat the command with --no-safety-backup.`;
    throw new KbvaultError(error.code, message, error.data, { cause: error });
  }
}

/** Prepares both parts, then puts them in place; resolves to the name of the replaced database where it is kept. */
async function carryOut(
  context: BackupContext,
  backup: BackupSummary,
  planned: PlannedRestore,
  options: RestoreBackupOptions,
  steps: RestoreSteps,
): Promise<string | null> {
  const { plan } = planned;
  const loaded = await loadDatabase(context, backup, planned, options, steps);
  const versionId = await prepareKb(context, backup, planned).catch(async (error: unknown) => {
    if (loaded !== null) await planned.engine?.remove(loaded);
    throw await stopped(error, plan.database?.target === "fill" ? ["database"] : [], "kb", steps);
  });
  const done: BackupPart[] = plan.database?.target === "fill" ? ["database"] : [];
  const previous =
    loaded === null ? null : await installDatabase(context, backup, planned, options, steps, loaded);
  if (loaded !== null) done.push("database");
  if (versionId !== null && context.knowledgeBase !== null) {
    context.tell("restoring the knowledge base");
    await restoreLive(versionId, context.knowledgeBase, context.author).catch(async (error: unknown) => {
      throw await stopped(error, done, "kb", steps);
    });
  }
  const kept = previous !== null && steps.now.safetyBackup === null ? previous : null;
  if (previous !== null && kept === null) await planned.engine?.remove(previous);
  await steps.leave();
  return kept;
}

/** Loads the dump under a fresh name, or right into the empty target, and compares the rows; resolves to the fresh name. */
async function loadDatabase(
  context: BackupContext,
  backup: BackupSummary,
  { engine, plan, manifest }: PlannedRestore,
  { noOwner = false }: RestoreBackupOptions,
  steps: RestoreSteps,
): Promise<string | null> {
  const facts = manifest.database;
  if (engine === null || facts === null || plan.database === null) return null;
  refuseInterrupted(context);
  const name = plan.database.target === "fill" ? null : await engine.freshName("restore");
  await steps.enter({ loaded: name, step: name === null ? "replacing" : "preparing" });
  const file = join(backup.path, facts.file);
  try {
    const difference = rowsDiffer(facts.tables, await engine.load(name, file, facts, { noOwner }));
    if (difference !== null) throw damagedBackup(backup.name, facts.file, `after loading it, ${difference}`);
    return name;
  } catch (error) {
    if (name === null && !engine.installsAtOnce) throw await stopped(error, [], "database", steps);
    if (name !== null) await engine.remove(name).catch(() => undefined);
    await steps.leave();
    throw error;
  }
}

async function prepareKb(
  context: BackupContext,
  backup: BackupSummary,
  { plan, manifest }: PlannedRestore,
): Promise<string | null> {
  if (plan.knowledgeBase === null || manifest.knowledgeBase === null || context.knowledgeBase === null)
    return null;
  context.tell("adding what the store lacks");
  return prepareKnowledgeBase(
    backup.path,
    backup.name,
    manifest.knowledgeBase,
    plan.knowledgeBase,
    context.knowledgeBase,
  );
}

async function installDatabase(
  context: BackupContext,
  backup: BackupSummary,
  { engine, manifest }: PlannedRestore,
  { endSessions = false }: RestoreBackupOptions,
  steps: RestoreSteps,
  name: string,
): Promise<string | null> {
  const facts = manifest.database;
  if (engine === null || facts === null) return null;
  const stamp = context.clock().toISOString().slice(0, 19).replaceAll(/[-:]/g, "").toLowerCase();
  await steps.enter({ step: "replacing", previous: engine.previousName(stamp) });
  context.tell("putting the database in place");
  try {
    return await engine.install(name, join(backup.path, facts.file), facts, { endSessions, stamp });
  } catch (error) {
    if (!engine.installsAtOnce) throw await stopped(error, [], "database", steps);
    await engine.remove(name).catch(() => undefined);
    await steps.leave();
    throw error;
  }
}

/** The error of a restore that stopped: as it came while nothing is replaced, else RESTORE_PARTIAL. */
async function stopped(
  error: unknown,
  done: readonly BackupPart[],
  failed: BackupPart,
  steps: RestoreSteps,
): Promise<unknown> {
  const { backup, safetyBackup, step } = steps.now;
  await steps.leave();
  if (step === "preparing" || !(error instanceof Error)) return error;
  const why = isKbvaultError(error) ? error.message : String(error);
  const names = { database: "the database", kb: "the knowledge base" };
  const ready =
    done.length === 0
      ? "Nothing else was replaced."
      : `${done.map((part) => names[part]).join(" and ")} is restored already.`;
  const back =
    safetyBackup === null
      ? ""
      : ` What was there before is in backup ${safetyBackup}: \`kbvault backup restore ${safetyBackup} --force\` goes back.`;
  return new KbvaultError(
    "RESTORE_PARTIAL",
    `The restore of ${backup} stopped at ${names[failed]}: ${why} ${ready}${back} To finish, remove the cause and repeat: \`kbvault backup restore ${backup} --only ${failed}\`.`,
    { backup, done, failed, safetyBackup },
    { cause: error },
  );
}
