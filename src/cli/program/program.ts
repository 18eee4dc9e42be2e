/**
 * The program: all commands with their options. A command's body is imported when it runs, so that starting stays cheap.
 *
 * @module
 */
import { Command } from "commander";
import { declareGlobalOptions } from "../flags.ts";
import { packageVersion } from "../package-version.ts";
import { declareChecking } from "./check.ts";
import { declareComparing } from "./compare.ts";
import { declareGoingBack } from "./go-back.ts";
import { declareHelp } from "./help.ts";
import { declareHistory } from "./history.ts";
import { declareLooking } from "./look.ts";
import { declareMerging } from "./merge.ts";
import { declareMigrate } from "./migrate.ts";
import { declareNaming } from "./name.ts";
import { declareOperating } from "./operate.ts";
import { declareRetaining } from "./retain.ts";
import { declareSaving } from "./save.ts";
import { declareSharing } from "./share.ts";

/** The program, ready to parse; it throws CommanderError instead of ending the process, and gives help to `writeOut`. */
export function createProgram(writeOut: (text: string) => void): Command {
  const program = new Command("kbvault")
    .description("Versions of a JSON knowledge base: snapshot, compare, restore.")
    .version(packageVersion(), "--version", "print the version")
    .helpOption("-h, --help", "print help")
    .enablePositionalOptions()
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeOut, writeErr: () => {} });
  declareSaving(program);
  declareLooking(program);
  declareHistory(program);
  declareComparing(program);
  declareGoingBack(program);
  declareMerging(program);
  declareNaming(program);
  declareRetaining(program);
  declareSharing(program);
  declareChecking(program);
  declareMigrate(program);
  declareOperating(program);
  declareHelp(program);
  for (const command of [program, ...program.commands]) declareGlobalOptions(command);
  return program;
}
