/**
 * What the body of a command may use, and what it leaves behind.
 *
 * @module
 */
import type { KnowledgeBaseVersioner } from "../index.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Page } from "./print/page.ts";

/** Context is the outside world of one command. */
export interface Context {
  readonly flags: GlobalFlags;
  readonly env: NodeJS.ProcessEnv;
  /** The page for talk, on stderr. */
  readonly page: Page;
  /** The versioner that the settings name, or one of another file `kb`; `write` also finds out who writes. */
  open(purpose: "read" | "write", kb?: string): Promise<KnowledgeBaseVersioner>;
  /** The path of the live file that the settings name. */
  liveFile(): Promise<string>;
  /** Prints lines to stderr, unless `--quiet`. */
  talk(lines: readonly string[]): void;
  /**
   * Shows the lines, then asks on the terminal, and returns when the answer is yes.
   *
   * @throws KbvaultError INTERRUPTED when it is no, CONFIRMATION_REQUIRED where there is no terminal
   */
  confirm(lines: readonly string[], question: string): Promise<void>;
}

/** Outcome is what a command leaves behind: a value with two printers, or exact bytes. */
export type Outcome = ValueOutcome | BytesOutcome;

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
}
