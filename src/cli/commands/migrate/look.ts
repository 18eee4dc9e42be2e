/** `kbvault migrate pending`, `status`, `current`, `history`, `check`: the commands that change nothing. */
import type { CheckResult } from "../../../index.ts";
import type { Context, Outcome } from "../../context.ts";
import { checkLines, historyLines, statusLines } from "../../print/migration.ts";
import { type DatabaseFlags, withMigrator } from "./open.ts";

export function pending(context: Context, flags: DatabaseFlags): Promise<Outcome> {
  return withMigrator(context, flags, async (migrator) => {
    const list = await migrator.getPendingMigrations();
    const value = { pending: list.map(({ id, problems }) => ({ id, problems })) };
    const text = list.length === 0 ? () => ["Nothing is pending."] : statusLines.bind(null, list);
    return {
      kind: "value",
      value,
      text,
      ...(list.length === 0 ? {} : { next: "kbvault migrate up --dry-run" }),
    };
  });
}

export function status(context: Context, flags: DatabaseFlags): Promise<Outcome> {
  return withMigrator(context, flags, async (migrator) => {
    const list = await migrator.getStatus();
    const value = { migrations: list.map(({ id, state, problems, row }) => ({ id, state, problems, row })) };
    const text = list.length === 0 ? () => ["There are no migrations."] : statusLines.bind(null, list);
    const next = list.some(({ state }) => state === "pending")
      ? { next: "kbvault migrate up --dry-run" }
      : {};
    return { kind: "value", value, text, ...next };
  });
}

export function current(context: Context, flags: DatabaseFlags): Promise<Outcome> {
  return withMigrator(context, flags, async (migrator) => {
    const row = await migrator.getCurrent();
    const text = row === null ? () => ["No migration is applied."] : historyLines.bind(null, [row]);
    return { kind: "value", value: { current: row }, text };
  });
}

export function history(context: Context, flags: DatabaseFlags): Promise<Outcome> {
  return withMigrator(context, flags, async (migrator) => {
    const rows = (await migrator.getHistory()).toReversed();
    const text = rows.length === 0 ? () => ["No migration is applied."] : historyLines.bind(null, rows);
    return { kind: "value", value: { history: rows }, text };
  });
}

export function check(context: Context, flags: DatabaseFlags): Promise<Outcome> {
  return withMigrator(context, flags, async (migrator) => {
    const result = await migrator.check();
    return { kind: "value", value: result, text: (page) => checkLines(result, page), exit: exitOf(result) };
  });
}

/** The exit status of what is worst; `kbvault migrate check --help` lists them. */
function exitOf(result: CheckResult): number {
  const worstFirst: readonly (readonly [list: readonly unknown[], exit: number])[] = [
    [result.halfApplied, 3],
    [result.missingFile, 20],
    [result.edited, 5],
    [result.outOfOrder, 21],
    [result.pending, 1],
    [result.missingRollback, 22],
  ];
  return worstFirst.find(([list]) => list.length > 0)?.[1] ?? 0;
}
