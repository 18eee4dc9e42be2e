import { afterEach, describe, expect, it } from "vitest";
import type { Driver } from "../../../src/database/drivers/driver.ts";
import { SqlFailure } from "../../../src/database/drivers/failure.ts";
import { createDriver } from "../../../src/database/drivers/open.ts";
import { type Engine, parseDatabaseUrl } from "../../../src/database/url.ts";
import { lacksServer, type TestDatabase, testEngines } from "../engines.ts";

/** The contract that every driver keeps, run against the real engine. */
export function describeDriverContract(engine: Engine): void {
  describe.skipIf(lacksServer(engine))(`the driver of ${engine}`, { timeout: 60_000 }, () => {
    const open: Driver[] = [];
    let database: TestDatabase | null = null;

    async function connect(
      options: { lockTimeoutMs?: number; statementTimeoutMs?: number } = {},
    ): Promise<Driver> {
      database ??= await testEngines[engine].create();
      const driver = await createDriver(parseDatabaseUrl(database.url), {
        lockTimeoutMs: 5000,
        statementTimeoutMs: 0,
        ...options,
      });
      open.push(driver);
      await driver.connect();
      return driver;
    }

    afterEach(async () => {
      for (const driver of open.splice(0)) await driver.close();
      await database?.drop();
      database = null;
    });

    it("gives back the values that a query was given", async () => {
      const driver = await connect();
      const [row] = await driver.query("SELECT CAST(? AS CHAR(20)) AS text, ? + 0 AS number, ? AS missing", [
        "it's",
        42,
        null,
      ]);
      expect(String(row?.["text"]).trimEnd()).toBe("it's");
      expect(Number(row?.["number"])).toBe(42);
      expect(row?.["missing"]).toBeNull();
    });

    it("keeps what a committed transaction wrote and drops what a rolled back one wrote", async () => {
      const driver = await connect();
      await driver.run("CREATE TABLE t (a int)");
      await driver.begin();
      await driver.query("INSERT INTO t VALUES (?)", [1]);
      await driver.commit();
      await driver.begin();
      await driver.query("INSERT INTO t VALUES (?)", [2]);
      await driver.rollback();
      expect((await driver.query("SELECT a FROM t")).map((row) => Number(row["a"]))).toEqual([1]);
    });

    it("rolls a CREATE TABLE back exactly when it says so", async () => {
      const driver = await connect();
      await driver.begin();
      await driver.run("CREATE TABLE t (a int)");
      await driver.rollback();
      const outcome = await driver.query("SELECT * FROM t").then(
        () => "there",
        (error: SqlFailure) => error.details.kind,
      );
      expect(outcome).toBe(driver.capabilities.transactionalDdl ? "no-such-table" : "there");
    });

    it("goes on after a failure inside a transaction was rolled back", async () => {
      const driver = await connect();
      await driver.begin();
      await expect(driver.run("INSERT INTO nowhere VALUES (1)")).rejects.toThrow(SqlFailure);
      await driver.rollback();
      await driver.rollback();
      expect(await driver.query("SELECT 1 AS one")).toHaveLength(1);
    });

    it("tells a missing table and a missing column apart", async () => {
      const driver = await connect();
      await driver.run("CREATE TABLE t (a int)");
      await expect(driver.query("SELECT a FROM nowhere")).rejects.toMatchObject({
        details: { kind: "no-such-table" },
      });
      await expect(driver.query("SELECT b FROM t")).rejects.toMatchObject({
        details: { kind: "no-such-column" },
      });
    });

    it("splits a file into statements with their places, comments and strings left whole", async () => {
      const driver = await connect();
      const sql =
        "-- über; 😀\nCREATE TABLE t (a int);\n/* ; */ INSERT INTO t VALUES (1);\n\nSELECT ';', 'it''s' FROM t ;\n-- end";
      const statements = await driver.split(sql);
      expect(statements.map(({ text }) => text)).toEqual([
        "CREATE TABLE t (a int)",
        "INSERT INTO t VALUES (1)",
        "SELECT ';', 'it''s' FROM t",
      ]);
      for (const { text, offset } of statements) expect(sql.slice(offset, offset + text.length)).toBe(text);
      for (const { text } of statements) await driver.run(text);
    });

    it("finds the statement that would end the transaction around a file", async () => {
      const driver = await connect();
      const sql = "SELECT 'commit;';\n-- commit;\nCOMMIT;\nSELECT 1";
      expect(await driver.transactionControl(sql)).toBe(sql.indexOf("COMMIT"));
      expect(await driver.transactionControl("SELECT 'commit;';")).toBeNull();
    });

    it("says where in a text of many statements an error is, where it says that it can", async () => {
      const driver = await connect();
      if (!driver.capabilities.wholeFiles) return;
      const sql = "-- ü😀\nSELECT 1;\nSELECT * FROM nowhere;";
      await expect(driver.run(sql)).rejects.toMatchObject({ details: { offset: sql.indexOf("nowhere") } });
    });

    it("gives the lock to one connection at a time and says who has it", async () => {
      const first = await connect({ lockTimeoutMs: 100 });
      expect(await first.tryLock("history")).toEqual({ taken: true });
      if (!first.capabilities.advisoryLock && engine === "pglite") {
        await expect(connect({ lockTimeoutMs: 100 })).rejects.toMatchObject({ code: "MIGRATION_LOCKED" });
        return;
      }
      const second = await connect();
      const attempt = await second.tryLock("history");
      expect(attempt.taken).toBe(false);
      expect("holder" in attempt ? attempt.holder : "").toMatch(/^(?:process|connection) \d+ /);
      expect(await second.tryLock("other")).toEqual({ taken: true });
      await second.unlock("other");
      await first.unlock("history");
      expect(await second.tryLock("history")).toEqual({ taken: true });
    });

    it("frees the lock when the connection ends", async () => {
      const first = await connect();
      await first.tryLock("history");
      await first.close();
      const second = await connect();
      expect(await second.tryLock("history")).toEqual({ taken: true });
    });

    it("gives up waiting for a lock, and names who is in the way", async () => {
      const driver = await connect({ lockTimeoutMs: 1000 });
      if (!driver.capabilities.lockTimeout) return;
      await driver.run("CREATE TABLE t (a int)");
      const other = await connect();
      await other.begin();
      await other.query("INSERT INTO t VALUES (1)");
      const waiting = driver.run("ALTER TABLE t ADD COLUMN b int");
      const verdict = expect(waiting).rejects.toMatchObject({ details: { kind: "lock-timeout" } });
      if (driver.capabilities.advisoryLock) {
        await new Promise((done) => setTimeout(done, 300));
        expect((await driver.blockers()).join("\n")).toMatch(/^(?:process|connection) \d+ .*/);
      }
      await verdict;
      await other.rollback();
      await driver.run("ALTER TABLE t ADD COLUMN b int");
    });

    it("stops a statement that runs too long, and goes on", async () => {
      const driver = await connect({ statementTimeoutMs: 300 });
      if (!driver.capabilities.statementTimeout) return;
      await expect(driver.run(slowStatement)).rejects.toMatchObject({
        details: { kind: "statement-timeout" },
      });
      await driver.rollback();
      expect(await driver.query("SELECT 1 AS one")).toHaveLength(1);
    });

    it("stops a statement that is cancelled, and goes on", async () => {
      const driver = await connect();
      if (!driver.capabilities.cancel) return;
      const running = driver.run(slowStatement);
      const verdict = expect(running).rejects.toMatchObject({ details: { kind: "cancelled" } });
      await new Promise((done) => setTimeout(done, 300));
      await driver.cancel();
      await verdict;
      await driver.rollback();
      expect(await driver.query("SELECT 1 AS one")).toHaveLength(1);
    });

    it("lists the locks that a transaction holds", async () => {
      const driver = await connect();
      await driver.run("CREATE TABLE t (a int)");
      await driver.begin();
      await driver.run("ALTER TABLE t ADD COLUMN b int");
      const held = await driver.locksHeld();
      await driver.rollback();
      if (driver.capabilities.wholeFiles) expect(held).toContain("t AccessExclusiveLock");
    });

    it("survives being closed twice and says that it is closed", async () => {
      const driver = await connect();
      await driver.close();
      await driver.close();
      await expect(driver.query("SELECT 1 AS one")).rejects.toThrow(/closed/);
    });
  });

  const slowStatement =
    engine === "mysql"
      ? "SELECT count(*) FROM information_schema.columns a, information_schema.columns b, information_schema.columns c"
      : "SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b";
}
