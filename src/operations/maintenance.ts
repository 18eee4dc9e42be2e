/**
 * Maintenance mode: a durable flag that says that somebody is working on the system, who, why and since when.
 *
 * The flag is the file `maintenance.json` in the state folder, JSON that any program can read (docs/deploy.md).
 *
 * @module
 */
import { unlink } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { errnoOf, writeError } from "../files/errno.ts";
import { readWhole } from "../files/read-whole.ts";
import { createFolder, syncFolder, writeFileDurably } from "../files/write.ts";

/** Number of the form of the file. */
const FORMAT = 1;

const FILE_NAME = "maintenance.json";

/** What the file says. */
export interface MaintenanceFlag {
  /** Why, in the words of whoever switched it on; null when nobody said. */
  readonly reason: string | null;
  readonly by: string;
  readonly host: string;
  /** ISO 8601 in UTC. */
  readonly since: string;
  /** When it ends by itself, ISO 8601 in UTC; null: when it is switched off. */
  readonly until: string | null;
}

/** Whether maintenance mode is on. */
export interface MaintenanceStatus {
  readonly on: boolean;
  /** What the file says; null where there is none or it cannot be read. */
  readonly flag: MaintenanceFlag | null;
  /** The file is there and its time is over: maintenance mode is off. */
  readonly expired: boolean;
  /** The file is there and says nothing that can be understood: maintenance mode counts as on. */
  readonly unreadable: boolean;
  /** Path of the file, whether or not it is there. */
  readonly file: string;
}

/** How to switch maintenance mode on. */
export interface StartMaintenanceOptions {
  readonly by: string;
  /** Default: none, or the one that was given before. */
  readonly reason?: string;
  /** After so many milliseconds it ends by itself; default: it does not. */
  readonly ttlMs?: number;
  /** Default: the system's time. */
  readonly clock?: () => Date;
}

/**
 * Whether maintenance mode is on, as the file in `folder` says; nothing is written.
 *
 * @throws KbvaultError IO_ERROR
 * @example
 * ```ts
 * const { on, flag } = await readMaintenance(".kbvault");
 * if (on) console.log(`since ${flag?.since}: ${flag?.reason ?? "no reason given"}`);
 * ```
 */
export async function readMaintenance(
  folder: string,
  clock: () => Date = () => new Date(),
): Promise<MaintenanceStatus> {
  const file = join(folder, FILE_NAME);
  const bytes = await readWhole(file);
  if (bytes === null) return { on: false, flag: null, expired: false, unreadable: false, file };
  const flag = parseFlag(bytes);
  if (flag === null) return { on: true, flag, expired: false, unreadable: true, file };
  const expired = flag.until !== null && Date.parse(flag.until) <= clock().getTime();
  return { on: !expired, flag, expired, unreadable: false, file };
}

/**
 * Switches maintenance mode on, durably. Where it is on already, `since` and `by` stay as they are, and reason and end
 * change as far as they are given.
 *
 * @throws KbvaultError NO_SPACE, STORE_NOT_WRITABLE, IO_ERROR
 */
export async function startMaintenance(
  folder: string,
  options: StartMaintenanceOptions,
): Promise<MaintenanceStatus> {
  const clock = options.clock ?? (() => new Date());
  const before = await readMaintenance(folder, clock);
  const kept = before.on ? before.flag : null;
  const now = clock();
  const flag: MaintenanceFlag = {
    reason: options.reason ?? kept?.reason ?? null,
    by: kept?.by ?? options.by,
    host: kept?.host ?? hostname(),
    since: kept?.since ?? now.toISOString(),
    until:
      options.ttlMs === undefined
        ? (kept?.until ?? null)
        : new Date(now.getTime() + options.ttlMs).toISOString(),
  };
  await createFolder(folder);
  await writeFileDurably(
    before.file,
    Buffer.from(`${JSON.stringify({ format: FORMAT, ...flag }, null, 2)}\n`),
  );
  return { on: true, flag, expired: false, unreadable: false, file: before.file };
}

/**
 * Switches maintenance mode off; resolves to what it was. Off already is no error.
 *
 * @throws KbvaultError STORE_NOT_WRITABLE, IO_ERROR
 */
export async function endMaintenance(folder: string): Promise<MaintenanceStatus> {
  const before = await readMaintenance(folder);
  try {
    await unlink(before.file);
    await syncFolder(folder);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT" && errnoOf(error) !== "ENOTDIR") throw writeError(error, before.file);
  }
  return before;
}

function parseFlag(bytes: Uint8Array): MaintenanceFlag | null {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const { format, reason, by, host, since, until } = value as Record<string, unknown>;
  const isKnown = format === FORMAT && typeof by === "string" && typeof host === "string";
  if (!isKnown || !isTime(since) || !(until === null || isTime(until))) return null;
  return { reason: typeof reason === "string" ? reason : null, by, host, since, until };
}

function isTime(value: unknown): value is string {
  return typeof value === "string" && !Number.isNaN(Date.parse(value));
}
