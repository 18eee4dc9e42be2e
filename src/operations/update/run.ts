/**
 * The run of an update: its steps one after the other, each noted durably before and after.
 *
 * @module
 */
import type { TakenBack, UpdateActions } from "./action.ts";
import { runStep } from "./run-step.ts";
import type { StepResult, UpdateStep } from "./step.ts";

/**
 * How an update ended: `warnings`, where a step failed that is not critical; `failed`, where a critical one did;
 * `cut-off`, where the process ended and did not say how.
 */
export type UpdateOutcome = "running" | "done" | "warnings" | "failed" | "interrupted" | "cut-off";

/** One run of an update, as it is noted, logged and printed. Secrets are masked in every text. */
export interface UpdateRun {
  readonly runId: string;
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly durationMs: number | null;
  readonly by: string;
  readonly host: string;
  readonly pid: number;
  readonly outcome: UpdateOutcome;
  /** The step that runs, or ran when the process ended. */
  readonly current: string | null;
  /** All steps of the plan, in their order. */
  readonly steps: readonly StepResult[];
  /** What was taken back after a failure; null where nothing was asked for. */
  readonly takenBack: TakenBack | null;
}

/** What happens during a run. */
export type UpdateEvent =
  | { readonly event: "planned"; readonly run: UpdateRun }
  | { readonly event: "step-started"; readonly name: string }
  | { readonly event: "output"; readonly name: string; readonly line: string }
  | { readonly event: "step-finished"; readonly step: StepResult }
  | { readonly event: "taking-back" }
  | { readonly event: "finished"; readonly run: UpdateRun };

/** How to run. */
export interface RunUpdateOptions {
  readonly identity: Pick<UpdateRun, "runId" | "by" | "host" | "pid">;
  /** Folder in which commands run. */
  readonly cwd: string;
  /** Take back what this run applied to the database when a critical step fails. */
  readonly rollbackOnFailure: boolean;
  readonly signal: AbortSignal;
  readonly clock: () => Date;
  /** Notes where the run stands, durably; called before and after each step. */
  readonly note: (run: UpdateRun) => Promise<void>;
  readonly onEvent: (event: UpdateEvent) => void;
}

/** Runs `steps`. Resolves to what became of them; rejects only where the state cannot be noted. */
export async function runUpdate(
  steps: readonly UpdateStep[],
  actions: UpdateActions,
  options: RunUpdateOptions,
): Promise<UpdateRun> {
  const { signal, clock, note, onEvent } = options;
  const started = clock();
  let run: UpdateRun = {
    ...options.identity,
    startedAt: started.toISOString(),
    finishedAt: null,
    durationMs: null,
    outcome: "running",
    current: null,
    steps: steps.map(untried),
    takenBack: null,
  };
  onEvent({ event: "planned", run });
  for (const [place, step] of steps.entries()) {
    if (step.skipped !== null) continue;
    run = { ...run, current: step.name };
    await note(run);
    onEvent({ event: "step-started", name: step.name });
    const result = await runStep(step, actions, {
      cwd: options.cwd,
      signal,
      onLine: (line) => onEvent({ event: "output", name: step.name, line }),
    });
    run = { ...run, steps: run.steps.with(place, result) };
    onEvent({ event: "step-finished", step: result });
    if (result.outcome === "failed" || result.outcome === "interrupted") break;
  }
  if (options.rollbackOnFailure && outcomeOf(run.steps) === "failed") {
    onEvent({ event: "taking-back" });
    run = { ...run, takenBack: await actions.takeBack() };
  }
  const finished = clock();
  run = {
    ...run,
    current: stoppedAt(run.steps),
    outcome: outcomeOf(run.steps),
    finishedAt: finished.toISOString(),
    durationMs: finished.getTime() - started.getTime(),
  };
  await note(run);
  onEvent({ event: "finished", run });
  return run;
}

function untried({ name, critical, skipped }: UpdateStep): StepResult {
  return {
    name,
    critical,
    outcome: skipped === null ? "not-tried" : "skipped",
    message: skipped === null ? "Not tried." : `Left out: ${skipped}.`,
    output: null,
    attempts: 0,
    durationMs: 0,
    details: null,
  };
}

function outcomeOf(steps: readonly StepResult[]): UpdateOutcome {
  const has = (outcome: StepResult["outcome"]): boolean => steps.some((step) => step.outcome === outcome);
  if (has("interrupted")) return "interrupted";
  if (has("failed")) return "failed";
  return has("warning") ? "warnings" : "done";
}

function stoppedAt(steps: readonly StepResult[]): string | null {
  return steps.find(({ outcome }) => outcome === "failed" || outcome === "interrupted")?.name ?? null;
}
