import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import Database from "libsql";
import { describe, expect, it, vi } from "vitest";
import type { UpdateStepConfig } from "../../../src/config/update.ts";
import { readMaintenance } from "../../../src/operations/maintenance.ts";
import type { Action } from "../../../src/operations/update/action.ts";
import type { UpdateEvent } from "../../../src/operations/update/run.ts";
import { type RunUpdateChoice, Updates } from "../../../src/operations/update/updates.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";

const base = useTemporaryFolder();

/** A folder with two migrations of a SQLite database and, unless it says otherwise, good health. */
class System {
  readonly folder = base();
  readonly state = join(this.folder, ".kbvault");
  readonly database = join(this.folder, "app.db");
  readonly updates: Updates;

  constructor(steps: readonly UpdateStepConfig[] = [], checkHealth: Action = healthy) {
    const migrations = join(this.folder, "migrations");
    mkdirSync(migrations, { recursive: true });
    writeFileSync(join(migrations, "001_notes.sql"), "CREATE TABLE notes (body text);");
    writeFileSync(join(migrations, "001_notes_rollback.sql"), "DROP TABLE notes;");
    writeFileSync(join(migrations, "002_tags.sql"), "CREATE TABLE tags (name text);");
    writeFileSync(join(migrations, "002_tags_rollback.sql"), "DROP TABLE tags;");
    this.updates = new Updates({
      author: "Ana",
      stateFolder: this.state,
      cwd: this.folder,
      migrationsFolder: migrations,
      config: { steps },
      backups: { folder: join(this.folder, "backups"), database: { url: `sqlite:${this.database}` } },
      checkHealth,
    });
  }

  run(choice: RunUpdateChoice = {}) {
    return this.updates.run({ skip: ["database-backup"], ...choice });
  }

  tables(): string[] {
    const database = new Database(this.database);
    try {
      const rows = database
        .prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        .all();
      return (rows as { name: string }[]).map(({ name }) => name);
    } finally {
      database.close();
    }
  }

  async maintenance(): Promise<boolean> {
    return (await readMaintenance(this.state)).on;
  }
}

const healthy: Action = () => Promise.resolve({ message: "Healthy." });
const unhealthy: Action = () => Promise.reject(new Error("database: it is on fire"));

const outcomes = ({ steps }: { readonly steps: readonly { name: string; outcome: string }[] }): object =>
  Object.fromEntries(steps.map(({ name, outcome }) => [name, outcome]));

