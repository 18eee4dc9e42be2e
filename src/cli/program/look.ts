/**
 * The commands that show what there is.
 *
 * @module
 */
import { type Command, Option } from "commander";
import type { AllFlag } from "../all.ts";
import type { DiffFlags } from "../commands/diff.ts";
import type { LogFlags } from "../commands/log.ts";
import type { ShowFlags } from "../commands/show.ts";
import { collect, examples, refHelp, start, wholeNumber } from "./declare.ts";

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
    .command("log")
    .description("list the versions, newest first")
    .option("-n, --limit <number>", "at most so many", wholeNumber)
    .option("--tag <tag>", "only versions with this tag")
    .option("--author <name>", "only versions by this author")
    .option("--since <time>", "only versions from this date, ISO time, or age such as 36h, 7d, 2w")
    .option("--until <time>", "only versions up to this date, ISO time, or age")
    .option("--label <name>", "only the version with this label")
    .addHelpText(
      "after",
      examples("kbvault log", "kbvault log -n 5 --since 7d", "kbvault log --author Ana --tag review"),
    )
    .action((flags: LogFlags, command: Command) =>
      start(command, async (context) => (await import("../commands/log.ts")).log(context, flags)),
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
  program
    .command("diff")
    .description("compare two states; order and formatting are counted, and are no difference")
    .argument("[a]", "the older state", "latest")
    .argument("[b]", "the newer state", "live")
    .option("--stat", "only counts per entry")
    .option("--entry <id>", "only this entry; may be repeated", collect)
    .option("--exit-code", "exit with 1 when a value differs")
    .addHelpText(
      "after",
      refHelp +
        examples("kbvault diff", "kbvault diff v2 v3 --stat", "kbvault diff known-good live --exit-code"),
    )
    .action((a: string, b: string, flags: DiffFlags, command: Command) =>
      start(command, async (context) => (await import("../commands/diff.ts")).diff(context, a, b, flags)),
    );
}
