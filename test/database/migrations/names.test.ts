import { describe, expect, it } from "vitest";
import {
  nextStamp,
  parseMigrationName,
  stampNumber,
  stampOf,
} from "../../../src/database/migrations/names.ts";

describe("the name of a migration file", () => {
  it.each([
    [
      "001_initial_schema.sql",
      { id: "001_initial_schema", stamp: "001", name: "initial_schema", rollback: false, variant: null },
    ],
    ["20250127_120000_add_x.sql", { stamp: "20250127_120000", name: "add_x", rollback: false }],
    ["20250127_120000_add_x_rollback.sql", { id: "20250127_120000_add_x", rollback: true }],
    ["1_x.mysql.sql", { id: "1_x", variant: "mysql" }],
    ["1_x_rollback.mariadb.sql", { id: "1_x", variant: "mariadb", rollback: true }],
    ["20250127_add.sql", { stamp: "20250127", name: "add" }],
    ["1_2_3.sql", { stamp: "1", name: "2_3" }],
  ])("%s is taken apart", (file, expected) => {
    expect(parseMigrationName(file)).toMatchObject(expected);
  });

  it.each([
    "x.sql",
    "001.sql",
    "001_.sql",
    "001-x.sql",
    "001_x.oracle.sql",
    "001_x.txt",
    "001_ä.sql",
    "123456789012345_x.sql",
    "001_x.sql.bak",
  ])("%s is outside the grammar", (file) => {
    expect(parseMigrationName(file)).toBeNull();
  });
});

describe("stamps", () => {
  it("are ordered as numbers, NNN before times", () => {
    const stamps = ["20250127_120000", "010", "9", "0011", "20250127_115959", "8"];
    expect(stamps.sort((a, b) => stampNumber(a) - stampNumber(b))).toEqual([
      "8",
      "9",
      "010",
      "0011",
      "20250127_115959",
      "20250127_120000",
    ]);
  });

  it("are the time in UTC, and go on behind the newest", () => {
    const noon = new Date("2025-01-27T12:00:00.999Z");
    expect(stampOf(noon)).toBe("20250127_120000");
    expect(nextStamp(noon, [])).toBe("20250127_120000");
    expect(nextStamp(noon, ["20250127_120000", "006"])).toBe("20250127_120001");
    expect(nextStamp(new Date("2025-01-27T23:59:59Z"), ["20250127_235959"])).toBe("20250128_000000");
  });
});
