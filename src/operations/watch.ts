/**
 * Watch: keeps a version whenever the knowledge base changes, and tells of those that others keep in a shared store.
 *
 * @module
 */
import { setTimeout as pause } from "node:timers/promises";
import { type ErrorCode, type ErrorData, isKbvaultError, type KbvaultError } from "../errors.ts";
import { watchFile } from "../files/watch.ts";
import type { Version } from "../knowledge-base/version.ts";
import type { KnowledgeBaseVersioner } from "../knowledge-base/versioner.ts";
import type { Warning } from "../knowledge-base/warning.ts";
import { OtherWriters } from "./other-writers.ts";

/** How to watch. */
export interface WatchOptions {
  /** Description of each version; default `Saved by kbvault watch`. */
  readonly description?: string;
  /** Tags of each version; default none. */
  readonly tags?: readonly string[];
  /**
   * Milliseconds for which the file has to rest before it is kept, default 2000; one that never rests is kept after ten
   * times as long.
   */
  readonly debounceMs?: number;
  /** Milliseconds after which it is tried again where the store, and not the file, is in the way; default 5000. */
  readonly retryMs?: number;
  /**
   * How often a shared store is asked for versions that others made, in ms, where its place does not tell by itself; default
   * 5000. Where it does, it is asked six times less often.
   */
  readonly lookMs?: number;
  /** Ends the watch when aborted, after what changed was kept; default: it goes on for ever. */
  readonly signal?: AbortSignal;
}

/** What happened while watching; `at` is an ISO 8601 time. */
export type WatchEvent =
  /** The first event. */
  | { readonly kind: "watching"; readonly at: string; readonly path: string }
  | {
      readonly kind: "saved";
      readonly at: string;
      readonly version: Version;
      readonly warnings: readonly Warning[];
    }
  /** Somebody else made a version, in a store that is no folder. The live file of this machine stays as it is. */
  | { readonly kind: "others-saved"; readonly at: string; readonly version: Version }
  /** After `not-saved`: the file is as that version holds it. */
  | { readonly kind: "unchanged"; readonly at: string; readonly version: Version }
  /** Nothing could be kept; told once for each reason. `retryMs` is null where only a change of the file helps. */
  | {
      readonly kind: "not-saved";
      readonly at: string;
      readonly error: { readonly code: ErrorCode; readonly message: string; readonly data: ErrorData };
      readonly retryMs: number | null;
    }
  /** The last event. */
  | { readonly kind: "stopped"; readonly at: string };

/** The file itself has to change before it can be kept. */
const inTheFile: readonly ErrorCode[] = [
  "KB_NOT_FOUND",
  "KB_NOT_A_FILE",
  "KB_EMPTY",
  "KB_TOO_LARGE",
  "INVALID_JSON",
  "INVALID_UTF8",
  "DEPTH_LIMIT",
  "HOOK_FAILED",
];

/** Something around it is in the way, and may go. */
const around: readonly ErrorCode[] = [
  "KB_CHANGING",
  "KB_UNREADABLE",
  "SCHEMA_INVALID",
  "LOCKED",
  "LOCK_LOST",
  "NO_SPACE",
  "STORE_NOT_WRITABLE",
  "STORE_UNREACHABLE",
  "IO_ERROR",
];

/** A file that never rests is kept after so many times the debounce. */
const MOST_DEBOUNCES = 10;

/**
 * Keeps a version whenever the file of `versioner` has changed and rests, beginning with what changed before, and yields
 * what happens. The file may be replaced, deleted and created again; one that cannot be kept stops nothing.
 *
 * @throws KbvaultError STORE_NOT_FOUND, STORE_DAMAGED, INVALID_TEXT, and what else is wrong with store or options
 * @example
 * ```ts
 * const events = watchKnowledgeBase(versioner, { tags: ["auto"] });
 * for await (const event of events) {
 *   console.log(event.kind);
 *   if (event.kind === "watching") break;
 * }
 * ```
 */
