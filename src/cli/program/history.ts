/**
 * The commands that look through all versions.
 *
 * @module
 */
import type { Command } from "commander";
import type { AuditFlags } from "../commands/audit.ts";
import type { GrepFlags } from "../commands/grep.ts";
import type { LogFlags } from "../commands/log.ts";
import { examples, refHelp, start, wholeNumber } from "./declare.ts";

/** What people have to know of patterns. */
const patternHelp = `
PATTERN is a regular expression of JavaScript, with the flag u. Strings and numbers are searched, keys are not. The exit
status is 1 when nothing matches. A pattern is trusted: some take for ever on some texts.
`;

/** What people have to know of proofs. */
const auditHelp = `
Each record and event names what came before it, with checksums. That proves everything but the newest end: keep the head
elsewhere, such as in a ticket, and pass it to --expect later. The exit status is 12 when the chain is broken.
`;

/** Declares them, in the group of those that look. */
export function declareHistory(program: Command): void {
  program.commandsGroup("Look:");
  program
    .command("log")
    .description("list the versions, or the changes of one entry, newest first")
    .option("-n, --limit <number>", "at most so many", wholeNumber)
    .option("--tag <tag>", "only versions with this tag")
    .option("--author <name>", "only versions by this author")
    .option("--since <time>", "only versions from this date, ISO time, or age such as 36h, 7d, 2w")
    .option("--until <time>", "only versions up to this date, ISO time, or age")
    .option("--label <name>", "only the version with this label")
    .option("--entry <id>", "only versions in which this entry changed, its renames followed back")
    .option("-p, --patch", "with --entry: show what changed inside")
    .addHelpText(
      "after",
      examples(
        "kbvault log",
        "kbvault log -n 5 --since 7d",
        "kbvault log --author Ana --tag review",
        "kbvault log --entry router_no_responde -p",
      ),
    )
    .action((flags: LogFlags, command: Command) =>
      start(command, async (context) => (await import("../commands/log.ts")).log(context, flags)),
    );
  program
    .command("audit")
    .description("list who did what, newest first, and prove that nothing was changed or removed")
    .option("--since <time>", "only acts from this date, ISO time, or age such as 36h, 7d, 2w")
    .option("--until <time>", "only acts up to this date, ISO time, or age")
    .option("--by <name>", "only acts of this author")
    .option("--op <operation>", "only such acts: snapshot, safety, restore, label, prune, migrate, ...")
    .option("--expect <head>", "hold the store against the head that an earlier audit printed")
    .option("--url <url>", "a database whose migrations are listed, too (DATABASE_URL)")
    .addHelpText(
      "after",
      auditHelp + examples("kbvault audit --since 7d", "kbvault audit --op restore --by Ana"),
    )
    .action((flags: AuditFlags, command: Command) =>
      start(command, async (context) => (await import("../commands/audit.ts")).audit(context, flags)),
    );
  program
    .command("blame")
    .description("say of each field of an entry which version gave it its value")
    .argument("<id>", "the entry")
    .argument("[ref]", "the version, or live", "live")
    .addHelpText(
      "after",
      refHelp + examples("kbvault blame router_no_responde", "kbvault blame router_no_responde v3"),
    )
    .action((id: string, ref: string, _: object, command: Command) =>
      start(command, async (context) => (await import("../commands/blame.ts")).blame(context, id, ref)),
    );
  program
    .command("grep")
    .description("search the live file, a version, or all of them and say when text came and went")
    .argument("<pattern>", "what to look for")
    .argument("[ref]", "the version, or live; default live")
    .option("--all", "all snapshots, in their order")
    .option("--entry-only", "only the ids of the entries")
    .option("-i, --ignore-case", "capital and small letters are the same")
    .option("-F, --fixed-strings", "the pattern is plain text")
    .option("--entry <id>", "only in this entry")
    .addHelpText(
      "after",
      patternHelp +
        refHelp +
        examples(
          'kbvault grep "router|módem"',
          "kbvault grep -F http://support.example.com v3 --entry-only",
          "kbvault grep -i --all contraseña",
        ),
    )
    .action((pattern: string, ref: string | undefined, flags: GrepFlags, command: Command) =>
      start(command, async (context) =>
        (await import("../commands/grep.ts")).grep(context, pattern, ref, flags),
      ),
    );
}
