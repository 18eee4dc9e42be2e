import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDriver } from "../../../src/database/drivers/open.ts";
import { postgresConnection } from "../../../src/database/drivers/postgres-url.ts";
import { parseDatabaseUrl } from "../../../src/database/url.ts";
import { lacksServer } from "../engines.ts";
import { Project } from "../project.ts";
import { describeDriverContract } from "./contract.ts";

describeDriverContract("postgres");

describe("URLs of PostgreSQL", () => {
  it.each([
    ["postgres://u:p@h/d", "postgres://u:p@h/d", true],
    ["postgres://u:p@h/d?sslmode=require", "postgres://u:p@h/d?sslmode=require", true],
    ["postgres://u:p@h/d?advisory_locks=on", "postgres://u:p@h/d", true],
    ["postgres://u:p@h/d?advisory_locks=off", "postgres://u:p@h/d", false],
    ["postgres://u:p@h/d?advisory_locks=off&sslmode=require", "postgres://u:p@h/d?sslmode=require", false],
  ])("%s reaches the server without what is ours", (url, connectionString, advisoryLocks) => {
    expect(postgresConnection(url)).toEqual({ connectionString, advisoryLocks });
  });

  it("refuse another value, and do not show the password", async () => {
    const url = parseDatabaseUrl("postgres://u:secret@h/d?advisory_locks=no");
    const error = await createDriver(url, { lockTimeoutMs: 0, statementTimeoutMs: 0 }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: "DATABASE_URL_INVALID" });
    expect(String(error)).not.toContain("secret");
  });
});

describe.skipIf(lacksServer("postgres"))("advisory locks of PostgreSQL", { timeout: 60_000 }, () => {
  let project: Project;
  beforeEach(() => {
    project = new Project("postgres");
    project.write({ "001_a.sql": "CREATE TABLE a (x int);" });
  });
  afterEach(() => project.drop());

  // Functions of the catalog are those of one database, so a database of its own can lack them.
  const takeAway =
    "ALTER FUNCTION pg_catalog.pg_try_advisory_lock(bigint) RENAME TO pg_try_advisory_lock_of_before";
  const instead = (body: string): string =>
    `CREATE FUNCTION pg_catalog.pg_try_advisory_lock(bigint) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN ${body} END'`;

  it.each([
    ["has no such function", []],
    ["does not support them", [instead("RAISE feature_not_supported;")]],
    ["has the function and no lock behind it", [instead("RETURN true;")]],
  ])("give way to a lease where the server %s", async (_what, statements) => {
    for (const statement of [takeAway, ...statements]) await project.query(statement);
    const migrator = await project.migrator();
    expect(await migrator.applyAllPending()).toHaveLength(1);
    expect(await project.query("SELECT fence FROM schema_migrations_lock WHERE part = 'holder'")).toEqual([
      { fence: 1 },
    ]);
  });

  it("are found out once, when the first is asked for", async () => {
    await project.query(takeAway);
    const driver = await createDriver(parseDatabaseUrl(await project.url()), {
      lockTimeoutMs: 0,
      statementTimeoutMs: 0,
    });
    await driver.connect();
    expect(driver.capabilities.advisoryLock).toBe(true);
    expect(await driver.tryLock("history")).toMatchObject({ taken: false, beside: expect.any(Function) });
    expect(driver.capabilities.advisoryLock).toBe(false);
    await driver.close();
  });

  it("need no table where the server has them", async () => {
    const migrator = await project.migrator();
    await migrator.applyAllPending();
    expect(await project.hasTable("schema_migrations_lock")).toBe(false);
  });
});
