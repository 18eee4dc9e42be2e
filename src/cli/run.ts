/**
 * Parsing the arguments: into a command, help, or a usage error.
 *
 * @module
 */
import { CommanderError } from "commander";
import { exitStatus, KbvaultError } from "../errors.ts";
import type { ValueOutcome } from "./context.ts";
import { printError, printOutcome } from "./output.ts";
import { createProgram } from "./program/program.ts";

/** Runs the arguments behind the program's name; `process.exitCode` is set when it resolves. */
export async function run(argv: readonly string[]): Promise<void> {
  let help = "";
  const program = createProgram((text) => {
    help += text;
  });
  try {
    await program.parseAsync(argv, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const flags = {
      json: argv.includes("--json"),
      quiet: false,
      color: !argv.includes("--no-color"),
      pager: !argv.includes("--no-pager"),
    };
    if (error.exitCode === exitStatus.done) await printOutcome(helpOutcome(error, help.trimEnd()), flags);
    else await printError(usageError(error), flags);
    // A command may have an exit status of its own for arguments that it does not understand.
    if (error.exitCode > exitStatus.failed) process.exitCode = error.exitCode;
  }
}

function helpOutcome(asked: CommanderError, text: string): ValueOutcome {
  const value = asked.code === "commander.version" ? { version: text } : { help: text };
  return { kind: "value", value, text: () => [text] };
}

function usageError(error: CommanderError): KbvaultError {
  if (error.code === "commander.help")
    return new KbvaultError("USAGE", "No command is given. `kbvault help` lists the commands.");
  const message = error.message.replace(/^error: /, "").replace(/\n\((.*)\)$/, ". $1");
  const sentence = message.charAt(0).toUpperCase() + message.slice(1) + (/[.?]$/.test(message) ? "" : ".");
  return new KbvaultError("USAGE", `${sentence} Nothing was changed. \`kbvault help\` tells what there is.`);
}
