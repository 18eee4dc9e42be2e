import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DatabaseMigrator } from "../../src/database/migrator.ts";
import { isKbvaultError } from "../../src/errors.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";

/** Whoever may write into the folder of migrations chooses the SQL that runs; but nothing besides SQL, and only in the database. */

const temporary = useTemporaryFolder();
let folder: string;
let migrator: DatabaseMigrator;

beforeEach(async () => {
  folder = join(temporary(), "migrations");
  await mkdir(folder);
  migrator = new DatabaseMigrator({ url: `sqlite:${join(temporary(), "test.db")}`, folder });
});

afterEach(() => migrator.close());

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "done",
    (error: unknown) => (isKbvaultError(error) ? error.code : String((error as Error).stack)),
  );
}

describe("a folder of migrations that is made to do harm", () => {
  it.each(["\\! touch", ".shell touch", ".system touch", "SELECT load_extension("])(
    "runs nothing outside the database for %s",
    async (command) => {
      const mark = join(temporary(), "mark");
      const sql = command.endsWith("(") ? `${command}'${mark}');` : `${command} ${mark}`;
      await writeFile(join(folder, "001_harm.sql"), `${sql}\n`);
      await writeFile(join(folder, "001_harm_rollback.sql"), "SELECT 1;\n");
      expect(["MIGRATION_FAILED", "MIGRATION_INVALID"]).toContain(await codeOf(migrator.applyAllPending()));
      expect(existsSync(mark)).toBe(false);
      expect(await migrator.getHistory()).toEqual([]);
    },
  );

  it("does not wait for a pipe, a folder or a link that leads nowhere, and runs none of them", async () => {
    execFileSync("mkfifo", [join(folder, "001_pipe.sql")]);
    await mkdir(join(folder, "002_folder.sql"));
    await symlink(join(temporary(), "nowhere"), join(folder, "003_link.sql"));
    expect(["done", "MIGRATION_INVALID", "IO_ERROR"]).toContain(await codeOf(migrator.applyAllPending()));
    expect(await migrator.getHistory()).toEqual([]);
  });

  it.each(["001_\u001b[31mred.sql", "001_a\nb.sql", "001_'; DROP TABLE x; --.sql", "001_$(touch mark).sql"])(
    "takes the name %j for no command",
    async (name) => {
      await writeFile(join(folder, name), "CREATE TABLE notes (id INTEGER);\n");
      expect(["done", "MIGRATION_INVALID", "MIGRATION_NOT_FOUND"]).toContain(
        await codeOf(migrator.applyAllPending()),
      );
      expect(existsSync("mark")).toBe(false);
    },
  );

  it("takes a name that every object has for a name", async () => {
    await writeFile(join(folder, "001_constructor.sql"), "CREATE TABLE notes (id INTEGER);\n");
    await writeFile(join(folder, "001_constructor_rollback.sql"), "DROP TABLE notes;\n");
    expect(await codeOf(migrator.applyAllPending())).toBe("done");
    expect((await migrator.getHistory()).map(({ name }) => name)).toEqual(["constructor"]);
  });
});
