/**
 * What a restore would do, worked out before anything is written; and what it refuses.
 *
 * @module
 */
import { stampNumber } from "../../database/migrations/names.ts";
import { type Engine, parseDatabaseUrl } from "../../database/url.ts";
import { KbvaultError } from "../../errors.ts";
import { type BackupContext, taskOf } from "./context.ts";
import type { BackupEngine, TargetSurvey } from "./engines/engine.ts";
import { openEngine } from "./engines/open.ts";
import type { BackupSummary } from "./list.ts";
import {
  type BackedUpDatabaseFacts,
  type BackupManifest,
  damagedBackup,
  type MigrationLevel,
} from "./manifest.ts";
import type { BackupPart, RestoreBackupOptions } from "./options.ts";
import { type KnowledgeBaseRestorePlan, planKnowledgeBase } from "./restore-store.ts";

/** What a restore would do with the database. */
export interface DatabaseRestorePlan {
  readonly engine: Engine;
  /** Of the database that is made or replaced, without its password. */
  readonly url: string;
  /** `create`: there is none; `fill`: it is empty, and the dump is loaded right into it; `replace`: a loaded one takes its place. */
  readonly target: "create" | "fill" | "replace";
  readonly tables: number;
  readonly rows: number;
  /** How far it is migrated now, and afterwards. */
  readonly levelNow: MigrationLevel | null;
  readonly levelThen: MigrationLevel | null;
  /** Sessions of others that would be ended. */
  readonly sessions: readonly string[];
}

/** What a restore would do. */
export interface RestoreBackupPlan {
  readonly backup: string;
  readonly createdAt: string;
  readonly database: DatabaseRestorePlan | null;
  readonly knowledgeBase: KnowledgeBaseRestorePlan | null;
  /** Parts of what is there that are backed up first. */
  readonly saves: readonly BackupPart[];
}

/** A plan, with what carries it out. */
export interface PlannedRestore {
  readonly plan: RestoreBackupPlan;
  readonly manifest: BackupManifest;
  readonly engine: BackupEngine | null;
}

/** Plans the restore of `backup`; throws RESTORE_REFUSED, BACKUP_DAMAGED and FORMAT_TOO_NEW. */
export async function planRestore(
  context: BackupContext,
  backup: BackupSummary,
  options: RestoreBackupOptions,
): Promise<PlannedRestore> {
  const manifest = manifestOf(backup);
  // Another database is for looking at the backup: the knowledge base stays as it is.
  const only = options.only ?? (options.toUrl === undefined ? null : "database");
  const url = options.toUrl ?? context.database?.url ?? null;
  const database = only === "kb" ? null : manifest.database;
  const knowledgeBase = only === "database" ? null : manifest.knowledgeBase;
  const withDatabase = database !== null && url !== null;
  const withKnowledgeBase = knowledgeBase !== null && context.knowledgeBase !== null;
  if (!withDatabase && !withKnowledgeBase) throw nothingToRestore(backup.name, only);
  const engine = withDatabase ? await openEngine(url, taskOf(context)) : null;
  const databasePlan =
    engine === null || database === null || url === null
      ? null
      : await planDatabase(engine, url, database, backup.name, options);
  const kbPlan =
    withKnowledgeBase && context.knowledgeBase !== null
      ? await planKnowledgeBase(manifest, knowledgeBase, context.knowledgeBase)
      : null;
  const wanted = options.safetyBackup ?? true;
  const saves: readonly BackupPart[] = [
    ...(wanted && databasePlan?.target === "replace" ? (["database"] as const) : []),
    ...(wanted && kbPlan !== null ? (["kb"] as const) : []),
  ];
  const { name, createdAt } = manifest;
  const plan = { backup: name, createdAt, database: databasePlan, knowledgeBase: kbPlan, saves };
  return { plan, manifest, engine };
}

