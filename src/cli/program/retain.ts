/**
 * The commands that decide what is kept, and how much room it takes.
 *
 * @module
 */
import { type Command, InvalidArgumentError } from "commander";
import type { KeepCount } from "../../index.ts";
import type { PruneFlags } from "../commands/prune.ts";
import type { EmptyTrashFlags } from "../commands/trash.ts";
import { declareGlobalOptions } from "../flags.ts";
import { collect, examples, start } from "./declare.ts";

/** Declares them, in their group. */
export function declareRetaining(program: Command): void {
  program.commandsGroup("Retain:");
  declarePrune(program);
  declareTrash(program);
  program
    .command("stats")
    .description("how much the store holds and how much room it takes: by month, author and kind")
    .addHelpText("after", examples("kbvault stats", "kbvault stats --json"))
    .action((_: object, command: Command) =>
      start(command, async (context) => (await import("../commands/stats.ts")).stats(context)),
    );
}

function declarePrune(program: Command): void {
  program
    .command("prune")
    .description("move versions that no rule keeps to the trash; remove what nothing needs any more")
    .option("--keep-last <number>", "keep the newest so many snapshots, or unlimited", keepCount)
    .option("--keep-hourly <number>", "keep the newest of each of the last so many hours with any", keepCount)
    .option("--keep-daily <number>", "the same by days", keepCount)
    .option("--keep-weekly <number>", "the same by weeks", keepCount)
    .option("--keep-monthly <number>", "the same by months", keepCount)
    .option("--keep-yearly <number>", "the same by years", keepCount)
    .option("--keep-within <time>", "keep all snapshots within this time before the newest, such as 1y2m3d4h")
    .option("--keep-tag <tag>", "keep versions with this tag, or all of a,b; may be repeated", collect)
    .option("--safety-within <time>", "how long safety versions stay; default 30d")
    .option("--grace <time>", "how long pruned versions can be brought back; default 14d")
    .option("--dry-run", "print what would become of each version and why, change nothing")
    .option("--yes", "do not ask")
    .addHelpText(
      "after",
      `
Rules count snapshots, are those of restic's forget, and each keeps by itself. Always kept: versions with a label, the
newest snapshot, the version that the live file came from, the one that undo goes back to. Without a rule those of the
key "retention" of the configuration count. docs/retention.md says more.
${examples(
  "kbvault prune --keep-last 20 --keep-daily 14 --keep-monthly 12 --dry-run",
  "kbvault prune --keep-within 3m --keep-tag release --yes",
)}`,
    )
    .action((flags: PruneFlags, command: Command) =>
      start(command, async (context) => (await import("../commands/prune.ts")).prune(context, flags)),
    );
}

function declareTrash(program: Command): void {
  const trash = program
    .command("trash")
    .description("pruned versions: list them, bring them back, give them up for good")
    .helpCommand(false)
    .addHelpText("after", examples("kbvault trash list", "kbvault trash restore v3"))
    .action((_: object, command: Command) => command.help());
  trash
    .command("list")
    .description("list the pruned versions that can be brought back")
    .addHelpText("after", examples("kbvault trash list", "kbvault trash list --json"))
    .action((_: object, command: Command) =>
      start(command, async (context) => (await import("../commands/trash.ts")).listTrash(context)),
    );
  trash
    .command("restore")
    .description("bring pruned versions back; the live file is not touched")
    .argument("<trashed...>", "the versions: numbers, ids, or what else names one of those in the trash")
    .addHelpText("after", examples("kbvault trash restore v3", "kbvault trash restore v3 v5"))
    .action((refs: string[], _: object, command: Command) =>
      start(command, async (context) => (await import("../commands/trash.ts")).restoreTrashed(context, refs)),
    );
  trash
    .command("empty")
    .description("give pruned versions up for good, and remove what nothing needs any more")
    .option(
      "--older-than <time>",
      "only what was pruned at least so long ago, such as 14d; default everything",
    )
    .option("--dry-run", "say what would go, change nothing")
    .option("--yes", "do not ask")
    .addHelpText("after", examples("kbvault trash empty --older-than 14d", "kbvault trash empty --dry-run"))
    .action((flags: EmptyTrashFlags, command: Command) =>
      start(command, async (context) => (await import("../commands/trash.ts")).emptyTrash(context, flags)),
    );
  for (const command of trash.commands) declareGlobalOptions(command);
}

/** Parser of an option that says how many are kept. */
function keepCount(value: string): KeepCount {
  if (value === "unlimited") return value;
  if (!/^\d{1,9}$/.test(value)) throw new InvalidArgumentError("It has to be a whole number, or unlimited.");
  return Number(value);
}
