import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import { createDriver } from "../../src/database/drivers/open.ts";
import { type Engine, parseDatabaseUrl } from "../../src/database/url.ts";
import {
  copyShippedMigrations,
  HealthCheck,
  type HealthReport,
  type HealthSettings,
} from "../../src/index.ts";
import { lacksServer } from "../database/engines.ts";
import { until } from "../database/faults/runner.ts";
import { Project, threeMigrations } from "../database/project.ts";

let project: Project;
afterEach(() => project.drop());

/** The report about the project's database alone. */
async function reportOn(settings: HealthSettings = {}, timeoutMs?: number): Promise<HealthReport> {
  const database = { url: await project.url(), folder: project.folder };
  return new HealthCheck({ database, settings }).runAllChecks({
    only: ["database", "migrations", "materialized_views", "clock"],
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
}

describe.each<Engine>(["sqlite", "postgres", "mysql"])("health of %s", (engine) => {
  it.skipIf(lacksServer(engine))("follows its migrations", async () => {
    project = new Project(engine);
    project.write(threeMigrations);
    const migrator = await project.migrator();
    await migrator.applyAllPending({ target: "002" });
    await migrator.close();
    expect(await reportOn()).toMatchObject({
      status: "degraded",
      checks: {
        database: { status: "healthy", observedUnit: "ms" },
        migrations: {
          status: "degraded",
          message: expect.stringContaining("1 pending (003_notes_author)"),
          details: { applied: 2, newest: "002_tags" },
          observedValue: 1,
        },
      },
      leftOut: { materialized_views: "There are no materialized views." },
    });

    await migrator.applyAllPending();
    await migrator.close();
    expect(await reportOn()).toMatchObject({
      checks: { database: { status: "healthy" }, migrations: { status: "healthy", observedValue: 0 } },
    });

    project.write({ "001_notes.sql": "CREATE TABLE notes (id int PRIMARY KEY);" });
    project.remove("002_tags.sql");
    project.remove("002_tags_rollback.sql");
    expect((await reportOn()).checks.migrations).toMatchObject({
      status: "degraded",
      details: { edited: ["001_notes"], missingFile: ["002_tags"] },
    });

    await project.query("DROP TABLE tags");
    expect((await reportOn()).checks.database).toMatchObject({
      status: "unhealthy",
      details: { missingTables: ["tags"] },
    });
  });
});

it.skipIf(lacksServer("postgres"))("health names who migrates under a lease", async () => {
  project = new Project("postgres", "?advisory_locks=off");
  project.write({ "001_slow.sql": "SELECT pg_sleep(3);" });
  const migrator = await project.migrator();
  const database = { url: await project.url(), folder: project.folder };
  const look = (): Promise<HealthReport> => new HealthCheck({ database }).runAllChecks({ only: ["locks"] });
  await expect(look()).rejects.toMatchObject({ data: { leftOut: { locks: expect.any(String) } } });
  const run = migrator.applyAllPending();
  await until(
    async () => (await project.query("SELECT to_regclass('schema_migrations') AS t"))[0]?.["t"] !== null,
  );
  expect((await look()).checks.locks).toMatchObject({
    status: "healthy",
    message: expect.stringMatching(`^Migrations are run by process ${process.pid} on `),
    details: {
      held: [{ table: "schema_migrations_lock", holder: expect.stringContaining("user postgres") }],
    },
  });
  await run;
  expect((await look()).checks.locks).toMatchObject({
    message: "Nobody holds a lock.",
    details: { held: [] },
  });
});

describe("migrations", () => {
  it("that are half applied are unhealthy", async () => {
    project = new Project("sqlite");
    project.write(threeMigrations);
    const migrator = await project.migrator();
    await migrator.applyAllPending();
    await migrator.close();
    await project.query("UPDATE schema_migrations SET state = 'applying' WHERE version = '003'");
    expect((await reportOn()).checks.migrations).toMatchObject({
      status: "unhealthy",
      message: expect.stringContaining("003_notes_author"),
    });
  });

  it("that were merged late are degraded", async () => {
    project = new Project("sqlite");
    project.write(threeMigrations);
    await project.migrator().then(async (migrator) => {
      await migrator.applyAllPending();
      await migrator.close();
    });
    project.write({ "000_before.sql": "CREATE TABLE b (id int);" });
    expect((await reportOn()).checks.migrations).toMatchObject({
      status: "degraded",
      details: { outOfOrder: ["000_before"] },
    });
  });

  it("are left out where there are none", async () => {
    project = new Project("sqlite");
    await project.query("CREATE TABLE own (id int)");
    const { checks, leftOut } = await reportOn();
    expect(checks.database?.status).toBe("healthy");
    expect(leftOut.migrations).toBe("There are no migrations.");
  });

  it("whose folder is not there are degraded, when some are applied", async () => {
    project = new Project("sqlite");
    project.write(threeMigrations);
    const migrator = await project.migrator();
    await migrator.applyAllPending();
    await migrator.close();
    const database = { url: await project.url(), folder: join(project.folder, "none") };
    const { checks } = await new HealthCheck({ database }).runAllChecks({ only: ["migrations"] });
    expect(checks.migrations).toMatchObject({ status: "degraded", details: { applied: 3 } });
  });

  it("of another tool are degraded for the database, and unhealthy themselves", async () => {
    project = new Project("sqlite");
    project.write(threeMigrations);
    await project.query("CREATE TABLE schema_migrations (version text)");
    const { checks } = await reportOn();
    expect(checks.database).toMatchObject({ status: "degraded" });
    expect(checks.migrations).toMatchObject({ status: "unhealthy", details: { code: "HISTORY_FOREIGN" } });
  });
});

describe("the schema that comes with kbvault", () => {
  it.skipIf(lacksServer("postgres"))("counts sessions, and tells fresh views from old ones", async () => {
    project = new Project("postgres");
    await copyShippedMigrations(project.folder);
    const migrator = await project.migrator();
    await migrator.applyAllPending();
    await migrator.close();
    const settings = {
      materializedViews: { mv_daily_troubleshooting_summary: { column: "day", maximumAge: "2d" } },
    };
    expect((await reportOn()).checks).toMatchObject({
      database: { status: "healthy", details: { activeSessions: 0 } },
      materialized_views: { status: "healthy", observedUnit: "B" },
    });
    expect((await reportOn(settings)).checks.materialized_views).toMatchObject({
      status: "degraded",
      message: expect.stringContaining("no rows to tell its age by"),
    });
    await project.query(
      `INSERT INTO support_troubleshooting_sessions (user_id, problem_id, kb_version_id, difficulty, total_steps, started_at)
        VALUES ('u1', 'p1', 'v1_20250127_120000', 'medio', 3, now() - interval '5 days')`,
    );
    await project.query("REFRESH MATERIALIZED VIEW mv_daily_troubleshooting_summary");
    expect((await reportOn(settings)).checks).toMatchObject({
      database: { details: { activeSessions: 1 }, message: expect.stringContaining("1 active") },
      materialized_views: { status: "degraded", message: expect.stringContaining("older than 2d") },
    });
    const wide = {
      materializedViews: { mv_daily_troubleshooting_summary: { column: "day", maximumAge: "7d" } },
    };
    expect((await reportOn(wide)).checks.materialized_views).toMatchObject({ status: "healthy" });
    const missing = { materializedViews: { mv_none: { column: "day", maximumAge: "7d" } } };
    expect((await reportOn(missing)).checks.materialized_views).toMatchObject({
      message: expect.stringContaining("mv_none is not there"),
    });
    const wrong = {
      materializedViews: { mv_daily_troubleshooting_summary: { column: "nothing", maximumAge: "7d" } },
    };
    expect((await reportOn(wrong)).checks.materialized_views).toMatchObject({
      status: "degraded",
      message: expect.stringContaining("nothing"),
    });
    const refreshing = await createDriver(parseDatabaseUrl(await project.url()), {
      lockTimeoutMs: 0,
      statementTimeoutMs: 0,
    });
    await refreshing.connect();
    await refreshing.run("BEGIN; REFRESH MATERIALIZED VIEW mv_daily_troubleshooting_summary");
    expect((await reportOn()).checks).toMatchObject({
      database: { status: "degraded", message: expect.stringContaining("locked") },
      migrations: { status: "healthy" },
      materialized_views: { status: "degraded", message: expect.stringContaining("locked") },
    });
    await refreshing.close();
    await project.query("REFRESH MATERIALIZED VIEW mv_daily_troubleshooting_summary WITH NO DATA");
    expect((await reportOn()).checks.materialized_views).toMatchObject({
      status: "degraded",
      message: expect.stringContaining("was never filled"),
    });
  });
});

describe("a database", () => {
  const asked = async (url: string, timeoutMs = 10_000): Promise<HealthReport> =>
    new HealthCheck({ database: { url, folder: tmpdir() } }).runAllChecks({
      only: ["database", "migrations", "clock"],
      timeoutMs,
    });

  it("that nobody answers for is unhealthy, once, and its password is not shown", async () => {
    project = new Project("sqlite");
    const report = await asked("postgres://ana:s3cret-word@127.0.0.1:9/kb");
    expect(report.checks.database).toMatchObject({
      status: "unhealthy",
      details: { code: "DATABASE_UNREACHABLE" },
    });
    expect(report.leftOut).toHaveProperty("migrations");
    expect(JSON.stringify(report)).not.toContain("s3cret");
  });

  it.each([
    ["sqlite:/no/such/folder/kb.db", "DATABASE_NOT_FOUND"],
    ["pglite:/no/such/folder/pglite", "DATABASE_NOT_FOUND"],
    ["oracle://kb", "DATABASE_URL_INVALID"],
  ])("at %s is unhealthy: %s", async (url, code) => {
    project = new Project("sqlite");
    expect((await asked(url)).checks.database).toMatchObject({ status: "unhealthy", details: { code } });
  });

  it.each(["postgres", "mysql"])(
    "of %s that takes the call and says nothing is unhealthy in time",
    async (scheme) => {
      project = new Project("sqlite");
      const silent = await listenSilently();
      const started = performance.now();
      const { checks } = await asked(`${scheme}://ana:s3cret-word@127.0.0.1:${silent}/kb`, 500);
      expect(checks.database).toMatchObject({ status: "unhealthy" });
      expect(checks.clock).toMatchObject({ status: "healthy" });
      expect(performance.now() - started).toBeLessThan(5000);
    },
  );

  it("of PGlite is healthy and not looked into while a process has it open, and looked into afterwards", async () => {
    project = new Project("pglite");
    project.write(threeMigrations);
    const migrator = await project.migrator();
    await migrator.applyAllPending({ target: "002" });
    const during = await reportOn({}, 60_000);
    expect(during.checks.database).toMatchObject({
      status: "healthy",
      message: expect.stringContaining("not looked into"),
    });
    expect(during.leftOut).toHaveProperty("migrations");
    await migrator.close();
    expect((await reportOn({}, 60_000)).checks).toMatchObject({
      database: { status: "healthy", message: "The database answers." },
      migrations: { status: "degraded", details: { pending: ["003_notes_author"] } },
    });
  });
});

/** The port of a server that accepts connections and never says a word. */
async function listenSilently(): Promise<number> {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as { readonly port: number }).port;
}
