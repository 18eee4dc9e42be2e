/**
 * The commands that bring something back.
 *
 * @module
 */
import type { Command } from "commander";
import type { RestoreFlags, UndoFlags } from "../commands/restore.ts";
import { examples, refHelp, start } from "./declare.ts";

/** Declares them, in their group. */
export function declareGoingBack(program: Command): void {
  program.commandsGroup("Go back:");
  program
    .command("restore")
    .description("put a version back, byte for byte; the bytes of now are saved first")
    .argument("<ref>", "the version")
    .option("--dry-run", "print the plan, change nothing")
    .option("--yes", "do not ask")
    .option("--to <file>", "write to this file instead, or to stdout for -")
    .addHelpText(
      "after",
      refHelp +
        examples(
          "kbvault restore known-good",
          "kbvault restore v3 --dry-run",
          "kbvault restore v3 --to - | less",
        ),
    )
    .action((ref: string, flags: RestoreFlags, command: Command) =>
      start(command, async (context) =>
        (await import("../commands/restore.ts")).restore(context, ref, flags),
      ),
    );
  program
    .command("undo")
    .description("go back to before the last restore; can itself be undone")
    .option("--dry-run", "print the plan, change nothing")
    .option("--yes", "do not ask")
    .addHelpText("after", examples("kbvault undo", "kbvault undo --yes"))
    .action((flags: UndoFlags, command: Command) =>
      start(command, async (context) => (await import("../commands/restore.ts")).undo(context, flags)),
    );
}
