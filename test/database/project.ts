import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Row } from "../../src/database/drivers/driver.ts";
import { createDriver } from "../../src/database/drivers/open.ts";
import { DatabaseMigrator } from "../../src/database/migrator.ts";
import type { MigratorOptions } from "../../src/database/options.ts";
import { type Engine, parseDatabaseUrl } from "../../src/database/url.ts";
import { type TestDatabase, testEngines } from "./engines.ts";

/** A folder of migrations and a database of its own; dispose of it with `drop`. */
export class Project {
  readonly folder: string;
  readonly #engine: Engine;
  readonly #migrators: DatabaseMigrator[] = [];
  readonly #parameters: string;
  #database: TestDatabase | null = null;

  /** @param parameters what is put behind the URL, such as `?advisory_locks=off`. */
  constructor(engine: Engine, parameters = "") {
    this.#engine = engine;
    this.#parameters = parameters;
    this.folder = mkdtempSync(join(tmpdir(), "kbvault-migrations-"));
  }

  async url(): Promise<string> {
    this.#database ??= await testEngines[this.#engine].create();
    return this.#database.url + this.#parameters;
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      const path = join(this.folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  }

  remove(name: string): void {
    rmSync(join(this.folder, name));
  }

  async migrator(options: MigratorOptions = {}): Promise<DatabaseMigrator> {
    const migrator = new DatabaseMigrator({ url: await this.url(), folder: this.folder, ...options });
    this.#migrators.push(migrator);
    return migrator;
  }

  /** Runs one statement over a connection of its own; for engines that allow one connection only, closes the others. */
  async query(sql: string): Promise<readonly Row[]> {
    if (this.#engine === "pglite") for (const migrator of this.#migrators) await migrator.close();
    const driver = await createDriver(parseDatabaseUrl(await this.url()), {
      lockTimeoutMs: 5000,
      statementTimeoutMs: 0,
    });
    await driver.connect();
    try {
      return await driver.query(sql);
    } finally {
      await driver.close();
    }
  }

  /** Whether a table can be read. */
  async hasTable(table: string): Promise<boolean> {
    return this.query(`SELECT count(*) AS rows_of_it FROM ${table}`).then(
      () => true,
      () => false,
    );
  }

  async drop(): Promise<void> {
    for (const migrator of this.#migrators) await migrator.close();
    await this.#database?.drop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Three migrations with their rollbacks, in SQL that all engines understand. */
export const threeMigrations: Readonly<Record<string, string>> = {
  "001_notes.sql":
    "CREATE TABLE notes (id int PRIMARY KEY, body varchar(100));\nINSERT INTO notes VALUES (1, 'it''s; one');",
  "001_notes_rollback.sql": "DROP TABLE notes;",
  "002_tags.sql":
    "CREATE TABLE tags (note int, tag varchar(20));\nCREATE INDEX tags_by_note ON tags (note);\n",
  "002_tags_rollback.sql": "DROP TABLE tags;",
  "003_notes_author.sql": "ALTER TABLE notes ADD COLUMN author varchar(50);",
  "003_notes_author_rollback.sql": "ALTER TABLE notes DROP COLUMN author;",
};
