/** The migrator that the options of `kbvault migrate ...` name. */
import { DatabaseMigrator, type MigratorOptions, type RunEvent } from "../../../index.ts";
import type { Context } from "../../context.ts";
import { escapeLines, escapeText } from "../../print/escape.ts";

export interface DatabaseFlags {
  readonly url?: string;
  readonly folder?: string;
  readonly historyTable?: string;
  /** In ms, as all times. */
  readonly lockTimeout?: number;
  readonly statementTimeout?: number;
  readonly sqlEcho?: boolean;
}

/** Does `work` with a migrator and ends its connection; SIGINT and SIGTERM stop a statement that runs. */
export async function withMigrator<Result>(
  context: Context,
  flags: DatabaseFlags,
  work: (migrator: DatabaseMigrator, signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  // The program's own way with signals would leave the statement to the server.
  const signal = context.stopSignal();
  const migrator = new DatabaseMigrator({
    ...optionsOf(context, flags),
    signal,
    onEvent: (event) => context.talk(talkOf(event, flags.sqlEcho ?? false)),
  });
  try {
    return await work(migrator, signal);
  } finally {
    await migrator.close();
  }
}

function optionsOf({ env, flags: { author: named } }: Context, flags: DatabaseFlags): MigratorOptions {
  const author = named ?? (env["KBVAULT_AUTHOR"] || undefined);
  const url = flags.url ?? (env["DATABASE_URL"] || undefined);
  const { folder, historyTable, lockTimeout, statementTimeout } = flags;
  return {
    ...(author === undefined ? {} : { author }),
    ...(url === undefined ? {} : { url }),
    ...(folder === undefined ? {} : { folder }),
    ...(historyTable === undefined ? {} : { historyTable }),
    ...(lockTimeout === undefined ? {} : { lockTimeoutMs: lockTimeout }),
    ...(statementTimeout === undefined ? {} : { statementTimeoutMs: statementTimeout }),
  };
}

function talkOf(event: RunEvent, echo: boolean): string[] {
  switch (event.kind) {
    case "waiting-for-runner":
      return [`Waiting for another runner: ${escapeText(event.holder)}`];
    case "waiting-for-lock": {
      const who = event.blockers.length === 0 ? "" : `; in the way: ${escapeText(event.blockers.join("; "))}`;
      return [
        `${escapeText(event.id)} gave way to others${who}. It is tried again (${event.triesLeft} tries left).`,
      ];
    }
    case "repeating":
      return [
        `${escapeText(event.id)} met with other transactions. It is done again (${event.triesLeft} tries left).`,
      ];
    case "statement":
      return echo ? [escapeLines(event.sql)] : [];
    default:
      return [];
  }
}
