/**
 * Steps of an update: what they are called, what each one is, and what became of it. Plain data.
 *
 * @module
 */
import type { Command } from "../../processes/run-command.ts";

/** The steps that kbvault brings, in the order in which they run. */
export const builtInSteps = [
  "maintenance-on",
  "kb-snapshot",
  "database-backup",
  "source",
  "dependencies",
  "migrations",
  "health",
  "restart",
  "maintenance-off",
] as const;

/** A step that kbvault brings. */
export type BuiltInStep = (typeof builtInSteps)[number];

/** A built-in step that kbvault does itself. */
export type ActionStep = Exclude<BuiltInStep, "source" | "dependencies" | "restart">;

/** What a step runs: something that kbvault does itself, the first of some commands that is there, or nothing. */
export type StepWork =
  | { readonly kind: "action"; readonly action: ActionStep }
  | { readonly kind: "command"; readonly commands: readonly Command[] }
  | { readonly kind: "nothing" };

/** One step, ready to run. */
export interface UpdateStep {
  /** A built-in name, or the one that the configuration gives. */
  readonly name: string;
  readonly does: StepWork;
  /** Whether its failure stops the update. */
  readonly critical: boolean;
  /** Milliseconds after which it is ended and counts as failed. */
  readonly timeoutMs: number;
  /** How often it is tried again, with growing pauses. */
  readonly retries: number;
  /** Why it is left out; null where it runs. */
  readonly skipped: string | null;
}

/** What became of a step. `warning` is the failure of one that is not critical. */
export type StepOutcome = "done" | "skipped" | "warning" | "failed" | "interrupted" | "not-tried";

/** A step with what became of it. Secrets are masked in every text. */
export interface StepResult {
  readonly name: string;
  readonly outcome: StepOutcome;
  readonly critical: boolean;
  /** One sentence. */
  readonly message: string;
  /** The end of what a command printed; null where there was none. */
  readonly output: string | null;
  readonly attempts: number;
  readonly durationMs: number;
  /** What a built-in step says of what it did, such as the migrations that it applied. */
  readonly details: object | null;
}

/** Whether `name` is that of a step that kbvault does itself. */
export function isActionStep(name: string): name is ActionStep {
  return isBuiltIn(name) && name !== "source" && name !== "dependencies" && name !== "restart";
}

/** Whether `name` is that of a built-in step. */
export function isBuiltIn(name: string): name is BuiltInStep {
  return builtInSteps.some((step) => step === name);
}
