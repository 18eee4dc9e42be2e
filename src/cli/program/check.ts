/**
 * The commands that look for faults.
 *
 * @module
 */
import type { Command } from "commander";
import type { AllFlag } from "../all.ts";
import type { VerifyFlags } from "../commands/verify.ts";
import { examples, start } from "./declare.ts";

/** Declares them, in their group. */
export function declareChecking(program: Command): void {
  program.commandsGroup("Check:");
  program
    .command("validate")
    .description("list what is wrong with a knowledge base, with line and column")
    .argument("[file]", "a file; default the live one")
    .option("--all", "every knowledge base of the configuration")
    .addHelpText(
      "after",
      examples("kbvault validate", "kbvault validate draft.json", "kbvault validate --all"),
    )
    .action((file: string | undefined, flags: AllFlag, command: Command) =>
      start(command, async (context) =>
        (await import("../commands/validate.ts")).validate(context, file, flags),
      ),
    );
  program
    .command("verify")
    .description("check the store: damaged files, and the versions they affect")
    .option("--read-data", "read and hash the bytes of every version too")
    .option("--all", "the stores of every knowledge base of the configuration")
    .addHelpText("after", examples("kbvault verify", "kbvault verify --read-data"))
    .action((flags: VerifyFlags, command: Command) =>
      start(command, async (context) => (await import("../commands/verify.ts")).verify(context, flags)),
    );
}
