/**
 * The commands that look for faults.
 *
 * @module
 */
import type { Command } from "commander";
import type { AllFlag } from "../all.ts";
import type { DrillFlags } from "../commands/drill.ts";
import type { RepairFlags } from "../commands/repair.ts";
import type { VerifyFlags } from "../commands/verify.ts";
import { collect, examples, start, wholeNumber } from "./declare.ts";

/** Declares them, in their group. */
export function declareChecking(program: Command): void {
  program.commandsGroup("Check:");
  program
    .command("validate")
    .description("list what is wrong with a knowledge base, with line and column")
    .argument("[file]", "a file; default the live one")
    .option("--all", "every knowledge base of the configuration")
    .addHelpText(
      "after",
      examples("kbvault validate", "kbvault validate draft.json", "kbvault validate --all"),
    )
    .action((file: string | undefined, flags: AllFlag, command: Command) =>
      start(command, async (context) =>
        (await import("../commands/validate.ts")).validate(context, file, flags),
      ),
    );
  program
    .command("verify")
    .description("check the store: damaged files, and the versions they affect")
    .option("--read-data", "read and hash the bytes of every version too")
    .option("--signatures", "verify the signatures of versions, with ssh-keygen")
    .option("--allowed-signers <file>", "whose signatures count; default the file of the configuration")
    .option("--all", "the stores of every knowledge base of the configuration")
    .addHelpText(
      "after",
      examples("kbvault verify", "kbvault verify --read-data", "kbvault verify --signatures"),
    )
    .action((flags: VerifyFlags, command: Command) =>
      start(command, async (context) => (await import("../commands/verify.ts")).verify(context, flags)),
    );
  program
    .command("drill")
    .description(
      "restore versions for practice, to a temporary folder; exits with 12 when one does not come back",
    )
    .option("--count <number>", "how many: the newest snapshot, and others by chance; default 5", wholeNumber)
    .addHelpText("after", examples("kbvault drill", "kbvault drill --count 20 --json"))
    .action((flags: DrillFlags, command: Command) =>
      start(command, async (context) => (await import("../commands/drill.ts")).drill(context, flags)),
    );
  program
    .command("repair")
    .description("put damaged files of the store back; what is taken away goes to its quarantine")
    .option("--dry-run", "print the plan, change nothing")
    .option("--yes", "do not ask")
    .option(
      "--from <path>",
      "a backup, another copy of the store, or a file to look in; may be repeated",
      collect,
    )
    .addHelpText(
      "after",
      examples(
        "kbvault repair --dry-run",
        "kbvault repair --from backups",
        "kbvault repair --from ../clone --yes",
      ),
    )
    .action((flags: RepairFlags, command: Command) =>
      start(command, async (context) => (await import("../commands/repair.ts")).repair(context, flags)),
    );
}
