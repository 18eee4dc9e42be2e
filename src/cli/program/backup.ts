/**
 * The commands under `kbvault backup` and their options.
 *
 * @module
 */
import { type Command, Option } from "commander";
import type { CreateBackupFlags, LabelBackupFlags } from "../commands/backup/create.ts";
import type { VerifyBackupFlags } from "../commands/backup/look.ts";
import type { BackupFlags } from "../commands/backup/open.ts";
import type { PruneBackupFlags } from "../commands/backup/prune.ts";
import type { RestoreBackupFlags } from "../commands/backup/restore.ts";
import { declareGlobalOptions } from "../flags.ts";
import { examples, start, wholeNumber } from "./declare.ts";

const refHelp = `
A BACKUP is its name (20250127T120000Z), a unique beginning of it, its label, or latest.
`;

/** Declares `backup` and everything under it. */
export function declareBackup(program: Command): void {
  const backup = program
    .command("backup")
    .description("back up database, knowledge base and versions; verify, restore, prune")
    .helpCommand(false)
    .action((_: object, command: Command) => command.help());
  declareCreating(backup);
  declareLooking(backup);
  declareRestoring(backup);
  declarePruning(backup);
  for (const command of backup.commands) {
    command
      .optionsGroup("Backup options:")
      .option("--url <url>", "the database (DATABASE_URL); default pglite:.kbvault/pglite, where it is there")
      .option("--history-table <name>", "the history table of its migrations; default schema_migrations")
      .option("--backups <dir>", "the folder of the backups; default backups");
    declareGlobalOptions(command);
  }
  backup.addHelpText(
    "after",
    examples("kbvault backup create", "kbvault backup list", "kbvault backup restore latest --dry-run"),
  );
}

function declareCreating(backup: Command): void {
  backup
    .command("create")
    .description("make a backup and read it back; the newest 10 stay")
    .option("--label <name>", "a name that keeps it from being pruned")
    .addHelpText("after", examples("kbvault backup create", "kbvault backup create --label before-the-move"))
    .action((flags: CreateBackupFlags, command: Command) =>
      start(command, async (context) =>
        (await import("../commands/backup/create.ts")).createBackup(context, flags),
      ),
    );
  backup
    .command("label")
    .description("give a backup a label, which keeps it from being pruned; or take it away")
    .argument("<backup>", "the backup")
    .argument("[label]", "the label")
    .option("--remove", "take the label away")
    .addHelpText(
      "after",
      refHelp + examples("kbvault backup label latest release-4", "kbvault backup label release-4 --remove"),
    )
    .action((ref: string, label: string | undefined, flags: LabelBackupFlags, command: Command) =>
      start(command, async (context) =>
        (await import("../commands/backup/create.ts")).labelBackup(context, ref, label, flags),
      ),
    );
}

function declareLooking(backup: Command): void {
  backup
    .command("list")
    .description("list the backups, the newest first: age, size, what they hold, whether all files are there")
    .addHelpText("after", examples("kbvault backup list", "kbvault backup list --json"))
    .action((flags: BackupFlags, command: Command) =>
      start(command, async (context) =>
        (await import("../commands/backup/look.ts")).listBackups(context, flags),
      ),
    );
  backup
    .command("verify")
    .description("read every file of a backup and its dump; --deep restores it into a throw-away database")
    .argument("[backup]", "the backup; default latest", "latest")
    .option("--deep", "restore the dump into a throw-away database and count its rows; read all versions")
    .addHelpText("after", refHelp + examples("kbvault backup verify", "kbvault backup verify latest --deep"))
    .action((ref: string, flags: VerifyBackupFlags, command: Command) =>
      start(command, async (context) =>
        (await import("../commands/backup/look.ts")).verifyBackup(context, ref, flags),
      ),
    );
}

function declareRestoring(backup: Command): void {
  backup
    .command("restore")
    .description("bring a backup back; what is there now is backed up first")
    .argument("<backup>", "the backup")
    .option("--dry-run", "print the plan, change nothing")
    .option("--yes", "do not ask")
    .addOption(new Option("--only <part>", "only this part").choices(["database", "kb"]))
    .option("--to-url <url>", "restore the database into this one instead, which has to be missing or empty")
    .option("--force", "although the database has migrations that the backup does not have")
    .option("--end-sessions", "end the sessions of others in the database that is replaced")
    .option("--no-owner", "leave owners and rights out, for a server without those roles (PostgreSQL)")
    .option(
      "--no-safety-backup",
      "do not back up what is there; the replaced database is kept beside, where it can be",
    )
    .addHelpText(
      "after",
      refHelp +
        examples(
          "kbvault backup restore latest --dry-run",
          "kbvault backup restore 20250127T120000Z --only kb",
          "kbvault backup restore latest --to-url postgres://app@db/app_copy --yes",
        ),
    )
    .action((ref: string, flags: RestoreBackupFlags, command: Command) =>
      start(command, async (context) =>
        (await import("../commands/backup/restore.ts")).restoreBackup(context, ref, flags),
      ),
    );
}

function declarePruning(backup: Command): void {
  backup
    .command("prune")
    .description("remove what is more than enough; never a labelled backup, never the last good one")
    .option("--keep <number>", "how many stay; default 10", wholeNumber)
    .option("--dry-run", "say what would be removed, and why")
    .addHelpText("after", examples("kbvault backup prune --dry-run", "kbvault backup prune --keep 3"))
    .action((flags: PruneBackupFlags, command: Command) =>
      start(command, async (context) =>
        (await import("../commands/backup/prune.ts")).pruneBackups(context, flags),
      ),
    );
}
