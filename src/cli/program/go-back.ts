/**
 * The commands that bring something back.
 *
 * @module
 */
import type { Command } from "commander";
import type { RestoreFlags } from "../commands/restore.ts";
import type { WriteFlags } from "../write-live.ts";
import { collect, examples, refHelp, start } from "./declare.ts";

/** Declares them, in their group. */
export function declareGoingBack(program: Command): void {
  program.commandsGroup("Go back:");
  program
    .command("restore")
    .description("put a version back, byte for byte, or parts of it; the bytes of now are saved first")
    .argument("<ref>", "the version")
    .option("--dry-run", "print the plan, change nothing")
    .option("--yes", "do not ask")
    .option("--entry <id>", "only this entry, every other byte kept; may be repeated", collect)
    .option("--field <pointer>", "only this field of the entry, such as /steps/0; may be repeated", collect)
    .option("--to <file>", "write to this file instead, or to stdout for -")
    .addHelpText(
      "after",
      refHelp +
        examples(
          "kbvault restore known-good",
          "kbvault restore v3 --dry-run",
          "kbvault restore v3 --entry router",
          "kbvault restore v3 --entry router --field /steps/0",
          "kbvault restore v3 --to - | less",
        ),
    )
    .action((ref: string, flags: RestoreFlags, command: Command) =>
      start(command, async (context) =>
        (await import("../commands/restore.ts")).restore(context, ref, flags),
      ),
    );
  program
    .command("revert")
    .description("take back what a version changed, and nothing newer, or say what is in the way")
    .argument("<ref>", "the version")
    .option("--dry-run", "print the plan, change nothing")
    .option("--yes", "do not ask")
    .addHelpText("after", refHelp + examples("kbvault revert v3", "kbvault revert latest --dry-run"))
    .action((ref: string, flags: WriteFlags, command: Command) =>
      start(command, async (context) => (await import("../commands/revert.ts")).revert(context, ref, flags)),
    );
  program
    .command("undo")
    .description("go back to before the last restore or revert; can itself be undone")
    .option("--dry-run", "print the plan, change nothing")
    .option("--yes", "do not ask")
    .addHelpText("after", examples("kbvault undo", "kbvault undo --yes"))
    .action((flags: WriteFlags, command: Command) =>
      start(command, async (context) => (await import("../commands/restore.ts")).undo(context, flags)),
    );
}