async function planDatabase(
  engine: BackupEngine,
  url: string,
  facts: BackedUpDatabaseFacts,
  backup: string,
  options: RestoreBackupOptions,
): Promise<DatabaseRestorePlan> {
  refuseOtherEngine(engine.engine, facts, backup);
  const survey = await engine.survey();
  const { redacted } = parseDatabaseUrl(url);
  if (options.toUrl !== undefined && !survey.empty) throw notEmpty(redacted, backup);
  if (options.force !== true) refuseNewerMigrations(survey, facts, backup);
  const target = !survey.exists ? "create" : survey.empty && engine.loadsInPlace ? "fill" : "replace";
  const ends = engine.endsSessions && options.endSessions === true;
  if (target === "replace" && !ends) refuseSessions(survey, redacted, backup, engine.endsSessions);
  return {
    engine: facts.engine,
    url: redacted,
    target,
    tables: facts.tables.length,
    rows: facts.tables.reduce((sum, { rows }) => sum + (rows ?? 0), 0),
    levelNow: survey.level,
    levelThen: facts.level,
    sessions: survey.sessions,
  };
}

function manifestOf({ name, state, manifest, problems: [problem] }: BackupSummary): BackupManifest {
  if (state === "too-new")
    throw new KbvaultError(
      "FORMAT_TOO_NEW",
      `The backup ${name} was made by a newer kbvault. Nothing was changed. Restore it with that one.`,
      { file: name, format: null },
    );
  if (manifest === null || problem !== undefined)
    throw damagedBackup(name, problem?.file ?? "manifest.json", problem?.message ?? "it is missing");
  return manifest;
}

function refuseOtherEngine(engine: Engine, facts: BackedUpDatabaseFacts, backup: string): void {
  if (engine === facts.engine) return;
  throw refused(
    "other-engine",
    backup,
    `The backup ${backup} holds a database of ${facts.engine} (${facts.serverVersion}), and the database to restore into is one of ${engine}; dumps of one cannot be loaded into the other. Nothing was changed. Name a database of ${facts.engine} with --url or --to-url; the knowledge base alone is restored with --only kb.`,
  );
}

function refuseNewerMigrations({ level }: TargetSurvey, facts: BackedUpDatabaseFacts, backup: string): void {
  const then = facts.level;
  if (level === null || (then !== null && stampNumber(level.stamp) <= stampNumber(then.stamp))) return;
  const has = then === null ? "has none" : `ends with ${then.stamp}_${then.name}`;
  throw refused(
    "newer-migrations",
    backup,
    `The database has migrations up to ${level.stamp}_${level.name}, and the backup ${backup} ${has}: what they brought would be gone. Nothing was changed. Roll them back first (\`kbvault migrate down\`), or repeat the command with --force.`,
  );
}

function refuseSessions({ sessions }: TargetSurvey, url: string, backup: string, canEnd: boolean): void {
  if (sessions.length === 0) return;
  const way = canEnd
    ? "Stop the services that use it, or repeat the command with --end-sessions."
    : "Stop them, then repeat the command.";
  throw refused(
    "sessions",
    backup,
    `${url} is used by others: ${sessions.join("; ")}. Nothing was changed. ${way}`,
  );
}

function notEmpty(url: string, backup: string): KbvaultError {
  return refused(
    "not-empty",
    backup,
    `${url} is not empty, and --to-url is for a database that is missing or empty. Nothing was changed. Name another one; to replace this one, use --url.`,
  );
}

function nothingToRestore(backup: string, only: BackupPart | null): KbvaultError {
  const what =
    only === null
      ? "neither a database nor a knowledge base"
      : `no ${only === "kb" ? "knowledge base" : "database"}`;
  return refused(
    "no-such-part",
    backup,
    `There is ${what} to restore from backup ${backup}: either the backup has none, or no place for it is named. Nothing was changed. \`kbvault backup list\` shows what it holds; --url names a database, --kb a knowledge base.`,
  );
}

function refused(reason: string, backup: string, message: string): KbvaultError {
  return new KbvaultError("RESTORE_REFUSED", message, { reason, backup });
}
