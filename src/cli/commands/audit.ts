/** `kbvault audit`: who did what to the store and the database, and the proof that nothing was changed or removed. */
import { exitStatus, isKbvaultError } from "../../errors.ts";
import { type AuditResult, actFilter, type HistoryRow } from "../../index.ts";
import type { Context, Outcome } from "../context.ts";
import { auditLines, type ListedAct, type MigrationAct } from "../print/audit.ts";
import { escapeLines } from "../print/escape.ts";
import { withMigrator } from "./migrate/open.ts";

export interface AuditFlags {
  readonly since?: string;
  readonly until?: string;
  readonly by?: string;
  readonly op?: string;
  readonly expect?: string;
  readonly url?: string;
}

export async function audit(context: Context, { url, ...options }: AuditFlags): Promise<Outcome> {
  const versioner = await context.open("read");
  const found = await versioner.audit(options);
  const fits = actFilter(options, new Date());
  const migrations = (await migrationsOf(context, url)).map(migrationAct).filter(fits).reverse();
  const result = { ...found, acts: byTime(found.acts, migrations) };
  const next = nextCommand(found, options.expect);
  return {
    kind: "value",
    value: result,
    text: (page) => auditLines(result, options.expect !== undefined, page),
    ...(next === null ? {} : { next }),
    exit: found.ok ? exitStatus.done : exitStatus.damaged,
  };
}

function nextCommand({ ok, chain: { head } }: AuditResult, expected: string | undefined): string | null {
  if (!ok) return "kbvault verify";
  return expected === undefined && head !== null ? `kbvault audit --expect ${head}` : null;
}

/** Rows of the history table; none where no database is named. */
async function migrationsOf(context: Context, url: string | undefined): Promise<readonly HistoryRow[]> {
  if (url === undefined && !context.env["DATABASE_URL"]) return [];
  try {
    return await withMigrator(context, url === undefined ? {} : { url }, (migrator) => migrator.getHistory());
  } catch (error) {
    // Who asked for the database wants it; a variable that is set for others must not hide what the store can tell.
    if (url !== undefined || !isKbvaultError(error)) throw error;
    context.talk([`The migrations are left out: ${escapeLines(error.message)}`]);
    return [];
  }
}

function migrationAct({ version, name, appliedAt, appliedBy, state, note }: HistoryRow): MigrationAct {
  const migration = `${version}_${name}`;
  return {
    kind: "migration",
    op: "migrate",
    at: appliedAt,
    by: appliedBy,
    proof: "table",
    migration,
    state,
    note,
  };
}

/** Both lists, newest first, as one; the order within each stays. */
function byTime(acts: readonly ListedAct[], migrations: readonly MigrationAct[]): ListedAct[] {
  const all: ListedAct[] = [];
  let next = 0;
  for (const act of acts) {
    for (let row = migrations[next]; row !== undefined && row.at > act.at; row = migrations[++next])
      all.push(row);
    all.push(act);
  }
  return [...all, ...migrations.slice(next)];
}
