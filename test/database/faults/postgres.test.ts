import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunEvent } from "../../../src/database/run.ts";
import { lacksServer } from "../engines.ts";
import { Project } from "../project.ts";
import { startRunner, until } from "./runner.ts";

describe.skipIf(lacksServer("postgres"))("faults around a PostgreSQL server", { timeout: 60_000 }, () => {
  let project: Project;
  let other: Client;
  beforeEach(async () => {
    project = new Project("postgres");
    project.write({
      "001_notes.sql":
        "CREATE TABLE notes (id int PRIMARY KEY, body text); INSERT INTO notes VALUES (1, 'one');",
    });
    const migrator = await project.migrator();
    await migrator.applyAllPending();
    other = new Client({ connectionString: await project.url(), application_name: "somebody else" });
    other.on("error", () => undefined);
    await other.connect();
  });
  afterEach(async () => {
    await other.end();
    await project.drop();
  });

  // Over a connection of its own: a transaction sees the activity of its first look only.
  const waitingAlters = async (): Promise<number> => {
    const [row] = await project.query(
      "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'ALTER%' AND state = 'active'",
    );
    return Number(row?.["n"]);
  };

  it("records nothing and leaves nothing when the connection is cut between the SQL and the history row", async () => {
    project.write({
      "002_cut.sql": "CREATE TABLE cut (a int); SELECT pg_terminate_backend(pg_backend_pid());",
    });
    const migrator = await project.migrator();
    await expect(migrator.applyAllPending()).rejects.toMatchObject({ code: "MIGRATION_FAILED" });
    await migrator.close();
    expect(await project.hasTable("cut")).toBe(false);
    expect((await migrator.getPendingMigrations()).map(({ id }) => id)).toEqual(["002_cut"]);
  });

  it("gives way when an ALTER waits behind an open transaction, names it, and lets readers through", async () => {
    await other.query("BEGIN; SELECT * FROM notes");
    project.write({ "002_alter.sql": "ALTER TABLE notes ADD COLUMN author text;" });
    const events: RunEvent[] = [];
    const migrator = await project.migrator({
      lockTimeoutMs: 600,
      lockRetries: 1,
      onEvent: (event) => events.push(event),
    });
    await expect(migrator.applyAllPending()).rejects.toMatchObject({
      code: "LOCK_TIMEOUT",
      data: { blockers: [expect.stringContaining("somebody else")], done: [] },
    });
    expect(events.filter(({ kind }) => kind === "waiting-for-lock")).toMatchObject([{ triesLeft: 1 }]);
    expect(await waitingAlters()).toBe(0);
    expect(await project.query("SELECT body FROM notes")).toEqual([{ body: "one" }]);
    await other.query("ROLLBACK");
    expect(await migrator.applyAllPending()).toHaveLength(1);
  });

  it("tries again by itself and gets through when the other transaction ends meanwhile", async () => {
    await other.query("BEGIN; SELECT * FROM notes");
    project.write({ "002_alter.sql": "ALTER TABLE notes ADD COLUMN author text;" });
    const migrator = await project.migrator({
      lockTimeoutMs: 300,
      onEvent: ({ kind }) => {
        if (kind === "waiting-for-lock") void other.query("ROLLBACK");
      },
    });
    expect(await migrator.applyAllPending()).toMatchObject([{ name: "002_alter", outcome: "applied" }]);
  });

  it("leaves no ALTER in the server's queue when the runner is killed while it waits", async () => {
    await other.query("BEGIN; SELECT * FROM notes");
    project.write({ "002_alter.sql": "ALTER TABLE notes ADD COLUMN author text;" });
    const runner = startRunner(await project.url(), project.folder, { lockTimeoutMs: 0 });
    await until(async () => (await waitingAlters()) === 1);
    runner.process.kill("SIGKILL");
    await until(async () => (await waitingAlters()) === 0);
    await other.query("ROLLBACK");
    expect(await project.query("SELECT count(*) AS n FROM schema_migrations")).toEqual([{ n: "1" }]);
  });

  it("cancels its statement on the server when it is told to stop", async () => {
    await other.query("BEGIN; SELECT * FROM notes");
    project.write({ "002_alter.sql": "ALTER TABLE notes ADD COLUMN author text;" });
    const runner = startRunner(await project.url(), project.folder, { lockTimeoutMs: 0 });
    await until(async () => (await waitingAlters()) === 1);
    runner.process.kill("SIGTERM");
    expect(await runner.output).toBe("INTERRUPTED");
    expect(await waitingAlters()).toBe(0);
    await other.query("ROLLBACK");
  });

  it("builds an index CONCURRENTLY while another runner waits for its turn", async () => {
    project.write({
      "002_index.sql":
        "-- kbvault: no-transaction\nCREATE INDEX CONCURRENTLY notes_body ON notes (body);\nCREATE INDEX CONCURRENTLY notes_body_2 ON notes (body);",
    });
    // An open transaction that wrote holds the index back until both runners are there.
    await other.query("BEGIN; INSERT INTO notes VALUES (2, 'two')");
    const first = await project.migrator();
    const second = await project.migrator();
    const runs = Promise.all([first.applyAllPending(), second.applyAllPending()]);
    await new Promise((done) => setTimeout(done, 1000));
    await other.query("COMMIT");
    expect((await runs).map(({ length }) => length).sort()).toEqual([0, 1]);
    const invalid = await other.query("SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid");
    expect(invalid.rows).toEqual([]);
  });

  it("keeps its history where it was when a migration changes the search path or the role", async () => {
    project.write({
      "002_path.sql": "CREATE SCHEMA elsewhere; SELECT pg_catalog.set_config('search_path', '', false);",
      "003_after.sql": "CREATE TABLE after (a int);",
    });
    const migrator = await project.migrator();
    expect(await migrator.applyAllPending()).toHaveLength(2);
    expect(await project.query("SELECT to_regclass('public.after')::text AS after")).toEqual([
      { after: "after" },
    ]);
  });

  it.each([
    ["a port where nobody listens", "postgres://127.0.0.1:1/test", "DATABASE_UNREACHABLE"],
    ["a database that does not exist", null, "DATABASE_NOT_FOUND"],
    [
      "a role that does not exist",
      "postgres://nobody_of_this_name:secret@127.0.0.1:5432/test",
      "DATABASE_ACCESS_DENIED",
    ],
    [
      "TLS where the server has none",
      "postgres://postgres@127.0.0.1:5432/test?sslmode=verify-full",
      "DATABASE_ACCESS_DENIED",
    ],
  ])("tells %s apart, without the password", async (_what, url, code) => {
    const missing = (await project.url()).replace(/\/[^/]*$/, "/no_such_database");
    const migrator = await project.migrator({ url: url ?? missing });
    const error = await migrator.getStatus().catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ code });
    expect(String(error)).not.toContain("secret");
  });
});
