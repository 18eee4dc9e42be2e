/**
 * The folder of the backups: names, what is there, and who may write.
 *
 * @module
 */
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { errnoOf, readError, writeError } from "../../files/errno.ts";
import { acquireLock } from "../../files/lock.ts";
import { createFolder, temporaryPrefix } from "../../files/write.ts";

const namePattern = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z(?:_(\d{1,6}))?$/;

/** How long to wait for another process that writes backups, in ms. */
const lockTimeoutMs = 30_000;

/** The name of a backup made at `now`, the first that is not among `taken`. */
export function backupName(now: Date, taken: readonly string[]): string {
  const base = `${now.toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
  let name = base;
  for (let number = 2; taken.includes(name); number++) name = `${base}_${number}`;
  return name;
}

/** When the backup `name` was made, ISO 8601; null where it is no name of a backup. */
export function timeOfName(name: string): string | null {
  const [, ...parts] = namePattern.exec(name) ?? [];
  const [year, month, day, hour, minute, second] = parts;
  if (year === undefined) return null;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  return Number.isNaN(Date.parse(iso)) ? null : iso;
}

/** The names of all backups in `folder`, the newest first. */
export async function backupNames(folder: string): Promise<readonly string[]> {
  const names = (await entriesOf(folder)).filter((name) => timeOfName(name) !== null);
  return names.sort(byAge).reverse();
}

/** Does `work` while no other process makes, restores or removes backups in `folder`, which is created if it is missing. */
export async function withBackupsLock<Result>(
  folder: string,
  purpose: string,
  work: () => Promise<Result>,
): Promise<Result> {
  await createFolder(folder);
  const lock = await acquireLock(join(folder, ".lock"), { timeoutMs: lockTimeoutMs, purpose });
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

/** Removes what processes that were killed left unfinished in `folder`; only for the holder of its lock. */
export async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await entriesOf(folder)) {
    if (name.startsWith(temporaryPrefix)) await removeFolder(join(folder, name));
  }
}

/** Removes a folder with everything in it. */
export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch((error: unknown) => {
    throw writeError(error, path);
  });
}

async function entriesOf(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder, { withFileTypes: true }))
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw readError(error, folder);
  }
}

function byAge(a: string, b: string): number {
  const [timeA = "", numberA = "1"] = a.split("_");
  const [timeB = "", numberB = "1"] = b.split("_");
  return timeA === timeB ? Number(numberA) - Number(numberB) : timeA < timeB ? -1 : 1;
}
