/**
 * What an update asks of the rest of kbvault: one function for each step that is no command.
 *
 * @module
 */
import type { ActionStep } from "./step.ts";

/** What a step did, in one sentence, and as data. */
export interface ActionResult {
  readonly message: string;
  readonly details?: object;
  /** It succeeded, but somebody should look. */
  readonly warning?: boolean;
}

/** Does a step; throws where it fails. Ends soon when the signal is aborted. */
export type Action = (signal: AbortSignal) => Promise<ActionResult>;

/** What was taken back after a failure. */
export interface TakenBack {
  /** How: nothing had to be, migrations by their rollbacks, the database by its backup, or it failed. */
  readonly by: "nothing" | "rollbacks" | "backup" | "failed";
  readonly message: string;
  /** Migrations that were rolled back, newest first. */
  readonly migrations: readonly string[];
  /** The backup that was restored, or that still has to be. */
  readonly backup: string | null;
}

/** The steps of one run that are no commands. They remember what they did, so that it can be taken back. */
export interface UpdateActions {
  readonly steps: Readonly<Record<ActionStep, Action>>;
  /** Takes back what this run applied to the database. Never throws. */
  readonly takeBack: () => Promise<TakenBack>;
}
