import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { BackupSummary, RestoreBackupResult } from "../../src/index.ts";
import { createStore, firstKb, type Sandbox } from "./sandbox.ts";

const url = { DATABASE_URL: "sqlite:app.db" };

/** A store, and a database with one migration and a folder of migrations with another one. */
async function createSystem(): Promise<Sandbox> {
  const sandbox = await createStore(firstKb);
  await sandbox.run([
    "migrate",
    "create",
    "notes",
    "--sql",
    "CREATE TABLE notes (id int)",
    "--rollback-sql",
    "DROP TABLE notes",
  ]);
  return sandbox;
}

describe("backup", () => {
  it("creates, lists, verifies, restores and prunes, and says what fits next", async () => {
    const { run, write, read } = await createSystem();
    const original = await read();
    await run(["migrate", "up"], url);
    const created = await run(["backup", "create", "--label", "release-1"], url);
    expect(created.status).toBe(0);
    expect(created.stdout).toMatch(
      /^Backed up to backups\/\d{8}T\d{6}Z in [\d.]+ s, read back and compared\.\n/,
    );
    expect(created.stdout).toMatch(
      /sound {2}\[release-1\]\n {4}SQLite [\d.]+ at \d+_\d+_notes \(1 applied\); knowledge base v1_/,
    );
    expect(created.stderr).toContain("kbvault backup verify");

    const verified = await run(["backup", "verify", "--deep"], url);
    expect(verified).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^intact: .* 1 row restored and counted\n$/),
    });
    await write("{}");
    const refused = await run(["backup", "restore", "release-1"], url);
    expect(refused).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringContaining("CONFIRMATION_REQUIRED"),
    });
    const planned = await run(["backup", "restore", "release-1", "--dry-run"], url);
    expect(planned.stdout).toMatch(
      /^Plan: restore backup .*\n {4}save {6}the database and the knowledge base of now, as a backup\n {4}replace {3}sqlite:app.db: 2 tables, 1 row, /,
    );
    const restored = await run(["backup", "restore", "release-1", "--yes"], url);
    expect(restored).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/What was there before is backup \d{8}T/),
    });
    expect(await read()).toEqual(original);
    expect((await run(["backup", "prune", "--keep", "1", "--dry-run"], url)).stdout).toMatch(
      /^stays .* number 1 of the newest 1\nstays .* labelled release-1\n$/,
    );
  });

  it("prints one document of each command with --json", async () => {
    const { json } = await createSystem();
    const { backup } = await json<{ backup: BackupSummary }>(["backup", "create"]);
    expect(backup).toMatchObject({
      state: "sound",
      label: null,
      manifest: { createdBy: "Ana", database: null },
    });
    expect(await json(["backup", "label", backup.name, "keep-me"])).toMatchObject({
      backup: { label: "keep-me" },
    });
    expect(await json(["backup", "list"])).toMatchObject({
      backups: [{ name: backup.name }],
      interruptedRestore: null,
    });
    expect(await json(["backup", "verify"])).toMatchObject({ ok: true, deep: false, problems: [] });
    expect(await json<RestoreBackupResult>(["backup", "restore", "latest", "--dry-run"])).toMatchObject({
      restored: false,
      plan: { database: null, knowledgeBase: { live: "nothing", adds: [] } },
    });
    expect(await json(["backup", "prune"])).toMatchObject({ removed: [], keep: 10 });
    expect(await json(["backup", "label", backup.name, "--remove"])).toMatchObject({
      backup: { label: null },
    });
  });

  it("names damage, and ends with the status of damage", async () => {
    const { run, json } = await createSystem();
    const { backup } = await json<{ backup: BackupSummary }>(["backup", "create"]);
    await writeFile(join(backup.path, "knowledge-base.json"), "{}");
    const verified = await run(["backup", "verify", backup.name]);
    expect(verified).toMatchObject({
      status: 12,
      stdout: expect.stringContaining("truncated  knowledge-base.json: it has 2 bytes"),
    });
    expect((await run(["backup", "restore", backup.name, "--yes"])).status).toBe(12);
    expect((await run(["backup", "list"])).stdout).toContain("damaged");
    expect((await run(["backup", "verify", "nothing"])).status).toBe(4);
    expect((await run(["backup", "label", backup.name])).status).toBe(2);
  });

  it("takes folder and number from the configuration, and the folder from a flag before it", async () => {
    const { folder, run, json } = await createSystem();
    const path = join(folder, "kbvault.config.json");
    const config = JSON.parse(await readFile(path, "utf8"));
    await writeFile(
      path,
      JSON.stringify({ ...config, backup: { folder: "safe/copies", keep: 1, timeout: "5m" } }),
    );
    const { backup } = await json<{ backup: BackupSummary }>(["backup", "create"]);
    expect(backup.path).toBe(join(folder, "safe/copies", backup.name));
    expect(await json(["backup", "create"])).toMatchObject({ removed: [backup.name] });
    expect(await json(["backup", "list", "--backups", "elsewhere"])).toMatchObject({ backups: [] });
    await writeFile(path, JSON.stringify({ ...config, backup: { keep: 0 } }));
    const wrong = await run(["backup", "list"]);
    expect(wrong).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('"backup.keep" has to be a whole number from 1'),
    });
  });

  it("backs the database up before migrations when asked, and only when something is pending", async () => {
    const { run, json } = await createSystem();
    const up = await run(["migrate", "up", "--backup"], url);
    expect(up).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/Backed up as \d{8}T\d{6}Z; kbvault backup restore/),
    });
    expect((await run(["migrate", "up", "--backup"], url)).stderr).not.toContain("Backed up");
    expect(await json(["backup", "list"], url)).toMatchObject({
      backups: [{ manifest: { reason: "before-migration", knowledgeBase: null, database: { level: null } } }],
    });
  });
});
