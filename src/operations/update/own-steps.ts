/**
 * The steps that kbvault does itself, and how what they did to the database is taken back.
 *
 * @module
 */
import { DatabaseMigrator } from "../../database/migrator.ts";
import { KnowledgeBaseVersioner } from "../../knowledge-base/versioner.ts";
import { redactText, secretsIn } from "../../processes/redact.ts";
import { createBackup, restoreBackup } from "../backup/backups.ts";
import type { BackupsOptions } from "../backup/options.ts";
import { endMaintenance, startMaintenance } from "../maintenance.ts";
import type { Action, ActionResult, TakenBack, UpdateActions } from "./action.ts";

/** What the steps of one run work on. */
export interface OwnStepsOptions {
  readonly runId: string;
  readonly author: string;
  /** Where the flag of maintenance mode is. */
  readonly stateFolder: string;
  /** What is backed up: database, knowledge base or both. */
  readonly backups: BackupsOptions;
  /** Folder of the migrations; null: the default of the migrator. */
  readonly migrationsFolder: string | null;
  /** Looks whether all is well afterwards; throws where it is not. */
  readonly checkHealth: Action;
}

/** The steps of one run. */
export function ownSteps(options: OwnStepsOptions): UpdateActions {
  const { runId, author, stateFolder, backups } = options;
  const done: { applied: readonly string[]; backup: string | null } = { applied: [], backup: null };
  return {
    steps: {
      "maintenance-on": async () => {
        await startMaintenance(stateFolder, { by: author, reason: `Update ${runId}` });
        return { message: "Maintenance mode is on." };
      },
      "kb-snapshot": () => snapshot(options),
      "database-backup": async (signal) => {
        const { backup } = await createBackup({ ...backups, author, signal }, { reason: "update" });
        done.backup = backup.name;
        return { message: `Backed up as ${backup.name}.`, details: { backup: backup.name } };
      },
      migrations: (signal) =>
        migrate(options, signal, (applied) => {
          done.applied = applied;
        }),
      health: options.checkHealth,
      "maintenance-off": async () => {
        await endMaintenance(stateFolder);
        return { message: "Maintenance mode is off." };
      },
    },
    takeBack: () => takeBack(options, done),
  };
}

async function snapshot({ runId, author, backups }: OwnStepsOptions): Promise<ActionResult> {
  const { knowledgeBase } = backups;
  if (!knowledgeBase) return { message: "There is no knowledge base." };
  const versioner = new KnowledgeBaseVersioner(knowledgeBase.path, { ...knowledgeBase.options, author });
  const { created, version } = await versioner.createVersion({
    description: `Before the update ${runId}`,
    tags: ["update"],
  });
  const { versionId } = version;
  return {
    message: created ? `Saved ${versionId}.` : `Unchanged since ${versionId}.`,
    details: { versionId, created },
  };
}

/** Applies what is pending and tells `noteApplied` of it, also where it stops midway. */
async function migrate(
  options: OwnStepsOptions,
  signal: AbortSignal,
  noteApplied: (ids: readonly string[]) => void,
): Promise<ActionResult> {
  const migrator = migratorOf(options, signal);
  try {
    const before = await appliedIn(migrator);
    try {
      await migrator.applyAllPending();
    } finally {
      const known = new Set(before);
      noteApplied((await appliedIn(migrator)).filter((id) => !known.has(id)));
    }
    const applied = (await appliedIn(migrator)).filter((id) => !before.includes(id));
    return {
      message: applied.length === 0 ? "Nothing was pending." : `Applied ${applied.join(", ")}.`,
      details: { applied },
    };
  } finally {
    await migrator.close();
  }
}

async function takeBack(
  options: OwnStepsOptions,
  { applied, backup }: { readonly applied: readonly string[]; readonly backup: string | null },
): Promise<TakenBack> {
  if (applied.length === 0)
    return {
      by: "nothing",
      message: "This update applied no migration, so the database is as it was.",
      migrations: [],
      backup,
    };
  const rolledBack: string[] = [];
  const migrator = migratorOf(options, undefined);
  try {
    for (const id of applied.toReversed()) {
      await migrator.rollbackMigration(id);
      rolledBack.push(id);
    }
    const message = `Rolled back ${rolledBack.join(", ")}. Files that the update changed stay as they are.`;
    return { by: "rollbacks", message, migrations: rolledBack, backup };
  } catch (error) {
    await migrator.close();
    return restoreAfter(error, options, rolledBack, backup);
  } finally {
    await migrator.close();
  }
}

/** Where a rollback failed, the backup brings the database back. */
async function restoreAfter(
  rollbackError: unknown,
  { backups, author }: OwnStepsOptions,
  migrations: readonly string[],
  backup: string | null,
): Promise<TakenBack> {
  const why = `A rollback failed (${messageOf(rollbackError)})`;
  if (backup === null)
    return {
      by: "failed",
      message: `${why}, and this update made no backup. \`kbvault migrate status\` shows where the database stands.`,
      migrations,
      backup,
    };
  try {
    await restoreBackup({ ...backups, author }, backup, { only: "database", force: true });
    return { by: "backup", message: `${why}; the database was restored from ${backup}.`, migrations, backup };
  } catch (error) {
    const message = `${why}, and so did restoring ${backup} (${messageOf(error)}). Run \`kbvault backup restore ${backup} --only database --force\` once the cause is gone.`;
    return { by: "failed", message, migrations, backup };
  }
}

function migratorOf(
  { backups, migrationsFolder, author }: OwnStepsOptions,
  signal: AbortSignal | undefined,
): DatabaseMigrator {
  const { database } = backups;
  return new DatabaseMigrator({
    author,
    ...(database ? { url: database.url } : {}),
    ...(database?.historyTable === undefined ? {} : { historyTable: database.historyTable }),
    ...(migrationsFolder === null ? {} : { folder: migrationsFolder }),
    ...(signal === undefined ? {} : { signal }),
  });
}

async function appliedIn(migrator: DatabaseMigrator): Promise<readonly string[]> {
  return (await migrator.getStatus()).filter(({ state }) => state === "applied").map(({ id }) => id);
}

function messageOf(error: unknown): string {
  return redactText(error instanceof Error ? error.message : String(error), secretsIn(process.env));
}
