import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PostgresStorage } from "../../../src/knowledge-base/storage/postgres.ts";
import { prepareSharedStore } from "../../../src/operations/store-tables.ts";
import { lacksServer } from "../../database/engines.ts";
import { codeBlocks } from "../../docs/code-blocks.ts";
import { useStoreDatabase } from "./postgres-database.ts";

const mib = 1_048_576;

describe.skipIf(lacksServer("postgres"))("rights in PostgreSQL, as documented", () => {
  const database = useStoreDatabase();
  const tag = randomBytes(4).toString("hex");
  const [reader, writer] = [`reader_${tag}`, `writer_${tag}`];
  let url = "";
  let documented: readonly string[] = [];

  const as = (user: string, parameters = ""): PostgresStorage =>
    new PostgresStorage(Object.assign(new URL(url + parameters), { username: user }).href);
  const forRoles = (sql = ""): string => sql.replace(/\breader\b/g, reader).replace(/\bwriter\b/g, writer);

  beforeAll(async () => {
    url = database.storeUrl();
    documented = await codeBlocks("docs/shared-stores.md", "sql");
    await database.run(`CREATE ROLE ${reader} LOGIN; CREATE ROLE ${writer} LOGIN`);
    for (const sql of documented.slice(0, 2)) await database.run(forRoles(sql));
    await new PostgresStorage(url).putIfAbsent("a", Buffer.from("x"));
  });
  afterAll(() =>
    database.run(`DROP OWNED BY ${reader}, ${writer}; DROP ROLE ${reader}; DROP ROLE ${writer}`),
  );

  it("let a reader read, and nothing else", async () => {
    const storage = as(reader);
    expect((await storage.get("a"))?.toString()).toBe("x");
    expect(await storage.list("")).toEqual(["a"]);
    expect((await storage.stat("a"))?.bytes).toBe(1);
    await storage.readClock();
    await (await storage.subscribe(() => {}))();
    const refusal = {
      code: "STORE_NOT_WRITABLE",
      data: { store: storage.url, nativeCode: "42501" },
      message: expect.stringContaining(`GRANT SELECT, INSERT, DELETE ON kbvault_blobs TO ${reader};`),
    };
    await expect(storage.putIfAbsent("b", Buffer.from("x"))).rejects.toMatchObject(refusal);
    await expect(storage.putIfAbsent("b", Buffer.alloc(2 * mib))).rejects.toMatchObject(refusal);
    await expect(storage.remove("a")).rejects.toMatchObject(refusal);
    expect(await as(writer).list("")).toEqual(["a"]);
  });

  it("let a writer read, put and remove, but change nothing that is there, nor the tables", async () => {
    const storage = as(writer);
    expect(await storage.putIfAbsent("packs/b", Buffer.alloc(2 * mib))).toBe(true);
    expect(await storage.putIfAbsent("packs/b", Buffer.from("x"))).toBe(false);
    expect(await storage.get("packs/b")).toHaveLength(2 * mib);
    await storage.remove("packs/b");
    expect(await storage.list("packs/")).toEqual([]);
    const { UPDATE, TRUNCATE } = (
      await database.run(
        `SELECT has_table_privilege('${writer}', 'kbvault_blobs', 'UPDATE') AS "UPDATE",
          has_table_privilege('${writer}', 'kbvault_blobs', 'TRUNCATE') AS "TRUNCATE"`,
      )
    )[0] as Record<string, unknown>;
    expect([UPDATE, TRUNCATE]).toEqual([false, false]);
  });

  it("let both find the tables ready", async () => {
    for (const user of [reader, writer]) {
      const own = Object.assign(new URL(url), { username: user }).href;
      expect(await prepareSharedStore(own)).toEqual([]);
    }
  });

  it("say what a role without any needs", async () => {
    const nobody = `nobody_${tag}`;
    await database.run(`CREATE ROLE ${nobody} LOGIN`);
    const storage = as(nobody);
    await expect(storage.list("")).rejects.toMatchObject({
      code: "DATABASE_ACCESS_DENIED",
      message: expect.stringContaining(`GRANT SELECT ON kbvault_blobs TO ${nobody};`),
    });
    await database.run(`DROP ROLE ${nobody}`);
  });

  it("keep a writer in one store, where a policy says so", async () => {
    await database.run(forRoles(documented[2]));
    const own = Object.assign(new URL(database.url()), { username: writer }).href;
    expect(await new PostgresStorage(`${own}?prefix=team_a`).putIfAbsent("a", Buffer.from("x"))).toBe(true);
    const other = new PostgresStorage(`${own}?prefix=team_b`);
    await expect(other.putIfAbsent("a", Buffer.from("x"))).rejects.toMatchObject({
      code: "STORE_NOT_WRITABLE",
    });
    expect(await as(writer).list("")).toEqual([]);
    await database.run(
      "ALTER TABLE kbvault_blobs DISABLE ROW LEVEL SECURITY; DROP POLICY team_a ON kbvault_blobs",
    );
  });

  it("tell a server that only reads from one that does not allow it", async () => {
    const storage = as(writer, "&options=-c%20default_transaction_read_only%3Don");
    await expect(storage.putIfAbsent("b", Buffer.from("x"))).rejects.toMatchObject({
      code: "STORE_NOT_WRITABLE",
      data: { nativeCode: "25006" },
    });
  });

  it.each([
    [
      "no such database",
      (base: URL) => Object.assign(base, { pathname: "/kbvault_none" }),
      "DATABASE_NOT_FOUND",
    ],
    [
      "no such user",
      (base: URL) => Object.assign(base, { username: `none_${tag}` }),
      "DATABASE_ACCESS_DENIED",
    ],
    ["nobody there", (base: URL) => Object.assign(base, { port: "1" }), "STORE_UNREACHABLE"],
    [
      "no such host",
      (base: URL) => Object.assign(base, { hostname: "kbvault.invalid" }),
      "STORE_UNREACHABLE",
    ],
  ])("tell %s, and show no password", async (_, change, code) => {
    const secret = "hunter2-x";
    const storage = new PostgresStorage(change(Object.assign(new URL(url), { password: secret })).href);
    const errors = await Promise.all([
      storage.get("a").catch((error: unknown) => error),
      storage.putIfAbsent("a", Buffer.from("x")).catch((error: unknown) => error),
      storage.subscribe(() => {}).catch((error: unknown) => error),
    ]);
    for (const error of errors) {
      expect(error).toMatchObject({ code, data: { store: expect.stringContaining(":***@") } });
      expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(secret);
    }
  });
});
