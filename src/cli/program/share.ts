/**
 * The commands that move what one store has to another.
 *
 * @module
 */
import { type Command, Option } from "commander";
import type { ExchangeFlags } from "../commands/exchange.ts";
import type { CheckFlags } from "../commands/remote.ts";
import { declareGlobalOptions } from "../flags.ts";
import { examples, start } from "./declare.ts";

/** What people have to know of remotes. */
const remoteHelp = `
A REMOTE is its name in the configuration, or the folder or URL of a store. Without it, origin or the only one. Nothing that
either store has is lost or changed; versions keep their ids. docs/moving.md says more.
`;

/** Declares them, in their group. */
export function declareSharing(program: Command): void {
  program.commandsGroup("Share:");
  declareExchange(program, "push", "give a remote what it lacks; where there is no store, it is made");
  declareExchange(program, "pull", "get what we lack from a remote; the live file is not touched");
  declareExchange(program, "sync", "pull, then push: afterwards both have everything");
  program
    .command("clone")
    .description("make a new folder with everything that a store has: versions, live file, configuration")
    .argument("<url>", "the folder or URL of the store")
    .argument("<dir>", "the new folder; one that is there has to be empty")
    .addHelpText(
      "after",
      examples(
        "kbvault clone /mnt/team/versions kb",
        "kbvault clone /mnt/team/versions kb --kb support.json",
      ),
    )
    .action((url: string, folder: string, _: object, command: Command) =>
      start(command, async (context) => (await import("../commands/clone.ts")).clone(context, url, folder)),
    );
  declareRemote(program);
}

function declareExchange(program: Command, name: "push" | "pull" | "sync", description: string): void {
  program
    .command(name)
    .description(description)
    .argument("[remote]", "the remote")
    .option("--dry-run", "say what would be moved, change nothing")
    .addOption(
      new Option("--labels <side>", "whose value a label keeps that moved in both stores").choices([
        "ours",
        "theirs",
      ]),
    )
    .addHelpText(
      "after",
      remoteHelp +
        examples(
          `kbvault ${name}`,
          `kbvault ${name} --dry-run`,
          `kbvault ${name} /mnt/team/versions --labels ours`,
        ),
    )
    .action((remote: string | undefined, flags: ExchangeFlags, command: Command) =>
      start(command, async (context) =>
        (await import("../commands/exchange.ts"))[name](context, remote, flags),
      ),
    );
}

function declareRemote(program: Command): void {
  const remote = program
    .command("remote")
    .description("other stores of the same knowledge base: add, list, remove, check")
    .helpCommand(false)
    .addHelpText("after", examples("kbvault remote add origin /mnt/team/versions", "kbvault remote check"))
    .action((_: object, command: Command) => command.help());
  remote
    .command("add")
    .description("write a remote into the configuration")
    .argument("<name>", "its name; origin is what push, pull and sync use by themselves")
    .argument("<url>", "the folder or URL of the store, without a password")
    .addHelpText("after", examples("kbvault remote add origin /mnt/team/versions"))
    .action((name: string, url: string, _: object, command: Command) =>
      start(command, async (context) => (await import("../commands/remote.ts")).add(context, name, url)),
    );
  remote
    .command("list")
    .description("list the remotes")
    .addHelpText("after", examples("kbvault remote list", "kbvault remote list --json"))
    .action((_: object, command: Command) =>
      start(command, async (context) => (await import("../commands/remote.ts")).list(context)),
    );
  remote
    .command("remove")
    .description("take a remote out of the configuration; its store is not touched")
    .argument("<remote>", "its name")
    .addHelpText("after", examples("kbvault remote remove origin"))
    .action((name: string, _: object, command: Command) =>
      start(command, async (context) => (await import("../commands/remote.ts")).remove(context, name)),
    );
  remote
    .command("check")
    .description("whether a remote answers, how fast, whose store it is, and whether it can be written")
    .argument("[remote]", "the remote")
    .option("--no-write", "only read: do not try to write")
    .addHelpText("after", remoteHelp + examples("kbvault remote check", "kbvault remote check origin --json"))
    .action((name: string | undefined, flags: CheckFlags, command: Command) =>
      start(command, async (context) => (await import("../commands/remote.ts")).check(context, name, flags)),
    );
  for (const command of remote.commands) declareGlobalOptions(command);
}
