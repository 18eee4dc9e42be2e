/**
 * The commands under `kbvault migrate` and their options.
 *
 * @module
 */
import { type Command, InvalidArgumentError, Option } from "commander";
import type { DownFlags, RollbackFlags, UpFlags } from "../commands/migrate/apply.ts";
import type { CreateFlags } from "../commands/migrate/create.ts";
import type { DatabaseFlags } from "../commands/migrate/open.ts";
import type { LintFlags, TestFlags } from "../commands/migrate/prove.ts";
import type { InitFlags, RepairFlags, WaitFlags } from "../commands/migrate/record.ts";
import { declareGlobalOptions, globalFlagsOf } from "../flags.ts";
import { type Body, perform } from "../perform.ts";

const targetHelp = `
A TARGET is a stamp, a name, STAMP_NAME, a unique beginning of one, head (everything applied) or base (nothing applied).
`;

/** Declares `migrate` and everything under it. */
export function declareMigrate(program: Command): void {
  program.commandsGroup("Databases:");
  const migrate = program
    .command("migrate")
    .description("change a database by plain SQL files, and back by their rollback files")
    .helpCommand(false)
    .action((_: object, command: Command) => command.help());
  declareFiles(migrate);
  declareLooking(migrate);
  declareRunning(migrate);
  declareRecording(migrate);
  declareProving(migrate);
  for (const command of migrate.commands) {
    declareDatabaseOptions(command);
    declareGlobalOptions(command);
  }
  migrate.addHelpText(
    "after",
    examples("migrate create add_notes", "migrate up --dry-run", "migrate up", "migrate status"),
  );
}

function declareFiles(migrate: Command): void {
  migrate.commandsGroup("Files:");
  migrate
    .command("create")
    .description("write the files of a new migration; templates, unless SQL is given")
    .argument("<name>", "what it does, in a few words: add_notes")
    .option("--sql <text>", "its SQL")
    .option("--file <file>", "file with its SQL")
    .option("--rollback-sql <text>", "SQL of its rollback")
    .option("--rollback-file <file>", "file with the SQL of its rollback")
    .addHelpText(
      "after",
      `
NAME_rollback with --sql alone becomes the rollback of the newest migration NAME that has none.
${examples("migrate create add_notes", 'migrate create add_notes --sql "CREATE TABLE notes (body text)"')}`,
    )
    .action((name: string, flags: CreateFlags, command: Command) =>
      start(command, async (context) =>
        (await import("../commands/migrate/create.ts")).create(context, name, flags),
      ),
    );
  migrate
    .command("rebase")
    .alias("merge")
    .description("give pending migrations that were merged late new stamps, behind all others")
    .addHelpText("after", examples("migrate rebase"))
    .action((flags: DatabaseFlags, command: Command) =>
      start(command, async (context) =>
        (await import("../commands/migrate/record.ts")).rebase(context, flags),
      ),
    );
}

function declareLooking(migrate: Command): void {
  migrate.commandsGroup("Look:");
  migrate
    .command("pending")
    .description("list the migrations that are not applied")
    .addHelpText("after", examples("migrate pending"))
    .action((flags: DatabaseFlags, command: Command) =>
      start(command, async (context) =>
        (await import("../commands/migrate/look.ts")).pending(context, flags),
      ),
    );
  migrate
    .command("status")
    .description("list all migrations and where each stands")
    .addHelpText("after", examples("migrate status", "migrate status --json"))
    .action((flags: DatabaseFlags, command: Command) =>
      start(command, async (context) => (await import("../commands/migrate/look.ts")).status(context, flags)),
    );
  migrate
    .command("current")
    .description("print the migration that was applied last")
    .addHelpText("after", examples("migrate current"))
    .action((flags: DatabaseFlags, command: Command) =>
      start(command, async (context) =>
        (await import("../commands/migrate/look.ts")).current(context, flags),
      ),
    );
  migrate
    .command("history")
    .description("list what was applied, when and by whom, the last first")
    .addHelpText("after", examples("migrate history"))
    .action((flags: DatabaseFlags, command: Command) =>
      start(command, async (context) =>
        (await import("../commands/migrate/look.ts")).history(context, flags),
      ),
    );
  migrate
    .command("check")
    .description("whether files and history agree; the exit status says what is worst")
    .addHelpText(
      "after",
      `
Exit status: 0 nothing to report, 1 pending, 3 half applied, 5 edited, 20 file missing, 21 out of order,
22 rollback missing; the first of 3, 20, 5, 21, 1, 22 that is found.
${examples("migrate check", "migrate check --json")}`,
    )
    .action((flags: DatabaseFlags, command: Command) =>
      start(command, async (context) => (await import("../commands/migrate/look.ts")).check(context, flags)),
    );
}

