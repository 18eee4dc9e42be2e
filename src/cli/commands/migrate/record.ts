/** `kbvault migrate init`, `stamp`, `baseline`, `repair`, `rebase`, `wait`: what is done around the runs. */
import { copyShippedMigrations, type RepairOutcome } from "../../../index.ts";
import type { Context, Outcome } from "../../context.ts";
import { escapeText } from "../../print/escape.ts";
import { statusLines } from "../../print/migration.ts";
import { type DatabaseFlags, withMigrator } from "./open.ts";

export interface InitFlags extends DatabaseFlags {
  readonly withTroubleshootingSchema?: boolean;
}

export interface RepairFlags extends DatabaseFlags {
  readonly reason: string;
  readonly as?: RepairOutcome;
}

export interface WaitFlags extends DatabaseFlags {
  readonly timeout?: number;
}

export async function init(context: Context, flags: InitFlags): Promise<Outcome> {
  const folder = flags.folder ?? "data/migrations";
  const copied = flags.withTroubleshootingSchema ? await copyShippedMigrations(folder) : [];
  return withMigrator(context, flags, async (migrator) => {
    await migrator.init();
    return {
      kind: "value",
      value: { copied },
      text: () => [...copied.map((file) => `Copied ${escapeText(file)}.`), "The history table is there."],
      next: "kbvault migrate up --dry-run",
    };
  });
}

export function stamp(context: Context, target: string, flags: DatabaseFlags): Promise<Outcome> {
  return withMigrator(context, flags, async (migrator) => recorded(await migrator.stamp(target)));
}

export function baseline(context: Context, target: string, flags: DatabaseFlags): Promise<Outcome> {
  return withMigrator(context, flags, async (migrator) => recorded(await migrator.baseline(target)));
}

export function repair(context: Context, migration: string, flags: RepairFlags): Promise<Outcome> {
  const { reason, as } = flags;
  return withMigrator(context, flags, async (migrator) => {
    const result = await migrator.repair(migration, { reason, ...(as === undefined ? {} : { as }) });
    return {
      kind: "value",
      value: result,
      text: () => [`Repaired ${escapeText(result.name)}: ${result.message}.`],
      next: "kbvault migrate check",
    };
  });
}

export function rebase(context: Context, flags: DatabaseFlags): Promise<Outcome> {
  return withMigrator(context, flags, async (migrator) => {
    const rebased = await migrator.rebase();
    const lines = rebased.map(({ from, to }) => `${escapeText(from)} is now ${escapeText(to)}.`);
    return {
      kind: "value",
      value: { rebased },
      text: () => (lines.length === 0 ? ["No migration was merged late."] : lines),
      ...(lines.length === 0 ? {} : { next: "kbvault migrate up --dry-run" }),
    };
  });
}

export function wait(context: Context, flags: WaitFlags): Promise<Outcome> {
  return withMigrator(context, flags, async (migrator) => {
    await migrator.wait(flags.timeout === undefined ? {} : { timeoutMs: flags.timeout });
    return { kind: "value", value: { answers: true }, text: () => ["The database answers."] };
  });
}

function recorded(list: Parameters<typeof statusLines>[0]): Outcome {
  return {
    kind: "value",
    value: { migrations: list.map(({ id, state }) => ({ id, state })) },
    text: (page) => statusLines(list, page),
    next: "kbvault migrate check",
  };
}
