/**
 * Health, and the migrations of the database beside the knowledge base.
 *
 * @module
 */
import { type DryRunResult, isKbvaultError, KbvaultError } from "../../../index.ts";
import type { DryRunAnswer, HealthAnswer, MigrationsAnswer } from "../../api.ts";
import { readNothing } from "../body.ts";
import { failureOf } from "../failures.ts";
import { Remembered } from "../remembered.ts";
import type { Route } from "../route.ts";
import type { PageDatabase, PageSource } from "../source.ts";

/** How long what costs a connection, or many checks, is given to others, in ms. */
const keepMs = 2000;

export function checkRoutes({ check, database }: PageSource): readonly Route[] {
  const reports = new Remembered<HealthAnswer>({ most: 1 });
  const looks = new Remembered<MigrationsAnswer>({ most: 1 });
  return [
    {
      method: "GET",
      path: "/api/health",
      access: "reader",
      answer: () => reports.get(moment(), () => check.runAllChecks()),
    },
    {
      method: "GET",
      path: "/api/migrations",
      access: "reader",
      answer: (_, signal) => looks.get(moment(), () => migrationsOf(databaseOf(database), signal)),
    },
    {
      method: "POST",
      path: "/api/migrations/dry-run",
      access: "token",
      isUnlimited: true,
      answer: async (context, signal) => {
        await readNothing(context);
        return dryRun(databaseOf(database), signal);
      },
    },
  ];
}

/** The same text for all who ask within `keepMs`. */
function moment(): string {
  return String(Math.floor(performance.now() / keepMs));
}

function databaseOf(database: PageDatabase | null): PageDatabase {
  if (database !== null) return database;
  throw new KbvaultError(
    "DATABASE_NOT_FOUND",
    "No database is named, and there is none in .kbvault/pglite. Start kbvault serve with --url, or make one: kbvault migrate up.",
  );
}

async function migrationsOf(database: PageDatabase, signal: AbortSignal): Promise<MigrationsAnswer> {
  const migrator = database.open("look", signal);
  try {
    const statuses = await migrator.getStatus();
    const history = await migrator.getHistory();
    return {
      database: database.url,
      migrations: statuses.map(({ id, state, problems, row }) => ({
        id,
        state,
        problems,
        appliedAt: row?.appliedAt ?? null,
        appliedBy: row?.appliedBy ?? null,
      })),
      history: history.toReversed(),
    };
  } finally {
    await migrator.close();
  }
}

async function dryRun(database: PageDatabase, signal: AbortSignal): Promise<DryRunAnswer> {
  const migrator = database.open("try", signal);
  try {
    const results = (await migrator.applyAllPending({ dryRun: true })) as readonly DryRunResult[];
    return {
      ok: true,
      steps: results.map(({ name, outcome, durationMs, statements }) =>
        outcome === "only-listed"
          ? { id: name, outcome: "listed", durationMs: null, statements: statements.length }
          : { id: name, outcome: "tried", durationMs, statements: statements.length },
      ),
      failure: null,
    };
  } catch (error) {
    if (!isKbvaultError(error)) throw error;
    return { ok: false, steps: [], failure: failureOf(error) };
  } finally {
    await migrator.close();
  }
}
