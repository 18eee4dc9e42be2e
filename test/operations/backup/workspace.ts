import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { withConnection } from "../../../src/database/connection.ts";
import type { Row } from "../../../src/database/drivers/driver.ts";
import { type Engine, parseDatabaseUrl } from "../../../src/database/url.ts";
import {
  Backups,
  type BackupsOptions,
  KnowledgeBaseVersioner,
  type VersionerOptions,
} from "../../../src/index.ts";
import { testEngines } from "../../database/engines.ts";

/** A folder with a knowledge base in a store, and a database of its own; both are gone after the test. */
export interface Workspace {
  readonly folder: string;
  readonly kb: string;
  readonly versionerOptions: VersionerOptions;
  readonly versioner: KnowledgeBaseVersioner;
  /** URL of the database; an empty text without one. */
  readonly url: string;
  readonly options: BackupsOptions;
  readonly backups: Backups;
  /** Runs statements, one after the other. */
  run(...statements: readonly string[]): Promise<void>;
  query(sql: string): Promise<readonly Row[]>;
  /** The rows of each query, over one connection. */
  ask(queries: readonly string[], url?: string): Promise<readonly (readonly Row[])[]>;
}

export const firstKb = '{"problems": [{"id": "router", "title": "El router no responde"}]}\n';
export const secondKb = '{"problems": [{"id": "router", "title": "Sin luz"}, {"id": "login"}]}\n';

export async function makeWorkspace(engine: Engine | null, more: BackupsOptions = {}): Promise<Workspace> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "kbvault-backup-")));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const kb = join(folder, "kb.json");
  const versionerOptions = { versionsFolder: join(folder, "versions"), author: "Ana" };
  const versioner = new KnowledgeBaseVersioner(kb, versionerOptions);
  await writeFile(kb, firstKb);
  await versioner.createStore();
  await versioner.createVersion({ description: "First" });
  const database = engine === null ? null : await testEngines[engine].create();
  if (database !== null) onTestFinished(() => database.drop());
  const url = database?.url ?? "";
  const options: BackupsOptions = {
    folder: join(folder, "backups"),
    author: "Ana",
    knowledgeBase: { path: kb, options: versionerOptions },
    database: database === null ? null : { url },
    ...more,
  };
  return {
    folder,
    kb,
    versionerOptions,
    versioner,
    url,
    options,
    backups: new Backups(options),
    run: async (...statements) => {
      await withConnection(parseDatabaseUrl(url), async (driver) => {
        for (const statement of statements) await driver.run(statement);
      });
    },
    query: (sql) => withConnection(parseDatabaseUrl(url), (driver) => driver.query(sql)),
    ask: (queries, other = url) =>
      withConnection(parseDatabaseUrl(other), async (driver) => {
        const answers: (readonly Row[])[] = [];
        for (const query of queries) answers.push(await driver.query(query));
        return answers;
      }),
  };
}
