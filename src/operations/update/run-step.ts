/**
 * Running one step: a command or an action, within its time, tried again where that is safe.
 *
 * @module
 */
import { setTimeout as pause } from "node:timers/promises";
import { isKbvaultError } from "../../errors.ts";
import { findExecutable } from "../../processes/find-executable.ts";
import { redactText, secretsIn } from "../../processes/redact.ts";
import { type Command, type CommandResult, runCommand } from "../../processes/run-command.ts";
import type { Action, UpdateActions } from "./action.ts";
import type { StepResult, UpdateStep } from "./step.ts";

/** What steps run in. */
export interface StepSurroundings {
  /** Folder in which commands run. */
  readonly cwd: string;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

/** How one attempt ended. */
type Attempt = Pick<StepResult, "message" | "output" | "details"> & {
  readonly end: "done" | "warning" | "failed" | "interrupted";
  /** Whether another attempt could end otherwise. */
  readonly again: boolean;
};

const FIRST_PAUSE_MS = 500;

/** Runs `step`; never throws. */
export async function runStep(
  step: UpdateStep,
  actions: UpdateActions,
  surroundings: StepSurroundings,
): Promise<StepResult> {
  const started = performance.now();
  let attempts = 0;
  for (;;) {
    attempts++;
    const { end, again, ...said } = await attemptStep(step, actions, surroundings);
    if (end === "failed" && again && attempts <= step.retries && !surroundings.signal.aborted) {
      await pause(FIRST_PAUSE_MS * 2 ** (attempts - 1), undefined, { signal: surroundings.signal }).catch(
        () => {},
      );
      continue;
    }
    const outcome = end === "failed" && !step.critical ? "warning" : end;
    const durationMs = Math.round(performance.now() - started);
    return { name: step.name, critical: step.critical, outcome, ...said, attempts, durationMs };
  }
}

function attemptStep(
  { does, timeoutMs }: UpdateStep,
  actions: UpdateActions,
  surroundings: StepSurroundings,
): Promise<Attempt> {
  switch (does.kind) {
    case "action":
      return tryAction(actions.steps[does.action], timeoutMs, surroundings.signal);
    case "command":
      return tryCommands(does.commands, timeoutMs, surroundings);
    case "nothing":
      return Promise.resolve({
        end: "done",
        again: false,
        message: "There is nothing to do.",
        output: null,
        details: null,
      });
  }
}

/** The first of `commands` whose executable is there. */
async function tryCommands(
  commands: readonly Command[],
  timeoutMs: number,
  { cwd, signal, onLine }: StepSurroundings,
): Promise<Attempt> {
  const missing: string[] = [];
  for (const command of commands) {
    const executable = typeof command === "string" ? "sh" : (command[0] ?? "");
    if ((await findExecutable(executable, undefined, cwd)) === null) {
      missing.push(executable);
      continue;
    }
    return attemptOf(await runCommand(command, { timeoutMs, cwd, signal, onLine }), timeoutMs);
  }
  const message = `${missing.join(" and ")} cannot be found on PATH. Install it, or name another command under "update.steps" in the configuration.`;
  return { end: "failed", again: false, message, output: null, details: null };
}

function attemptOf(result: CommandResult, timeoutMs: number): Attempt {
  const { command, end, exitCode, signal, hiddenCharacters } = result;
  const output =
    hiddenCharacters === 0 ? result.output : `[${hiddenCharacters} characters hidden]\n${result.output}`;
  const said = { output: output === "" ? null : output, details: { command, exitCode, signal } };
  switch (end) {
    case "done":
      return { ...said, end: "done", again: false, message: `${command} is done.` };
    case "aborted":
      return { ...said, end: "interrupted", again: false, message: `${command} was interrupted.` };
    case "timed-out":
      return {
        ...said,
        end: "failed",
        again: true,
        message: `${command} did not end within ${timeoutMs / 1000} s and was stopped, with all that it had started.`,
      };
    case "failed":
      return {
        ...said,
        end: "failed",
        again: true,
        message: `${command} failed with ${signal === null ? `exit status ${exitCode}` : `signal ${signal}`}.`,
      };
    default:
      return { ...said, end: "failed", again: false, message: `${command} cannot be run (${end}).` };
  }
}

async function tryAction(action: Action, timeoutMs: number, signal: AbortSignal): Promise<Attempt> {
  const limit = AbortSignal.timeout(timeoutMs);
  const either = AbortSignal.any([signal, limit]);
  try {
    const { message, details = null, warning } = await Promise.race([action(either), aborted(either)]);
    return { end: warning ? "warning" : "done", again: false, message, output: null, details };
  } catch (error) {
    const interrupted = signal.aborted || isKbvaultError(error, "INTERRUPTED");
    if (interrupted && !limit.aborted)
      return {
        end: "interrupted",
        again: false,
        message: "It was interrupted.",
        output: null,
        details: null,
      };
    const message = limit.aborted ? `It did not end within ${timeoutMs / 1000} s.` : messageOf(error);
    const details = isKbvaultError(error) ? { code: error.code, ...error.data } : null;
    return { end: "failed", again: !limit.aborted, message, output: null, details };
  }
}

/** Rejects once the signal is aborted and the action had a moment to end by itself. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => setTimeout(() => reject(signal.reason), GRACE_MS).unref(), {
      once: true,
    });
  });
}

/** How long an action may take to end once it was asked to. */
const GRACE_MS = 5000;

function messageOf(error: unknown): string {
  return redactText(error instanceof Error ? error.message : String(error), secretsIn(process.env));
}
