import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Driver } from "../../src/database/drivers/driver.ts";
import { SqlFailure } from "../../src/database/drivers/failure.ts";
import { createDriver } from "../../src/database/drivers/open.ts";
import { isBusy, LeaseTable, leaseTableOf } from "../../src/database/lease-table.ts";
import { parseDatabaseUrl } from "../../src/database/url.ts";
import { lacksServer, type TestDatabase, testEngines } from "./engines.ts";

const leaseMs = 600;

describe.skipIf(lacksServer("postgres"))("the table of a lease", { timeout: 60_000 }, () => {
  const open: Driver[] = [];
  let database: TestDatabase;
  beforeEach(async () => {
    database = await testEngines.postgres.create();
  });
  afterEach(async () => {
    for (const driver of open.splice(0)) await driver.close();
    await database.drop();
  });

  async function connect(): Promise<{ readonly driver: Driver; readonly table: LeaseTable }> {
    const driver = await createDriver(parseDatabaseUrl(database.url), {
      lockTimeoutMs: 300,
      statementTimeoutMs: 0,
    });
    open.push(driver);
    await driver.connect();
    return { driver, table: new LeaseTable(driver, "history") };
  }

  const ranOut = (): Promise<void> => new Promise((done) => setTimeout(done, leaseMs + 200));

  /** Waits for the failure of `work` and says whether it means that somebody else was at the rows. */
  async function busy(work: Promise<unknown>): Promise<boolean> {
    const failure = await work.then(
      () => null,
      (error: unknown) => error,
    );
    return failure instanceof SqlFailure && isBusy(failure);
  }

  it("is not there, then free, held, and free again, with a fence that counts", async () => {
    const { table } = await connect();
    expect(await table.read()).toBeNull();
    await table.create();
    await table.create();
    expect(await table.read()).toEqual({ fence: 0, holder: null, token: null, held: false });
    expect(await table.take("a", "process 1", leaseMs)).toBe(1);
    expect(await table.take("b", "process 2", leaseMs)).toBeNull();
    expect(await table.read()).toMatchObject({
      fence: 1,
      holder: expect.stringMatching(/^process 1 \(user postgres\), since /),
      token: "a",
      held: true,
    });
    await table.free("b");
    expect(await table.read()).toMatchObject({ held: true });
    await table.free("a");
    expect(await table.read()).toMatchObject({ held: false, token: "a" });
    expect(await table.take("b", "process 2", leaseMs)).toBe(2);
  });

  it("is held for as long as it is renewed, by its holder alone", async () => {
    const { table } = await connect();
    await table.create();
    await table.take("a", "process 1", leaseMs);
    for (let times = 0; times < 4; times++) {
      await new Promise((done) => setTimeout(done, leaseMs / 2));
      expect(await table.renew("a", leaseMs)).toBe(true);
      expect(await table.renew("b", leaseMs)).toBe(false);
    }
    expect(await table.read()).toMatchObject({ held: true });
    await ranOut();
    expect(await table.read()).toMatchObject({ held: false });
    // Nobody took it, so it is its holder's still.
    expect(await table.confirm({ token: "a", fence: 1 })).toBe(true);
    expect(await table.take("b", "process 2", leaseMs)).toBe(2);
    expect(await table.confirm({ token: "a", fence: 1 })).toBe(false);
    expect(await table.renew("a", leaseMs)).toBe(false);
  });

  it("lets nobody take over between a holder's last look and its commit, however late that comes", async () => {
    const [holder, next] = [await connect(), await connect()];
    await holder.table.create();
    await holder.table.take("a", "process 1", leaseMs);
    await holder.driver.begin();
    expect(await holder.table.confirm({ token: "a", fence: 1 })).toBe(true);
    await ranOut();
    expect(await busy(next.table.take("b", "process 2", leaseMs))).toBe(true);
    await holder.driver.commit();
    expect(await next.table.take("b", "process 2", leaseMs)).toBe(2);
  });

  it("refuses a holder whose last look comes while another one takes over", async () => {
    const [holder, next] = [await connect(), await connect()];
    await holder.table.create();
    await holder.table.take("a", "process 1", leaseMs);
    await ranOut();
    await next.driver.begin();
    await next.table.freeze();
    await holder.driver.begin();
    const look = holder.table.confirm({ token: "a", fence: 1 });
    await next.driver.query(
      `UPDATE ${leaseTableOf("history")} SET token = 'b', fence = 2 WHERE part = 'holder'`,
    );
    await next.driver.commit();
    expect(await look).toBe(false);
    await holder.driver.rollback();
  });

  it("confirms in a transaction that sees one state from its beginning, though it was renewed meanwhile", async () => {
    const [holder, beside] = [await connect(), await connect()];
    await holder.table.create();
    await holder.table.take("a", "process 1", leaseMs);
    await holder.driver.run("BEGIN ISOLATION LEVEL SERIALIZABLE");
    await holder.driver.query("SELECT 1 AS one");
    expect(await beside.table.renew("a", leaseMs)).toBe(true);
    expect(await holder.table.confirm({ token: "a", fence: 1 })).toBe(true);
    await holder.driver.commit();
    await holder.driver.run("BEGIN ISOLATION LEVEL SERIALIZABLE");
    await holder.driver.query("SELECT 1 AS one");
    await ranOut();
    await beside.table.take("b", "process 2", leaseMs);
    expect(await busy(holder.table.confirm({ token: "a", fence: 1 }))).toBe(true);
    await holder.driver.rollback();
  });

  it("is created and taken once when many do so at once", async () => {
    const many = await Promise.all(Array.from({ length: 8 }, connect));
    const tries = await Promise.allSettled(
      many.map(async ({ table }, index) => {
        await table.create();
        return table.take(`token ${index}`, `process ${index}`, 60_000);
      }),
    );
    const taken = tries.filter((one) => one.status === "fulfilled" && one.value === 1);
    const failed = tries.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []));
    expect(taken).toHaveLength(1);
    expect(failed.filter((error) => !(error instanceof SqlFailure && isBusy(error)))).toEqual([]);
  });

  it("has a name of its own beside a history table of the longest name", () => {
    expect(leaseTableOf("schema_migrations")).toBe("schema_migrations_lock");
    expect(leaseTableOf("h".repeat(63))).toBe(`${"h".repeat(58)}_lock`);
  });
});
