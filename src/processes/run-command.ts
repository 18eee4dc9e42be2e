/**
 * Running one command to its end.
 *
 * @module
 */
import type { ChildProcess } from "node:child_process";
import { setTimeout as setTimeoutPromise } from "node:timers/promises";
import type { Options } from "execa";
import { errnoOf } from "../files/errno.ts";
import { BoundedOutput } from "./bounded-output.ts";
import { redactText, secretsIn } from "./redact.ts";

/** A text for the shell, or an executable and its arguments. */
export type Command = string | readonly string[];

/** How to run a command. */
export interface RunCommandOptions {
  /** Milliseconds after which the whole process group is ended. */
  readonly timeoutMs: number;
  /** Default: the working directory. */
  readonly cwd?: string;
  /** Variables besides those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Written to its standard input; default: nothing. */
  readonly input?: string | Uint8Array;
  /** File that is its standard input, instead of `input`. */
  readonly inputFile?: string;
  /** Characters of output that are kept, from its end; default 65,536. */
  readonly outputLimit?: number;
  /** Told each line of output as it comes, redacted. */
  readonly onLine?: (line: string) => void;
  /** Ends the process group when aborted. */
  readonly signal?: AbortSignal;
}

/** How a command ended. */
export type CommandEnd = "done" | "failed" | "timed-out" | "aborted" | "not-found" | "not-executable";

/** What became of a command. Secrets of the environment and passwords of URLs are masked in every text. */
export interface CommandResult {
  readonly command: string;
  readonly end: CommandEnd;
  /** Null where it did not start, or a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Standard output and error in the order in which they came, without what was too much. */
  readonly output: string;
  /** Characters that are missing at the beginning of `output`. */
  readonly hiddenCharacters: number;
  readonly durationMs: number;
}

/** How long a process group that was told to end may take before it is killed. */
const GRACE_MS = 2000;

/** How long output that is on its way is waited for once the process is over and somebody else holds its output. */
const DRAIN_MS = 200;

const OUTPUT_LIMIT = 65_536;

/**
 * Runs `command` and resolves when it has ended, however it ended; it never rejects. It has a process group of its own, so
 * that the time limit also ends what it started; a grandchild that holds its output does not keep this waiting.
 *
 * @example
 * ```ts
 * const { end, output } = await runCommand(["git", "pull", "--ff-only"], { timeoutMs: 60_000 });
 * ```
 */
export async function runCommand(command: Command, options: RunCommandOptions): Promise<CommandResult> {
  const started = performance.now();
  const secrets = secretsIn({ ...process.env, ...options.env });
  const output = new BoundedOutput(options.outputLimit ?? OUTPUT_LIMIT, secrets, options.onLine);
  const result = (
    end: CommandEnd,
    exitCode: number | null = null,
    signal: string | null = null,
  ): CommandResult => ({
    command: redactText(typeof command === "string" ? command : command.join(" "), secrets),
    end,
    exitCode,
    signal,
    ...output.result(),
    durationMs: Math.round(performance.now() - started),
  });
  if (options.signal?.aborted === true) return result("aborted");

  const [file = "", ...words] = typeof command === "string" ? [command] : command;
  const { execa } = await import("execa");
  const child = execa(file, words, {
    shell: typeof command === "string",
    detached: true,
    buffer: false,
    reject: false,
    ...standardInput(options),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: { ...options.env } }),
  });
  output.listenTo(child.stdout, child.stderr);

  let stopped: "timed-out" | "aborted" | null = null;
  const stop = (why: "timed-out" | "aborted"): void => {
    stopped ??= why;
    killGroup(child.pid, "SIGTERM");
    setTimeout(() => killGroup(child.pid, "SIGKILL"), GRACE_MS).unref();
  };
  const abort = (): void => stop("aborted");
  // A group of its own does not hear what the terminal tells this process.
  const endWithUs = (): boolean => killGroup(child.pid, "SIGTERM");
  process.once("exit", endWithUs);
  const timer = setTimeout(() => stop("timed-out"), options.timeoutMs);
  options.signal?.addEventListener("abort", abort, { once: true });
  // The process itself says when it is over: its output may be held open by what it started.
  const ended = await Promise.race([child, exitOf(child)]);
  clearTimeout(timer);
  process.off("exit", endWithUs);
  options.signal?.removeEventListener("abort", abort);
  if (stopped !== null) await untilGroupIsGone(child.pid);
  child.stdout?.destroy();
  child.stderr?.destroy();

  const { exitCode = null, signal = null } = ended;
  if (stopped !== null) return result(stopped, exitCode, signal);
  const errno = "cause" in ended ? errnoOf(ended.cause) : null;
  if (errno !== null) return result(errno === "ENOENT" ? "not-found" : "not-executable");
  return result(exitCode === 0 ? "done" : "failed", exitCode, signal);
}

function standardInput({ input, inputFile }: RunCommandOptions): Options {
  if (inputFile !== undefined) return { inputFile };
  return input === undefined ? { stdin: "ignore" } : { input };
}

/** Resolves a little after the process is over, so that output on its way still arrives. */
function exitOf(child: ChildProcess): Promise<{ exitCode: number | null; signal: string | null }> {
  return new Promise((resolve) => {
    child.once("exit", (exitCode, signal) => {
      setTimeout(() => resolve({ exitCode, signal }), DRAIN_MS);
    });
  });
}

/** Resolves when no process of the group is left, or after the grace is over. */
async function untilGroupIsGone(group: number | undefined): Promise<void> {
  const end = performance.now() + GRACE_MS;
  while (performance.now() < end && killGroup(group, 0)) await setTimeoutPromise(20);
  killGroup(group, "SIGKILL");
}

/** Sends a signal to the whole group; whether there was anybody to receive it. */
function killGroup(group: number | undefined, signal: NodeJS.Signals | 0): boolean {
  if (group === undefined) return false;
  try {
    return process.kill(-group, signal);
  } catch {
    return false;
  }
}
