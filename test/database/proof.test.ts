import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Engine } from "../../src/database/url.ts";
import { lacksServer } from "./engines.ts";
import { Project, threeMigrations } from "./project.ts";

const engines: readonly Engine[] = ["pglite", "postgres", "sqlite", "mysql"];

for (const engine of engines)
  describe.skipIf(lacksServer(engine))(`proofs on ${engine}`, { timeout: 60_000 }, () => {
    let project: Project;
    beforeEach(() => {
      project = new Project(engine);
    });
    afterEach(() => project.drop());

    it("pass rollbacks that undo their migrations, and pass over those that are not there", async () => {
      project.write(threeMigrations);
      project.write({
        "004_view.sql": "CREATE VIEW tagged AS SELECT note FROM tags;",
        "004_view_rollback.sql": "DROP VIEW tagged;",
      });
      project.write({ "005_bare.sql": "CREATE TABLE bare (a int);" });
      project.write({ "006_gone.sql": "-- kbvault: irreversible the table is gone\nDROP TABLE bare;" });
      const migrator = await project.migrator();
      const { ok, migrations } = await migrator.test();
      expect(migrations.map(({ name, outcome }) => [name, outcome])).toEqual([
        ["001_notes", "passed"],
        ["002_tags", "passed"],
        ["003_notes_author", "passed"],
        ["004_view", "passed"],
        ["005_bare", "no-rollback"],
        ["006_gone", "irreversible"],
      ]);
      expect(ok).toBe(true);
      expect(await migrator.getHistory()).toEqual([]);
    });

    it("say what a wrong rollback leaves, removes or fails at, and go on with the next", async () => {
      project.write(threeMigrations);
      project.write({
        "003_notes_author.sql":
          "ALTER TABLE notes ADD COLUMN author varchar(50);\nCREATE INDEX notes_by_author ON notes (author);",
        "003_notes_author_rollback.sql": `DROP INDEX notes_by_author${engine === "mysql" ? " ON notes" : ""};`,
        "004_more.sql": "CREATE TABLE more (a int);",
        "004_more_rollback.sql": "DROP TABLE more; DROP TABLE tags;",
        "005_typo.sql": "CREATE TABLE typo (a int);",
        "005_typo_rollback.sql": "DROP TABLE typos;",
        "006_fine.sql": "CREATE TABLE fine (a int);",
        "006_fine_rollback.sql": "DROP TABLE fine;",
      });
      const { ok, migrations } = await (await project.migrator()).test();
      expect(ok).toBe(false);
      expect(migrations.map(({ outcome, findings }) => [outcome, ...findings])).toEqual([
        ["passed"],
        ["passed"],
        ["failed", "its rollback leaves column author of notes"],
        ["failed", "its rollback removes table tags, which was there before"],
        ["failed", expect.stringMatching(/^its rollback fails: .*typos/s)],
        ["passed"],
      ]);
    });

    it("find what was changed by hand in the live schema", async () => {
      project.write(threeMigrations);
      project.write({ "004_view.sql": "CREATE VIEW tagged AS SELECT note FROM tags;" });
      const migrator = await project.migrator();
      await migrator.applyAllPending();
      expect(await migrator.verify()).toEqual({
        ok: true,
        migrations: ["001_notes", "002_tags", "003_notes_author", "004_view"],
        differences: [],
      });
      await project.query("DROP VIEW tagged");
      await project.query("DROP TABLE tags");
      await project.query("CREATE TABLE by_hand (a int)");
      await project.query("CREATE INDEX in_a_hurry ON notes (author)");
      const { ok, differences } = await migrator.verify();
      expect(ok).toBe(false);
      expect(differences.map(({ change, kind, name, table }) => [change, kind, name, table]).sort()).toEqual([
        ["extra", "index", "in_a_hurry", "notes"],
        ["extra", "table", "by_hand", null],
        ["missing", "table", "tags", null],
        ["missing", "view", "tagged", null],
      ]);
    });
  });