describe("an update", () => {
  it("runs every step, applies what is pending, and leaves maintenance mode", async () => {
    const system = new System([{ name: "restart", run: "echo restarted" }]);
    const seen: UpdateEvent["event"][] = [];
    const result = await system.run({ onEvent: ({ event }) => seen.push(event) });
    expect(result).toMatchObject({
      outcome: "done",
      current: null,
      by: "Ana",
      warnings: [],
      takenBack: null,
    });
    expect(outcomes(result)).toEqual({
      "maintenance-on": "done",
      "kb-snapshot": "skipped",
      "database-backup": "skipped",
      source: "skipped",
      dependencies: "skipped",
      migrations: "done",
      health: "done",
      restart: "done",
      "maintenance-off": "done",
    });
    expect(result.steps.find(({ name }) => name === "migrations")?.details).toEqual({
      applied: ["001_notes", "002_tags"],
    });
    expect(system.tables()).toEqual(["notes", "schema_migrations", "tags", "update_runs"]);
    expect(await system.maintenance()).toBe(false);
    expect(seen[0]).toBe("planned");
    expect(seen.at(-1)).toBe("finished");
  });

  it("is in the log, in the table update_runs, and is the last one", async () => {
    const system = new System();
    const first = await system.run();
    const second = await system.run();
    const history = await system.updates.history();
    expect(history.map(({ runId }) => runId)).toEqual([second.runId, first.runId]);
    expect(await system.updates.last()).toEqual(history[0]);
    const database = new Database(system.database);
    const rows = database
      .prepare("SELECT run_id, outcome, run_by FROM update_runs ORDER BY started_at")
      .all();
    database.close();
    expect(rows).toEqual([
      { run_id: first.runId, outcome: "done", run_by: "Ana" },
      { run_id: second.runId, outcome: "done", run_by: "Ana" },
    ]);
  });

  it("is in maintenance mode while its steps run, and notes where it stands", async () => {
    const system = new System([
      { name: "look", run: `cat .kbvault/maintenance.json .kbvault/update-state.json`, after: "migrations" },
    ]);
    const result = await system.run();
    const output = result.steps.find(({ name }) => name === "look")?.output ?? "";
    expect(output).toContain(`"reason": "Update ${result.runId}"`);
    expect(output).toContain('"current": "look"');
    expect(output).toContain('"outcome": "running"');
  });

  it("goes on with a warning after a step that is not critical", async () => {
    const system = new System([{ name: "assets", run: "echo no space; exit 7", before: "migrations" }]);
    const result = await system.run();
    expect(result.outcome).toBe("warnings");
    expect(result.steps.find(({ name }) => name === "assets")).toMatchObject({
      outcome: "warning",
      message: "echo no space; exit 7 failed with exit status 7.",
      output: "no space\n",
    });
    expect(outcomes(result)).toMatchObject({ migrations: "done", "maintenance-off": "done" });
  });

  it("stops at a critical step, stays in maintenance mode, and says what was not tried", async () => {
    const system = new System([{ name: "assets", run: "exit 1", after: "migrations", critical: true }]);
    const result = await system.run();
    expect(result).toMatchObject({ outcome: "failed", current: "assets", takenBack: null });
    expect(outcomes(result)).toMatchObject({
      migrations: "done",
      assets: "failed",
      health: "not-tried",
      "maintenance-off": "not-tried",
    });
    expect(await system.maintenance()).toBe(true);
    expect(await system.updates.last()).toMatchObject({ outcome: "failed", current: "assets" });
  });

  it("goes on from a step, when asked to", async () => {
    const system = new System([
      { name: "assets", run: "test -e fixed", after: "migrations", critical: true },
    ]);
    await system.run();
    writeFileSync(join(system.folder, "fixed"), "");
    const result = await system.run({ from: "assets" });
    expect(result.outcome).toBe("done");
    expect(outcomes(result)).toMatchObject({ migrations: "skipped", assets: "done" });
    expect(await system.maintenance()).toBe(false);
  });

  it("takes back the migrations that it applied, and only those", async () => {
    const system = new System();
    await system.run();
    writeFileSync(join(system.folder, "migrations/003_links.sql"), "CREATE TABLE links (url text);");
    writeFileSync(join(system.folder, "migrations/003_links_rollback.sql"), "DROP TABLE links;");
    const sick = new System([], unhealthy);
    const result = await sick.run({ rollbackOnFailure: true, skip: ["database-backup"] });
    expect(result).toMatchObject({
      outcome: "failed",
      current: "health",
      takenBack: { by: "rollbacks", migrations: ["003_links"] },
    });
    expect(result.steps.find(({ name }) => name === "health")?.message).toBe("database: it is on fire");
    expect(sick.tables()).toEqual(["notes", "schema_migrations", "tags", "update_runs"]);
  });

  it("takes nothing back where it applied nothing", async () => {
    const system = new System();
    await system.run();
    const result = await new System([], unhealthy).run({ rollbackOnFailure: true });
    expect(result.takenBack).toMatchObject({ by: "nothing", migrations: [] });
    expect(system.tables()).toContain("tags");
  });

  it("restores its backup where a rollback is missing", async () => {
    const system = new System();
    await system.run();
    writeFileSync(join(system.folder, "migrations/003_links.sql"), "CREATE TABLE links (url text);");
    const sick = new System([], unhealthy);
    const result = await sick.run({ rollbackOnFailure: true, skip: [] });
    expect(result.takenBack).toMatchObject({ by: "backup", migrations: [] });
    expect(sick.tables()).toEqual(["notes", "schema_migrations", "tags", "update_runs"]);
  });

  it("stops where a migration fails midway, and takes back the ones before it", async () => {
    const system = new System();
    writeFileSync(join(system.folder, "migrations/002_tags.sql"), "CREATE TABLE notes (body text);");
    const result = await system.run({ rollbackOnFailure: true });
    expect(result).toMatchObject({
      current: "migrations",
      takenBack: { by: "rollbacks", migrations: ["001_notes"] },
    });
    expect(system.tables()).toEqual(["schema_migrations", "update_runs"]);
  });

  it("ends a step that hangs, with all that it started", async () => {
    const system = new System([
      { name: "hang", run: "sleep 60 & echo $! > pid; wait", before: "migrations", timeout: "1s" },
    ]);
    const result = await system.run();
    expect(result.steps.find(({ name }) => name === "hang")).toMatchObject({
      outcome: "warning",
      message: expect.stringContaining("did not end within 1 s and was stopped"),
    });
    const pid = Number(readFileSync(join(system.folder, "pid"), "utf8"));
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });

  it("does not wait for a grandchild that holds the output of a step", async () => {
    const system = new System([{ name: "daemon", run: "(sleep 30 &); echo started", before: "migrations" }]);
    const result = await system.run();
    expect(result.steps.find(({ name }) => name === "daemon")).toMatchObject({
      outcome: "done",
      output: "started\n",
    });
  });

  it("tries a step again as often as it may", async () => {
    const run = 'echo x >> tries; [ "$(wc -l < tries)" -ge 3 ]';
    const system = new System([{ name: "flaky", run, before: "migrations", retries: 2 }]);
    const result = await system.run();
    expect(result.steps.find(({ name }) => name === "flaky")).toMatchObject({ outcome: "done", attempts: 3 });
  });

  it("takes the fallback where a program is missing, and says so where there is none", async () => {
    const missing = ["kbvault-no-such-program", "go"];
    const system = new System([
      { name: "with", run: missing, fallbacks: [["printf", "fell back"]], before: "migrations" },
      { name: "without", run: missing, before: "migrations" },
    ]);
    const { steps } = await system.run();
    expect(steps.find(({ name }) => name === "with")).toMatchObject({ outcome: "done", output: "fell back" });
    expect(steps.find(({ name }) => name === "without")).toMatchObject({
      outcome: "warning",
      message: expect.stringContaining("kbvault-no-such-program cannot be found on PATH"),
    });
  });

  it("ends when it is interrupted, and says in which step", async () => {
    const stop = new AbortController();
    const system = new System([{ name: "long", run: "echo began; sleep 60", before: "migrations" }]);
    const result = await system.run({
      signal: stop.signal,
      onEvent: ({ event }) => {
        if (event === "output") stop.abort();
      },
    });
    expect(result).toMatchObject({ outcome: "interrupted", current: "long" });
    expect(outcomes(result)).toMatchObject({ long: "interrupted", migrations: "not-tried" });
    expect(await system.maintenance()).toBe(true);
  });

  it("refuses to run beside another one", async () => {
    const system = new System([{ name: "long", run: "sleep 1", before: "migrations" }]);
    const first = system.run();
    await vi.waitFor(async () => expect(await system.updates.last()).toMatchObject({ outcome: "running" }));
    await expect(new System().run()).rejects.toMatchObject({ code: "LOCKED", data: { purpose: "update" } });
    expect((await first).outcome).toBe("done");
  });

  it("keeps passwords out of results, state and log", async () => {
    vi.stubEnv("APP_PASSWORD", "hunter2-secret");
    const system = new System([
      {
        name: "leak",
        run: "echo $APP_PASSWORD; echo postgres://u:p4ssw0rd@h/d; exit 1",
        before: "migrations",
      },
    ]);
    const result = await system.run();
    vi.unstubAllEnvs();
    const files = await readdir(system.state);
    const texts = await Promise.all(files.map((name) => readFile(join(system.state, name), "utf8")));
    expect(files).toEqual(expect.arrayContaining(["update-log.ndjson", "update-state.json"]));
    expect(JSON.stringify(result) + texts.join("")).not.toMatch(/hunter2|p4ssw0rd/);
    expect(JSON.stringify(result)).toContain("***");
  });
});

