import { existsSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Engine } from "../../../src/database/url.ts";
import { lacksServer } from "../engines.ts";
import { Project } from "../project.ts";
import { startRunner, until } from "./runner.ts";

const slow: Readonly<Record<Engine, string>> = {
  postgres: "SELECT pg_sleep(1);",
  pglite: "SELECT count(*) FROM generate_series(1, 2000000);",
  mysql: "SELECT sleep(1);",
  sqlite:
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000) SELECT count(*) FROM n;",
};

for (const engine of Object.keys(slow) as Engine[])
  describe.skipIf(lacksServer(engine))(`runners of ${engine}`, { timeout: 90_000 }, () => {
    let project: Project;
    beforeEach(() => {
      project = new Project(engine);
      project.write({
        "001_counter.sql": `CREATE TABLE counter (n int); INSERT INTO counter VALUES (0);`,
        "002_add.sql": `${slow[engine]} UPDATE counter SET n = n + 1;`,
        "003_add.sql": `${slow[engine]} UPDATE counter SET n = n + 1;`,
      });
    });
    afterEach(() => project.drop());

    it("apply a data migration once when two start at the same time", async () => {
      const url = await project.url();
      const options = { runnerTimeoutMs: 60_000, lockTimeoutMs: 60_000 };
      const runners = [startRunner(url, project.folder, options), startRunner(url, project.folder, options)];
      const outputs = await Promise.all(runners.map(({ output }) => output));
      expect(outputs.sort()).toEqual(['["001_counter","002_add","003_add"]', "[]"]);
      expect((await project.query("SELECT n FROM counter")).map(({ n }) => Number(n))).toEqual([2]);
    });

    it("leave whole migrations behind when killed, and the next one goes on", async () => {
      const url = await project.url();
      const runner = startRunner(url, project.folder);
      const migrator = await project.migrator({ lockTimeoutMs: 60_000 });
      if (engine === "pglite") await new Promise((done) => setTimeout(done, 1500));
      else await runner.started("002_add");
      runner.process.kill("SIGKILL");
      await runner.output;
      try {
        await migrator.applyAllPending();
      } catch (error) {
        // Where DDL commits by itself, somebody has to look: then the row says how far it came.
        expect(error).toMatchObject({
          code: "MIGRATION_HALF_APPLIED",
          data: { id: "002_add", statementsDone: 0 },
        });
        await migrator.repair("002_add", { reason: "its first statement changes nothing", as: "pending" });
        await migrator.applyAllPending();
      }
      expect((await project.query("SELECT n FROM counter")).map(({ n }) => Number(n))).toEqual([2]);
    });

    // A runner on PGlite cannot say that it has begun: nobody else may look into its folder.
    if (engine !== "pglite")
      it("say who is at it when one is stopped, and the stopped one goes on later", async () => {
        const url = await project.url();
        const runner = startRunner(url, project.folder);
        const migrator = await project.migrator({ runnerTimeoutMs: 200 });
        await runner.started("002_add");
        runner.process.kill("SIGSTOP");
        await expect(migrator.applyAllPending()).rejects.toMatchObject({
          code: "MIGRATION_LOCKED",
          message: expect.stringMatching(/(?:process|connection) \d+/),
        });
        runner.process.kill("SIGCONT");
        expect(await runner.output).toBe('["001_counter","002_add","003_add"]');
      });

    // The client of SQLite is synchronous: nobody can interrupt its statement.
    if (engine !== "sqlite")
      it("stop when told to, leave nothing of the statement that ran, and free the lock", async () => {
        const url = await project.url();
        project.write({
          "002_add.sql": `${engine === "pglite" ? "SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b" : slow[engine].replace("(1)", "(60)")};`,
        });
        const runner = startRunner(url, project.folder);
        const migrator = await project.migrator({ lockTimeoutMs: 60_000 });
        await runner.started("002_add");
        await new Promise((done) => setTimeout(done, 300));
        runner.process.kill("SIGTERM");
        expect(await runner.output).toBe("INTERRUPTED");
        expect((await migrator.getHistory()).map(({ version, state }) => [version, state])).toEqual([
          ["001", "applied"],
        ]);
        project.write({ "002_add.sql": "UPDATE counter SET n = n + 1;" });
        expect(await migrator.applyAllPending()).toHaveLength(2);
      });
  });

it("a killed creation of a PGlite folder leaves nothing that the next one stumbles over", {
  timeout: 90_000,
}, async () => {
  const project = new Project("pglite");
  try {
    project.write({ "001_a.sql": "CREATE TABLE a (x int);" });
    const url = await project.url();
    const folder = url.slice("pglite:".length);
    const runner = startRunner(url, project.folder);
    await until(async () => existsSync(`${folder}.unfinished`));
    runner.process.kill("SIGKILL");
    await runner.output;
    expect(await (await project.migrator()).applyAllPending()).toHaveLength(1);
  } finally {
    await project.drop();
  }
});
