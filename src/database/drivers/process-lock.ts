/**
 * The lock between processes for engines without a server: a file beside the database.
 *
 * @module
 */
import { isKbvaultError } from "../../errors.ts";
import { acquireLock, type Lock } from "../../files/lock.ts";

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