export async function* watchKnowledgeBase(
  versioner: KnowledgeBaseVersioner,
  options: WatchOptions = {},
): AsyncGenerator<WatchEvent, void, void> {
  const { debounceMs = 2000, retryMs = 5000, lookMs, signal = new AbortController().signal } = options;
  const schedule = new Schedule(debounceMs, signal);
  const watch = await watchFile(versioner.kbPath, () => schedule.note());
  const others = await OtherWriters.begin(versioner, () => schedule.wake(), lookMs);
  let problem: string | null = null;
  try {
    yield { kind: "watching", at: now(), path: versioner.kbPath };
    for (let due = await schedule.next(); due !== "over"; due = await schedule.next()) {
      for (const version of (await others?.versions()) ?? [])
        yield { kind: "others-saved", at: now(), version };
      if (due === "woken") continue;
      const event = await keep(versioner, options, retryMs);
      if (event.kind === "saved") others?.isOurs(event.version);
      if (event.kind === "not-saved" && event.retryMs !== null) schedule.repeatIn(event.retryMs);
      const told = problem;
      problem = event.kind === "not-saved" ? event.error.message : null;
      if (event.kind === "unchanged" ? told !== null : problem === null || problem !== told) yield event;
    }
    yield { kind: "stopped", at: now() };
  } finally {
    await others?.end();
    await watch.close();
  }
}

async function keep(
  versioner: KnowledgeBaseVersioner,
  { description = "Saved by kbvault watch", tags = [] }: WatchOptions,
  retryMs: number,
): Promise<Exclude<WatchEvent, { kind: "watching" | "stopped" }>> {
  try {
    const { created, version, warnings } = await versioner.createVersion({ description, tags });
    if (!created) return { kind: "unchanged", at: now(), version };
    return { kind: "saved", at: now(), version, warnings };
  } catch (error) {
    if (!isOneOf(error, [...inTheFile, ...around])) throw error;
    const { code, message, data } = error;
    return {
      kind: "not-saved",
      at: now(),
      error: { code, message, data },
      retryMs: around.includes(code) ? retryMs : null,
    };
  }
}

function isOneOf(error: unknown, codes: readonly ErrorCode[]): error is KbvaultError {
  return isKbvaultError(error) && codes.includes(error.code);
}

function now(): string {
  return new Date().toISOString();
}

/** Schedule says when the file is to be kept: at once at first, then whenever it rests after a change. */
class Schedule {
  readonly #debounceMs: number;
  readonly #signal: AbortSignal;
  /** When it is due, on the clock of `performance`; null where nothing is pending. */
  #due: number | null = 0;
  /** When it will be due at the latest. */
  #latest = 0;
  /** Whether the last look has been taken: a change right before the end may not have been noticed yet. */
  #isLast = false;
  #isWoken = false;
  #sleep = new AbortController();

  constructor(debounceMs: number, signal: AbortSignal) {
    this.#debounceMs = debounceMs;
    this.#signal = signal;
  }

  /** The file has changed just now. */
  note(): void {
    const time = performance.now();
    if (this.#due === null) this.#latest = time + MOST_DEBOUNCES * this.#debounceMs;
    this.#wake(Math.min(time + this.#debounceMs, this.#latest));
  }

  /** There may be something else to do than to keep the file. */
  wake(): void {
    this.#isWoken = true;
    this.#sleep.abort();
  }

  /** Due again after `ms`, if no change comes first. */
  repeatIn(ms: number): void {
    if (!this.#signal.aborted) this.#wake(performance.now() + ms);
  }

  /** Resolves when the file is due, when somebody woke it, and when the watch is over. */
  async next(): Promise<"due" | "woken" | "over"> {
    const wake = (): void => this.#sleep.abort();
    this.#signal.addEventListener("abort", wake);
    for (;;) {
      const ms = this.#signal.aborted ? 0 : this.#due === null ? null : this.#due - performance.now();
      if (ms !== null && ms <= 0) break;
      if (this.#isWoken) {
        this.#isWoken = false;
        this.#signal.removeEventListener("abort", wake);
        return "woken";
      }
      await this.#pause(ms);
    }
    this.#signal.removeEventListener("abort", wake);
    if (this.#isLast) return "over";
    this.#isLast = this.#signal.aborted;
    this.#due = null;
    return "due";
  }

  #wake(due: number): void {
    this.#due = due;
    this.#sleep.abort();
  }

  /** Waits for so many milliseconds, or for ever, and until it is woken at the latest. */
  async #pause(ms: number | null): Promise<void> {
    this.#sleep = new AbortController();
    // The longest that a timer of Node can wait is some 24 days.
    await pause(Math.min(ms ?? 86_400_000, 86_400_000), null, { signal: this.#sleep.signal }).catch(() => {});
  }
}
