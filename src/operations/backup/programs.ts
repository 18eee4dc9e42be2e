/**
 * The programs that come with a database: found, asked for their version, run.
 *
 * @module
 */
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import fastGlob from "fast-glob";
import { KbvaultError } from "../../errors.ts";
import { type CommandResult, runCommand } from "../../processes/run-command.ts";
import type { EngineTask } from "./engines/engine.ts";

/** A program that was found. */
export interface Program {
  readonly path: string;
  readonly name: string;
  /** What it prints for `--version`, on one line. */
  readonly about: string;
  /** The first number of its version. */
  readonly major: number;
}

/** Which program is wanted. */
export interface ProgramWanted {
  /** Names, the best first; each is looked for on PATH and then in `folders`. */
  readonly names: readonly string[];
  /** Patterns of folders where packages of systems put it. */
  readonly folders?: readonly string[];
  /** The lowest first number of its version; default: any. */
  readonly atLeast?: number;
  /** Where the version stands in what it prints; default: the first number with a dot. */
  readonly version?: RegExp;
  /** Names of packages that have it. */
  readonly install: string;
}

/** How long a program may think about its version, in ms. */
const versionTimeoutMs = 10_000;

/** How much of a program's output a message holds, in characters from its end. */
const shownOutput = 1500;

/**
 * Finds a program.
 *
 * @throws KbvaultError PROGRAM_MISSING (`data.program`, `data.tried`), PROGRAM_TOO_OLD (`data.program`, `data.version`, `data.needed`)
 */
export async function findProgram(wanted: ProgramWanted): Promise<Program> {
  const { names, folders = [], atLeast = 0, version = /(\d+)\.\d/ } = wanted;
  const tried = names.concat(await programsIn(folders, names));
  let tooOld: Program | null = null;
  for (const path of tried) {
    const { end, output } = await runCommand([path, "--version"], { timeoutMs: versionTimeoutMs });
    const major = Number(version.exec(output)?.[1]);
    if (end !== "done" || Number.isNaN(major)) continue;
    const program = { path, name: basename(path), about: output.trim().split("\n", 1)[0] ?? "", major };
    if (major >= atLeast) return program;
    tooOld ??= program;
  }
  const [program] = names;
  if (tooOld !== null)
    throw new KbvaultError(
      "PROGRAM_TOO_OLD",
      `${tooOld.path} is of version ${tooOld.major}, and this needs ${atLeast} or newer. Nothing was changed. Install ${wanted.install} of version ${atLeast}, or put it first on PATH.`,
      { program, version: tooOld.major, needed: atLeast },
    );
  throw new KbvaultError(
    "PROGRAM_MISSING",
    `${names.join(" or ")} was not found on PATH. Nothing was changed. Install ${wanted.install}.`,
    { program, tried },
  );
}

/** What a program is run with. */
export interface ProgramRun {
  readonly args: readonly string[];
  /** Secrets stand here, never among the arguments: those can be read by every user of the machine. */
  readonly env: Readonly<Record<string, string>>;
  /** File that it reads as its standard input. */
  readonly inputFile?: string;
  /** File that it writes; its size is told while it grows. */
  readonly outputFile?: string;
  /** What it does, in a few words. */
  readonly doing: string;
}

/**
 * Runs a program to its end and resolves to what it printed.
 *
 * @throws KbvaultError PROGRAM_FAILED (`data.program`, `data.end`, `data.exitCode`, `data.output`), INTERRUPTED
 */
export async function runProgram(program: Program, run: ProgramRun, task: EngineTask): Promise<string> {
  task.tell(run.doing);
  const watch = run.outputFile === undefined ? undefined : tellSize(run.outputFile, run.doing, task);
  const result = await runCommand([program.path, ...run.args], {
    timeoutMs: task.timeoutMs,
    env: run.env,
    ...(run.inputFile === undefined ? {} : { inputFile: run.inputFile }),
    ...(task.signal === undefined ? {} : { signal: task.signal }),
  });
  clearInterval(watch);
  if (result.end === "done") return result.output;
  throw failure(program, run, result);
}

function failure({ name }: Program, { doing }: ProgramRun, result: CommandResult): KbvaultError {
  const { end, exitCode, output } = result;
  if (end === "aborted")
    return new KbvaultError("INTERRUPTED", `Interrupted while ${doing}. Nothing of it was kept.`);
  const how = {
    done: "ended",
    failed: exitCode === null ? `was ended by ${result.signal}` : `ended with status ${exitCode}`,
    "timed-out": `took longer than its limit of ${Math.round(result.durationMs / 1000)} s`,
    "not-found": "is not there any more",
    "not-executable": "may not be executed",
  }[end];
  const said = output.trim().slice(-shownOutput);
  return new KbvaultError(
    "PROGRAM_FAILED",
    `${name} ${how} while ${doing}${said === "" ? "" : `:\n${said}\n`}. Nothing of its work was kept.`,
    { program: name, end, exitCode, output: said },
  );
}

function tellSize(file: string, doing: string, { tell }: EngineTask): NodeJS.Timeout {
  return setInterval(() => {
    void stat(file).then(
      ({ size }) => tell(doing, size),
      () => undefined,
    );
  }, 500).unref();
}

/** Programs with these names in folders that fit the patterns, those of high versions first. */
async function programsIn(folders: readonly string[], names: readonly string[]): Promise<string[]> {
  if (folders.length === 0) return [];
  const patterns = folders.flatMap((folder) => names.map((name) => `${folder}/${name}`));
  const found = await fastGlob(patterns, { followSymbolicLinks: false, suppressErrors: true });
  const order = new Intl.Collator("en", { numeric: true });
  return found.sort((a, b) => order.compare(b, a));
}
