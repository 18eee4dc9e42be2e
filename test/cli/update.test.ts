import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { bin, createStore, firstKb, type Sandbox } from "./sandbox.ts";

const url = "sqlite:app.db";

/** A store with a migration of a SQLite database, and these steps of an update. */
async function createSystem(steps: readonly object[] = []): Promise<Sandbox> {
  const sandbox = await createStore(firstKb);
  const config = join(sandbox.folder, "kbvault.config.json");
  const before = JSON.parse(await readFile(config, "utf8"));
  await writeFile(config, JSON.stringify({ ...before, update: { steps } }));
  await mkdir(join(sandbox.folder, "data/migrations"), { recursive: true });
  await writeFile(join(sandbox.folder, "data/migrations/001_notes.sql"), "CREATE TABLE notes (body text);");
  await writeFile(join(sandbox.folder, "data/migrations/001_notes_rollback.sql"), "DROP TABLE notes;");
  return sandbox;
}

const outcomes = ({ steps }: { steps: readonly { name: string; outcome: string }[] }): object =>
  Object.fromEntries(steps.map(({ name, outcome }) => [name, outcome]));

describe("kbvault update", () => {
  it("shows its plan and does nothing in a dry run", async () => {
    const sandbox = await createSystem([{ name: "restart", run: ["systemctl", "restart", "kb"] }]);
    const { status, stdout } = await sandbox.run(["update", "--dry-run", "--url", url]);
    expect(status).toBe(0);
    expect(stdout).toContain("source             left out: this is no git repository");
    expect(stdout).toContain("restart            critical  systemctl restart kb");
    expect(await readdir(sandbox.folder)).not.toContain(".kbvault");
  });

  it("snapshots, backs up, migrates and checks, and is in the history", async () => {
    const sandbox = await createSystem();
    await sandbox.run(["migrate", "init", "--url", url]);
    await sandbox.write({ ...firstKb, more: { title: "More" } });
    const result = await sandbox.json<{ outcome: string; steps: [] }>(["update", "--url", url]);
    expect(outcomes(result)).toMatchObject({
      "maintenance-on": "done",
      "kb-snapshot": "done",
      "database-backup": "done",
      migrations: "done",
      health: expect.stringMatching(/done|warning/),
      "maintenance-off": "done",
    });
    expect((await sandbox.run(["log", "--tag", "update"])).stdout).toContain("Before the update");
    expect((await sandbox.run(["backup", "list"])).stdout).not.toBe("");
    const { stdout } = await sandbox.run(["update", "--history"]);
    expect(stdout).toMatch(/^\S+Z_\S+ {2}.* UTC \(just now\) {2}Ana {2}done/);
  });

  it("stops with 3 where a critical step fails, and says what to do", async () => {
    const sandbox = await createSystem([{ name: "restart", run: "echo port taken; exit 1" }]);
    const { status, stdout } = await sandbox.run(["update", "--url", url, "--skip", "database-backup"]);
    expect(status).toBe(3);
    expect(stdout).toContain("stopped, because restart failed");
    expect(stdout).toContain("    port taken");
    expect(stdout).toContain("not tried   maintenance-off");
    expect(stdout).toContain("    kbvault update --from restart");
    expect((await sandbox.run(["maintenance", "status"])).status).toBe(5);
  });

  it("prints one document for each event with --json-lines", async () => {
    const sandbox = await createSystem();
    const { stdout } = await sandbox.run(["update", "--json-lines", "--migrate-only", "--url", url]);
    const events = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).event);
    expect(events[0]).toBe("planned");
    expect(events.at(-1)).toBe("finished");
    expect(events.filter((event) => event === "step-finished")).toHaveLength(4);
  });

  it("refuses a step that does not exist, naming those that do", async () => {
    const sandbox = await createSystem();
    const { status, stderr } = await sandbox.run(["update", "--from", "backup", "--url", url]);
    expect(status).toBe(2);
    expect(stderr).toContain("database-backup");
  });

  it("names the place of a wrong step in the configuration", async () => {
    const sandbox = await createSystem([{ name: "warm-up", runs: "true" }]);
    const { status, stderr } = await sandbox.run(["update", "--dry-run"]);
    expect(status).toBe(2);
    expect(stderr).toContain('"update.steps.0.runs" is unknown; the keys here are name, run');
  });

  it("killed in the middle, tells the next one in which step it was, and goes on from there", async () => {
    const sandbox = await createSystem([
      { name: "assets", run: "test -e fixed || exec sleep 30", after: "kb-snapshot", critical: true },
    ]);
    const args = [bin, "update", "--url", url, "--skip", "database-backup"];
    const child = spawn(process.execPath, args, { cwd: sandbox.folder, stdio: "ignore" });
    const state = join(sandbox.folder, ".kbvault/update-state.json");
    await vi.waitFor(
      async () => expect(await readFile(state, "utf8")).toContain('"current": "assets"'),
      20_000,
    );
    child.kill("SIGKILL");
    await once(child, "exit");

    expect((await sandbox.run(["update", "--history"])).stdout).toContain("cut off in step assets");
    await writeFile(join(sandbox.folder, "fixed"), "");
    const next = await sandbox.run(["update", "--url", url, "--from", "assets"]);
    expect(next.stderr).toContain("was cut off in step assets. Done were: maintenance-on, kb-snapshot.");
    expect(next.status).toBe(0);
    expect((await sandbox.run(["maintenance", "status"])).status).toBe(0);
  });

  it("ends the step that runs when it is interrupted, with 130", async () => {
    const sandbox = await createSystem([{ name: "long", run: "echo began; sleep 30", after: "kb-snapshot" }]);
    const child = spawn(
      process.execPath,
      [bin, "update", "--json-lines", "--url", url, "--skip", "database-backup"],
      {
        cwd: sandbox.folder,
        stdio: ["ignore", "pipe", "ignore"],
      },
    );
    let printed = "";
    for await (const chunk of child.stdout) {
      printed += chunk;
      if (printed.includes("began") && !child.killed) child.kill("SIGTERM");
    }
    expect(child.exitCode ?? (await once(child, "exit"))[0]).toBe(130);
    expect(printed).toContain('"outcome":"interrupted"');
  });
});
