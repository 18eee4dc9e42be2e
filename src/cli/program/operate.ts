/**
 * The commands that operators and monitoring need.
 *
 * @module
 */
import { type Command, type CommanderError, InvalidArgumentError, Option } from "commander";
import type { HealthFlags } from "../commands/health.ts";
import type { ServeFlags } from "../commands/serve.ts";
import { declareBackup } from "./backup.ts";
import { collect, examples, lasting, start } from "./declare.ts";
import { declareMaintenance, declareUpdate } from "./maintain.ts";

/** Exit status of `health` when it could not check; monitors take 2 for unhealthy, so no error may have that. */
const couldNotCheck = 3;

/** Declares them, in their group. */
export function declareOperating(program: Command): void {
  program.commandsGroup("Operate:");
  declareHealth(program);
  declareServe(program);
  declareBackup(program);
  declareMaintenance(program);
  declareUpdate(program);
}

function declareHealth(program: Command): void {
  const health = program
    .command("health")
    .description("check database, knowledge base, versions and what they need; writes nothing")
    .addOption(new Option("--nagios", "print what a plugin of Nagios prints").conflicts("prometheus"))
    .option("--prometheus", "print the text format of Prometheus")
    .option("--only <name>", "only this check; may be repeated", collect)
    .option("--deep", "read all data of the store, restore a known-good of any size")
    .option("--timeout <time>", "one check may take so long: 30, 30s, 2m; default 10s", secondsOrDuration)
    .addOption(
      new Option("--fail-on <status>", "what makes the exit status other than 0")
        .choices(["degraded", "unhealthy"])
        .default("degraded"),
    )
    .option("--watch <time>", "check again and again, such as every 5m, and tell of changes", lasting)
    .addHelpText(
      "after",
      `
Exit status: 0 healthy, 1 degraded, 2 unhealthy, ${couldNotCheck} could not check.
docs/health.md lists the checks, their thresholds (the key "health" of the configuration) and who is told of changes.
${examples(
  "kbvault health",
  "kbvault health --only knowledge_base --only versions --json",
  "kbvault health --nagios --fail-on unhealthy",
  "kbvault health --watch 5m",
)}`,
    )
    .exitOverride((error: CommanderError) => {
      if (error.exitCode !== 0) error.exitCode = couldNotCheck;
      throw error;
    })
    .action((flags: HealthFlags, command: Command) =>
      start(
        command,
        async (context) => (await import("../commands/health.ts")).health(context, flags),
        couldNotCheck,
      ),
    );
  declareDatabase(health);
}

function declareServe(program: Command): void {
  const serve = program
    .command("serve")
    .description("show a page in the browser, until it is interrupted; or answer monitors")
    .option("--open", "open the page in the browser")
    .option("--allow-restore", "let the page take snapshots, restore and undo; default: it only shows")
    .addOption(
      new Option(
        "--health-only",
        "no page: only /livez, /readyz, /health, /metrics and /maintenance",
      ).conflicts(["open", "allowRestore"]),
    )
    .option("--host <address>", "the address to listen on", "127.0.0.1")
    .option("--port <number>", "the port to listen on; 0 for a free one", port, 8080)
    .option(
      "--token <text>",
      "what the page asks for (KBVAULT_SERVE_TOKEN); with --health-only, what shows details (KBVAULT_HEALTH_TOKEN)",
    )
    .option("--allow-host <name>", "a name that clients use for this host; may be repeated", collect)
    .addHelpText(
      "after",
      `
Only this machine reaches the page. To others --host opens it, and needs a token. docs/page.md says more.
${examples(
  "kbvault serve --open",
  "kbvault serve --allow-restore",
  "kbvault serve --health-only --host 0.0.0.0 --port 9090",
)}`,
    )
    .action((flags: ServeFlags, command: Command) =>
      start(command, async (context) =>
        flags.healthOnly
          ? (await import("../commands/serve-health.ts")).serveHealthOnly(context, flags)
          : (await import("../commands/serve.ts")).serve(context, flags),
      ),
    );
  declareDatabase(serve);
}

function declareDatabase(command: Command): void {
  command
    .optionsGroup("Database options:")
    .option("--url <url>", "the database (DATABASE_URL); default pglite:.kbvault/pglite, where it is there")
    .option("--folder <dir>", "the folder of the migrations; default data/migrations")
    .option("--history-table <name>", "the history table; default schema_migrations");
}

function secondsOrDuration(value: string): number {
  return lasting(/^\d+$/.test(value) ? `${value}s` : value);
}

function port(value: string): number {
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
  throw new InvalidArgumentError("It has to be a whole number from 0 to 65535.");
}
