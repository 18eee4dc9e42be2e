/**
 * The commands that keep versions.
 *
 * @module
 */
import type { Command } from "commander";
import type { SnapshotFlags } from "../commands/snapshot.ts";
import { collect, examples, start } from "./declare.ts";

/** Declares them, in their group. */
export function declareSaving(program: Command): void {
  program.commandsGroup("Save:");
  program
    .command("init")
    .description("create kbvault.config.json here, and the store, for an existing knowledge base")
    .addHelpText(
      "after",
      examples("kbvault init --kb data/kb.json", "kbvault init --kb kb.json --store ../versions"),
    )
    .action((_: object, command: Command) =>
      start(command, async (context) => (await import("../commands/init.ts")).init(context)),
    );
  program
    .command("snapshot")
    .description("keep the bytes of now as a version; unchanged bytes are no error and write nothing")
    .requiredOption("-m, --message <text>", "what changed, and why")
    .option("--tag <tag>", "a category of the version; may be repeated", collect)
    .option("--strict", "refuse duplicate keys and ids, and violations of the schema")
    .addHelpText(
      "after",
      examples(
        'kbvault snapshot -m "Steps for the new router"',
        'kbvault snapshot -m "Fix links" --tag review --strict',
      ),
    )
    .action((flags: SnapshotFlags, command: Command) =>
      start(command, async (context) => (await import("../commands/snapshot.ts")).snapshot(context, flags)),
    );
}
