/**
 * The commands that show what there is.
 *
 * @module
 */
import { type Command, Option } from "commander";
import type { AllFlag } from "../all.ts";
import type { ShowFlags } from "../commands/show.ts";
import { examples, refHelp, start } from "./declare.ts";

/** Declares them, in their group. */
export function declareLooking(program: Command): void {
  program.commandsGroup("Look:");
  program
    .command("status")
    .description("whether the live file is valid, and what changed since which version")
    .option("--all", "every knowledge base of the configuration")
    .addHelpText("after", examples("kbvault status", "kbvault status --json", "kbvault status --all"))
    .action((flags: AllFlag, command: Command) =>
      start(command, async (context) => (await import("../commands/status.ts")).status(context, flags)),
    );
  program
    .command("show")
    .description("print the record of a version, its exact bytes, or one entry of it")
    .argument("<ref>", "the version")
    .option("--content", "the exact bytes of the knowledge base")
    .addOption(new Option("--entry <id>", "the text of one entry").conflicts("content"))
    .addHelpText("after", refHelp + examples("kbvault show latest", "kbvault show v3 --content > kb.json"))
    .action((ref: string, flags: ShowFlags, command: Command) =>
      start(command, async (context) => (await import("../commands/show.ts")).show(context, ref, flags)),
    );
}
