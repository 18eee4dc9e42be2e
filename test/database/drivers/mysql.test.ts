import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDriver } from "../../../src/database/drivers/open.ts";
import { parseDatabaseUrl } from "../../../src/database/url.ts";
import { lacksServer, type TestDatabase, testEngines } from "../engines.ts";
import { describeDriverContract } from "./contract.ts";

describeDriverContract("mysql");

describe.skipIf(lacksServer("mysql"))("a connection that MySQL refuses", () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await testEngines.mysql.create();
  });
  afterEach(() => database.drop());

  const refusals: [what: string, change: (url: URL) => void, code: string][] = [
    [
      "a user that does not exist",
      (url) => {
        url.username = "kbvault_nobody";
        url.password = "wrong";
      },
      "DATABASE_ACCESS_DENIED",
    ],
    [
      "a database that does not exist",
      (url) => {
        url.pathname = "/kbvault_no_such_database";
      },
      "DATABASE_NOT_FOUND",
    ],
    [
      "a port where nobody listens",
      (url) => {
        url.port = "1";
      },
      "DATABASE_UNREACHABLE",
    ],
  ];
  it.each(refusals)("because of %s is told apart, without its password", async (_, change, code) => {
    const url = new URL(database.url);
    change(url);
    const driver = await createDriver(parseDatabaseUrl(url.href), {
      lockTimeoutMs: 1000,
      statementTimeoutMs: 0,
    });
    const error = await driver.connect().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code });
    expect(JSON.stringify(error, ["message", "data", "url"])).not.toContain("wrong");
  });
});
