import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Engine } from "../../src/database/url.ts";
import { lacksServer } from "./engines.ts";
import { Project } from "./project.ts";

function onEngine(engine: Engine, tests: (project: () => Project) => void): void {
  describe.skipIf(lacksServer(engine))(`tricky files on ${engine}`, { timeout: 60_000 }, () => {
    let project: Project;
    beforeEach(() => {
      project = new Project(engine);
    });
    afterEach(() => project.drop());
    tests(() => project);
  });
}

/** Rows of an INSERT each, about five million characters together. */
const large = Array.from(
  { length: 50_000 },
  (_, n) => `INSERT INTO large VALUES (${n}, '${"x".repeat(60)};''');`,
).join("\n");

for (const engine of ["postgres", "pglite"] as const) {
  onEngine(engine, (project) => {
    it("apply as they are: functions, triggers, strings of all kinds, Windows line ends, names that are not ASCII", async () => {
      project().write({
        "001_tricky.sql": `\uFEFF-- ü; 😀
/* nested /* ; */ ; */
CREATE TABLE "größe;😀" (a int, "ä""b" text DEFAULT E'it\\'s; $$');
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  -- it's; $$ inside
  NEW.a := CASE WHEN NEW.a > 1 THEN 2 ELSE 3 END;
  RETURN NEW;
END;
$body$;
CREATE TRIGGER touched BEFORE INSERT ON "größe;😀" FOR EACH ROW EXECUTE FUNCTION touch();
CREATE FUNCTION add(a int, b int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT a + b; END;
DO $$ BEGIN PERFORM add(1, 2); END $$;
INSERT INTO "größe;😀" (a) VALUES (add(2, 3));
SELECT U&'d\\0061t\\+000061', $q$;$q$;
`.replaceAll("\n", "\r\n"),
      });
      const migrator = await project().migrator();
      expect(await migrator.applyAllPending({ dryRun: true })).toMatchObject([{ outcome: "would-apply" }]);
      expect(await migrator.applyAllPending()).toHaveLength(1);
      expect(await project().query('SELECT a, "ä""b" AS b FROM "größe;😀"')).toEqual([
        { a: 2, b: "it's; $$" },
      ]);
    });

    it("say where an error is, behind characters of several bytes", async () => {
      project().write({ "001_error.sql": "-- ü😀\nSELECT 'ü😀', nowhere;\n" });
      const migrator = await project().migrator();
      await expect(migrator.applyAllPending()).rejects.toMatchObject({
        data: { line: 2, column: "SELECT 'ü😀', ".length + 1, statement: "SELECT 'ü😀', nowhere" },
      });
    });

    it("say where an error is that comes from inside a function", async () => {
      project().write({ "001_error.sql": "DO $$ BEGIN\n  PERFORM 1 / 0;\nEND $$;" });
      const migrator = await project().migrator();
      await expect(migrator.applyAllPending()).rejects.toThrow(
        /division by zero\..*PL\/pgSQL function inline_code_block line 2/s,
      );
    });
  });
}

onEngine("mysql", (project) => {
  it("apply as its own client applies them: procedures and triggers behind DELIMITER", async () => {
    project().write({
      "001_tricky.sql": `# ü; 😀
CREATE TABLE t (a int, path varchar(50) DEFAULT 'C:\\\\'); -- ;
/*!40101 SET @x = 1 */;
DELIMITER //
CREATE PROCEDURE fill(IN n int)
BEGIN
  DECLARE i int DEFAULT 0;
  WHILE i < n DO INSERT INTO t (a) VALUES (i); SET i = i + 1; END WHILE;
END //
CREATE TRIGGER doubled BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.a = NEW.a * 2; END //
DELIMITER ;
CALL fill(3);
`,
      "001_tricky_rollback.sql": "DROP PROCEDURE fill; DROP TABLE t;",
    });
    const migrator = await project().migrator();
    expect(await migrator.applyAllPending()).toMatchObject([{ message: "applied, 5 statements one by one" }]);
    expect(await project().query("SELECT a, path FROM t ORDER BY a")).toEqual(
      [0, 2, 4].map((a) => ({ a, path: "C:\\" })),
    );
    expect((await migrator.test()).ok).toBe(true);
  });

  it("say where a syntax error is", async () => {
    project().write({ "001_error.sql": "SELECT 1;\n\nCREATE TABLE t (\n  a int,\n  b int,,\n);" });
    const migrator = await project().migrator();
    await expect(migrator.applyAllPending()).rejects.toMatchObject({ data: { line: 5, column: 10 } });
  });
});

onEngine("sqlite", (project) => {
  it("apply as its own shell applies them: triggers, rebuilt tables", async () => {
    project().write({
      "001_start.sql": `CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE child (parent INTEGER REFERENCES parent (id) ON DELETE CASCADE);
CREATE TRIGGER named AFTER INSERT ON parent BEGIN
  UPDATE parent SET name = CASE WHEN name IS NULL THEN ';' ELSE name END WHERE id = NEW.id;
END;
INSERT INTO parent (id) VALUES (1); INSERT INTO child VALUES (1);`,
      "002_rebuild.sql": `CREATE TABLE parent_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO parent_new SELECT * FROM parent;
DROP TABLE parent;
ALTER TABLE parent_new RENAME TO parent;`,
    });
    const migrator = await project().migrator();
    expect(await migrator.applyAllPending()).toHaveLength(2);
    expect(await project().query("SELECT name, parent FROM parent JOIN child ON parent = id")).toEqual([
      { name: ";", parent: 1 },
    ]);
  });

  it("are refused when they leave rows that refer to nothing", async () => {
    project().write({
      "001_start.sql":
        "CREATE TABLE parent (id INTEGER PRIMARY KEY); CREATE TABLE child (parent INTEGER REFERENCES parent (id));",
      "002_broken.sql": "INSERT INTO child VALUES (7);",
    });
    const migrator = await project().migrator();
    await expect(migrator.applyAllPending()).rejects.toMatchObject({
      code: "MIGRATION_PARTIAL",
      message: expect.stringMatching(/FOREIGN KEY constraint failed: row 1 of child/),
    });
    expect(await project().query("SELECT * FROM child")).toEqual([]);
  });
});

for (const engine of ["postgres", "mysql", "sqlite"] as const) {
  onEngine(engine, (project) => {
    it("of five megabytes are applied, and kept for the rollback", async () => {
      project().write({
        // Outside a transaction, the servers would write to disk fifty thousand times.
        "001_large.sql": `CREATE TABLE large (n int, x varchar(100));\n${engine === "mysql" ? `INSERT INTO large VALUES (1, '${"x".repeat(60)}')${", (1, 'x')".repeat(500_000)}` : large}`,
        "001_large_rollback.sql": "DROP TABLE large;",
      });
      const migrator = await project().migrator();
      await migrator.applyAllPending();
      const [row] = await project().query("SELECT count(*) AS n FROM large");
      expect(Number(row?.["n"])).toBe(engine === "mysql" ? 500_001 : 50_000);
      project().remove("001_large.sql");
      project().remove("001_large_rollback.sql");
      expect(await migrator.rollbackTo()).toHaveLength(1);
    });
  });
}
