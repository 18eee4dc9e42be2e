import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { afterAll, beforeAll } from "vitest";
import { PostgresStorage } from "../../../src/knowledge-base/storage/postgres.ts";
import { prepareSharedStore } from "../../../src/operations/store-tables.ts";
import { type TestDatabase, testEngines } from "../../database/engines.ts";

/** A database with the tables of shared stores, for the tests of a file. */
export interface StoreDatabase {
  /** URL of the database, of nobody's store. */
  readonly url: () => string;
  /** URL of a store that nobody has used; `parameters` such as `&options=...` follow. */
  readonly storeUrl: (parameters?: string) => string;
  /** A store that nobody has used. */
  readonly open: (parameters?: string) => PostgresStorage;
  /** Runs SQL as the owner and resolves to the rows. */
  readonly run: (sql: string) => Promise<readonly Record<string, unknown>[]>;
}

/** Makes the database before the tests of a file and drops it behind them. */
export function useStoreDatabase(): StoreDatabase {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testEngines.postgres.create();
    await prepareSharedStore(database.url);
  });
  afterAll(() => database.drop());
  const storeUrl = (parameters = ""): string =>
    `${database.url}?prefix=test_${randomBytes(6).toString("hex")}${parameters}`;
  return {
    url: () => database.url,
    storeUrl,
    open: (parameters) => new PostgresStorage(storeUrl(parameters)),
    run: (sql) => runSql(database.url, sql),
  };
}

/** Runs SQL on a connection of its own and resolves to the rows of its last statement. */
export async function runSql(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const results = [await client.query<Record<string, unknown>>(sql)].flat();
    return results.at(-1)?.rows ?? [];
  } finally {
    await client.end();
  }
}
