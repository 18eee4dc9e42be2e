import type { RepairStep } from "./plan.ts";

/**
 * Workplace does the steps of a repair: in a folder, where a file is replaced in one step, or at a place of which blobs are
 * all that is known. A kill leaves each file as it was, as it is to be, or so that repairing again finishes.
 */
export interface Workplace {
  /**
   * A new folder in the quarantine, with the file `why.json`; resolves to its name inside the store.
   *
   * @param contents the bytes that are going to be put, by name of the file.
   */
  openQuarantine(
    stamp: string,
    why: readonly RepairStep[],
    contents: ReadonlyMap<string, Buffer>,
  ): Promise<string>;
  /** Keeps the file that is there in the quarantine, too; one that is not there is no error. */
  keep(quarantine: string, file: string): Promise<void>;
  /** Puts `bytes` in the place of what is there, or where nothing is. */
  put(file: string, bytes: Buffer): Promise<void>;
  /** Called when everything is put. */
  finish(quarantine: string): Promise<void>;
}