function declareRunning(migrate: Command): void {
  migrate.commandsGroup("Run:");
  migrate
    .command("up")
    .alias("upgrade")
    .description("apply pending migrations: all, up to TARGET, or +N of them")
    .argument("[target]", "how far", "head")
    .option("--dry-run", "execute in a transaction and roll it back")
    .option("--out-of-order", "apply migrations with stamps below applied ones too")
    .option("--backup", "back the database up first, if anything is pending")
    .addHelpText(
      "after",
      targetHelp + examples("migrate up", "migrate up --dry-run", "migrate up +1", "migrate up --backup"),
    )
    .action((target: string, flags: UpFlags, command: Command) =>
      start(command, async (context) =>
        (await import("../commands/migrate/apply.ts")).up(context, target, flags),
      ),
    );
  migrate
    .command("down")
    .alias("downgrade")
    .description("roll applied migrations back: N of them with -N, or all that were applied after TARGET")
    .argument("[target]", "how far", "-1")
    .option("--dry-run", "execute in a transaction and roll it back")
    .option("--yes", "do not ask")
    .allowUnknownOption()
    .addHelpText(
      "after",
      targetHelp + examples("migrate down", "migrate down -2 --yes", "migrate down 002 --dry-run"),
    )
    .action((target: string, flags: DownFlags, command: Command) =>
      start(command, async (context) =>
        (await import("../commands/migrate/apply.ts")).down(context, target, flags),
      ),
    );
  migrate
    .command("rollback")
    .description("roll one migration back")
    .argument("<migration>", "its file name, stamp or name")
    .option("--dry-run", "execute in a transaction and roll it back")
    .option("--out-of-order", "roll it back although later ones are applied")
    .addHelpText("after", examples("migrate rollback 20250127_120000_add_notes.sql"))
    .action((name: string, flags: RollbackFlags, command: Command) =>
      start(command, async (context) =>
        (await import("../commands/migrate/apply.ts")).rollback(context, name, flags),
      ),
    );
  migrate
    .command("redo")
    .description("roll the newest migration back and apply it again")
    .option("--dry-run", "execute in a transaction and roll it back")
    .addHelpText("after", examples("migrate redo"))
    .action((flags: RollbackFlags, command: Command) =>
      start(command, async (context) => (await import("../commands/migrate/apply.ts")).redo(context, flags)),
    );
}

function declareRecording(migrate: Command): void {
  migrate.commandsGroup("Record:");
  migrate
    .command("init")
    .description("create the history table, and nothing else")
    .option(
      "--with-troubleshooting-schema",
      "copy the migrations that come with kbvault into the folder first",
    )
    .addHelpText("after", examples("migrate init", "migrate init --with-troubleshooting-schema"))
    .action((flags: InitFlags, command: Command) =>
      start(command, async (context) => (await import("../commands/migrate/record.ts")).init(context, flags)),
    );
  migrate
    .command("stamp")
    .description("record exactly the migrations up to TARGET as applied, without running any")
    .argument("<target>", "the last one")
    .addHelpText("after", targetHelp + examples("migrate stamp 003", "migrate stamp base"))
    .action((target: string, flags: DatabaseFlags, command: Command) =>
      start(command, async (context) =>
        (await import("../commands/migrate/record.ts")).stamp(context, target, flags),
      ),
    );
  migrate
    .command("baseline")
    .description("take over a database that has the schema up to TARGET already")
    .argument("<target>", "the last one")
    .addHelpText("after", targetHelp + examples("migrate baseline 006"))
    .action((target: string, flags: DatabaseFlags, command: Command) =>
      start(command, async (context) =>
        (await import("../commands/migrate/record.ts")).baseline(context, target, flags),
      ),
    );
  migrate
    .command("repair")
    .description("accept an edited or missing file, or say what holds of a half-applied migration")
    .argument("<migration>", "its file name, stamp or name")
    .requiredOption("--reason <text>", "why this is right; kept in the history")
    .option("--as <state>", "of a half-applied migration: applied or pending", repairState)
    .addHelpText("after", examples('migrate repair 002 --reason "only a comment changed"'))
    .action((name: string, flags: RepairFlags, command: Command) =>
      start(command, async (context) =>
        (await import("../commands/migrate/record.ts")).repair(context, name, flags),
      ),
    );
  migrate
    .command("wait")
    .description("wait until the database answers")
    .option("--timeout <time>", "at most so long: 500ms, 30s, 2m; default 60s", duration)
    .addHelpText("after", examples("migrate wait --timeout 2m"))
    .action((flags: WaitFlags, command: Command) =>
      start(command, async (context) => (await import("../commands/migrate/record.ts")).wait(context, flags)),
    );
}

