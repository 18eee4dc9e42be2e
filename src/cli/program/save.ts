/**
 * The commands that keep versions.
 *
 * @module
 */
import { type Command, Option } from "commander";
import type { AllFlag } from "../all.ts";
import type { DescribeFlags } from "../commands/describe.ts";
import type { SnapshotFlags } from "../commands/snapshot.ts";
import type { WatchFlags } from "../commands/watch.ts";
import { collect, examples, lasting, refHelp, start } from "./declare.ts";

const editorHelp = `
Without -m, on a terminal, the editor that KBVAULT_EDITOR, VISUAL, EDITOR or git's core.editor names is opened. An empty
text changes nothing and ends with 130.
`;

const allHelp = `
With --all, one that fails does not stop the others: 3 when some failed, their status when all did with one.
`;

/** Declares them, in their group. */
export function declareSaving(program: Command): void {
  program.commandsGroup("Save:");
  program
    .command("init")
    .description("create kbvault.config.json here, and the store, for an existing knowledge base")
    .option("--all", "create the stores that knowledge bases of the configuration do not have yet")
    .addHelpText(
      "after",
      `
With --kb NAME, of a knowledge base that the configuration names, only its store is created.
${examples(
  "kbvault init --kb data/kb.json",
  "kbvault init --kb kb.json --store ../versions",
  "kbvault init --kb es",
)}`,
    )
    .action((flags: AllFlag, command: Command) =>
      start(command, async (context) => (await import("../commands/init.ts")).init(context, flags)),
    );
  program
    .command("snapshot")
    .description("keep the bytes of now as a version; unchanged bytes are no error and write nothing")
    .option("-m, --message <text>", "what changed, and why; without it, an editor asks")
    .option("--tag <tag>", "a category of the version; may be repeated", collect)
    .option("--strict", "refuse duplicate keys and ids, and violations of the schema")
    .option("--sign <file>", "sign the version with this SSH key; default that of the configuration")
    .option("--no-sign", "do not sign it")
    .option("--all", "every knowledge base of the configuration, each in its own store")
    .addHelpText(
      "after",
      editorHelp +
        allHelp +
        examples(
          'kbvault snapshot -m "Steps for the new router"',
          'kbvault snapshot -m "Fix links" --tag review --strict',
          'kbvault snapshot --all -m "Release 12"',
        ),
    )
    .action((flags: SnapshotFlags, command: Command) =>
      start(command, async (context) => (await import("../commands/snapshot.ts")).snapshot(context, flags)),
    );
  program
    .command("describe")
    .description("give a version another description; the journal keeps the old one")
    .argument("<ref>", "the version")
    .option("-m, --message <text>", "the new description; without it, an editor shows the present one")
    .addHelpText(
      "after",
      editorHelp + refHelp + examples('kbvault describe v3 -m "Steps for the new router, IPv6 too"'),
    )
    .action((ref: string, flags: DescribeFlags, command: Command) =>
      start(command, async (context) =>
        (await import("../commands/describe.ts")).describe(context, ref, flags),
      ),
    );
  program
    .command("watch")
    .description("keep a version whenever the knowledge base changes, until Ctrl-C")
    .option("-m, --message <text>", "description of each version", "Saved by kbvault watch")
    .option("--tag <tag>", "a category of each version; may be repeated", collect)
    .addOption(
      new Option("--debounce <time>", "how long the file has to rest before it is kept")
        .argParser(lasting)
        .default(2000, "2s"),
    )
    .addHelpText(
      "after",
      `
A file that is not JSON, or gone, is reported once and kept as soon as it is JSON again. With --json each event is one
line. SIGINT and SIGTERM end it with 0, after what is pending was kept.
${examples("kbvault watch", 'kbvault watch --debounce 30s --tag auto -m "While editing"')}`,
    )
    .action((flags: WatchFlags, command: Command) =>
      start(command, async (context) => (await import("../commands/watch.ts")).watch(context, flags)),
    );
}
