import { readdir, readFile, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Driver, DriverOptions } from "../../src/database/drivers/driver.ts";
import { createDriver } from "../../src/database/drivers/open.ts";
import { type Engine, parseDatabaseUrl } from "../../src/database/url.ts";
import { lacksServer, type TestDatabase, testEngines } from "./engines.ts";

const looking: DriverOptions = { lockTimeoutMs: 1000, statementTimeoutMs: 5000, readOnly: true };
const writing: DriverOptions = { lockTimeoutMs: 1000, statementTimeoutMs: 0 };

let database: TestDatabase | null = null;
const drivers: Driver[] = [];
afterEach(async () => {
  for (const driver of drivers.splice(0)) await driver.close();
  await database?.drop();
  database = null;
});

async function connect(options: DriverOptions): Promise<Driver> {
  const driver = await createDriver(parseDatabaseUrl(database?.url ?? ""), options);
  drivers.push(driver);
  await driver.connect();
  return driver;
}

/** Every file below the folder with its time and bytes; of SQLite not its log, which the writer removes when it likes. */
async function stateOf(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => !/-(?:shm|wal)$/.test(name));
  return Promise.all(
    names.sort().map(async (name) => {
      const { mtimeMs, size } = await stat(join(folder, name));
      return `${name} ${mtimeMs} ${size}`;
    }),
  );
}

describe.each<Engine>(["sqlite", "pglite", "postgres", "mysql"])("looking at %s", (engine) => {
  it.skipIf(lacksServer(engine))("sees what is there, and may not write", async () => {
    database = await testEngines[engine].create();
    const writer = await connect(writing);
    await writer.run("CREATE TABLE notes (id int)");
    await writer.close();
    const reader = await connect(looking);
    expect(await reader.query("SELECT count(*) AS amount FROM notes")).toHaveLength(1);
    if (engine !== "pglite")
      await expect(reader.run("INSERT INTO notes VALUES (1)")).rejects.toThrow(/read.?only/i);
  });
});

/** The folder that holds the database. */
function folderOf(url: string): string {
  return dirname(url.replace(/^\w+:/, ""));
}

describe.each([
  { engine: "sqlite", preparation: "SELECT 1" },
  { engine: "sqlite", preparation: "PRAGMA journal_mode = WAL" },
  { engine: "pglite", preparation: "SELECT 1" },
] as const)("a look at $engine after $preparation", ({ engine, preparation }) => {
  it("leaves every file as it is", async () => {
    database = await testEngines[engine].create();
    const writer = await connect(writing);
    await writer.query(preparation);
    await writer.run("CREATE TABLE notes (id int)");
    await writer.close();
    const folder = folderOf(database.url);
    const before = await stateOf(folder);
    const reader = await connect(looking);
    await reader.query("SELECT count(*) FROM notes");
    await reader.close();
    expect(await stateOf(folder)).toEqual(before);
  });

  it("makes no database", async () => {
    database = await testEngines[engine].create();
    await expect(connect(looking)).rejects.toMatchObject({ code: "DATABASE_NOT_FOUND" });
    expect(await readdir(folderOf(database.url))).toEqual([]);
  });
});

describe("a look at PGlite", () => {
  it("waits for nobody and says who has the folder open", async () => {
    database = await testEngines.pglite.create();
    await connect(writing);
    await expect(connect(looking)).rejects.toMatchObject({
      code: "MIGRATION_LOCKED",
      data: { holder: expect.stringContaining(`process ${process.pid}`) },
    });
  });

  it("works on a copy that is gone afterwards", async () => {
    database = await testEngines.pglite.create();
    await (await connect(writing)).close();
    const copies = async (): Promise<string[]> =>
      (await readdir(tmpdir())).filter((name) => name.startsWith("kbvault-look-"));
    const before = await copies();
    const reader = await connect(looking);
    const [copy] = (await copies()).filter((name) => !before.includes(name));
    expect(await readFile(join(tmpdir(), copy ?? "", "pglite", "PG_VERSION"), "utf8")).toMatch(/^\d+\n$/);
    await reader.close();
    expect(await copies()).not.toContain(copy);
  });
});
