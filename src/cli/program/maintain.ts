/**
 * `kbvault maintenance` and `kbvault update`: the commands around a deployment.
 *
 * @module
 */
import type { Command } from "commander";
import type { MaintenanceFlags } from "../commands/maintenance.ts";
import type { UpdateFlags } from "../commands/update.ts";
import { declareGlobalOptions } from "../flags.ts";
import { collect, examples, lasting, start } from "./declare.ts";

/** Declares `maintenance` and what is under it. */
export function declareMaintenance(program: Command): void {
  const maintenance = program
    .command("maintenance")
    .description("tell people and programs that somebody is working on the system")
    .helpCommand(false)
    .action((_: object, command: Command) => command.help());
  maintenance
    .command("on")
    .description("switch maintenance mode on; who switched it on first, and when, stays")
    .option("--reason <text>", "why")
    .option("--ttl <time>", "ends by itself after so long, such as 30m", lasting)
    .addHelpText("after", examples('kbvault maintenance on --reason "New router article" --ttl 30m'))
    .action((flags: MaintenanceFlags, command: Command) =>
      start(command, async (context) =>
        (await import("../commands/maintenance.ts")).maintenanceOn(context, flags),
      ),
    );
  maintenance
    .command("off")
    .description("switch maintenance mode off")
    .action((_: object, command: Command) =>
      start(command, async () => (await import("../commands/maintenance.ts")).maintenanceOff()),
    );
  maintenance
    .command("status")
    .description("whether maintenance mode is on; exits with 5 when it is")
    .addHelpText("after", examples("kbvault maintenance status || echo later"))
    .action((_: object, command: Command) =>
      start(command, async () => (await import("../commands/maintenance.ts")).maintenanceStatus()),
    );
  for (const command of maintenance.commands) declareGlobalOptions(command);
}

/** Declares `update`. */
export function declareUpdate(program: Command): void {
  program
    .command("update")
    .description("snapshot, back up, get the new source, migrate, check, restart; in maintenance mode")
    .option("--dry-run", "print the plan, do nothing")
    .option("--migrate-only", "only what migrations need")
    .option("--skip <step>", "leave this step out; may be repeated", collect)
    .option("--from <step>", "begin with this step")
    .option("--rollback-on-failure", "take back what was applied to the database when a critical step fails")
    .option("--json-lines", "print one JSON document for each event")
    .option("--history", "list the updates that were run")
    .option("--url <url>", "the database (DATABASE_URL); default pglite:.kbvault/pglite")
    .option("--folder <dir>", "the folder of the migrations; default data/migrations")
    .addHelpText(
      "after",
      examples(
        "kbvault update --dry-run",
        "kbvault update --rollback-on-failure",
        "kbvault update --from migrations",
        "kbvault update --history",
      ),
    )
    .action((flags: UpdateFlags, command: Command) =>
      start(command, async (context) => (await import("../commands/update.ts")).update(context, flags)),
    );
}
