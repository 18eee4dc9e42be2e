/**
 * Whether backups hold what was written to them, and whether a database comes out of their dumps.
 *
 * @module
 */
import { join } from "node:path";
import { isKbvaultError, KbvaultError } from "../../errors.ts";
import { hashFile } from "../../files/hash-file.ts";
import { KnowledgeBaseVersioner } from "../../knowledge-base/versioner.ts";
import { type BackupContext, taskOf } from "./context.ts";
import type { BackupEngine, EngineTask } from "./engines/engine.ts";
import { openEngine } from "./engines/open.ts";
import { rowsDiffer } from "./engines/rows.ts";
import { storeFolder } from "./knowledge-base.ts";
import { type BackupProblem, type BackupSummary, findBackup, readBackup } from "./list.ts";
import type { BackedUpDatabaseFacts, BackupFile } from "./manifest.ts";
import { type BackupMarks, writeMarks } from "./marks.ts";
import type { VerifyBackupOptions } from "./options.ts";

/** What verification found. */
export interface VerifyBackupResult {
  readonly backup: BackupSummary;
  readonly ok: boolean;
  readonly deep: boolean;
  /** Bytes that were read and hashed. */
  readonly bytesRead: number;
  /** Rows that came out of the dump; null without `deep` or without a database. */
  readonly rowsRestored: number | null;
  readonly problems: readonly BackupProblem[];
}

/** Verifies the backup that `ref` names, and keeps the outcome with it where that can be written. */
export async function verifyBackup(
  context: BackupContext,
  ref: string,
  { deep = false }: VerifyBackupOptions,
): Promise<VerifyBackupResult> {
  const found = await findBackup(context.folder, ref);
  const { problems, bytesRead, rowsRestored } = await examine(context, found, deep);
  const ok = problems.length === 0;
  const marks: BackupMarks = {
    label: found.label,
    verification: { at: context.clock().toISOString(), deep, ok },
  };
  // Reading works on a read-only disk, too; then the outcome is not remembered.
  await writeMarks(found.path, marks).catch((error: unknown) => {
    if (!isKbvaultError(error)) throw error;
  });
  const backup = await readBackup(context.folder, found.name);
  return { backup, ok, deep, bytesRead, rowsRestored, problems };
}

interface Findings {
  readonly problems: readonly BackupProblem[];
  readonly bytesRead: number;
  readonly rowsRestored: number | null;
}

async function examine(context: BackupContext, backup: BackupSummary, deep: boolean): Promise<Findings> {
  const { manifest, path } = backup;
  if (manifest === null) {
    if (backup.state !== "too-new") return { problems: backup.problems, bytesRead: 0, rowsRestored: null };
    throw new KbvaultError(
      "FORMAT_TOO_NEW",
      `The backup ${backup.name} was made by a newer kbvault. Nothing was changed. Verify it with that one.`,
      { file: backup.path, format: null },
    );
  }
  const { problems, bytesRead } = await hashFiles(context, path, manifest.files, backup.problems);
  const { database, knowledgeBase } = manifest;
  const broken = new Set(problems.map(({ file }) => file));
  const more: BackupProblem[] = [];
  let rowsRestored: number | null = null;
  if (database !== null && !broken.has(database.file)) {
    const checked = await checkDump(context, path, database, deep);
    rowsRestored = checked.rows;
    if (checked.problem !== null)
      more.push({ file: database.file, kind: "unreadable", message: checked.problem });
  }
  if (deep && knowledgeBase?.store != null) more.push(...(await checkStore(path)));
  return { problems: [...problems, ...more], bytesRead, rowsRestored };
}

/** Hashes the files that have the right size; `known` are the problems of the others. */
export async function hashFiles(
  { tell }: Pick<BackupContext, "tell">,
  path: string,
  files: readonly BackupFile[],
  known: readonly BackupProblem[] = [],
): Promise<Pick<Findings, "problems" | "bytesRead">> {
  const problems = [...known];
  let bytesRead = 0;
  for (const { name, bytes, sha256 } of files) {
    if (known.some(({ file }) => file === name)) continue;
    tell("reading it back", bytesRead);
    if ((await hashFile(join(path, name))) !== sha256)
      problems.push({ file: name, kind: "changed", message: "it does not hold the bytes that were written" });
    bytesRead += bytes;
  }
  return { problems, bytesRead };
}

/** What is wrong with a dump; with `deep` it is restored and its rows are counted. */
async function checkDump(
  context: BackupContext,
  path: string,
  facts: BackedUpDatabaseFacts,
  deep: boolean,
): Promise<{ readonly problem: string | null; readonly rows: number | null }> {
  const file = join(path, facts.file);
  const engine = await engineFor(facts, context, taskOf(context), deep);
  const problem = await engine.inspect(file, facts);
  if (problem !== null || !deep) return { problem, rows: null };
  const name = await engine.freshName("throw-away");
  try {
    const tables = await engine.load(name, file, facts, { noOwner: true });
    const rows = tables.reduce((sum, table) => sum + (table.rows ?? 0), 0);
    return { problem: rowsDiffer(facts.tables, tables), rows };
  } catch (error) {
    if (!isKbvaultError(error, "PROGRAM_FAILED")) throw error;
    return { problem: error.message, rows: null };
  } finally {
    await engine.remove(name);
  }
}

/**
 * The engine that a dump is read with. Reading needs no server, so that the redacted URL of the manifest will do;
 * restoring needs one, except where the engine has none.
 */
async function engineFor(
  facts: BackedUpDatabaseFacts,
  { database }: BackupContext,
  task: EngineTask,
  deep: boolean,
): Promise<BackupEngine> {
  const own = database === null ? null : await openEngine(database.url, task);
  if (own?.engine === facts.engine) return own;
  const recorded = await openEngine(facts.url, task);
  if (!deep || !recorded.needsServer) return recorded;
  throw new KbvaultError(
    "USAGE",
    `A deep verification restores the dump into a throw-away database of ${facts.engine}, which needs a server. Nothing was changed. Name one with --url.`,
    { engine: facts.engine },
  );
}

async function checkStore(path: string): Promise<readonly BackupProblem[]> {
  const versionsFolder = join(path, storeFolder);
  const versioner = new KnowledgeBaseVersioner(join(path, "unused"), { versionsFolder, readOnly: true });
  const { problems } = await versioner.verify({ readData: true });
  return problems.map(({ file, message }) => ({
    file: `${storeFolder}/${file}`,
    kind: "damaged" as const,
    message,
  }));
}
