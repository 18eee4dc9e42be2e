/**
 * The command line, from its arguments to its exit status.
 *
 * @module
 */
import { errorKinds, KbvaultError } from "../errors.ts";
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
  const code = error.code === "ENOSPC" ? "NO_SPACE" : "IO_ERROR";
  process.stderr.write(
    `error ${code}: stdout could not be written (${error.code}); what it holds is not complete.\n`,
  );
  process.exit(errorKinds[code].exit);
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
