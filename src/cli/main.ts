/**
 * The command line, from its arguments to its exit status.
 *
 * @module
 */
import { exitStatus, KbvaultError } from "../errors.ts";
import { printError } from "./output.ts";
import { packageVersion } from "./package-version.ts";

/** Runs the command line with the arguments behind the program's name; `process.exitCode` is set when it resolves. */
export async function main(argv: readonly string[]): Promise<void> {
  process.stdout.on("error", endOnOutputError);
  // Talk that nobody reads is no reason to stop.
  process.stderr.on("error", () => {});
  if (argv.length === 1 && argv[0] === "--version") {
    process.stdout.write(`${packageVersion()}\n`);
    return;
  }
  process.once("SIGINT", () => void endOnInterrupt(argv));
  const { run } = await import("./run.ts");
  await run(argv);
}

/** A reader that has seen enough, such as `head`, is no error; anything else on stdout is. */
function endOnOutputError(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit();
  process.stderr.write(
    `error IO_ERROR: stdout could not be written (${error.code}); what it holds is not complete.\n`,
  );
  process.exit(error.code === "ENOSPC" ? exitStatus.notWritable : exitStatus.failed);
}

async function endOnInterrupt(argv: readonly string[]): Promise<void> {
  const message =
    "Interrupted. What was not yet committed is not done; `kbvault status` shows where things are.";
  await printError(new KbvaultError("INTERRUPTED", message), {
    json: argv.includes("--json"),
    quiet: false,
    color: true,
  });
  process.exit();
}
