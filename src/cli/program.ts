/**
 * The commands and their options. A command's body is imported when it runs, so that starting stays cheap.
 *
 * @module
 */
import { Command, InvalidArgumentError, Option } from "commander";
import type { DiffFlags } from "./commands/diff.ts";
import type { LabelFlags } from "./commands/label.ts";
import type { LogFlags } from "./commands/log.ts";
import type { RestoreFlags, UndoFlags } from "./commands/restore.ts";
import type { ShowFlags } from "./commands/show.ts";
import type { SnapshotFlags } from "./commands/snapshot.ts";
import type { VerifyFlags } from "./commands/verify.ts";
import { declareGlobalOptions, globalFlagsOf } from "./flags.ts";
import { packageVersion } from "./package-version.ts";
import { type Body, perform } from "./perform.ts";
import { declareMigrate } from "./program-migrate.ts";

const refHelp = `
A REF is v3, 3, a full id, a unique beginning of one, latest, latest~2, v3~1, a label, a tag that one version
has, @2025-01-27 or an ISO time (the last version not after it), or live.
`;

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
  declareGoingBack(program);
  declareNaming(program);
  declareChecking(program);
  declareMigrate(program);
  declareHelp(program);
  for (const command of [program, ...program.commands]) declareGlobalOptions(command);
  return program;
}

function declareSaving(program: Command): void {
  program.commandsGroup("Save:");
  program
    .command("init")
    .description("create kbvault.config.json here, and the store, for an existing knowledge base")
    .addHelpText(
      "after",
      examples("kbvault init --kb data/kb.json", "kbvault init --kb kb.json --store ../versions"),
    )
    .action((_: object, command: Command) =>
      start(command, async (context) => (await import("./commands/init.ts")).init(context)),
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
      start(command, async (context) => (await import("./commands/snapshot.ts")).snapshot(context, flags)),
    );
}

function declareLooking(program: Command): void {
  program.commandsGroup("Look:");
  program
    .command("status")
    .description("whether the live file is valid, and what changed since which version")
    .addHelpText("after", examples("kbvault status", "kbvault status --json"))
    .action((_: object, command: Command) =>
      start(command, async (context) => (await import("./commands/status.ts")).status(context)),
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
      start(command, async (context) => (await import("./commands/log.ts")).log(context, flags)),
    );
  program
    .command("show")
    .description("print the record of a version, its exact bytes, or one entry of it")
    .argument("<ref>", "the version")
    .option("--content", "the exact bytes of the knowledge base")
    .addOption(new Option("--entry <id>", "the text of one entry").conflicts("content"))
    .addHelpText("after", refHelp + examples("kbvault show latest", "kbvault show v3 --content > kb.json"))
    .action((ref: string, flags: ShowFlags, command: Command) =>
      start(command, async (context) => (await import("./commands/show.ts")).show(context, ref, flags)),
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
      start(command, async (context) => (await import("./commands/diff.ts")).diff(context, a, b, flags)),
    );
}

function declareGoingBack(program: Command): void {
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
      start(command, async (context) => (await import("./commands/restore.ts")).restore(context, ref, flags)),
    );
  program
    .command("undo")
    .description("go back to before the last restore; can itself be undone")
    .option("--dry-run", "print the plan, change nothing")
    .option("--yes", "do not ask")
    .addHelpText("after", examples("kbvault undo", "kbvault undo --yes"))
    .action((flags: UndoFlags, command: Command) =>
      start(command, async (context) => (await import("./commands/restore.ts")).undo(context, flags)),
    );
}

function declareNaming(program: Command): void {
  program.commandsGroup("Name:");
  program
    .command("tag")
    .description("add tags to a version; a tag categorises many versions")
    .argument("<ref>", "the version")
    .argument("<tags...>", "the tags")
    .addHelpText("after", refHelp + examples("kbvault tag v3 review billing"))
    .action((ref: string, tags: string[], _: object, command: Command) =>
      start(command, async (context) => (await import("./commands/tag.ts")).tag(context, ref, tags)),
    );
  program
    .command("label")
    .description("make a label name a version; a label names one version and moves")
    .argument("<name>", "the label")
    .argument("[ref]", "the version; default latest")
    .option("--delete", "delete the label")
    .addHelpText(
      "after",
      refHelp +
        examples("kbvault label known-good", "kbvault label known-good v3", "kbvault label --delete draft"),
    )
    .action((name: string, ref: string | undefined, flags: LabelFlags, command: Command) =>
      start(command, async (context) =>
        (await import("./commands/label.ts")).label(context, name, ref, flags),
      ),
    );
  program
    .command("labels")
    .description("list the labels")
    .addHelpText("after", examples("kbvault labels", "kbvault labels --json"))
    .action((_: object, command: Command) =>
      start(command, async (context) => (await import("./commands/label.ts")).labels(context)),
    );
}

function declareChecking(program: Command): void {
  program.commandsGroup("Check:");
  program
    .command("validate")
    .description("list what is wrong with a knowledge base, with line and column")
    .argument("[file]", "a file; default the live one")
    .addHelpText("after", examples("kbvault validate", "kbvault validate draft.json"))
    .action((file: string | undefined, _: object, command: Command) =>
      start(command, async (context) => (await import("./commands/validate.ts")).validate(context, file)),
    );
  program
    .command("verify")
    .description("check the store: damaged files, and the versions they affect")
    .option("--read-data", "read and hash the bytes of every version too")
    .addHelpText("after", examples("kbvault verify", "kbvault verify --read-data"))
    .action((flags: VerifyFlags, command: Command) =>
      start(command, async (context) => (await import("./commands/verify.ts")).verify(context, flags)),
    );
}

function declareHelp(program: Command): void {
  program.commandsGroup("Help:");
  program
    .command("help")
    .description("print help, of a command or of all")
    .argument("[command]", "the command")
    .addHelpText("after", examples("kbvault help", "kbvault help restore"))
    .action(async (name: string | undefined) => {
      const known = program.commands.find((command) => command.name() === name);
      // Parsing an unknown name is what makes commander suggest a known one.
      if (name !== undefined && known === undefined) await program.parseAsync([name], { from: "user" });
      (known ?? program).help();
    });
}

function start(command: Command, body: Body): Promise<void> {
  return perform(globalFlagsOf(command), body);
}

function examples(...commands: readonly string[]): string {
  return `\nExamples:\n${commands.map((command) => `  $ ${command}`).join("\n")}`;
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

function wholeNumber(value: string): number {
  if (!/^[1-9]\d{0,8}$/.test(value)) throw new InvalidArgumentError("It has to be a whole number from 1.");
  return Number(value);
}
