/**
 * The commands that merge.
 *
 * @module
 */
import type { Command } from "commander";
import type { MergeFlags } from "../commands/merge.ts";
import { sideHelp } from "../side.ts";
import { examples, refHelp, start } from "./declare.ts";

/** Declares them, in their group. */
export function declareMerging(program: Command): void {
  program.commandsGroup("Merge:");
  program
    .command("merge")
    .description("bring what changed from BASE to THEIRS into OURS, by entry and field")
    .argument("<base>", "what both sides came from")
    .argument("<ours>", "the side whose text is kept wherever nothing is taken")
    .argument("<theirs>", "the side whose changes are taken")
    .option("-o, --output <file>", "write the result to this file; default stdout, or nowhere with --json")
    .addHelpText(
      "after",
      `
Conflicts are listed on stderr with all three values (with -o on stdout); the result then has what OURS has,
and is JSON all the same. Exit status: 5 when there are conflicts.
${sideHelp}${refHelp}${examples(
  "kbvault merge v1 v2 v3 -o merged.json",
  "kbvault merge base.json ours.json theirs.json > merged.json",
  "kbvault merge v1 live other/kb.json --json",
)}`,
    )
    .action((base: string, ours: string, theirs: string, flags: MergeFlags, command: Command) =>
      start(command, async (context) =>
        (await import("../commands/merge.ts")).merge(context, [base, ours, theirs], flags),
      ),
    );
  program
    .command("git-merge-driver")
    .description("merge a file for git, which calls this by itself: see docs/git.md")
    .argument("<base>", "%O: the common ancestor")
    .argument("<ours>", "%A: our side, which gets the result")
    .argument("<theirs>", "%B: their side")
    .argument("<path>", "%P: where the file stands in the repository")
    .addHelpText(
      "after",
      examples("kbvault git-merge-driver .merge_file_1 .merge_file_2 .merge_file_3 data/kb.json"),
    )
    .action((base: string, ours: string, theirs: string, path: string, _: object, command: Command) =>
      start(command, async (context) =>
        (await import("../commands/git-merge-driver.ts")).gitMergeDriver(context, {
          base,
          ours,
          theirs,
          path,
        }),
      ),
    );
}
