import { describe, expect, it } from "vitest";
import type { Statement } from "../../../src/database/drivers/driver.ts";
import { splitMysql } from "../../../src/database/drivers/mysql-statements.ts";
import { parsePostgres, postgresTransactionControl } from "../../../src/database/drivers/postgres-grammar.ts";
import { splitSqlite } from "../../../src/database/drivers/sqlite-statements.ts";

function texts(sql: string, statements: readonly Statement[]): string[] {
  for (const { text, offset } of statements) expect(sql.slice(offset, offset + text.length)).toBe(text);
  return statements.map(({ text }) => text);
}

describe("files of MySQL", () => {
  const cases: [what: string, sql: string, statements: string[]][] = [
    [
      "strings that end in a backslash",
      "INSERT INTO t VALUES ('C:\\\\');\nSELECT 1",
      ["INSERT INTO t VALUES ('C:\\\\')", "SELECT 1"],
    ],
    [
      "escaped and doubled quotes",
      `SELECT 'a\\';b', 'c'';d', "e\\";f"; SELECT 2;`,
      [`SELECT 'a\\';b', 'c'';d', "e\\";f"`, "SELECT 2"],
    ],
    ["quoted names", "SELECT `a;\\`; SELECT `b``;c`;", ["SELECT `a;\\`", "SELECT `b``;c`"]],
    [
      "comments of three kinds",
      "# a;\n-- b;\nSELECT 1 /* c; */ ; --\nSELECT 5--1;",
      ["SELECT 1 /* c; */", "SELECT 5--1"],
    ],
    [
      "comments that the server runs",
      "/*!40101 SET NAMES utf8 */;\n/*M! SELECT 1; */;",
      ["/*!40101 SET NAMES utf8 */", "/*M! SELECT 1; */"],
    ],
    [
      "procedures behind DELIMITER",
      "DELIMITER //\nCREATE PROCEDURE p()\nBEGIN\n  SELECT 'x//y';\n  -- //\n  SELECT 2;\nEND //\ndelimiter ;\r\nCALL p();",
      ["CREATE PROCEDURE p()\nBEGIN\n  SELECT 'x//y';\n  -- //\n  SELECT 2;\nEND", "CALL p()"],
    ],
    [
      "the word delimiter inside a string or a name",
      "SELECT '\nDELIMITER $$\n';\nSELECT delimiter FROM t;",
      ["SELECT '\nDELIMITER $$\n'", "SELECT delimiter FROM t"],
    ],
    [
      "Windows line ends and names that are not ASCII",
      "SELECT 1 AS ä😀;\r\n\r\nSELECT 2\r\n;",
      ["SELECT 1 AS ä😀", "SELECT 2"],
    ],
    ["nothing", " ;; -- x\n;", []],
    ["a string that never ends", "SELECT 'a; b", ["SELECT 'a; b"]],
  ];
  it.each(cases)("are split: %s", (_what, sql, expected) => {
    expect(texts(sql, splitMysql(sql))).toEqual(expected);
  });
});

describe("files of SQLite", () => {
  const trigger =
    "CREATE /* x */ TEMP TRIGGER t AFTER INSERT ON a BEGIN\n  UPDATE a SET x = CASE WHEN x > 1 THEN 2 ELSE 3 END;\n  INSERT INTO b VALUES ('; END;');\nEND";
  const cases: [what: string, sql: string, statements: string[]][] = [
    ["triggers", `${trigger};\nSELECT 1;`, [trigger, "SELECT 1"]],
    [
      "a table with the name trigger",
      "CREATE TABLE trigger_log (a); SELECT 1;",
      ["CREATE TABLE trigger_log (a)", "SELECT 1"],
    ],
    ["quoted names", 'SELECT [a;b], "c;d", `e;f`; SELECT 2', ['SELECT [a;b], "c;d", `e;f`', "SELECT 2"]],
    ["backslashes, which mean nothing", "SELECT 'a\\'; SELECT 2", ["SELECT 'a\\'", "SELECT 2"]],
    ["comments", "--a;\nSELECT 1--b;\n; /* ; */", ["SELECT 1--b;"]],
  ];
  it.each(cases)("are split: %s", (_what, sql, expected) => {
    expect(texts(sql, splitSqlite(sql))).toEqual(expected);
  });
});

describe("files of PostgreSQL", () => {
  const body =
    "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $body$\nBEGIN\n  -- it's; fine\n  RETURN 1;\nEND;\n$body$";
  const cases: [what: string, sql: string, statements: string[]][] = [
    ["dollar quotes", `${body};\nSELECT $$a;b$$;`, [body, "SELECT $$a;b$$"]],
    ["nested comments", "/* a /* ; */ ; */ SELECT 1; SELECT 2", ["SELECT 1", "SELECT 2"]],
    [
      "E'' strings",
      "SELECT E'a\\';b'; SELECT 'c\\'; SELECT 3",
      ["SELECT E'a\\';b'", "SELECT 'c\\'", "SELECT 3"],
    ],
    [
      "BEGIN ATOMIC",
      "CREATE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END; SELECT 3",
      ["CREATE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END", "SELECT 3"],
    ],
    [
      "names that are not ASCII, before and between",
      'SELECT 1 AS "ü😀";\r\n-- 😀\r\nSELECT 2 AS größe;',
      ['SELECT 1 AS "ü😀"', "SELECT 2 AS größe"],
    ],
    ["nothing", "-- x", []],
  ];
  it.each(cases)("are split: %s", async (_what, sql, expected) => {
    expect(texts(sql, await parsePostgres(sql))).toEqual(expected);
  });

  it("know which statements wait without making others wait", async () => {
    const statements = await parsePostgres("CREATE INDEX CONCURRENTLY i ON t (a); CREATE INDEX j ON t (a);");
    expect(statements.map(({ patient }) => patient)).toEqual([true, false]);
  });

  it("say where a syntax error is", async () => {
    const sql = "SELECT 'ü😀';\nCREAT TABLE t (a int);";
    await expect(parsePostgres(sql)).rejects.toMatchObject({ details: { offset: sql.indexOf("CREAT") } });
  });

  it.each([
    ["SELECT 1; COMMIT; SELECT 2;", 10],
    ["BEGIN; SELECT 1;", 0],
    ["SELECT 1;\n  rollback ;", 12],
    ["START TRANSACTION ISOLATION LEVEL SERIALIZABLE;", 0],
    [`${body};`, null],
    ["SAVEPOINT a; ROLLBACK TO a; RELEASE a;", null],
    ["SELECT 'COMMIT;'; -- COMMIT;", null],
    ["CREAT; COMMIT;", null],
  ])("know what would end the transaction: %j", async (sql, offset) => {
    expect(await postgresTransactionControl(sql)).toBe(offset);
  });
});
