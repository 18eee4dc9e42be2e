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

/** What is younger than this may still be written by somebody who takes no lock, such as git; in milliseconds. */
const LEFT_AFTER = 24 * 60 * 60 * 1000;

/** A file in the folder of the store. */
export interface LeftFile {
  /** Path inside the folder. */
  readonly file: string;
  readonly bytes: number;
}

/** Temporary files that are a day old and that no process has open; none in a store without a folder. */
export async function leftTemporaries(folder: string | null, now: Date): Promise<readonly LeftFile[]> {
  if (folder === null) return [];
  const left: LeftFile[] = [];
  for (const inner of ["", "journal", "packs", cacheFolder]) {
    const entries = await nodeFiles.readdir(join(folder, inner), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (!entry.isFile() || !entry.name.startsWith(temporaryPrefix)) continue;
      const file = join(inner, entry.name);
      const bytes = await bytesIfLeft(folder, file, now);
      if (bytes !== null && (await processesWith(join(folder, file))).length === 0)
        left.push({ file, bytes });
    }
  }
  return left;
}

/** The size of a file that is a day old; null for a younger one, and for one that is gone. */
export async function bytesIfLeft(folder: string | null, file: string, now: Date): Promise<number | null> {
  if (folder === null) return null;
  const found = await nodeFiles.stat(join(folder, file), { bigint: true }).catch(() => null);
  if (found === null || now.getTime() - Number(found.mtimeMs) < LEFT_AFTER) return null;
  return Number(found.size);
}
