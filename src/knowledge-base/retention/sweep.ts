/**
 * Files that a store's writers left unfinished when they were killed.
 *
 * @module
 */
import { join } from "node:path";
import { processesWith } from "../../files/open-by.ts";
import { nodeFiles } from "../../files/port.ts";
import { temporaryPrefix } from "../../files/write.ts";
import { cacheFolder } from "../match/cached-base.ts";
import type { BlobStorage } from "../storage/storage.ts";

/** What is younger than this may still be written by somebody who takes no lock, such as git; in milliseconds. */
const LEFT_AFTER = 24 * 60 * 60 * 1000;

/** A file in the folder of the store. */
export interface LeftFile {
  /** Path inside the folder. */
  readonly file: string;
  readonly bytes: number;
}

/** Temporary files in the folder of a store, or in one like it, that are a day old and that no process has open. */
export async function leftTemporaries(folder: string, now: Date): Promise<readonly LeftFile[]> {
  const left: LeftFile[] = [];
  for (const inner of ["", "journal", "packs", cacheFolder]) {
    const entries = await nodeFiles.readdir(join(folder, inner), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (!entry.isFile() || !entry.name.startsWith(temporaryPrefix)) continue;
      const file = join(inner, entry.name);
      const found = await nodeFiles.stat(join(folder, file), { bigint: true }).catch(() => null);
      if (found === null || !isLongAgo(new Date(Number(found.mtimeMs)), now)) continue;
      if ((await processesWith(join(folder, file))).length > 0) continue;
      left.push({ file, bytes: Number(found.size) });
    }
  }
  return left;
}

/** The size of a blob that is a day old by the clock of its place; null for a younger one, and for one that is gone. */
export async function bytesIfLeft(storage: BlobStorage, blob: string, now: Date): Promise<number | null> {
  const found = await storage.stat(blob);
  return found !== null && isLongAgo(found.writtenAt, now) ? found.bytes : null;
}

/** Whether `time` is so long ago that whoever was at work then is at work no more. */
export function isLongAgo(time: Date, now: Date): boolean {
  return now.getTime() - time.getTime() >= LEFT_AFTER;
}
