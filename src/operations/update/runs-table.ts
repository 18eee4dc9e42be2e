/**
 * The table `update_runs`: the log of updates beside the data that they changed.
 *
 * @module
 */
import { createDriver } from "../../database/drivers/open.ts";
import { parseDatabaseUrl } from "../../database/url.ts";
import type { UpdateRun } from "./run.ts";

const TABLE = "update_runs";

/** How long a lock or statement may take: a log must not hold up an update. */
const PATIENCE_MS = 5000;

/**
 * Adds a finished run to the table, which is made where it is missing.
 *
 * @throws KbvaultError or SqlFailure where the database cannot be reached or refuses
 */
export async function recordRun(url: string, run: UpdateRun): Promise<void> {
  const driver = await createDriver(parseDatabaseUrl(url), {
    lockTimeoutMs: PATIENCE_MS,
    statementTimeoutMs: PATIENCE_MS,
  });
  await driver.connect();
  try {
    const { key, text } = driver.historyTypes;
    const table = driver.qualify(TABLE);
    await driver.query(
      `CREATE TABLE IF NOT EXISTS ${table} (
        run_id ${key} PRIMARY KEY, started_at ${key}, finished_at ${key}, outcome ${key}, run_by ${text}, host ${text}, steps ${text}
      )`,
    );
    await driver.query(
      `INSERT INTO ${table} (run_id, started_at, finished_at, outcome, run_by, host, steps) VALUES (?, ?, ?, ?, ?, ?, ?)`,
      [
        run.runId,
        run.startedAt,
        run.finishedAt,
        run.outcome,
        run.by,
        run.host,
        JSON.stringify(
          run.steps.map(({ name, outcome, durationMs, message }) => ({ name, outcome, durationMs, message })),
        ),
      ],
    );
  } finally {
    await driver.close();
  }
}
