import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createSandbox, type Run, type Sandbox, type Variables } from "./sandbox.ts";

interface MigrateSandbox extends Sandbox {
  migrate(args: readonly string[], variables?: Variables): Promise<Run>;
  put(files: Readonly<Record<string, string>>): Promise<void>;
}

const database = { DATABASE_URL: "sqlite:app.db" };

async function createMigrateSandbox(): Promise<MigrateSandbox> {
  const sandbox = await createSandbox();
  return {
    ...sandbox,
    migrate: (args, variables = {}) => sandbox.run(["migrate", ...args], { ...database, ...variables }),
    put: async (files) => {
      await mkdir(join(sandbox.folder, "data/migrations"), { recursive: true });
      for (const [name, text] of Object.entries(files))
        await writeFile(join(sandbox.folder, "data/migrations", name), text);
    },
  };
}

const two = {
  "001_a.sql": "CREATE TABLE a (x int);",
  "001_a_rollback.sql": "DROP TABLE a;",
  "002_b.sql": "CREATE TABLE b (x int);",
  "002_b_rollback.sql": "DROP TABLE b;",
};

describe("migrate", () => {
  it("creates a pair, applies it, shows it and takes it back", async () => {
    const { migrate, folder } = await createMigrateSandbox();
    const created = await migrate(["create", "add notes", "--sql", "CREATE TABLE notes (body text)"]);
    expect(created.stdout).toMatch(/^Created \d{8}_\d{6}_add_notes\.sql\.\n$/);
    const paired = await migrate(["create", "add_notes_rollback", "--sql", "DROP TABLE notes"]);
    expect(paired.stdout).toMatch(/^Created \d{8}_\d{6}_add_notes_rollback\.sql\.\n$/);
    expect(await readdir(join(folder, "data/migrations"))).toHaveLength(2);

    expect((await migrate(["pending"])).stdout).toMatch(/^pending +\d{8}_\d{6}_add_notes\n$/);
    expect((await migrate(["up"])).stdout).toMatch(/_add_notes {2}applied \(\d+ ms\)\n$/);
    expect(await migrate(["up"])).toMatchObject({
      status: 0,
      stdout: "Nothing to apply: every migration is applied.\n",
    });
    expect((await migrate(["status"])).stdout).toMatch(
      /^applied +\d{8}_\d{6}_add_notes +\d{4}-\d\d-\d\d \d\d:\d\d UTC by Ana\n$/,
    );
    expect((await migrate(["current"])).stdout).toContain("_add_notes");
    expect((await migrate(["history"])).stdout).toContain("by Ana");
    expect((await migrate(["down", "--yes"])).stdout).toMatch(/_add_notes {2}rolled back/);
  });

  it("shows which lines of an applied file were edited", async () => {
    const { migrate, put } = await createMigrateSandbox();
    const lines = Array.from({ length: 30 }, (_, index) => `  -- note ${index}`);
    await put({ "001_a.sql": ["CREATE TABLE a (", "  x int", ");"].join("\n") });
    await put({ "002_b.sql": ["CREATE TABLE b (", ...lines, "  x int);"].join("\n") });
    await migrate(["up"]);
    await put({ "001_a.sql": ["CREATE TABLE a (", "  x bigint,", "  y int", ");"].join("\r\n") });
    await put({ "002_b.sql": ["CREATE TABLE b (", "  x int);"].join("\n") });
    const { status, stdout } = await migrate(["check"]);
    expect(status).toBe(5);
    expect(stdout.split("\n").slice(0, 6)).toEqual([
      "edited after it was applied:",
      "    001_a",
      "        -   x int",
      "        +   x bigint,",
      "        +   y int",
      "    002_b",
    ]);
    expect(stdout).toContain("        -   -- note 9\n        - ... 20 more lines\n    -> undo the edit");
  });

  it("writes templates, and refuses to run them while they are empty", async () => {
    const { migrate } = await createMigrateSandbox();
    await migrate(["create", "later"]);
    const { status, stderr } = await migrate(["up"]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/error MIGRATION_INVALID: .*_later.*\.sql: it holds no statement/);
  });

  it("shows statements and times of a dry run, and changes nothing", async () => {
    const { migrate, put, folder } = await createMigrateSandbox();
    await put(two);
    const { stdout } = await migrate(["up", "--dry-run"]);
    expect(stdout).toMatch(
      /^001_a {2}applied and undone again \(\d+ ms\)\n {4}line 1 {2}\d+ ms {2}CREATE TABLE a/,
    );
    expect(JSON.parse((await migrate(["status", "--json"])).stdout)).toMatchObject({
      migrations: [
        { id: "001_a", state: "pending" },
        { id: "002_b", state: "pending" },
      ],
    });
    expect(await readFile(join(folder, "app.db"))).not.toContain("CREATE TABLE a");
  });

  it("asks before it rolls back", async () => {
    const { migrate, put } = await createMigrateSandbox();
    await put(two);
    await migrate(["up"]);
    expect(await migrate(["down", "base"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("CONFIRMATION_REQUIRED"),
    });
    expect((await migrate(["down", "-2", "--yes"])).stdout).toMatch(
      /^002_b {2}rolled back.*\n001_a {2}rolled back/,
    );
  });

  it("answers check with an exit status for what is worst", async () => {
    const { migrate, put } = await createMigrateSandbox();
    await put(two);
    expect((await migrate(["check"])).status).toBe(1);
    await migrate(["upgrade"]);
    expect(await migrate(["check"])).toMatchObject({
      status: 0,
      stdout: "Files and history agree; nothing is pending.\n",
    });
    await put({ "0_late.sql": "SELECT 1;", "0_late_rollback.sql": "SELECT 1;" });
    expect((await migrate(["check"])).status).toBe(21);
    expect((await migrate(["up"])).status).toBe(5);
    expect((await migrate(["merge"])).stdout).toBe("0_late is now 003_late.\n");
    expect((await migrate(["up", "--sql-echo"])).stderr).toContain("SELECT 1");
    await put({ "001_a.sql": "CREATE TABLE a (x bigint);", "004_bare.sql": "SELECT 1;" });
    expect((await migrate(["check"])).status).toBe(5);
    await migrate(["repair", "001", "--reason", "same thing"]);
    await migrate(["up"]);
    expect((await migrate(["check"])).status).toBe(22);
  });

  it("says place, statement, what was applied and what was not tried when a migration fails", async () => {
    const { migrate, put } = await createMigrateSandbox();
    await put({ ...two, "002_b.sql": "\nCREATE TABLE a (x int);", "003_c.sql": "SELECT 1;" });
    const { status, stderr } = await migrate(["up"]);
    expect(status).toBe(3);
    expect(stderr).toContain("data/migrations/002_b.sql:2:1");
    expect(stderr).toContain("table a already exists");
    expect(stderr).toContain("Applied before it in this run: 001_a. Not tried: 003_c.");
    const { error } = JSON.parse((await migrate(["up", "--json"])).stdout);
    expect(error).toMatchObject({ code: "MIGRATION_FAILED", data: { migration: "002_b", line: 2 } });
  });

  it("takes an existing database over, stamps, redoes and rolls back by name", async () => {
    const { migrate, put } = await createMigrateSandbox();
    await put(two);
    expect((await migrate(["baseline", "001"])).stdout).toMatch(/^applied +001_a .*\npending +002_b\n$/);
    await migrate(["up"]);
    expect((await migrate(["redo"])).stdout).toMatch(/^002_b {2}rolled back.*\n002_b {2}applied/);
    expect((await migrate(["rollback", "002_b.sql"])).stdout).toContain("rolled back");
    expect((await migrate(["stamp", "head"])).stdout).toMatch(/^applied +001_a .*\napplied +002_b /);
  });

  it("tests rollbacks and says what they leave", async () => {
    const { migrate, put } = await createMigrateSandbox();
    await put(two);
    expect(await migrate(["test"])).toMatchObject({
      status: 0,
      stdout: "passed        001_a\npassed        002_b\n2 migrations: no rollback failed.\n",
    });
    await put({ "002_b.sql": "CREATE TABLE b (x int); CREATE INDEX a_by_x ON a (x);" });
    expect(await migrate(["test"])).toMatchObject({
      status: 1,
      stdout:
        "passed        001_a\nfailed        002_b\n    its rollback leaves index a_by_x of a\n1 rollback failed.\n",
    });
  });

  it("verifies the live schema", async () => {
    const { migrate, put } = await createMigrateSandbox();
    await put(two);
    await migrate(["up"]);
    expect(await migrate(["verify"])).toMatchObject({
      status: 0,
      stdout: "The live schema is what 2 applied migrations make.\n",
    });
    await put({ "003_c.sql": "-- kbvault: no-transaction\nDROP TABLE b;" });
    await migrate(["up"]);
    await migrate(["stamp", "002"]);
    expect(await migrate(["verify"])).toMatchObject({
      status: 5,
      stdout: expect.stringContaining("missing  table b\n"),
    });
  });

  it("lints, and fails on what it is told to fail on", async () => {
    const { migrate, put } = await createMigrateSandbox();
    await put({ ...two, "003_c.sql": "DROP TABLE a;" });
    const url = ["--url", "pglite::memory:"];
    const { status, stdout } = await migrate(["lint", ...url]);
    expect(status).toBe(0);
    expect(stdout).toContain(
      "data/migrations/003_c.sql:1:1 warning drop-table a: What only this table holds is lost.\n",
    );
    expect(stdout).toMatch(/\n0 errors, 2 warnings\.\n$/);
    expect((await migrate(["lint", ...url, "--fail-on", "warning"])).status).toBe(1);
    await put({ "003_c.sql": "DORP TABLE a;" });
    expect((await migrate(["lint", ...url])).status).toBe(1);
    expect((await migrate(["lint", ...url, "--fail-on", "never"])).status).toBe(0);
  });

  it("copies the shipped migrations, once", async () => {
    const { migrate, folder } = await createMigrateSandbox();
    expect((await migrate(["init", "--with-troubleshooting-schema"])).stdout).toMatch(
      /^Copied 001_initial_schema\.sql\.\n.*The history table is there\.\n$/s,
    );
    const files = await readdir(join(folder, "data/migrations"));
    expect(files.length).toBeGreaterThanOrEqual(12);
    expect((await migrate(["init", "--with-troubleshooting-schema"])).stdout).toBe(
      "The history table is there.\n",
    );
  });

  it("waits for a database that answers, and gives up on one that does not, without showing its password", async () => {
    const { migrate } = await createMigrateSandbox();
    expect(await migrate(["wait"])).toMatchObject({ status: 0, stdout: "The database answers.\n" });
    const url = "postgres://ana:geheim@127.0.0.1:1/none";
    const { status, stderr } = await migrate(["wait", "--timeout", "300ms", "--url", url]);
    expect(status).toBe(1);
    expect(stderr).toContain("postgres://ana:***@127.0.0.1:1/none");
    expect(stderr).not.toContain("geheim");
  });

  const mistakes: [args: string[], message: RegExp][] = [
    [["upp"], /Nothing was changed/],
    [["up", "--lock-timeout", "soon"], /It has to be a time such as 500ms, 30s or 2m/],
    [["up", "nowhere"], /There is no folder data\/migrations|There is no migration "nowhere"/],
    [["status", "--url", "oracle://x"], /unknown scheme oracle:/],
    [["repair", "001"], /Required option '--reason <text>' not specified/],
    [["create", "../x"], /is no name for a migration/],
  ];
  it.each(mistakes)("refuses %j and says why", async (args, message) => {
    const { migrate } = await createMigrateSandbox();
    const { status, stdout, stderr } = await migrate(args);
    expect({ stdout, failed: status !== 0 }).toEqual({ stdout: "", failed: true });
    expect(stderr).toMatch(message);
  });
});
