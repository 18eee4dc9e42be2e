import { chmod, mkdtemp, readdir, readFile, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  Backups,
  checkNames,
  DatabaseMigrator,
  HealthCheck,
  type HealthCheckOptions,
} from "../../src/index.ts";
import { startMaintenance } from "../../src/operations/maintenance.ts";
import { asNobody } from "../as-nobody.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";
import { at, makeHealth } from "./make-health.ts";

const folder = useTemporaryFolder();

/** Everything that a check can look at, below one folder. */
async function makeEverything(): Promise<HealthCheckOptions> {
  const home = folder();
  const { file, store, write } = await makeHealth(home);
  const migrations = join(home, "migrations");
  const database = { url: `sqlite:${join(home, "kb.db")}`, folder: migrations };
  const migrator = new DatabaseMigrator(database);
  await migrator.createMigration("notes", "CREATE TABLE notes (id int);", {
    rollbackSql: "DROP TABLE notes;",
  });
  await migrator.applyAllPending();
  await migrator.close();
  const knowledgeBase = { path: file, options: { versionsFolder: store } };
  await new Backups({
    folder: join(home, "backups"),
    knowledgeBase,
    author: "Ana",
    clock: at("12:30:00"),
  }).create();
  await startMaintenance(join(home, ".kbvault"), { by: "Ana", clock: at("12:30:00") });
  await write('{"a": {"title": "Changed"}}');
  return {
    knowledgeBase,
    database,
    backups: join(home, "backups"),
    stateFolder: join(home, ".kbvault"),
    settings: { environment: { optional: ["HOME"] }, api: { url: "http://127.0.0.1:59998/" } },
    clock: at("13:00:00"),
  };
}

/** Every file and folder below `root` with its times, mode and bytes. */
async function stateOf(root: string): Promise<readonly unknown[]> {
  const names = (await readdir(root, { recursive: true })).sort();
  return Promise.all(
    names.map(async (name) => {
      const { mtimeMs, ctimeMs, mode, size } = await stat(join(root, name));
      const bytes = await readFile(join(root, name), "base64").catch(() => "a folder");
      return [name, mtimeMs, ctimeMs, mode, size, bytes];
    }),
  );
}

describe("all checks", () => {
  it("change no file, and leave nothing behind", async () => {
    const options = await makeEverything();
    const temporaries = async (): Promise<readonly string[]> =>
      (await readdir(tmpdir())).filter((name) => /^kbvault-(known-good|look)-/.test(name));
    const [before, known] = [await stateOf(folder()), await temporaries()];
    for (const deep of [false, true]) {
      const { checks } = await new HealthCheck(options).runAllChecks({ deep });
      const without: readonly string[] = ["materialized_views", "store"];
      expect(Object.keys(checks)).toEqual(checkNames.filter((name) => !without.includes(name)));
    }
    expect(await stateOf(folder())).toEqual(before);
    expect((await temporaries()).filter((name) => !known.includes(name))).toEqual([]);
  });

  it("work where nothing may be written", async () => {
    const options = await makeEverything();
    for (const name of ["", ...(await readdir(folder(), { recursive: true }))]) {
      const path = join(folder(), name);
      await chmod(path, (await stat(path)).isDirectory() ? 0o555 : 0o444);
    }
    const { checks } = await asNobody(() => new HealthCheck(options).runAllChecks());
    await chmod(folder(), 0o755);
    const unhealthy = Object.entries(checks).filter(([, { status }]) => status === "unhealthy");
    expect(unhealthy.map(([name]) => name)).toEqual(["api"]);
  });

  it("sum up what they found: the worst is the status", async () => {
    const { report } = await makeHealth(folder());
    const healthy = await report();
    expect(healthy).toMatchObject({
      status: "healthy",
      timestamp: "2025-01-27T13:00:00.000Z",
      summary: { total: 8, healthy: 8, degraded: 0, unhealthy: 0 },
      leftOut: { database: "No database is used.", api: "No API is configured." },
    });
    expect(await report({ settings: { minimumEntries: 2 } })).toMatchObject({
      status: "degraded",
      summary: { total: 8, healthy: 7, degraded: 1, unhealthy: 0 },
    });
    expect(
      await report({ settings: { minimumEntries: 2, api: { url: "http://127.0.0.1:59998/" } } }),
    ).toMatchObject({
      status: "unhealthy",
      summary: { total: 9, healthy: 7, degraded: 1, unhealthy: 1 },
    });
  });

  it("are those of `only`, or all but those of `without`", async () => {
    const { report } = await makeHealth(folder());
    expect(Object.keys((await report({}, { only: ["clock", "disk"] })).checks)).toEqual(["disk", "clock"]);
    const settings = { without: ["clock", "disk"] } as const;
    expect(Object.keys((await report({ settings })).checks)).not.toContain("disk");
    expect(Object.keys((await report({ settings }, { only: ["disk"] })).checks)).toEqual(["disk"]);
  });

  it("that take too long are unhealthy, and the others are not kept waiting", async () => {
    const { report } = await makeHealth(folder());
    const { checks } = await report({}, { timeoutMs: 1, only: ["known_good", "configuration", "clock"] });
    expect(checks.known_good).toMatchObject({ status: "unhealthy", message: "No answer in 0.001 s." });
  });

  const refused: [
    what: string,
    options: HealthCheckOptions,
    only: readonly string[] | undefined,
    message: RegExp,
  ][] = [
    ["a check that there is not", {}, ["nothing"], /no check "nothing".*database, migrations/],
    ["nothing to look at", {}, undefined, /nothing to check: neither/],
    ["a check that has nothing to look at", {}, ["api"], /nothing to check\. api: No API/],
    ["a duration that is none", { settings: { maximumLockAge: "soon" } }, undefined, /"soon" is no duration/],
  ];
  it.each(refused)("refuse %s", async (_, options, only, message) => {
    const check = new HealthCheck({ stateFolder: join(folder(), "none"), ...options });
    await expect(check.runAllChecks(only === undefined ? {} : { only: only as never })).rejects.toMatchObject(
      {
        code: "USAGE",
        message: expect.stringMatching(message),
      },
    );
  });

  it("open nothing before they run", async () => {
    const home = await mkdtemp(join(folder(), "empty-"));
    new HealthCheck({
      knowledgeBase: { path: join(home, "kb.json"), options: { versionsFolder: join(home, "versions") } },
      database: { url: `pglite:${join(home, "pglite")}` },
    });
    expect(await readdir(home)).toEqual([]);
  });
});
