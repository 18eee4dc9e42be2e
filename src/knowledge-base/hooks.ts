/**
 * Hooks: what users want done before and after something changes.
 *
 * @module
 */
import { isKbvaultError } from "../errors.ts";
import { locationOf } from "./storage/storage.ts";
import type { StoreAccess } from "./store-access.ts";
import type { Warning } from "./warning.ts";

/** What every hook is told. */
interface HookEvent {
  /** Absolute path of the live file. */
  readonly kb: string;
  /** Folder of the store, or its URL without the password. */
  readonly store: string;
  readonly author: string;
}

/** What is about to be kept. */
export interface PreSnapshotEvent extends HookEvent {
  readonly description: string;
}

/** What was kept. */
export interface PostSnapshotEvent extends PreSnapshotEvent {
  readonly versionId: string;
}

/** What is about to be written to the live file, or was. */
export interface RestoreEvent extends HookEvent {
  /** The version that is restored, as a whole or in part, or whose changes are reverted. */
  readonly versionId: string;
}

/**
 * Hooks are functions that run before and after what changes something, and never in a dry run or where nothing is to
 * be changed. What a pre hook throws stops the work before anything is written; what a post hook throws becomes a
 * warning HOOK_FAILED.
 */
export interface Hooks {
  /** Runs before the live file is read to be kept, without the store's lock, so it may still change the file. */
  readonly preSnapshot?: (event: PreSnapshotEvent) => void | Promise<void>;
  readonly postSnapshot?: (event: PostSnapshotEvent) => void | Promise<void>;
  /** Runs before the live file is replaced or edited, without the store's lock. */
  readonly preRestore?: (event: RestoreEvent) => void | Promise<void>;
  readonly postRestore?: (event: RestoreEvent) => void | Promise<void>;
}

/** What every hook of `access` is told. */
export function hookEvent({ kbPath, storage }: StoreAccess, author: string): HookEvent {
  return { kb: kbPath, store: locationOf(storage), author };
}

/** Runs a post hook; what it throws becomes the warning that is given and returned. */
export async function runPostHook(
  access: StoreAccess,
  run: () => void | Promise<void> | undefined,
): Promise<readonly Warning[]> {
  try {
    await run();
    return [];
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const warning: Warning = {
      code: "HOOK_FAILED",
      message,
      data: isKbvaultError(error, "HOOK_FAILED") ? error.data : {},
    };
    access.warn(warning);
    return [warning];
  }
}
