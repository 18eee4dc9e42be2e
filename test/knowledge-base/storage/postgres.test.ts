import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { PostgresStorage } from "../../../src/knowledge-base/storage/postgres.ts";
import { prepareSharedStore } from "../../../src/operations/store-tables.ts";
import { useCompiled } from "../../compiled.ts";
import { lacksServer, testEngines } from "../../database/engines.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { describeStorage } from "./contract.ts";
import { runSql, useStoreDatabase } from "./postgres-database.ts";

const mib = 1_048_576;

describe.skipIf(lacksServer("postgres"))("a store in PostgreSQL", () => {
  const database = useStoreDatabase();

  describeStorage("postgres", () => database.open());

  it("keeps stores with different prefixes apart", async () => {
    const [ours, theirs] = [database.open(), database.open()];
    await ours.putIfAbsent("a", Buffer.from("ours"));
    expect(await theirs.get("a")).toBeNull();
    expect(await theirs.putIfAbsent("a", Buffer.from("theirs"))).toBe(true);
    await theirs.remove("a");
    expect((await ours.get("a"))?.toString()).toBe("ours");
  });

  it("has the store kbvault where no prefix is given", async () => {
    await new PostgresStorage(database.url()).putIfAbsent("a", Buffer.from("x"));
    expect(await new PostgresStorage(`${database.url()}?prefix=kbvault`).list("")).toEqual(["a"]);
  });

  it("keeps no row of more than 1 MiB, and all rows of a blob or none", async () => {
    const url = database.storeUrl();
    const storage = new PostgresStorage(url);
    await storage.putIfAbsent("packs/a", Buffer.alloc(3 * mib + 1, 1));
    const prefix = new URL(url).searchParams.get("prefix");
    const rows = `FROM kbvault_blobs WHERE store = '${prefix}'`;
    expect(await database.run(`SELECT part, octet_length(content) AS size ${rows} ORDER BY part`)).toEqual([
      { part: 0, size: mib },
      { part: 1, size: mib },
      { part: 2, size: mib },
      { part: 3, size: 1 },
    ]);
    await storage.remove("packs/a");
    expect(await database.run(`SELECT part ${rows}`)).toEqual([]);
  });

  it("lists no names that no blob can have, whoever put them into the table", async () => {
    const url = database.storeUrl();
    const storage = new PostgresStorage(url);
    await storage.putIfAbsent("a", Buffer.from("x"));
    const prefix = new URL(url).searchParams.get("prefix");
    for (const name of ["../../etc/passwd", ".lock", "a/../b", "a b"]) {
      await database.run(
        `INSERT INTO kbvault_blobs (store, folder, name, part, bytes, writer, content)
          VALUES ('${prefix}', '', '${name}', 0, 1, gen_random_uuid(), 'x')`,
      );
    }
    expect(await storage.list("")).toEqual(["a"]);
  });

  it("gives too few bytes, never moved ones, where a part was taken away", async () => {
    const url = database.storeUrl();
    const storage = new PostgresStorage(url);
    await storage.putIfAbsent("a", Buffer.alloc(3 * mib, 1));
    const rows = `FROM kbvault_blobs WHERE store = '${new URL(url).searchParams.get("prefix")}'`;
    await database.run(`DELETE ${rows} AND part = 1`);
    expect(await storage.get("a")).toHaveLength(mib);
    expect(await storage.get("a", { offset: mib + 1, length: mib })).toHaveLength(0);
    await database.run(`DELETE ${rows} AND part = 0`);
    expect(await storage.get("a")).toBeNull();
    await expect(storage.putIfAbsent("a", Buffer.alloc(3 * mib, 2))).rejects.toMatchObject({
      code: "STORE_DAMAGED",
      data: { file: "a" },
    });
    expect(await storage.get("a")).toBeNull();
  });

  it("tells the server's time", async () => {
    const [row = {}] = await database.run("SELECT clock_timestamp() AS now");
    const difference = (await database.open().readClock()).getTime() - (row["now"] as Date).getTime();
    expect(difference).toBeGreaterThanOrEqual(-1);
    expect(difference).toBeLessThan(10_000);
  });

  describe("whose tables", () => {
    it("are missing says so, and how to make them", async () => {
      const empty = await testEngines.postgres.create();
      try {
        const storage = new PostgresStorage(empty.url);
        const missing = { code: "STORE_NOT_FOUND", message: expect.stringContaining("kbvault init --store") };
        await expect(storage.get("a")).rejects.toMatchObject(missing);
        await expect(storage.list("")).rejects.toMatchObject(missing);
        await expect(storage.putIfAbsent("a", Buffer.from("x"))).rejects.toMatchObject(missing);
        await expect(storage.putIfAbsent("a", Buffer.alloc(2 * mib))).rejects.toMatchObject(missing);
        expect(await prepareSharedStore(empty.url)).toEqual(["001_blobs"]);
        expect(await prepareSharedStore(`${empty.url}?prefix=other`)).toEqual([]);
        expect(await storage.putIfAbsent("a", Buffer.from("x"))).toBe(true);
      } finally {
        await empty.drop();
      }
    });

    it("were changed by a newer kbvault are left alone", async () => {
      const newer = await testEngines.postgres.create();
      try {
        await prepareSharedStore(newer.url);
        await runSql(
          newer.url,
          `ALTER TABLE kbvault_blobs RENAME TO kbvault_blobs_2;
          INSERT INTO kbvault_store_migrations
            (version, name, state, applied_at, applied_by, applied_order, tool_version, checksum_algorithm)
            VALUES ('900', 'sealed_blobs', 'applied', now(), 'ana', 900, '9.0.0', 'sha256')`,
        );
        await expect(new PostgresStorage(newer.url).list("")).rejects.toMatchObject({
          code: "FORMAT_TOO_NEW",
          data: { migration: "900_sealed_blobs" },
        });
      } finally {
        await newer.drop();
      }
    });
  });

  describe("a program that uses it", () => {
    const folder = useTemporaryFolder();
    const compiled = useCompiled("src/knowledge-base/storage/postgres.ts");

    it("ends by itself, also while it listens", async () => {
      const program = join(folder(), "put.mjs");
      await writeFile(
        program,
        `import { PostgresStorage } from ${JSON.stringify(compiled())};
        const storage = new PostgresStorage(process.argv[2]);
        await storage.subscribe(() => {});
        console.log(await storage.putIfAbsent("a", Buffer.from("x")));`,
      );
      const { stdout } = await promisify(execFile)(process.execPath, [program, database.storeUrl()], {
        timeout: 8000,
      });
      expect(stdout).toBe("true\n");
    });
  });
});

describe("prepareSharedStore", () => {
  it.each(["versions", "memory:", "./postgres:x"])("has nothing to do at %s", async (location) => {
    expect(await prepareSharedStore(location)).toEqual([]);
  });
});
