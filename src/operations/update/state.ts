/**
 * What is noted of updates in the state folder: where the last one stands, and a log of all.
 *
 * @module
 */
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { errnoOf, readError, writeError } from "../../files/errno.ts";
import { readLock } from "../../files/lock.ts";
import { createFolder, writeFileDurably } from "../../files/write.ts";
import type { UpdateRun } from "./run.ts";

/** Number of the form of both files. */
const FORMAT = 1;

const STATE_NAME = "update-state.json";
const LOG_NAME = "update-log.ndjson";

/** How large the log may grow before its older half is left out, in bytes. */
const LARGEST_LOG = 4_194_304;

/** Path of the lock that one update at a time holds. */
export function updateLockPath(folder: string): string {
  return join(folder, "update.lock");
}

/** Notes durably where `run` stands. */
export async function writeState(folder: string, run: UpdateRun): Promise<void> {
  await createFolder(folder);
  const text = JSON.stringify({ format: FORMAT, ...run }, null, 2);
  await writeFileDurably(join(folder, STATE_NAME), Buffer.from(`${text}\n`));
}

/**
 * The last run, or null where there was none or its note cannot be read. One that says that it is running, and whose
 * process does not hold the lock any more, was cut off.
 */
export async function readState(folder: string): Promise<UpdateRun | null> {
  const run = parseRun((await readIfAny(join(folder, STATE_NAME))) ?? "");
  if (run === null || run.outcome !== "running") return run;
  const holder = await readLock(updateLockPath(folder));
  const itself = holder?.pid === run.pid && holder.host === run.host && holder.state !== "dead";
  return itself ? run : { ...run, outcome: "cut-off" };
}

/** Adds a finished run to the log, durably: one line of JSON. */
export async function appendToLog(folder: string, run: UpdateRun): Promise<void> {
  const path = join(folder, LOG_NAME);
  const line = `${JSON.stringify({ format: FORMAT, ...run })}\n`;
  await createFolder(folder);
  const before = (await readIfAny(path)) ?? "";
  if (before.length + line.length > LARGEST_LOG) {
    await writeFileDurably(path, Buffer.from(newestLines(before, LARGEST_LOG / 2) + line));
    return;
  }
  try {
    const file = await open(path, "a");
    try {
      // A line that a crash cut short must not swallow this one.
      await file.appendFile(before === "" || before.endsWith("\n") ? line : `\n${line}`);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw writeError(error, path);
  }
}

/** The runs in the log, newest first; lines that say nothing are passed over. */
export async function readLog(folder: string): Promise<readonly UpdateRun[]> {
  const text = (await readIfAny(join(folder, LOG_NAME))) ?? "";
  return text
    .split("\n")
    .flatMap((line) => parseRun(line) ?? [])
    .reverse();
}

function newestLines(text: string, size: number): string {
  const cut = text.indexOf("\n", Math.max(0, text.length - size));
  return cut === -1 ? "" : text.slice(cut + 1);
}

async function readIfAny(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (errnoOf(error) === "ENOENT" || errnoOf(error) === "ENOTDIR") return null;
    throw readError(error, path);
  }
}

function parseRun(text: string): UpdateRun | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return null;
    const { format, ...run } = value as Record<string, unknown>;
    const isRun = format === FORMAT && typeof run["runId"] === "string" && Array.isArray(run["steps"]);
    return isRun ? (run as unknown as UpdateRun) : null;
  } catch {
    return null;
  }
}
