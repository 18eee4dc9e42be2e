/**
 * A lock between processes: a file that exists while somebody writes.
 *
 * @module
 */
import { setTimeout as pause } from "node:timers/promises";
import { KbvaultError } from "../errors.ts";
import { errnoOf, writeError } from "./errno.ts";
import { type FilePort, nodeFiles } from "./port.ts";
import { type ProcessIdentity, type ProcessState, stateOf, thisProcess } from "./process.ts";
import { randomId } from "./random-id.ts";
import { readWhole } from "./read-whole.ts";
import { writeFileDurably } from "./write.ts";

/** How to take a lock. */
export interface LockOptions {
  /** How long to wait for another holder, in ms; 0 tries once. */
  readonly timeoutMs: number;
  /** What the lock is taken for, in a word or two; shown to those who wait. */
  readonly purpose: string;
  /** Default: the real file system. */
  readonly port?: FilePort;
}

/** A lock that this process holds. */
export interface Lock {
  /**
   * Makes sure that the lock is still ours; call it right before the step that commits.
   *
   * @throws KbvaultError LOCK_LOST when the file was removed or replaced
   */
  assertHeld(): Promise<void>;
  /**
   * Gives the lock back. A lock that was lost, or released before, is left alone. Never fails: what was done under the
   * lock stays done, and a file that cannot be removed is taken over like that of a dead process.
   */
  release(): Promise<void>;
}

/** LockHolder is the process that a lock file names, and whether it still runs. */
export interface LockHolder {
  readonly pid: number;
  readonly host: string;
  /** When it asked for the lock, ISO 8601. */
  readonly since: string;
  readonly purpose: string;
  readonly state: ProcessState;
}

interface Holder extends ProcessIdentity {
  readonly token: string;
  /** When the holder asked for the lock, ISO 8601. */
  readonly startedAt: string;
  readonly purpose: string;
}

/** Tokens of locks that this process gave back, or never came to use, and whose files could not be removed. */
const abandoned = new Set<string>();

const firstPauseMs = 2;
const longestPauseMs = 50;

/**
 * Takes the lock at `path`, waiting for its holder and taking it over from a holder that is dead.
 * The lock file gets its name together with its content (link), so nobody ever sees it unfinished.
 *
 * Dead is: on this host, and without a running process of that number and start time. The lock of a stopped
 * process, of another host, or a file that is no lock of ours is never broken.
 *
 * @throws KbvaultError LOCKED (`data`: `file`, `pid`, `host`, `since`, `purpose`), STORE_NOT_WRITABLE, NO_SPACE, IO_ERROR
 * @example
 * ```ts
 * const lock = await acquireLock("versions/.lock", { timeoutMs: 30_000, purpose: "snapshot" });
 * try {
 *   await lock.assertHeld();
 * } finally {
 *   await lock.release();
 * }
 * ```
 */
export async function acquireLock(path: string, options: LockOptions): Promise<Lock> {
  const port = options.port ?? nodeFiles;
  const me: Holder = {
    token: await randomId(16),
    ...(await thisProcess()),
    startedAt: new Date().toISOString(),
    purpose: options.purpose,
  };
  const deadline = Date.now() + options.timeoutMs;
  for (let longest = firstPauseMs; ; longest = Math.min(longest * 2, longestPauseMs)) {
    const holder = await readHolder(path, port);
    if (holder === null) {
      if (await createLockFile(path, me, port)) return lockOf(path, me, port);
    } else if (abandoned.has(holder.token) || (await stateOf(holder)) === "dead") {
      await breakLock(path, holder, options, deadline);
      continue;
    }
    if (Date.now() >= deadline) throw locked(path, holder, options.timeoutMs);
    // Jitter, so that many who wait do not come back all at once.
    await pause(longest * (0.5 + Math.random() / 2));
  }
}

/**
 * Who holds the lock at `path`; null when nobody does. Takes and breaks nothing.
 *
 * @throws KbvaultError LOCKED when the file is no lock of ours
 */
export async function readLock(path: string): Promise<LockHolder | null> {
  const holder = await readHolder(path, nodeFiles);
  if (holder === null) return null;
  const { pid, host, startedAt: since, purpose } = holder;
  return { pid, host, since, purpose, state: await stateOf(holder) };
}

