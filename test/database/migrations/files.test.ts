import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readMigrations } from "../../../src/database/migrations/files.ts";

describe("the migrations of a folder", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "kbvault-files-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const put = (name: string, text: string | Uint8Array = "SELECT 1;"): void =>
    writeFileSync(join(folder, name), text);
  const read = (...variants: string[]) => readMigrations(folder, variants);

  it("are read in the order of their numbers, with their rollbacks, from folders inside too", async () => {
    put("10_ten.sql");
    put("9_nine.sql");
    put("9_nine_rollback.sql", "SELECT 2;");
    mkdirSync(join(folder, "old"));
    put("old/001_one.sql");
    put("notes.txt");
    expect((await read()).map(({ id, rollback }) => [id, rollback?.read().text ?? null])).toEqual([
      ["001_one", null],
      ["9_nine", "SELECT 2;"],
      ["10_ten", null],
    ]);
  });

  it("are found in a folder that links to itself", async () => {
    put("1_a.sql");
    symlinkSync(folder, join(folder, "again"));
    expect(await read()).toHaveLength(1);
  });

  it("have no byte order mark", async () => {
    put("1_a.sql", "\uFEFF-- kbvault: no-transaction\nSELECT 1;");
    expect((await read())[0]?.up).toMatchObject({
      directives: { noTransaction: true },
      text: expect.stringMatching(/^--/),
    });
  });

  it("are the closest twins", async () => {
    put("1_a.sql", "SELECT 'all';");
    put("1_a.mysql.sql", "SELECT 'mysql';");
    put("1_a.mariadb.sql", "SELECT 'mariadb';");
    put("1_a_rollback.sql", "SELECT 'back';");
    const text = async (...variants: string[]) => (await read(...variants)).map(({ up }) => up.text);
    expect(await text("mariadb", "mysql")).toEqual(["SELECT 'mariadb';"]);
    expect(await text("mysql")).toEqual(["SELECT 'mysql';"]);
    expect(await text("sqlite")).toEqual(["SELECT 'all';"]);
  });

  it.each([
    ["name", { "a.sql": "SELECT 1;" }],
    ["duplicate-stamp", { "1_a.sql": "SELECT 1;", "001_b.sql": "SELECT 1;" }],
    ["orphan-rollback", { "1_a_rollback.sql": "SELECT 1;" }],
    ["empty", { "1_a.sql": " \n-- only words\n/* and more */\n" }],
    ["directive", { "1_a.sql": "-- kbvault: nonsense\nSELECT 1;" }],
    ["utf-8", { "1_a.sql": Buffer.from([0x53, 0xff]) }],
  ])("are refused for %s", async (rule, files) => {
    for (const [name, text] of Object.entries(files)) put(name, text);
    await expect(read()).rejects.toMatchObject({ code: "MIGRATION_INVALID", data: { rule } });
  });

  it("are refused for an empty rollback when it is needed", async () => {
    put("1_a.sql");
    put("1_a_rollback.sql", "");
    const [migration] = await read();
    expect(() => migration?.rollback?.read()).toThrow(
      expect.objectContaining({ data: { rule: "empty", file: join(folder, "1_a_rollback.sql") } }),
    );
  });

  it("are refused when the same name is there twice", async () => {
    mkdirSync(join(folder, "x"));
    put("1_a.sql");
    put("x/1_a.sql");
    await expect(read()).rejects.toMatchObject({ data: { rule: "duplicate-file" } });
  });

  it("are not looked for in a folder that does not exist", async () => {
    await expect(readMigrations(join(folder, "none"), [])).rejects.toMatchObject({
      code: "MIGRATION_NOT_FOUND",
    });
  });
});