function declareProving(migrate: Command): void {
  migrate.commandsGroup("Prove:");
  migrate
    .command("test")
    .description("run each migration up, down and up on a throw-away database, and compare the schemas")
    .addOption(
      new Option("--engine <engine>", "kind of database; default that of the URL").choices([
        "pglite",
        "postgres",
        "sqlite",
        "mysql",
      ]),
    )
    .addHelpText(
      "after",
      `\nExit status: 1 when a rollback failed.\n${examples("migrate test", "migrate test --engine pglite")}`,
    )
    .action((flags: TestFlags, command: Command) =>
      start(command, async (context) => (await import("../commands/migrate/prove.ts")).test(context, flags)),
    );
  migrate
    .command("lint")
    .description("read the files for mistakes, losses and locks that keep others waiting; needs no database")
    .addOption(
      new Option("--fail-on <severity>", "findings that make the exit status 1")
        .choices(["error", "warning", "never"])
        .default("error"),
    )
    .addHelpText(
      "after",
      `
A comment \`-- kbvault: allow RULE REASON\` above a statement, or on top of the file, accepts a finding.
${examples("migrate lint", "migrate lint --fail-on warning")}`,
    )
    .action((flags: LintFlags, command: Command) =>
      start(command, async (context) => (await import("../commands/migrate/prove.ts")).lint(context, flags)),
    );
  migrate
    .command("verify")
    .description("compare the live schema with the one that the applied files make")
    .addHelpText("after", `\nExit status: 5 when they differ.\n${examples("migrate verify")}`)
    .action((flags: DatabaseFlags, command: Command) =>
      start(command, async (context) =>
        (await import("../commands/migrate/prove.ts")).verify(context, flags),
      ),
    );
}

function declareDatabaseOptions(command: Command): void {
  command
    .optionsGroup("Database options:")
    .option("--url <url>", "the database (DATABASE_URL); default pglite:.kbvault/pglite")
    .option("--folder <dir>", "the folder of the migrations; default data/migrations")
    .option("--history-table <name>", "the history table; default schema_migrations")
    .option(
      "--lock-timeout <time>",
      "wait so long for a lock, then give way and try again; default 5s",
      duration,
    )
    .option("--statement-timeout <time>", "stop a statement after so long; default never", duration)
    .option("--sql-echo", "print every statement to stderr before it runs");
}

function start(command: Command, body: Body): Promise<void> {
  return perform(globalFlagsOf(command), body);
}

function examples(...commands: readonly string[]): string {
  return `\nExamples:\n${commands.map((command) => `  $ kbvault ${command}`).join("\n")}`;
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, "": 1000 };

/** Milliseconds of `500ms`, `30s`, `2m`, or `30` (seconds). */
function duration(value: string): number {
  const match = /^(\d{1,7}(?:\.\d{1,3})?)(ms|s|m|)$/.exec(value);
  const unit = units[match?.[2] ?? ""];
  if (match === null || unit === undefined)
    throw new InvalidArgumentError("It has to be a time such as 500ms, 30s or 2m.");
  return Math.round(Number(match[1]) * unit);
}

function repairState(value: string): "applied" | "pending" {
  if (value === "applied" || value === "pending") return value;
  throw new InvalidArgumentError("It has to be applied or pending.");
}