describe("the source step", () => {
  const git = (cwd: string, ...words: string[]): string =>
    execFileSync("git", ["-c", "user.name=Ana", "-c", "user.email=ana@example.com", ...words], {
      cwd,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });

  /** A remote, and a clone of it in the folder of the system that is one commit behind. */
  function behind(): System {
    const system = new System();
    const remote = join(base(), "remote.git");
    git(base(), "init", "-q", "--bare", "-b", "main", remote);
    git(system.folder, "init", "-q", "-b", "main");
    writeFileSync(join(system.folder, "kb.txt"), "one");
    git(system.folder, "add", "kb.txt");
    git(system.folder, "commit", "-qm", "One");
    git(system.folder, "remote", "add", "origin", remote);
    git(system.folder, "push", "-qu", "origin", "main");
    const other = join(base(), "other");
    git(base(), "clone", "-q", remote, other);
    writeFileSync(join(other, "kb.txt"), "two");
    git(other, "commit", "-qam", "Two");
    git(other, "push", "-q");
    return system;
  }

  it("fetches what is new", async () => {
    const system = behind();
    const result = await system.run();
    expect(outcomes(result)).toMatchObject({ source: "done" });
    expect(readFileSync(join(system.folder, "kb.txt"), "utf8")).toBe("two");
  });

  it("is a warning where the remote cannot be reached, and the update goes on", async () => {
    const system = behind();
    git(system.folder, "remote", "set-url", "origin", "http://127.0.0.1:9/none.git");
    const result = await new System([{ name: "source", retries: 0 }]).run();
    expect(outcomes(result)).toMatchObject({ source: "warning", migrations: "done" });
    expect(result.steps.find(({ name }) => name === "source")?.output).toMatch(
      /127\.0\.0\.1|refused|connect/i,
    );
  });

  it("is a warning where git is missing, and says what to do", async () => {
    behind();
    vi.stubEnv("PATH", join(base(), "nothing"));
    const result = await new System([{ name: "source", retries: 0 }]).run();
    vi.unstubAllEnvs();
    expect(result.steps.find(({ name }) => name === "source")).toMatchObject({
      outcome: "warning",
      message: expect.stringContaining("git cannot be found on PATH"),
    });
  });

  it("is left out where there is no repository", async () => {
    const result = await new System().run();
    expect(outcomes(result)).toMatchObject({ source: "skipped" });
  });
});
