/**
 * Printers of backups: what there is, what was made, verified, restored or removed.
 *
 * @module
 */
import type {
  BackupManifest,
  BackupSummary,
  CreateBackupResult,
  DatabaseRestorePlan,
  KnowledgeBaseRestorePlan,
  MigrationLevel,
  PruneBackupsResult,
  RestoreBackupPlan,
  RestoreBackupResult,
  VerifyBackupResult,
} from "../../index.ts";
import { count, relativeTime, size } from "./amount.ts";
import { escapeText } from "./escape.ts";
import type { Page } from "./page.ts";
import { pathText } from "./path.ts";

/** A paragraph for each backup: name, age, size, state, label; then what it holds. */
export function backupLines(backups: readonly BackupSummary[], page: Page): string[] {
  return backups.flatMap((backup) => [headLine(backup, page), ...contentLines(backup, page)]);
}

function headLine({ name, createdAt, bytes, state, label }: BackupSummary, page: Page): string {
  const { bold, green, red, yellow, cyan } = page.style;
  const mark = { sound: green("sound"), damaged: red("damaged"), "too-new": yellow("of a newer kbvault") }[
    state
  ];
  const columns = [
    bold(escapeText(name)),
    relativeTime(createdAt, page.now),
    size(bytes),
    mark,
    ...(label === null ? [] : [cyan(`[${escapeText(label)}]`)]),
  ];
  return columns.join("  ");
}

function contentLines({ manifest, problems, verification }: BackupSummary, page: Page): string[] {
  const verified =
    verification === null
      ? "never verified"
      : `verified ${relativeTime(verification.at, page.now)}${verification.deep ? ", with a restore" : ""}${verification.ok ? "" : ": damaged"}`;
  return [
    ...(manifest === null ? [] : [`    ${holdsText(manifest)}`, `    ${page.style.dim(verified)}`]),
    ...problems.map(
      ({ file, kind, message }) => `    ${page.style.red(kind)} ${escapeText(`${file}: ${message}`)}`,
    ),
  ];
}

function holdsText({ database, knowledgeBase }: BackupManifest): string {
  const parts = [
    ...(database === null ? [] : [`${database.serverVersion} at ${levelText(database.level)}`]),
    ...(knowledgeBase === null
      ? []
      : [
          knowledgeBase.sha256 === null
            ? "no live file"
            : `knowledge base ${knowledgeBase.versionId ?? "with changes that no version holds"}`,
        ]),
    ...(knowledgeBase?.store == null
      ? []
      : [`its store of ${count(knowledgeBase.store.versions, "version")}`]),
  ];
  return escapeText(parts.join("; "));
}

function levelText(level: MigrationLevel | null): string {
  return level === null ? "no migration" : `${level.stamp}_${level.name} (${level.applied} applied)`;
}

/** The new backup, and those that had to go for it. */
export function createdBackupLines({ backup, removed }: CreateBackupResult, page: Page): string[] {
  const { manifest, path } = backup;
  const took = manifest === null ? "" : ` in ${(manifest.durationMs / 1000).toFixed(1)} s`;
  return [
    `Backed up to ${pathText(path, page)}${took}, read back and compared.`,
    ...backupLines([backup], page),
    ...(removed.length === 0
      ? []
      : [`Removed ${removed.map(escapeText).join(" ")}: enough newer ones are there.`]),
  ];
}

/** Everything that is wrong with a backup, then the verdict. */
export function verifiedBackupLines(result: VerifyBackupResult, page: Page): string[] {
  const { green, red } = page.style;
  const restored =
    result.rowsRestored === null ? "" : `, ${count(result.rowsRestored, "row")} restored and counted`;
  const checked = `${size(result.bytesRead)} read${restored}`;
  return [
    ...result.problems.map(({ file, kind, message }) => `${red(kind)}  ${escapeText(`${file}: ${message}`)}`),
    result.ok
      ? `${green("intact")}: ${escapeText(result.backup.name)}, ${checked}`
      : `${red("damaged")}: ${escapeText(result.backup.name)}, ${count(result.problems.length, "problem")}; ${checked}`,
  ];
}

