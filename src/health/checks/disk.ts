import { stat, statfs } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { errnoOf } from "../../files/errno.ts";
import type { BlobStorage } from "../../knowledge-base/storage/storage.ts";
import { type Check, degraded, healthy, unhealthy } from "../check.ts";
import { databaseUrlOf } from "../database-look.ts";
import type { Look } from "../look.ts";

/** A restore needs room for the new file, its safety version and the one after that. */
const factor = 3;

/** Whether the disks of knowledge base, store and embedded database have room for three times the live file. */
export const disk: Check = {
  name: "disk",
  measures: { what: "free", unit: "B" },
  async run(look) {
    const live = look.knowledgeBase === null ? 0 : await sizeOf(look.knowledgeBase.path);
    const disks = await disksOf(foldersOf(look));
    const free = Math.min(...disks.map((one) => one.freeBytes));
    const tightest = disks.find(({ freeBytes }) => freeBytes === free);
    const details = { liveBytes: live, disks };
    const where = `at ${tightest?.folder}: ${Math.floor(free / 1e6)} MB are free`;
    if (free < live || free === 0)
      return unhealthy(`There is no room to save or restore the live file ${where}.`, details, free);
    if (free < factor * live)
      return degraded(
        `There is little room ${where}, less than ${factor} times the live file.`,
        details,
        free,
      );
    return healthy(`There is room ${where}.`, details, free);
  },
};

interface Disk {
  readonly folder: string;
  readonly freeBytes: number;
  readonly totalBytes: number;
}

function foldersOf(look: Look): readonly string[] {
  const url = databaseUrlOf(look.options);
  const embedded = url !== null && "path" in url && url.path !== null ? [dirname(url.path)] : [];
  const { knowledgeBase } = look;
  const own =
    knowledgeBase === null ? [] : [dirname(knowledgeBase.path), ...storeFolders(knowledgeBase.storage)];
  const folders = [...own, ...embedded];
  return folders.length === 0 ? ["."] : folders;
}

/** The folder of the store; none for one elsewhere, of which a full disk only keeps nothing any more. */
function storeFolders({ isFolder, folder }: BlobStorage): readonly string[] {
  return isFolder && folder !== null ? [folder] : [];
}

/** The disks that hold the folders, each once. */
async function disksOf(folders: readonly string[]): Promise<readonly Disk[]> {
  const disks = new Map<number, Disk>();
  for (const wanted of folders) {
    const folder = await nearestFolder(resolve(wanted));
    const { dev } = await stat(folder);
    if (disks.has(dev)) continue;
    const { bavail, blocks, bsize } = await statfs(folder);
    disks.set(dev, { folder, freeBytes: bavail * bsize, totalBytes: blocks * bsize });
  }
  return [...disks.values()];
}

/** `folder`, or the nearest one above it that is there. */
async function nearestFolder(folder: string): Promise<string> {
  try {
    await stat(folder);
    return folder;
  } catch (error) {
    if (errnoOf(error) !== "ENOENT" || dirname(folder) === folder) throw error;
    return nearestFolder(dirname(folder));
  }
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch {
    return 0;
  }
}
