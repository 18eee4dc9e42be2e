/**
 * Making a backup: written beside its place, read back, and given its name last.
 *
 * @module
 */
import { chmod, mkdir, open, rename } from "node:fs/promises";
import { join } from "node:path";
import { parseDatabaseUrl } from "../../database/url.ts";
import { isKbvaultError, KbvaultError } from "../../errors.ts";
import { writeError } from "../../files/errno.ts";
import { hashFile } from "../../files/hash-file.ts";
import { randomId } from "../../files/random-id.ts";
import { syncFolder, temporaryPrefix, writeFileDurably } from "../../files/write.ts";
import { checkText } from "../../knowledge-base/names.ts";
import { packageVersion } from "../../package-file.ts";
import { type BackupContext, refuseInterrupted, taskOf } from "./context.ts";
import { openEngine } from "./engines/open.ts";
import { backupName, backupNames, removeFolder, removeUnfinished, withBackupsLock } from "./folder.ts";
import { copyKnowledgeBase } from "./knowledge-base.ts";
import { type BackupSummary, listBackups, readBackup } from "./list.ts";
import {
  type BackedUpDatabaseFacts,
  type BackupFile,
  type BackupManifest,
  damagedBackup,
  encodeManifest,
  manifestName,
} from "./manifest.ts";
import { writeMarks } from "./marks.ts";
import type { CreateBackupOptions } from "./options.ts";
import { prune } from "./prune.ts";
import { hashFiles } from "./verify.ts";

/** What became of a new backup. */
export interface CreateBackupResult {
  readonly backup: BackupSummary;
  /** Names of the backups that were removed because there were more than `keep`. */
  readonly removed: readonly string[];
}

/** Makes a backup, under the lock of the folder. */
export async function makeBackup(
  context: BackupContext,
  options: CreateBackupOptions,
): Promise<CreateBackupResult> {
  return withBackupsLock(context.folder, "backup", () => makeBackupUnderLock(context, options));
}

/** Makes a backup; for the holder of the lock of the folder. */
export async function makeBackupUnderLock(
  context: BackupContext,
  { label, reason = "asked", prune: wanted = true }: CreateBackupOptions,
): Promise<CreateBackupResult> {
  const { folder } = context;
  const checked = label === undefined ? null : checkText("label", label);
  if (context.database === null && context.knowledgeBase === null) throw nothingToBackUp();
  await writeFileDurably(join(folder, ".gitignore"), Buffer.from("*\n"), { exclusive: true });
  await removeUnfinished(folder);
  const started = performance.now();
  const unfinished = join(folder, temporaryPrefix + (await randomId(12)));
  try {
    await mkdir(unfinished, { mode: 0o700 });
    const parts = await writeParts(context, unfinished);
    const createdAt = context.clock();
    const name = backupName(createdAt, await backupNames(folder));
    const manifest: BackupManifest = {
      name,
      createdAt: createdAt.toISOString(),
      createdBy: context.author,
      reason,
      toolVersion: packageVersion(),
      durationMs: Math.round(performance.now() - started),
      ...parts,
    };
    const verification = { at: context.clock().toISOString(), deep: false, ok: true };
    await writeMarks(unfinished, { label: checked, verification });
    await writeFileDurably(join(unfinished, manifestName), encodeManifest(manifest), { mode: 0o600 });
    await rename(unfinished, join(folder, name));
    await syncFolder(folder);
    const removed = wanted ? (await prune(context, context.keep, false, name)).removed : [];
    return { backup: await readBackup(folder, name), removed };
  } catch (error) {
    // The error that led here says more than one about what is left; the next backup removes it.
    await removeFolder(unfinished).catch(() => undefined);
    throw withoutRoom(error, folder) ?? writeError(error, folder);
  }
}

type Parts = Pick<BackupManifest, "database" | "knowledgeBase" | "files">;

/** Writes database and knowledge base into `folder` and reads them back. */
async function writeParts(context: BackupContext, folder: string): Promise<Parts> {
  refuseInterrupted(context);
  const database = context.database === null ? null : await dumpInto(context, folder);
  refuseInterrupted(context);
  const [before = null] = (await listBackups(context.folder)).filter(({ state }) => state === "sound");
  context.tell("copying the knowledge base");
  const copy =
    context.knowledgeBase === null ? null : await copyKnowledgeBase(context.knowledgeBase, folder, before);
  const copied = copy?.files ?? [];
  const [problem] = (await hashFiles(context, folder, copied)).problems;
  if (problem !== undefined) throw damagedBackup("that was being made", problem.file, problem.message);
  await syncFolder(folder);
  return {
    database: database?.facts ?? null,
    knowledgeBase: copy?.facts ?? null,
    files: [...(database === null ? [] : [database.file]), ...copied],
  };
}

/** Dumps the database and makes sure that the dump can be read. */
async function dumpInto(
  context: BackupContext,
  folder: string,
): Promise<{ readonly facts: BackedUpDatabaseFacts; readonly file: BackupFile } | null> {
  const { database } = context;
  if (database === null) return null;
  const { engine: kind, redacted } = parseDatabaseUrl(database.url);
  const engine = await openEngine(database.url, taskOf(context));
  const path = join(folder, engine.dumpFile);
  const dumped = await engine.dump(path);
  await chmod(path, 0o600);
  const bytes = await syncFile(path);
  const facts = { engine: kind, url: redacted, file: engine.dumpFile, ...dumped };
  const problem = await engine.inspect(path, facts);
  if (problem !== null) throw damagedBackup("that was being made", engine.dumpFile, problem);
  return { facts, file: { name: engine.dumpFile, bytes, sha256: await hashFile(path) } };
}

/** Waits until the file survives a power cut; resolves to its size. */
async function syncFile(path: string): Promise<number> {
  const handle = await open(path, "r+");
  try {
    await handle.sync();
    return (await handle.stat()).size;
  } finally {
    await handle.close();
  }
}

/** Programs and databases say in words of their own that the disk is full. */
const fullDisk = /ENOSPC|No space left|disk is full|errno:? 28\b/i;

/** A NO_SPACE error where `error` means that the disk is full, else null. */
function withoutRoom(error: unknown, folder: string): KbvaultError | null {
  if (isKbvaultError(error, "NO_SPACE") || !(error instanceof Error) || !fullDisk.test(error.message))
    return null;
  return new KbvaultError(
    "NO_SPACE",
    `The disk of ${folder} is full: ${error.message} Nothing of the backup was kept. Free some space, or keep fewer backups (\`kbvault backup prune --keep N\`), and repeat the command.`,
    { errno: "ENOSPC", path: folder },
    { cause: error },
  );
}

function nothingToBackUp(): KbvaultError {
  return new KbvaultError(
    "USAGE",
    "There is neither a database nor a knowledge base to back up. Nothing was changed. Name them with --url and --kb.",
  );
}