/** What a restore would do, in the order in which it would do it. */
export function restorePlanLines(plan: RestoreBackupPlan, page: Page): string[] {
  const saved = plan.saves.map((part) => (part === "kb" ? "the knowledge base" : "the database"));
  return [
    `Plan: restore backup ${escapeText(plan.backup)}, ${relativeTime(plan.createdAt, page.now)}`,
    `    save      ${saved.length === 0 ? "nothing" : `${saved.join(" and ")} of now, as a backup`}`,
    ...(plan.database === null ? [] : databasePlanLines(plan.database)),
    ...(plan.knowledgeBase === null ? [] : knowledgeBasePlanLines(plan.knowledgeBase, page)),
  ];
}

function databasePlanLines(plan: DatabaseRestorePlan): string[] {
  const verb = plan.target.padEnd(9);
  const holds = `${count(plan.tables, "table")}, ${count(plan.rows, "row")}, ${levelText(plan.levelThen)}`;
  const now = plan.target === "replace" ? `, in place of ${levelText(plan.levelNow)}` : "";
  return [
    `    ${verb} ${escapeText(`${plan.url}: ${holds}${now}`)}`,
    ...(plan.sessions.length === 0 ? [] : [`    end       ${escapeText(plan.sessions.join("; "))}`]),
  ];
}

function knowledgeBasePlanLines(plan: KnowledgeBaseRestorePlan, page: Page): string[] {
  const path = pathText(plan.path, page);
  const by = `${size(plan.bytes ?? 0)}, sha256 ${plan.sha256?.slice(0, 12)}, ${plan.versionId ?? "a new version"}`;
  const live = {
    create: `    create    ${path}: ${escapeText(by)}`,
    replace: `    replace   ${path} by ${escapeText(by)}`,
    nothing: `    leave     ${path}: it holds these bytes already`,
  }[plan.sha256 === null ? "nothing" : plan.live];
  return [
    ...(plan.adds.length === 0
      ? []
      : [`    add       ${count(plan.adds.length, "missing file")} to the store`]),
    ...(plan.keeps.length === 0
      ? []
      : [
          `    keep      ${escapeText(plan.keeps.join(" "))} of the store, which differ from the backup's; move those away that kbvault verify calls damaged, and they are added`,
        ]),
    live,
  ];
}

/** What a restore did, or for a dry run would do. */
export function restoredBackupLines(result: RestoreBackupResult, page: Page): string[] {
  const { restored, plan, safetyBackup, previousDatabase } = result;
  if (!restored) return restorePlanLines(plan, page);
  const { database, knowledgeBase } = plan;
  return [
    `Restored backup ${escapeText(plan.backup)}.`,
    ...(database === null
      ? []
      : [
          `    ${escapeText(database.url)}: ${count(database.tables, "table")}, ${count(database.rows, "row")}, counted and compared`,
        ]),
    ...(knowledgeBase === null
      ? []
      : [
          `    ${pathText(knowledgeBase.path, page)}: ${size(knowledgeBase.bytes ?? 0)}, ${count(knowledgeBase.adds.length, "file")} added to the store`,
        ]),
    ...(safetyBackup === null ? [] : [`What was there before is backup ${escapeText(safetyBackup)}.`]),
    ...(previousDatabase === null
      ? []
      : [`The replaced database is kept as ${escapeText(previousDatabase)}.`]),
  ];
}

/** What becomes of each backup, and why. */
export function prunedBackupLines({ dryRun, decisions }: PruneBackupsResult, page: Page): string[] {
  if (decisions.length === 0) return ["There are no backups."];
  const gone = dryRun ? "would go" : "removed";
  return decisions.map(({ name, remove, reason }) => {
    const mark = remove ? page.style.red(gone.padEnd(8)) : page.style.green("stays".padEnd(8));
    return `${mark}  ${escapeText(name)}  ${escapeText(reason)}`;
  });
}
