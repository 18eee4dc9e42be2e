/**
 * What backups there are, and whether each has all its files.
 *
 * @module
 */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { isKbvaultError, KbvaultError } from "../../errors.ts";
import { errnoOf, readError } from "../../files/errno.ts";
import { readWhole } from "../../files/read-whole.ts";
import { backupNames, timeOfName } from "./folder.ts";
import { type BackupManifest, damagedBackup, decodeManifest, manifestName } from "./manifest.ts";
import { type BackupVerification, readMarks } from "./marks.ts";

/** Something that is wrong with a backup. */
export interface BackupProblem {
  /** Path inside the backup. */
  readonly file: string;
  /** `unreadable`: the database's own program cannot read the dump, or it does not hold what the manifest says. */
  readonly kind: "missing" | "truncated" | "changed" | "damaged" | "unreadable";
  readonly message: string;
}

/** `damaged`: something is wrong with it; `too-new`: a newer kbvault made it, so nothing is known of it. */
export type BackupState = "sound" | "damaged" | "too-new";

/** A backup as far as its manifest and the sizes of its files say; no file is read whole. */
export interface BackupSummary {
  readonly name: string;
  /** Absolute or as the folder of the backups was given. */
  readonly path: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly state: BackupState;
  readonly problems: readonly BackupProblem[];
  /** Of all its files; 0 without a manifest. */
  readonly bytes: number;
  readonly label: string | null;
  /** How it was verified last; every backup is verified when it is made. */
  readonly verification: BackupVerification | null;
  /** Null where it cannot be read. */
  readonly manifest: BackupManifest | null;
}

/**
 * The backups in `folder`, the newest first; none where there is no such folder. Takes no lock and writes nothing.
 *
 * @throws KbvaultError IO_ERROR
 * @example
 * ```ts
 * const [newest] = await listBackups("backups");
 * console.log(newest?.name, newest?.state);
 * ```
 */
export async function listBackups(folder: string): Promise<readonly BackupSummary[]> {
  const summaries: BackupSummary[] = [];
  for (const name of await backupNames(folder)) summaries.push(await readBackup(folder, name));
  return summaries;
}

/** The backup `name` in `folder`. */
export async function readBackup(folder: string, name: string): Promise<BackupSummary> {
  const path = join(folder, name);
  const { label, verification } = await readMarks(path, name);
  const known = { name, path, createdAt: timeOfName(name) ?? "", label, verification };
  try {
    const manifest = await readManifest(path, name);
    const problems = await lookAtSizes(path, manifest);
    return {
      ...known,
      createdAt: manifest.createdAt,
      state: problems.length === 0 ? "sound" : "damaged",
      problems,
      bytes: manifest.files.reduce((sum, { bytes }) => sum + bytes, 0),
      manifest,
    };
  } catch (error) {
    if (isKbvaultError(error, "FORMAT_TOO_NEW"))
      return { ...known, state: "too-new", problems: [], bytes: 0, manifest: null };
    if (!isKbvaultError(error, "BACKUP_DAMAGED")) throw error;
    const reason = String(error.data["reason"]);
    const problem: BackupProblem = {
      file: manifestName,
      kind: reason === "it is missing" ? "missing" : "damaged",
      message: reason,
    };
    return { ...known, state: "damaged", problems: [problem], bytes: 0, manifest: null };
  }
}

/**
 * The backup that `ref` names: its name or a unique beginning of it, its label, or `latest` for the newest sound one.
 *
 * @throws KbvaultError BACKUP_NOT_FOUND (`data`: `backup`, `folder`, `candidates`)
 */
export async function findBackup(folder: string, ref: string): Promise<BackupSummary> {
  const backups = await listBackups(folder);
  const exact = backups.filter(({ name, label }) => name === ref || label === ref);
  const fitting =
    exact.length > 0
      ? exact
      : ref === "latest"
        ? backups.filter(({ state }) => state === "sound").slice(0, 1)
        : backups.filter(({ name }) => ref !== "" && name.startsWith(ref));
  const [found] = fitting;
  if (found !== undefined && fitting.length === 1) return found;
  const candidates = (fitting.length > 1 ? fitting : backups).map(({ name }) => name).slice(0, 5);
  const problem = fitting.length > 1 ? "Several backups fit" : "There is no backup";
  throw new KbvaultError(
    "BACKUP_NOT_FOUND",
    `${problem} ${JSON.stringify(ref)} in ${folder}. Nothing was changed. \`kbvault backup list\` shows what there is.`,
    { backup: ref, folder, candidates },
  );
}

/** The manifest of the backup `name` in the folder `path`. */
async function readManifest(path: string, name: string): Promise<BackupManifest> {
  const bytes = await readWhole(join(path, manifestName));
  if (bytes === null) throw damagedBackup(name, manifestName, "it is missing");
  const manifest = decodeManifest(bytes, name);
  if (manifest.name !== name)
    throw damagedBackup(name, manifestName, `it is the manifest of ${manifest.name}`);
  return manifest;
}

async function lookAtSizes(path: string, { files }: BackupManifest): Promise<readonly BackupProblem[]> {
  const problems: BackupProblem[] = [];
  for (const { name, bytes } of files) {
    const size = await sizeOf(join(path, name));
    if (size === null) problems.push({ file: name, kind: "missing", message: "it is missing" });
    else if (size !== bytes)
      problems.push({
        file: name,
        kind: size < bytes ? "truncated" : "changed",
        message: `it has ${size} bytes instead of ${bytes}`,
      });
  }
  return problems;
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    const found = await stat(path);
    return found.isFile() ? found.size : null;
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errnoOf(error) ?? "")) return null;
    throw readError(error, path);
  }
}
