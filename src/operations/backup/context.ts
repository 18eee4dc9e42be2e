/**
 * What the operations on backups work with: the options with their defaults.
 *
 * @module
 */
import { userInfo } from "node:os";
import { resolve } from "node:path";
import { defaultHistoryTable } from "../../database/history.ts";
import { KbvaultError } from "../../errors.ts";
import type { EngineTask } from "./engines/engine.ts";
import type { BackedUpDatabase, BackedUpKnowledgeBase, BackupsOptions } from "./options.ts";

/** Where backups are kept unless another folder is given. */
const defaultBackupsFolder = "backups";

/** How many backups without a label stay unless another number is given. */
const defaultKeep = 10;

const hourMs = 3_600_000;

/** The options with their defaults; paths are absolute. */
export interface BackupContext {
  readonly folder: string;
  readonly database: Required<BackedUpDatabase> | null;
  readonly knowledgeBase: BackedUpKnowledgeBase | null;
  readonly keep: number;
  readonly timeoutMs: number;
  readonly author: string;
  readonly clock: () => Date;
  readonly tell: (message: string, bytes?: number) => void;
  readonly signal: AbortSignal | undefined;
}

/** The context of `options`. */
export function contextOf(options: BackupsOptions): BackupContext {
  const { database = null, onProgress } = options;
  return {
    folder: resolve(options.folder ?? defaultBackupsFolder),
    database: database === null ? null : { historyTable: defaultHistoryTable, ...database },
    knowledgeBase: options.knowledgeBase ?? null,
    keep: options.keep ?? defaultKeep,
    timeoutMs: options.timeoutMs ?? hourMs,
    author: options.author ?? userInfo().username,
    clock: options.clock ?? (() => new Date()),
    tell: (message, bytes) => onProgress?.({ message, bytes: bytes ?? null }),
    signal: options.signal,
  };
}

/** What an engine may use. */
export function taskOf({ database, timeoutMs, signal, tell }: BackupContext): EngineTask {
  return { historyTable: database?.historyTable ?? defaultHistoryTable, timeoutMs, signal, tell };
}

/** Throws INTERRUPTED when the work is to stop. */
export function refuseInterrupted({ signal }: BackupContext): void {
  if (signal?.aborted === true) throw new KbvaultError("INTERRUPTED", "Interrupted. Nothing of it was kept.");
}
