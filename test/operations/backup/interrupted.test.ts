import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { Backups, type BackupsOptions } from "../../../src/index.ts";
import { lacksServer } from "../../database/engines.ts";
import { firstKb, makeWorkspace, secondKb } from "./workspace.ts";

const maker = fileURLToPath(new URL("maker.mjs", import.meta.url));

/** Runs maker.mjs to its end, or to the step at which it kills itself; the signal that ended it. */
function run(
  what: "create" | "restore",
  options: BackupsOptions,
  ref = "latest",
  stopAt = "",
): string | null {
  const env = { ...process.env, STOP_AT: stopAt };
  return spawnSync(process.execPath, [maker, what, JSON.stringify(options), ref], { env }).signal;
}

function runSql(path: string, sql: string): void {
  const script = "const D = require('libsql'); new D(process.argv[1]).exec(process.argv[2])";
  const { status, stderr } = spawnSync(process.execPath, ["-e", script, path, sql], { encoding: "utf8" });
  expect([status, stderr]).toEqual([0, ""]);
}

describe("a backup that is killed", () => {
  it.each(["dumping the database", "reading it back"])(
    "while %s is no backup, and the next one takes away what it left",
    async (step) => {
      const work = await makeWorkspace("sqlite");
      await work.run("CREATE TABLE t (a int)");
      expect(run("create", work.options, "latest", step)).toBe("SIGKILL");
      expect(await work.backups.list()).toEqual([]);
      expect(
        (await readdir(join(work.folder, "backups"))).filter((name) => name.startsWith(".tmp-")),
      ).toHaveLength(1);
      const { backup } = await work.backups.create();
      expect((await readdir(join(work.folder, "backups"))).sort()).toEqual([".gitignore", backup.name]);
    },
  );

  it.skipIf(lacksServer("postgres"))("ends the program of the server when it is interrupted", async () => {
    const work = await makeWorkspace("postgres");
    await work.run("CREATE TABLE t (a int)");
    const stop = new AbortController();
    const backups = new Backups({
      ...work.options,
      signal: stop.signal,
      onProgress: ({ message }) => message === "dumping the database" && stop.abort(),
    });
    await expect(backups.create()).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(await readdir(join(work.folder, "backups"))).toEqual([".gitignore"]);
  });
});

describe("a restore that is killed", () => {
  it.each([
    ["loading the dump", "preparing", "later"],
    ["putting the database in place", "replacing", "later"],
    ["restoring the knowledge base", "replacing", "first"],
  ])("while %s says where things are, and can be repeated", async (stopAt, step, rows) => {
    const work = await makeWorkspace("sqlite");
    const path = work.url.slice("sqlite:".length);
    // In processes of their own: the client keeps a file open for a while, and a restore refuses a file that is open.
    runSql(path, "CREATE TABLE t (a text); INSERT INTO t VALUES ('first')");
    expect(run("create", work.options)).toBeNull();
    const [backup] = await work.backups.list();
    if (backup === undefined) throw new Error("there is no backup");
    runSql(path, "UPDATE t SET a = 'later'");
    await writeFile(work.kb, secondKb);
    expect(run("restore", work.options, backup.name, stopAt)).toBe("SIGKILL");
    expect(await work.query("SELECT a FROM t")).toEqual([{ a: rows }]);
    expect(await readFile(work.kb, "utf8")).toBe(secondKb);
    const [safety] = await work.backups.list();
    expect(await work.backups.interruptedRestore()).toMatchObject({
      backup: backup.name,
      step,
      safetyBackup: safety?.name,
      url: work.url,
    });
    await work.backups.restore(backup.name);
    expect(await work.query("SELECT a FROM t")).toEqual([{ a: "first" }]);
    expect(await readFile(work.kb, "utf8")).toBe(firstKb);
    expect(await work.backups.interruptedRestore()).toBeNull();
    const beside = await readdir(join(path, ".."));
    expect(beside.filter((name) => /\.restore-|\.before-/.test(name))).toEqual([]);
  });
});

describe("a restore that fails midway", () => {
  it("says which part is restored, which is not, and how to finish or go back", async () => {
    const work = await makeWorkspace("sqlite");
    await work.run("CREATE TABLE t (a text)", "INSERT INTO t VALUES ('first')");
    const { backup } = await work.backups.create();
    await work.run("UPDATE t SET a = 'later'");
    await writeFile(work.kb, secondKb);
    const packs = join(work.folder, "versions", "packs");
    const backups = new Backups({
      ...work.options,
      // After everything was looked at: the disk loses what the live file is made from.
      onProgress: ({ message }) =>
        message === "restoring the knowledge base" && rmSync(packs, { recursive: true }),
    });
    const error = await backups.restore(backup.name).catch((reason: unknown) => reason);
    const [safety] = await work.backups.list();
    expect(error).toMatchObject({
      code: "RESTORE_PARTIAL",
      data: { backup: backup.name, done: ["database"], failed: "kb", safetyBackup: safety?.name },
      message: expect.stringContaining(`kbvault backup restore ${backup.name} --only kb`),
    });
    expect(await work.query("SELECT a FROM t")).toEqual([{ a: "first" }]);
    expect(await readFile(work.kb, "utf8")).toBe(secondKb);
    await work.backups.restore(backup.name, { only: "kb" });
    expect(await readFile(work.kb, "utf8")).toBe(firstKb);
  });
});

describe("a full disk", () => {
  const canMount = process.platform === "linux" && process.getuid?.() === 0;
  if (!canMount) process.stderr.write("The full disk is skipped: only root may mount a small one.\n");

  it.skipIf(!canMount)("leaves no backup and is named as what it is", async () => {
    const work = await makeWorkspace("sqlite");
    await work.run(
      "CREATE TABLE t (a blob)",
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) INSERT INTO t SELECT randomblob(4000) FROM n",
    );
    const folder = join(work.folder, "small");
    mkdirSync(folder);
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=512k", "tmpfs", folder]);
    if (mounted.status !== 0) {
      process.stderr.write("The full disk is skipped: mounting one is not allowed here.\n");
      return;
    }
    onTestFinished(() => void spawnSync("umount", ["--lazy", folder]));
    const backups = new Backups({ ...work.options, folder });
    await expect(backups.create()).rejects.toMatchObject({ code: "NO_SPACE" });
    expect(await readdir(folder)).toEqual([".gitignore"]);
    const alone = new Backups({ ...work.options, folder, database: null });
    expect((await alone.create()).backup.state).toBe("sound");
  });
});
