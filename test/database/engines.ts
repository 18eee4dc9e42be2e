import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { Client } from "pg";
import type { Engine } from "../../src/database/url.ts";

/** A database of its own for one test. */
export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** An engine that tests run against. */
export interface TestEngine {
  readonly engine: Engine;
  /** Environment variable with the URL of a server; null for engines that need none. */
  readonly variable: string | null;
  create(): Promise<TestDatabase>;
}

const servers = {
  postgres: process.env["KBVAULT_TEST_POSTGRES_URL"],
  mysql: process.env["KBVAULT_TEST_MYSQL_URL"],
};

export const testEngines: Readonly<Record<Engine, TestEngine>> = {
  pglite: { engine: "pglite", variable: null, create: () => inFolder((folder) => `pglite:${folder}/pglite`) },
  sqlite: {
    engine: "sqlite",
    variable: null,
    create: () => inFolder((folder) => `sqlite:${folder}/test.db`),
  },
  postgres: { engine: "postgres", variable: "KBVAULT_TEST_POSTGRES_URL", create: onPostgres },
  mysql: { engine: "mysql", variable: "KBVAULT_TEST_MYSQL_URL", create: onMysql },
};

/** Whether tests on `engine` cannot run here; then it says so on stderr. */
export function lacksServer(engine: Engine): boolean {
  const { variable } = testEngines[engine];
  if (variable === null || process.env[variable] !== undefined) return false;
  process.stderr.write(`Tests on ${engine} are skipped: ${variable} is not set.\n`);
  return true;
}

async function inFolder(url: (folder: string) => string): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), "kbvault-db-"));
  return { url: url(folder), drop: () => rm(folder, { recursive: true, force: true }) };
}

async function onPostgres(): Promise<TestDatabase> {
  const name = randomName();
  await askPostgres(`CREATE DATABASE ${name}`);
  return {
    url: withDatabase(servers.postgres, name),
    drop: () => askPostgres(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function askPostgres(sql: string): Promise<void> {
  const client = new Client({ connectionString: servers.postgres });
  await client.connect();
  await client.query(sql);
  await client.end();
}

async function onMysql(): Promise<TestDatabase> {
  const name = randomName();
  await askMysql(`CREATE DATABASE ${name}`);
  return {
    url: withDatabase(servers.mysql, name),
    drop: () => askMysql(`DROP DATABASE IF EXISTS ${name}`),
  };
}

async function askMysql(sql: string): Promise<void> {
  const connection = await createConnection(servers.mysql ?? "");
  await connection.query(sql);
  await connection.end();
}

function withDatabase(server: string | undefined, name: string): string {
  const url = new URL(server ?? "");
  url.pathname = `/${name}`;
  return url.href;
}

function randomName(): string {
  return `kbvault_test_${randomBytes(6).toString("hex")}`;
}