async function createLockFile(path: string, holder: Holder, port: FilePort): Promise<boolean> {
  const content = Buffer.from(`${JSON.stringify(holder)}\n`);
  try {
    return await writeFileDurably(path, content, { exclusive: true, port });
  } catch (error) {
    // The file may have its name already.
    await giveBack(path, holder, port);
    throw error;
  }
}

/**
 * Removes the lock of a dead holder. Between looking and removing, another process may have done the same and
 * taken the lock; so the right to remove this very lock is itself a lock, and under it we look once more.
 */
async function breakLock(path: string, dead: Holder, options: LockOptions, deadline: number): Promise<void> {
  const breaking = await acquireLock(`${path}.break-${dead.token}`, {
    ...options,
    timeoutMs: Math.max(0, deadline - Date.now()),
  });
  try {
    const port = options.port ?? nodeFiles;
    const now = await readHolder(path, port);
    if (now?.token === dead.token) await removeLockFile(path, port);
  } finally {
    await breaking.release();
  }
}

function lockOf(path: string, me: Holder, port: FilePort): Lock {
  return {
    async assertHeld() {
      if ((await readToken(path, port)) === me.token) return;
      throw new KbvaultError(
        "LOCK_LOST",
        `${path} was removed or replaced while this process held it. Nothing was committed. Repeat the command, and find out who removes lock files.`,
        { file: path },
      );
    },
    release: () => giveBack(path, me, port),
  };
}

/** Removes the lock file, if it is ours. */
async function giveBack(path: string, { token }: Holder, port: FilePort): Promise<void> {
  try {
    if ((await readToken(path, port)) === token) await removeLockFile(path, port);
  } catch {
    abandoned.add(token);
  }
}

async function removeLockFile(path: string, port: FilePort): Promise<void> {
  await port.unlink(path).catch((error: unknown) => {
    if (errnoOf(error) !== "ENOENT") throw writeError(error, path);
  });
}

async function readToken(path: string, port: FilePort): Promise<string | null> {
  const bytes = await readWhole(path, undefined, port);
  return bytes === null ? null : (parseHolder(bytes)?.token ?? null);
}

async function readHolder(path: string, port: FilePort): Promise<Holder | null> {
  const bytes = await readWhole(path, undefined, port);
  if (bytes === null) return null;
  const holder = parseHolder(bytes);
  if (holder !== null) return holder;
  throw new KbvaultError(
    "LOCKED",
    `${path} is in the way and is no lock file of kbvault. Nothing was changed. Make sure that no kbvault is running, then remove the file by hand.`,
    { file: path, pid: null, host: null, since: null, purpose: null },
  );
}

function parseHolder(bytes: Buffer): Holder | null {
  let value: Partial<Record<keyof Holder, unknown>>;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const { token, pid, host, startedAt, purpose } = value;
  if (typeof token !== "string" || !/^[0-9a-z]{1,64}$/.test(token)) return null;
  if (typeof pid !== "number" || !Number.isSafeInteger(pid) || pid < 1) return null;
  if (typeof host !== "string" || typeof startedAt !== "string" || typeof purpose !== "string") return null;
  return {
    token,
    pid,
    host,
    startedAt,
    purpose,
    processStart: textOrNull(value.processStart),
    bootId: textOrNull(value.bootId),
    pidNamespace: textOrNull(value.pidNamespace),
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function locked(path: string, holder: Holder | null, timeoutMs: number): KbvaultError {
  const who =
    holder === null
      ? "other processes"
      : `process ${holder.pid} on ${holder.host} (${holder.purpose}, since ${holder.startedAt})`;
  return new KbvaultError(
    "LOCKED",
    `The lock ${path} is held by ${who} and was not free within ${timeoutMs} ms. Nothing was changed. Repeat the command later; if that process is certainly gone, remove the file by hand.`,
    {
      file: path,
      pid: holder?.pid ?? null,
      host: holder?.host ?? null,
      since: holder?.startedAt ?? null,
      purpose: holder?.purpose ?? null,
    },
  );
}
