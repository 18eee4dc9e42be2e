/**
 * A copy of a PGlite folder, for those who only look: opening the folder itself writes to it and locks others out.
 *
 * @module
 */
import { constants, existsSync } from "node:fs";
import { cp, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KbvaultError } from "../../errors.ts";
import { readLock } from "../../files/lock.ts";
import { openElsewhere } from "./process-lock.ts";

/** A copy that belongs to whoever made it. */
export interface FolderCopy {
  readonly path: string;
  remove(): Promise<void>;
}

/**
 * Copies the PGlite database in `folder` to the system's folder for temporary files, while nobody has it open. The file
 * system shares the bytes where it can.
 *
 * @throws KbvaultError DATABASE_NOT_FOUND, MIGRATION_LOCKED when a process has it open, or changed it meanwhile
 */
export async function copyIdleFolder(folder: string): Promise<FolderCopy> {
  if (!existsSync(join(folder, "PG_VERSION"))) {
    throw new KbvaultError(
      "DATABASE_NOT_FOUND",
      `There is no PGlite database in ${folder}. Nothing was changed. Correct the URL; \`kbvault migrate up\` makes the database.`,
      { path: folder },
    );
  }
  const before = await traceOf(folder);
  const home = await mkdtemp(join(tmpdir(), "kbvault-look-"));
  const remove = (): Promise<void> => rm(home, { recursive: true, force: true });
  try {
    const path = join(home, "pglite");
    await cp(folder, path, { recursive: true, mode: constants.COPYFILE_FICLONE });
    if ((await traceOf(folder)) !== before) throw openElsewhere(folder, "another process");
    return { path, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** What changes when somebody writes: the times of the control file and of the write-ahead log. */
async function traceOf(folder: string): Promise<string> {
  const holder = await readLock(`${folder}.lock`);
  if (holder !== null && holder.state !== "dead")
    throw openElsewhere(folder, `process ${holder.pid} on ${holder.host}, since ${holder.since}`);
  const log = join(folder, "pg_wal");
  const names = await readdir(log);
  const files = [join(folder, "global", "pg_control"), ...names.sort().map((name) => join(log, name))];
  const times = await Promise.all(files.map(async (file) => (await stat(file)).mtimeMs));
  return JSON.stringify([names, times]);
}
