import { Client } from "pg";
import { describe, expect, it } from "vitest";
import { PostgresStorage } from "../../../src/knowledge-base/storage/postgres.ts";
import { lacksServer } from "../../database/engines.ts";
import { useStoreDatabase } from "./postgres-database.ts";
import { startProxy } from "./postgres-proxy.ts";

const mib = 1_048_576;
const serializable = "&options=-c%20default_transaction_isolation%3Dserializable";

describe.skipIf(lacksServer("postgres"))("conflicts of transactions in PostgreSQL", () => {
  const database = useStoreDatabase();

  it("lets the later writer find the name taken, though the server only says to try again", async () => {
    const url = database.storeUrl(serializable);
    const proxy = await startProxy(url);
    const earlier = new Client({ connectionString: url });
    await earlier.connect();
    const prefix = new URL(url).searchParams.get("prefix");
    await earlier.query("BEGIN");
    await earlier.query(
      `INSERT INTO kbvault_blobs (store, folder, name, part, bytes, writer, content)
        VALUES ('${prefix}', '', 'a', 0, 5, gen_random_uuid(), 'first')`,
    );
    const later = new PostgresStorage(proxy.url).putIfAbsent("a", Buffer.from("second"));
    await expect.poll(() => database.run("SELECT 1 FROM pg_locks WHERE NOT granted")).toHaveLength(1);
    await earlier.query("COMMIT");
    await earlier.end();
    expect(await later).toBe(false);
    expect(proxy.states()).toContain("40001");
    await proxy.close();
  });

  it("loses nothing of many writers that the server makes try again", async () => {
    const url = database.storeUrl(serializable);
    const proxy = await startProxy(url);
    const writers = Array.from({ length: 3 }, () => new PostgresStorage(proxy.url));
    const content = (writer: number): Buffer => Buffer.alloc(2 * mib, writer + 1);
    let won = 0;
    for (let round = 0; round < 8; round++) {
      const results = await Promise.all(
        writers.map((storage, writer) => storage.putIfAbsent(`packs/${round}`, content(writer))),
      );
      expect(results.filter(Boolean)).toHaveLength(1);
      won = results.indexOf(true);
      expect((await writers[0]?.get(`packs/${round}`))?.equals(content(won))).toBe(true);
    }
    expect(proxy.states()).toContain("40001");
    await proxy.close();
  });

  describe("which come with the commit, as in CockroachDB,", () => {
    /** From now on the server refuses commits of blobs of this name: so many times, by a trigger that waits for the commit. */
    const refuse = async (name: string, times: number, state: string): Promise<void> => {
      await database.run(
        `CREATE SEQUENCE refused_${name};
        CREATE FUNCTION refuse_${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          IF NEW.name = '${name}' AND NEW.part = 0 AND nextval('refused_${name}') <= ${times} THEN
            RAISE EXCEPTION 'not now' USING ERRCODE = '${state}';
          END IF;
          RETURN NULL;
        END $$;
        CREATE CONSTRAINT TRIGGER refuse_${name} AFTER INSERT ON kbvault_blobs DEFERRABLE INITIALLY DEFERRED
          FOR EACH ROW EXECUTE FUNCTION refuse_${name}()`,
      );
    };

    it.each([
      ["small", 10],
      ["large", 3 * mib],
    ])("are tried again for a %s blob", async (name, bytes) => {
      await refuse(name, 3, "40001");
      const storage = database.open();
      expect(await storage.putIfAbsent(name, Buffer.alloc(bytes, 1))).toBe(true);
      expect((await storage.get(name))?.equals(Buffer.alloc(bytes, 1))).toBe(true);
      expect(await database.run(`SELECT last_value::int AS attempts FROM refused_${name}`)).toEqual([
        { attempts: 4 },
      ]);
    });

    it.each([
      ["lasting", "40001", "LOCKED"],
      ["deadlock", "40P01", "LOCKED"],
      ["full", "53100", "NO_SPACE"],
      ["odd", "XX000", "IO_ERROR"],
    ])("end in an error when they last: %s, %s", async (name, state, code) => {
      await refuse(name, 1_000_000, state);
      const storage = database.open();
      const expected = { code, data: { store: storage.url, nativeCode: state } };
      await expect(storage.putIfAbsent(name, Buffer.from("x"))).rejects.toMatchObject(expected);
      await expect(storage.putIfAbsent(name, Buffer.alloc(2 * mib))).rejects.toMatchObject(expected);
      expect(await storage.get(name)).toBeNull();
      // The connections are fit for other work.
      expect(await storage.putIfAbsent("other", Buffer.from("x"))).toBe(true);
    });
  });
});
