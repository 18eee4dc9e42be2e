/**
 * What the body of a command may use, and what it leaves behind.
 *
 * @module
 */
import type { KnowledgeBaseVersioner } from "../index.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Page } from "./print/page.ts";

/** Whether a command only looks, or writes and so has to know who does it. */
export type Purpose = "read" | "write";

/** One of several knowledge bases. */
export interface OpenedKnowledgeBase {
  /** Its name in the configuration; null for the one that the root of it names. */
  readonly name: string | null;
  readonly kb: string;
  /** Where its store is; a URL may hold a password, so it is never printed: `versioner.store` is. */
  readonly location: string;
  readonly versioner: KnowledgeBaseVersioner;
}

/** Context is the outside world of one command. */
export interface Context {
  readonly flags: GlobalFlags;
  readonly env: NodeJS.ProcessEnv;
  /** The page for talk, on stderr. */
  readonly page: Page;
  /** The versioner that the settings name, or one of the file `file`. */
  open(purpose: Purpose, file?: string): Promise<KnowledgeBaseVersioner>;
  /** The versioners of all knowledge bases of the configuration. */
  openAll(purpose: Purpose): Promise<readonly OpenedKnowledgeBase[]>;
  /** The path of the live file that the settings name. */
  liveFile(): Promise<string>;
  /** Where the store is that the settings name; a URL may hold a password, so it is never printed. */
  storeLocation(): Promise<string>;
  /** Prints lines to stderr, unless `--quiet`. */
  talk(lines: readonly string[]): void;
  /**
   * Shows the lines, then asks on the terminal, and returns when the answer is yes.
   *
   * @throws KbvaultError INTERRUPTED when it is no, CONFIRMATION_REQUIRED where there is no terminal
   */
  confirm(lines: readonly string[], question: string): Promise<void>;
  /**
   * Lets the user edit a text in an editor; `notes` stand below it and are not part of it.
   *
   * @throws KbvaultError USAGE where there is no terminal, EDITOR_FAILED, INTERRUPTED when the text is left empty
   */
  edit(text: string, notes: readonly string[]): Promise<string>;
  /** Aborted when the user or the system asks this process to end, which from now on it does not do by itself. */
  stopSignal(): AbortSignal;
}

/** Outcome is what a command leaves behind: a value with two printers, exact bytes, or events as they come. */
export type Outcome = ValueOutcome | BytesOutcome | EventsOutcome;

export interface ValueOutcome {
  readonly kind: "value";
  /** What `--json` prints. */
  readonly value: object;
  /** What people read, line by line. */
  readonly text: (page: Page) => readonly string[];
  /** The command that fits next. */
  readonly next?: string;
  /** Exit status; default 0. */
  readonly exit?: number;
}

export interface BytesOutcome {
  readonly kind: "bytes";
  readonly bytes: Uint8Array;
  /** Exit status; default 0. */
  readonly exit?: number;
}

/** The outcome of a command that goes on until it is stopped. */
export interface EventsOutcome<Event extends object = object> {
  readonly kind: "events";
  /** `--json` prints each on a line of its own. */
  readonly events: AsyncIterable<Event>;
  /** What people read of each, line by line. */
  text(event: Event, page: Page): readonly string[];
}
