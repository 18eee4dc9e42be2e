/**
 * The commands that name and categorise versions.
 *
 * @module
 */
import type { Command } from "commander";
import type { LabelFlags } from "../commands/label.ts";
import { examples, refHelp, start } from "./declare.ts";

/** Declares them, in their group. */
export function declareNaming(program: Command): void {
  program.commandsGroup("Name:");
  program
    .command("tag")
    .description("add tags to a version; a tag categorises many versions")
    .argument("<ref>", "the version")
    .argument("<tags...>", "the tags")
    .addHelpText("after", refHelp + examples("kbvault tag v3 review billing"))
    .action((ref: string, tags: string[], _: object, command: Command) =>
      start(command, async (context) => (await import("../commands/tag.ts")).tag(context, ref, tags)),
    );
  program
    .command("label")
    .description("make a label name a version; a label names one version and moves")
    .argument("<label>", "its name")
    .argument("[ref]", "the version; default latest")
    .option("--delete", "delete the label")
    .option("--if <ref>", "only if it stands at this version now; none: only if there is no such label")
    .addHelpText(
      "after",
      refHelp +
        examples(
          "kbvault label known-good",
          "kbvault label known-good v3 --if v2",
          "kbvault label --delete draft",
        ),
    )
    .action((name: string, ref: string | undefined, flags: LabelFlags, command: Command) =>
      start(command, async (context) =>
        (await import("../commands/label.ts")).label(context, name, ref, flags),
      ),
    );
  program
    .command("labels")
    .description("list the labels")
    .addHelpText("after", examples("kbvault labels", "kbvault labels --json"))
    .action((_: object, command: Command) =>
      start(command, async (context) => (await import("../commands/label.ts")).labels(context)),
    );
}
