import { describe, expect, it } from "vitest";
import { lintMigrations } from "../../../src/database/lint/lint.ts";
import { checksumOf } from "../../../src/database/migrations/checksum.ts";
import { parseDirectives } from "../../../src/database/migrations/directives.ts";
import type { Migration, MigrationFile } from "../../../src/database/migrations/files.ts";

function file(path: string, text: string): MigrationFile {
  return { path, text, directives: parseDirectives(text).directives };
}

function migration(text: string, rollback: string | null = "SELECT 1;"): Migration {
  return {
    id: "1_a",
    stamp: "1",
    name: "a",
    up: file("1_a.sql", text),
    rollback:
      rollback === null ? null : { path: "1_a_rollback.sql", read: () => file("1_a_rollback.sql", rollback) },
    checksum: checksumOf(text),
  };
}

async function rulesOf(text: string, rollback?: string | null): Promise<string[]> {
  const { findings } = await lintMigrations([migration(text, rollback)], true);
  return findings.map(
    ({ rule, line, allowed }) => `${line} ${rule}${allowed === null ? "" : ` (${allowed})`}`,
  );
}

describe("lint", () => {
  it.each([
    ["CREATE TABLE t (a int);\nCREATE INDEX i ON t (a);\nALTER TABLE t ADD b int NOT NULL;", []],
    ["CREATE INDEX i ON t (a);", ["1 index-blocks-writers"]],
    ["CREATE INDEX CONCURRENTLY i ON t (a);", ["1 concurrently-in-transaction"]],
    ["-- kbvault: no-transaction\nCREATE INDEX CONCURRENTLY i ON t (a);", []],
    ["DROP INDEX CONCURRENTLY i;", ["1 concurrently-in-transaction"]],
    ["SELECT 1;\n\nCOMMIT;", ["3 transaction-control"]],
    ["SAVEPOINT s; ROLLBACK TO s;", []],
    ["ALTER TABLE t ADD a int NOT NULL;", ["1 add-not-null"]],
    ["ALTER TABLE t ADD a int NOT NULL DEFAULT 0, ADD b int;", []],
    ["ALTER TABLE t ADD a int GENERATED ALWAYS AS IDENTITY NOT NULL;", []],
    ["ALTER TABLE t ADD a int UNIQUE;", ["1 add-unique-constraint"]],
    [
      "ALTER TABLE t ALTER a SET NOT NULL, ALTER b TYPE bigint, DROP c;",
      ["1 set-not-null", "1 change-type", "1 drop-column"],
    ],
    ["ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0);", ["1 add-validated-constraint"]],
    ["ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES u NOT VALID;", []],
    ["ALTER TABLE t ADD CONSTRAINT c UNIQUE (a);", ["1 add-unique-constraint"]],
    ["ALTER TABLE t ADD CONSTRAINT c UNIQUE USING INDEX i;", []],
    ["DROP TABLE a, s.b;", ["1 drop-table"]],
    ["DROP SCHEMA s CASCADE;", ["1 drop-schema"]],
    ["DROP VIEW v;", []],
    ["TRUNCATE a, b;", ["1 truncate"]],
    ["DELETE FROM t;\nDELETE FROM t WHERE a = 1;", ["1 delete-all"]],
    ["UPDATE t SET a = 1;", ["1 update-all"]],
    ["CREATE TABLE t AS SELECT 1 AS a;\nUPDATE t SET a = 2;", []],
    [
      "ALTER TABLE t RENAME TO u;\nALTER TABLE t RENAME a TO b;\nALTER INDEX i RENAME TO j;",
      ["1 rename", "2 rename"],
    ],
    ["SELECT 'ü';\nCREAT TABLE t (a int);", ["2 syntax"]],
  ])("of %j finds %j", async (text, expected) => {
    expect(await rulesOf(text)).toEqual(expected);
  });

  it("reads rollbacks for syntax and transactions, not for what they destroy", async () => {
    expect(await rulesOf("SELECT 1;", "DROP TABLE t;\nCOMMIT;")).toEqual(["2 transaction-control"]);
    expect(await rulesOf("SELECT 1;", "DORP TABLE t;")).toEqual(["1 syntax"]);
  });

  it("misses a rollback unless the migration says that it is irreversible", async () => {
    expect(await rulesOf("SELECT 1;", null)).toEqual(["1 missing-rollback"]);
    expect(await rulesOf("-- kbvault: irreversible no way back\nSELECT 1;", null)).toEqual([]);
  });

  it("lets the author allow a finding with a reason, for a statement or for the file", async () => {
    const statement = "SELECT 1;\n-- kbvault: allow drop-table nobody reads it\nDROP TABLE a;\nDROP TABLE b;";
    expect(await rulesOf(statement)).toEqual(["3 drop-table (nobody reads it)", "4 drop-table"]);
    const whole = "-- kbvault: allow drop-table nobody reads them\nDROP TABLE a;\nDROP TABLE b;";
    expect(await rulesOf(whole)).toEqual([
      "2 drop-table (nobody reads them)",
      "3 drop-table (nobody reads them)",
    ]);
    const { errors, warnings } = await lintMigrations([migration(whole)], true);
    expect({ errors, warnings }).toEqual({ errors: 0, warnings: 0 });
  });

  it("says when there is nothing to allow", async () => {
    expect(await rulesOf("-- kbvault: allow drop-tables x\nSELECT 1;")).toEqual(["1 unknown-rule"]);
    expect(await rulesOf("SELECT 1;\n-- kbvault: allow truncate x\nSELECT 1;")).toEqual(["2 unused-allow"]);
  });

  it("names file, place and object, and counts by severity", async () => {
    const result = await lintMigrations(
      [migration("  ALTER TABLE app.t ADD a int NOT NULL;\nTRUNCATE t;")],
      true,
    );
    expect(result).toMatchObject({ errors: 1, warnings: 1 });
    expect(result.findings[0]).toMatchObject({
      file: "1_a.sql",
      line: 1,
      column: 3,
      message: expect.stringMatching(/^app\.t\.a: A NOT NULL column without a default/),
    });
  });

  it("looks only for rollbacks where the grammar is another", async () => {
    const { findings } = await lintMigrations(
      [migration("CREATE INDEX i ON t (a) /*!50700 COMMENT 'x' */;", null)],
      false,
    );
    expect(findings.map(({ rule }) => rule)).toEqual(["missing-rollback"]);
  });
});
