import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunEvent } from "../../../src/database/run.ts";
import { lacksServer } from "../engines.ts";
import { Project } from "../project.ts";
import { startRunner, until } from "./runner.ts";

const applied = '["001_counter","002_add","003_add"]';

describe.skipIf(lacksServer("postgres"))("runners without advisory locks", { timeout: 90_000 }, () => {
  let project: Project;
  beforeEach(() => {
    project = new Project("postgres", "?advisory_locks=off");
    project.write({
      "001_counter.sql": "CREATE TABLE counter (n int); INSERT INTO counter VALUES (0);",
      "001_counter_rollback.sql": "DROP TABLE counter;",
      "002_add.sql": "SELECT pg_sleep(1); UPDATE counter SET n = n + 1;",
      "002_add_rollback.sql": "UPDATE counter SET n = n - 1;",
      "003_add.sql": "UPDATE counter SET n = n + 1;",
      "003_add_rollback.sql": "UPDATE counter SET n = n - 1;",
    });
  });
  afterEach(() => project.drop());

  const counted = async (): Promise<number[]> =>
    (await project.query("SELECT n FROM counter")).map(({ n }) => Number(n));
  const leaseRows = (): Promise<readonly object[]> =>
    project.query(
      "SELECT part, token IS NULL AS free, fence, expires_at FROM schema_migrations_lock ORDER BY part",
    );

  it.each([2, 8])("apply each migration once when %d start at the same time", async (count) => {
    const url = await project.url();
    const runners = Array.from({ length: count }, () => startRunner(url, project.folder));
    const outputs = await Promise.all(runners.map(({ output }) => output));
    expect(outputs.sort()).toEqual([applied, ...Array.from({ length: count - 1 }, () => "[]")]);
    expect(await counted()).toEqual([2]);
    // Whoever came late and found nothing to do took no lock.
    expect(await leaseRows()).toEqual([
      { part: "holder", free: false, fence: expect.any(Number), expires_at: null },
      { part: "lease", free: true, fence: null, expires_at: null },
    ]);
  });

  it("say who holds the lock, and until it is freed take nothing", async () => {
    const runner = startRunner(await project.url(), project.folder);
    await runner.started("002_add");
    const migrator = await project.migrator({ runnerTimeoutMs: 100 });
    await expect(migrator.applyAllPending()).rejects.toMatchObject({
      code: "MIGRATION_LOCKED",
      data: {
        holder: expect.stringMatching(
          new RegExp(`^process ${runner.process.pid} on \\S+ \\(user \\w+\\), since \\d{4}-.*Z$`),
        ),
      },
    });
    expect(await runner.output).toBe(applied);
  });

  it("take over after the lease when one is killed in a migration, of which nothing remains", async () => {
    const runner = startRunner(await project.url(), project.folder, { leaseMs: 3000 });
    await runner.started("002_add");
    runner.process.kill("SIGKILL");
    await runner.output;
    const events: RunEvent[] = [];
    const migrator = await project.migrator({ onEvent: (event) => events.push(event) });
    expect((await migrator.applyAllPending()).map(({ name }) => name)).toEqual(["002_add", "003_add"]);
    expect(events[0]).toMatchObject({
      kind: "waiting-for-runner",
      holder: expect.stringContaining("process"),
    });
    expect(await counted()).toEqual([2]);
  });

  it("cannot commit when they stood still for longer than the lease, whoever took over", async () => {
    const runner = startRunner(await project.url(), project.folder, { leaseMs: 1000 });
    await runner.started("002_add");
    runner.process.kill("SIGSTOP");
    const migrator = await project.migrator();
    expect((await migrator.applyAllPending()).map(({ name }) => name)).toEqual(["002_add", "003_add"]);
    runner.process.kill("SIGCONT");
    expect(await runner.output).toBe("MIGRATION_LOCK_LOST");
    expect(await counted()).toEqual([2]);
  });

  it("roll back at the end of a statement during which another one took the lock", async () => {
    project.write({ "002_add.sql": "UPDATE counter SET n = n + 1; SELECT pg_sleep(5);" });
    // Its session is busy on the server, so nothing but the fence stops it.
    const runner = startRunner(await project.url(), project.folder, { leaseMs: 1500 });
    await runner.started("002_add");
    runner.process.kill("SIGSTOP");
    await (await project.migrator()).init();
    runner.process.kill("SIGCONT");
    expect(await runner.output).toBe("MIGRATION_LOCK_LOST");
    expect(await counted()).toEqual([0]);
    expect(await project.query("SELECT version FROM schema_migrations")).toEqual([{ version: "001" }]);
  });

  it("run no further statement outside transactions when they stood still for longer than the lease", async () => {
    project.write({
      "002_add.sql":
        "-- kbvault: no-transaction\nSELECT pg_sleep(1);\nUPDATE counter SET n = n + 1;\nUPDATE counter SET n = n + 1;",
    });
    const runner = startRunner(await project.url(), project.folder, { leaseMs: 1000 });
    await runner.started("002_add");
    await until(async () => {
      const [row] = await project.query(
        "SELECT count(*) AS n FROM schema_migrations WHERE state = 'applying'",
      );
      return Number(row?.["n"]) === 1;
    });
    runner.process.kill("SIGSTOP");
    const migrator = await project.migrator();
    await expect(migrator.applyAllPending()).rejects.toMatchObject({
      code: "MIGRATION_HALF_APPLIED",
      data: { id: "002_add" },
    });
    runner.process.kill("SIGCONT");
    expect(await runner.output).toBe("MIGRATION_LOCK_LOST");
    expect(await counted()).toEqual([0]);
  });

  it("renew the lease while a migration runs for longer than it", async () => {
    project.write({ "002_add.sql": "SELECT pg_sleep(4); UPDATE counter SET n = n + 1;" });
    const runner = startRunner(await project.url(), project.folder, { leaseMs: 1000 });
    await runner.started("002_add");
    expect(await (await project.migrator()).applyAllPending()).toEqual([]);
    expect(await runner.output).toBe(applied);
    expect(await counted()).toEqual([2]);
  });

  it("renew it over a new connection when the one beside is cut", async () => {
    project.write({ "002_add.sql": "SELECT pg_sleep(4); UPDATE counter SET n = n + 1;" });
    const runner = startRunner(await project.url(), project.folder, { leaseMs: 1500 });
    await runner.started("002_add");
    const cut = await project.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()
        AND pid <> pg_backend_pid() AND state = 'idle'`,
    );
    expect(cut).toHaveLength(1);
    expect(await (await project.migrator()).applyAllPending()).toEqual([]);
    expect(await runner.output).toBe(applied);
  });

  it.each([
    ["ahead", 86_400_000],
    ["behind", -86_400_000],
  ])("do not mind a clock that is a day %s", async (_where, offset) => {
    const wrongClock = `data:text/javascript,${encodeURIComponent(
      `const Right = Date; globalThis.Date = class extends Right {
        constructor(...given) { given.length === 0 ? super(Right.now() + ${offset}) : super(...given); }
        static now() { return Right.now() + ${offset}; }
      };`,
    )}`;
    const url = await project.url();
    project.write({ "002_add.sql": "SELECT pg_sleep(3); UPDATE counter SET n = n + 1;" });
    const right = startRunner(url, project.folder, { leaseMs: 1000 });
    await right.started("002_add");
    const wrong = startRunner(url, project.folder, { leaseMs: 1000 }, ["--import", wrongClock]);
    expect(await Promise.all([right.output, wrong.output])).toEqual([applied, "[]"]);
    // And one that holds the lock with such a clock is neither taken over nor in the way for longer than its lease.
    project.write({ "004_add.sql": "SELECT pg_sleep(30); UPDATE counter SET n = n + 1;" });
    const holder = startRunner(url, project.folder, { leaseMs: 1000 }, ["--import", wrongClock]);
    await holder.started("004_add");
    await expect((await project.migrator({ runnerTimeoutMs: 2500 })).applyAllPending()).rejects.toMatchObject(
      { code: "MIGRATION_LOCKED" },
    );
    holder.process.kill("SIGKILL");
    project.write({ "004_add.sql": "UPDATE counter SET n = n + 1;" });
    expect(await (await project.migrator()).applyAllPending()).toHaveLength(1);
  });

  it("roll back under the lease as well, one after the other", async () => {
    const [first, second] = [await project.migrator(), await project.migrator()];
    await first.applyAllPending();
    const down = await Promise.all([first.rollbackTo(), second.rollbackTo()]);
    expect(
      down
        .flat()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["002_add", "003_add"]);
    expect(await counted()).toEqual([0]);
    expect((await first.redo()).map(({ outcome }) => outcome)).toEqual(["rolled-back", "applied"]);
    expect(await second.verify()).toMatchObject({ ok: true });
  });

  it("leave nothing of a dry run, not even the table of the lock or a count in it", async () => {
    const migrator = await project.migrator();
    expect(await migrator.applyAllPending({ dryRun: true })).toHaveLength(3);
    expect(await project.hasTable("schema_migrations_lock")).toBe(false);
    await migrator.applyAllPending();
    const before = await project.query("SELECT * FROM schema_migrations_lock ORDER BY part");
    await migrator.rollbackTo("base", { dryRun: true });
    expect(await project.query("SELECT * FROM schema_migrations_lock ORDER BY part")).toEqual(before);
  });

  it("wait for a dry run, with its table there and without", async () => {
    project.write({ "002_add.sql": "SELECT pg_sleep(3); UPDATE counter SET n = n + 1;" });
    for (const expected of [["001_counter", "002_add", "003_add"], ["004_add"]]) {
      const events: RunEvent[] = [];
      const trying = await project.migrator({ onEvent: (event) => events.push(event) });
      const dry = trying.applyAllPending({ dryRun: true });
      await until(async () => events.some(({ kind }) => kind === "statement"));
      const waits: RunEvent[] = [];
      const migrator = await project.migrator({ onEvent: (event) => waits.push(event) });
      expect((await migrator.applyAllPending()).map(({ name }) => name)).toEqual(expected);
      expect(waits[0]).toMatchObject({
        kind: "waiting-for-runner",
        holder: expect.stringContaining("--dry-run"),
      });
      expect((await dry).map(({ outcome }) => outcome)).toEqual(expected.map(() => "would-apply"));
      project.write({ "004_add.sql": "SELECT pg_sleep(3); UPDATE counter SET n = n + 1;" });
    }
    expect(await counted()).toEqual([3]);
  });

  it("wait with a dry run until another one is done", async () => {
    const runner = startRunner(await project.url(), project.folder);
    await runner.started("002_add");
    project.write({ "004_add.sql": "UPDATE counter SET n = n + 1;" });
    const migrator = await project.migrator();
    expect((await migrator.applyAllPending({ dryRun: true })).map(({ name }) => name)).toEqual(["004_add"]);
    expect(await runner.output).toBe(applied);
  });

  it("leave a table of that name alone that another tool made", async () => {
    await project.query("CREATE TABLE schema_migrations_lock (is_locked int)");
    const migrator = await project.migrator();
    await expect(migrator.applyAllPending()).rejects.toMatchObject({
      code: "HISTORY_FOREIGN",
      data: { table: "schema_migrations_lock" },
    });
    expect(await project.hasTable("counter")).toBe(false);
  });

  it("refuse a lease that a slow network would lose", async () => {
    const migrator = await project.migrator({ leaseMs: 10 });
    await expect(migrator.applyAllPending()).rejects.toMatchObject({ code: "USAGE", data: { leaseMs: 10 } });
  });
});
