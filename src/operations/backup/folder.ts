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
import { leftTemporaries } from "../../knowledge-base/retention/sweep.ts";

const namePattern = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z(?:_(\d{1,6}))?$/;

/** How long to wait for another process that writes backups, in ms. */
const lockTimeoutMs = 30_000;

/**
 * The name of a backup made at `now`: its time, or, where the clock is not past the newest of `names` (newest first), the
 * next number behind the time of that. So the newest name is the newest backup, whatever clocks do.
 */
export function backupName(now: Date, [newest]: readonly string[]): string {
  const time = `${now.toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
  const [last = "", number = "1"] = newest?.split("_") ?? [];
  return last < time ? time : `${last}_${Number(number) + 1}`;
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

/**
 * Removes what processes that were killed left unfinished in `folder`; only for the holder of its lock. Files are left
 * alone for a day: younger ones may become the lock of those who wait for it.
 */
export async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await entriesOf(folder)) {
    if (name.startsWith(temporaryPrefix)) await removeFolder(join(folder, name));
  }
  for (const { file } of await leftTemporaries(folder, new Date())) await removeFolder(join(folder, file));
}

/** Removes a folder with everything in it, or a file. */
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
