/**
 * WriteLock: the right to change a store, in a folder by a lock, elsewhere by taking turns.
 *
 * @module
 */
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isKbvaultError, KbvaultError } from "../errors.ts";
import { errnoOf } from "../files/errno.ts";
import { acquireLock, type Lock, type LockOptions } from "../files/lock.ts";
import { makeOwnFolder } from "./storage/cache-folder.ts";
import type { BlobStorage } from "./storage/storage.ts";
import { OpenTurn, TurnTaken } from "./turns/take-turn.ts";

/** What a writer works with. */
export interface WriteLock extends Lock {
  /**
   * Creates the record or event that makes a change count; false when its name is taken. What it refers to was put before.
   *
   * @throws TurnTaken where another writer committed something since; the work is then done again from its beginning
   * @throws KbvaultError LOCK_LOST, and those of writing
   */
  commit(name: string, bytes: Buffer): Promise<boolean>;
  /**
   * Creates many records and events; those that are there already stay. Throws as `commit` does. None at all: whoever put
   * blobs and has not committed yet begins again, so that leftovers can be removed.
   */
  commitAll(blobs: readonly { readonly name: string; readonly bytes: Buffer }[]): Promise<void>;
  /** Begins anew after TurnTaken, for work that must not be done twice: what is read of the store from now on counts. */
  renew(): Promise<void>;
}

/** How to get the right to write. */
export interface WritingOptions {
  /** Lock file for the writers of this machine; null: there are no others. */
  readonly lockFile: string | null;
  /** How long to wait for other writers, in ms. */
  readonly timeoutMs: number;
  /** What for, in a word or two; shown to those who wait. */
  readonly purpose: string;
}

const firstPauseMs = 5;
const longestPauseMs = 250;

/**
 * Does `work`, which reads the store and changes it. In a folder nobody else writes meanwhile. In a store that others write
 * too, `work` is begun again when somebody else committed before its first commit.
 *
 * @throws KbvaultError LOCKED when other writers were there for longer than the time-out
 */
export async function withWriteLock<Result>(
  storage: BlobStorage,
  { lockFile, timeoutMs, purpose }: WritingOptions,
  work: (lock: WriteLock) => Promise<Result>,
): Promise<Result> {
  const acquire = storage.isFolder ? acquireLock : waitForOurs;
  const lock = lockFile === null ? noLock : await acquire(lockFile, { timeoutMs, purpose });
  try {
    if (storage.isFolder) return await work(lockedFolder(storage, lock));
    return await inTurn(storage, timeoutMs, work);
  } finally {
    await lock.release();
  }
}

/** For blobs that live in this process alone. */
const noLock: Lock = { assertHeld: () => Promise.resolve(), release: () => Promise.resolve() };

/**
 * The lock that lets the processes of this machine wait for each other instead of overtaking each other at a place elsewhere. It
 * is a courtesy: where the folder of caches cannot be written, or is deleted, turns alone decide.
 */
async function waitForOurs(lockFile: string, options: LockOptions): Promise<Lock> {
  try {
    makeOwnFolder(dirname(lockFile));
    return await acquireLock(lockFile, options);
  } catch (error) {
    const isOfDisk = errnoOf(error) !== null || (isKbvaultError(error) && error.code !== "LOCKED");
    if (isOfDisk) return noLock;
    throw error;
  }
}

function lockedFolder(storage: BlobStorage, lock: Lock): WriteLock {
  const commit = async (name: string, bytes: Buffer): Promise<boolean> => {
    await lock.assertHeld();
    return storage.putIfAbsent(name, bytes);
  };
  return {
    ...lock,
    commit,
    commitAll: async (blobs) => {
      for (const { name, bytes } of blobs) await commit(name, bytes);
    },
    renew: () => Promise.resolve(),
  };
}

async function inTurn<Result>(
  storage: BlobStorage,
  timeoutMs: number,
  work: (lock: WriteLock) => Promise<Result>,
): Promise<Result> {
  const deadline = performance.now() + timeoutMs;
  let hasCommitted = false;
  const onCommit = (): void => {
    hasCommitted = true;
  };
  for (let longest = firstPauseMs; ; longest = Math.min(longest * 2, longestPauseMs)) {
    try {
      return await work(await turnLock(storage, onCommit));
    } catch (error) {
      if (!(error instanceof TurnTaken)) throw error;
      if (performance.now() >= deadline) throw busy(storage.url, timeoutMs, hasCommitted);
    }
    // Jitter, so that many who wait do not come back all at once.
    await pause(longest * Math.random());
  }
}

async function turnLock(storage: BlobStorage, onCommit: () => void): Promise<WriteLock> {
  let turn = await OpenTurn.begin(storage);
  const commitAll: WriteLock["commitAll"] = async (blobs) => {
    await turn.take(blobs.map(({ name, bytes }) => ({ name, text: bytes.toString("utf8") })));
    onCommit();
  };
  return {
    ...noLock,
    assertHeld: async () => turn.refuseOld(),
    commitAll,
    commit: async (name, bytes) => {
      await commitAll([{ name, bytes }]);
      return true;
    },
    renew: async () => {
      turn = await OpenTurn.begin(storage);
    },
  };
}

function busy(url: string, timeoutMs: number, hasCommitted: boolean): KbvaultError {
  const outcome = hasCommitted
    ? "What was committed in between stays, and the rest was not done."
    : "Nothing was changed.";
  return new KbvaultError(
    "LOCKED",
    `Other writers of ${url} came first for ${timeoutMs} ms. ${outcome} Repeat the command later.`,
    { file: url, pid: null, host: null, since: null, purpose: null },
  );
}
