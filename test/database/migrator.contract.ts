import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Engine } from "../../src/database/url.ts";
import { lacksServer } from "./engines.ts";
import { Project, threeMigrations } from "./project.ts";

/** What the migrator does on every engine, run against the real one. */
export function describeMigrator(engine: Engine, parameters = ""): void {
  describe.skipIf(lacksServer(engine))(`the migrator on ${engine}${parameters}`, { timeout: 60_000 }, () => {
    let project: Project;
    beforeEach(() => {
      project = new Project(engine, parameters);
    });
    afterEach(() => project.drop());

    const names = (results: readonly { readonly name: string; readonly outcome: string }[]): string[] =>
      results.map(({ name, outcome }) => `${name} ${outcome}`);

    it("applies what is pending in the order of numbers, records it, and then has nothing to do", async () => {
      project.write(threeMigrations);
      project.write({ "9_early.sql": "SELECT 1;", "0010_late.sql": "SELECT 1;" });
      const migrator = await project.migrator({ author: "ada" });
      expect((await migrator.getPendingMigrations()).map(({ id }) => id)).toEqual([
        "001_notes",
        "002_tags",
        "003_notes_author",
        "9_early",
        "0010_late",
      ]);
      expect(names(await migrator.applyAllPending())).toEqual([
        "001_notes applied",
        "002_tags applied",
        "003_notes_author applied",
        "9_early applied",
        "0010_late applied",
      ]);
      expect(await migrator.applyAllPending()).toEqual([]);
      expect(await migrator.getPendingMigrations()).toEqual([]);
      const history = await migrator.getHistory();
      expect(history.map(({ version, name, state, appliedBy }) => [version, name, state, appliedBy])).toEqual(
        [
          ["001", "notes", "applied", "ada"],
          ["002", "tags", "applied", "ada"],
          ["003", "notes_author", "applied", "ada"],
          ["9", "early", "applied", "ada"],
          ["0010", "late", "applied", "ada"],
        ],
      );
      expect(Math.abs(Date.parse(history[0]?.appliedAt ?? "") - Date.now())).toBeLessThan(3_600_000 / 2);
      const rows = await project.query("SELECT body, author FROM notes");
      expect(rows).toEqual([{ body: "it's; one", author: null }]);
    });

    it("rolls back newest first, to a target, and applies again", async () => {
      project.write(threeMigrations);
      const migrator = await project.migrator();
      await migrator.applyAllPending();
      expect(names(await migrator.rollbackTo())).toEqual(["003_notes_author rolled-back"]);
      expect(names(await migrator.rollbackTo("base"))).toEqual([
        "002_tags rolled-back",
        "001_notes rolled-back",
      ]);
      expect(await project.hasTable("notes")).toBe(false);
      expect(names(await migrator.applyAllPending({ target: "+2" }))).toEqual([
        "001_notes applied",
        "002_tags applied",
      ]);
      expect(names(await migrator.applyAllPending({ target: "3" }))).toEqual(["003_notes_author applied"]);
      expect(names(await migrator.rollbackTo("tags"))).toEqual(["003_notes_author rolled-back"]);
      expect((await migrator.getCurrent())?.name).toBe("tags");
      expect(names(await migrator.redo())).toEqual(["002_tags rolled-back", "002_tags applied"]);
    });

    it("rolls back by the SQL it kept when the newest file was deleted", async () => {
      project.write(threeMigrations);
      const migrator = await project.migrator();
      await migrator.applyAllPending();
      project.remove("003_notes_author.sql");
      project.remove("003_notes_author_rollback.sql");
      const [result] = await migrator.rollbackTo();
      expect(result).toMatchObject({ name: "003_notes_author", outcome: "rolled-back" });
      expect(result?.message).toContain("kept in the history table");
      await expect(project.query("SELECT author FROM notes")).rejects.toMatchObject({
        details: { kind: "no-such-column" },
      });
      expect(await project.hasTable("tags")).toBe(true);
    });

    it("rolls one migration back only when nothing was applied after it, unless told to", async () => {
      project.write(threeMigrations);
      const migrator = await project.migrator();
      await migrator.applyAllPending();
      await expect(migrator.rollbackMigration("002_tags.sql")).rejects.toMatchObject({
        code: "OUT_OF_ORDER",
        data: { migrations: ["003_notes_author"] },
      });
      expect(names(await migrator.rollbackMigration("002_tags.sql", { outOfOrder: true }))).toEqual([
        "002_tags rolled-back",
      ]);
      expect(await project.hasTable("tags")).toBe(false);
      await expect(migrator.rollbackMigration("002_tags.sql")).rejects.toMatchObject({
        code: "MIGRATION_NOT_FOUND",
      });
    });

    it("refuses a file that was merged late, applies it when told to, or rebases it", async () => {
      project.write(threeMigrations);
      const migrator = await project.migrator();
      await migrator.applyAllPending();
      project.write({ "0002500_late.sql": "SELECT 1;", "0002500_late_rollback.sql": "SELECT 2;" });
      project.write({ "2600_last.sql": "SELECT 1;" });
      await migrator.applyAllPending();
      project.write({ "2_5_dup.sql": "SELECT 1;" });
      await expect(migrator.getStatus()).rejects.toMatchObject({ data: { rule: "duplicate-stamp" } });
      project.remove("2_5_dup.sql");
      project.write({ "2550_merged.sql": "SELECT 1;", "2550_merged_rollback.sql": "SELECT 2;" });
      await expect(migrator.applyAllPending()).rejects.toMatchObject({
        code: "OUT_OF_ORDER",
        data: { migrations: ["2550_merged"] },
      });
      expect(await migrator.rebase()).toMatchObject([{ from: "2550_merged", to: "2601_merged" }]);
      expect(names(await migrator.applyAllPending())).toEqual(["2601_merged applied"]);
      project.write({ "2570_other.sql": "SELECT 1;" });
      expect(names(await migrator.applyAllPending({ outOfOrder: true }))).toEqual(["2570_other applied"]);
      expect((await migrator.getCurrent())?.name).toBe("other");
    });

    it("refuses an edited file, shows both texts, and accepts it with a reason", async () => {
      project.write(threeMigrations);
      const migrator = await project.migrator();
      await migrator.applyAllPending();
      project.write({
        "002_tags.sql": `\uFEFF${(threeMigrations["002_tags.sql"] ?? "").replaceAll("\n", " \r\n")}\n\n`,
      });
      expect(await migrator.applyAllPending()).toEqual([]);
      project.write({ "002_tags.sql": "CREATE TABLE tags (note bigint);" });
      await expect(migrator.applyAllPending()).rejects.toMatchObject({
        code: "DRIFT",
        data: { edited: ["002_tags"] },
      });
      expect(await migrator.check()).toMatchObject({
        ok: false,
        edited: [
          {
            name: "002_tags",
            applied: threeMigrations["002_tags.sql"],
            file: "CREATE TABLE tags (note bigint);",
          },
        ],
      });
      expect(await migrator.repair("002_tags", { reason: "typed by hand already" })).toMatchObject({
        repaired: "edited",
      });
      expect((await migrator.check()).ok).toBe(true);
      expect((await migrator.getHistory())[1]?.note).toBe("typed by hand already");
      await expect(migrator.repair("002_tags", { reason: "again" })).rejects.toMatchObject({ code: "USAGE" });
    });

    it("refuses an applied migration without its file, until somebody accepts that", async () => {
      project.write(threeMigrations);
      const migrator = await project.migrator();
      await migrator.applyAllPending();
      project.remove("001_notes.sql");
      project.remove("001_notes_rollback.sql");
      await expect(migrator.applyAllPending()).rejects.toMatchObject({
        code: "DRIFT",
        data: { missing: ["001_notes"] },
      });
      await migrator.repair("001_notes", { reason: "squashed" });
      expect(await migrator.applyAllPending()).toEqual([]);
    });

    it("says file, line, column, statement, what was applied and what was not tried when a migration fails", async () => {
      project.write(threeMigrations);
      project.write({
        "002_tags.sql":
          "CREATE TABLE tags (note int);\n\n-- here; it comes\nINSERT INTO nowhere VALUES (1);\n",
      });
      const migrator = await project.migrator();
      const error = await migrator.applyAllPending().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        code: "MIGRATION_PARTIAL",
        data: {
          migration: "002_tags",
          line: 4,
          statement: "INSERT INTO nowhere VALUES (1)",
          done: ["001_notes"],
          notTried: ["003_notes_author"],
        },
      });
      expect((error as Error).message).toContain("nowhere");
      expect((await migrator.getHistory()).map(({ name }) => name)).toContain("notes");
    });

    it("leaves a failed migration undone and pending where DDL is transactional, and half applied where it is not", async () => {
      project.write({
        "001_a.sql": "CREATE TABLE a (x int);\nINSERT INTO nowhere VALUES (1);",
        "001_a_rollback.sql": "DROP TABLE a;",
      });
      const migrator = await project.migrator();
      const transactional = engine !== "mysql";
      await expect(migrator.applyAllPending()).rejects.toMatchObject({
        code: transactional ? "MIGRATION_FAILED" : "MIGRATION_PARTIAL",
      });
      expect(await project.hasTable("a")).toBe(!transactional);
      const [status] = await migrator.getStatus();
      expect(status?.state).toBe(transactional ? "pending" : "half-applied");
      if (transactional) return;
      await expect(migrator.applyAllPending()).rejects.toMatchObject({
        code: "MIGRATION_HALF_APPLIED",
        data: { statementsDone: 1, statementsTotal: 2 },
      });
      await expect(migrator.repair("a", { reason: "looked" })).rejects.toMatchObject({ code: "USAGE" });
      await project.query("DROP TABLE a");
      await migrator.repair("a", { reason: "dropped it by hand", as: "pending" });
      project.write({ "001_a.sql": "CREATE TABLE a (x int);" });
      expect(names(await migrator.applyAllPending())).toEqual(["001_a applied"]);
    });

    it("executes a dry run and leaves nothing, or says that it only lists", async () => {
      project.write(threeMigrations);
      const migrator = await project.migrator();
      const results = await migrator.applyAllPending({ dryRun: true });
      const outcome = engine === "mysql" ? "only-listed" : "would-apply";
      expect(names(results)).toEqual([
        `001_notes ${outcome}`,
        `002_tags ${outcome}`,
        `003_notes_author ${outcome}`,
      ]);
      expect(await project.hasTable("notes")).toBe(false);
      expect(await project.hasTable("schema_migrations")).toBe(false);
      if (engine === "mysql") return;
      expect(results[1]).toMatchObject({ statements: [{ line: 1 }, { line: 2 }] });
      await migrator.applyAllPending({ target: "+2" });
      expect(names(await migrator.rollbackTo("base", { dryRun: true }))).toEqual([
        "002_tags would-roll-back",
        "001_notes would-roll-back",
      ]);
      expect(await project.hasTable("tags")).toBe(true);
      project.write({ "003_notes_author.sql": "ALTER TABLE nowhere ADD COLUMN a int;" });
      await expect(migrator.applyAllPending({ dryRun: true })).rejects.toMatchObject({
        code: "MIGRATION_FAILED",
        data: { migration: "003_notes_author", line: 1 },
      });
    });

    it("stamps, and takes an existing database over by a baseline", async () => {
      project.write(threeMigrations);
      const migrator = await project.migrator();
      await migrator.init();
      await migrator.init();
      expect(await migrator.getHistory()).toEqual([]);
      await migrator.baseline("002");
      expect(
        (await migrator.getHistory()).map(({ version, note, durationMs }) => [version, note, durationMs]),
      ).toEqual([
        ["001", "baseline", null],
        ["002", "baseline", null],
      ]);
      expect(await project.hasTable("notes")).toBe(false);
      await expect(migrator.baseline("002")).rejects.toMatchObject({ code: "HISTORY_NOT_EMPTY" });
      await migrator.stamp("head");
      expect(await migrator.getHistory()).toHaveLength(3);
      await migrator.stamp("001_notes");
      expect((await migrator.getHistory()).map(({ version }) => version)).toEqual(["001"]);
      await migrator.stamp("base");
      expect(await migrator.getHistory()).toEqual([]);
    });

    it("leaves a history table of another tool alone, and works beside it", async () => {
      await project.query("CREATE TABLE schema_migrations (version varchar(20))");
      await project.query("INSERT INTO schema_migrations VALUES ('1')");
      project.write(threeMigrations);
      const migrator = await project.migrator();
      await expect(migrator.applyAllPending()).rejects.toMatchObject({ code: "HISTORY_FOREIGN" });
      await migrator.close();
      const beside = await project.migrator({ historyTable: "kbvault_migrations" });
      expect(await beside.applyAllPending()).toHaveLength(3);
      expect(await project.query("SELECT version FROM schema_migrations")).toEqual([{ version: "1" }]);
    });

    it("refuses a rollback of what has none, before anything is rolled back", async () => {
      project.write({
        ...threeMigrations,
        "002_tags.sql": "-- kbvault: irreversible data is gone\nCREATE TABLE tags (a int);",
      });
      project.remove("002_tags_rollback.sql");
      const migrator = await project.migrator();
      await migrator.applyAllPending();
      await expect(migrator.rollbackTo("base")).rejects.toMatchObject({
        code: "ROLLBACK_MISSING",
        data: { id: "002_tags", reason: "data is gone" },
      });
      expect(await migrator.getHistory()).toHaveLength(3);
    });

    it("refuses a file that would end the transaction around it, and runs it without one when told to", async () => {
      project.write({ "001_a.sql": "CREATE TABLE a (x int);\nCOMMIT;\nCREATE TABLE b (x int);" });
      const migrator = await project.migrator();
      await expect(migrator.applyAllPending()).rejects.toMatchObject({
        code: "MIGRATION_INVALID",
        data: { rule: "transaction-control", line: 2 },
      });
      expect(await project.hasTable("a")).toBe(false);
      project.write({ "001_a.sql": "-- kbvault: no-transaction\nBEGIN;\nCREATE TABLE a (x int);\nCOMMIT;" });
      expect(names(await migrator.applyAllPending())).toEqual(["001_a applied"]);
      expect(await project.hasTable("a")).toBe(true);
    });

    it("takes the twin for its engine before the file for all", async () => {
      project.write({
        "001_a.sql": "CREATE TABLE for_all (x int);",
        [`001_a.${engine}.sql`]: "CREATE TABLE for_one (x int);",
        [`002_b.${engine === "sqlite" ? "mysql" : "sqlite"}.sql`]: "CREATE TABLE for_another (x int);",
      });
      const migrator = await project.migrator();
      expect(names(await migrator.applyAllPending())).toEqual(["001_a applied"]);
      expect(await project.hasTable("for_one")).toBe(true);
      expect(await project.hasTable("for_all")).toBe(false);
    });
  });
}
