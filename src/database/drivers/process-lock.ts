/**
 * The lock between processes for engines without a server: a file beside the database.
 *
 * @module
 */
import { isKbvaultError, KbvaultError } from "../../errors.ts";
import { acquireLock, type Lock } from "../../files/lock.ts";
import type { DatabaseUrl } from "../url.ts";

/** What came of trying to take the lock: the lock, or who has it. */
export type ProcessLockAttempt =
  | { readonly taken: true; readonly lock: Lock }
  | { readonly taken: false; readonly holder: string };

/** Tries once to take the lock file `path`; the lock of a process that has died is taken over. */
export async function tryProcessLock(path: string): Promise<ProcessLockAttempt> {
  try {
    return { taken: true, lock: await acquireLock(path, { timeoutMs: 0, purpose: "migrate" }) };
  } catch (error) {
    if (!isKbvaultError(error, "LOCKED")) throw error;
    const { pid, host, since } = error.data;
    return {
      taken: false,
      holder: pid === null ? `the file ${path}` : `process ${pid} on ${host}, since ${since}`,
    };
  }
}

/** The lock file of an embedded database on disk, which keeps runners on `historyTable` apart; null for others. */
export function lockFileOf(url: DatabaseUrl, historyTable: string): string | null {
  if (!("path" in url) || url.path === null) return null;
  return url.engine === "pglite" ? `${url.path}.lock` : `${url.path}.${historyTable}.lock`;
}

/** The error about a PGlite folder that another process has open. */
export function openElsewhere(path: string, holder: string): KbvaultError {
  return new KbvaultError(
    "MIGRATION_LOCKED",
    `The PGlite database ${path} is open in ${holder}; only one process may open it. Nothing was changed. Repeat the command when that process is done.`,
    { path, holder },
  );
}
