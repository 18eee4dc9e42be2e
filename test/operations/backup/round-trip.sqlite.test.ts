import { spawn } from "node:child_process";
import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { withConnection } from "../../../src/database/connection.ts";
import { parseDatabaseUrl } from "../../../src/database/url.ts";
import type { EngineTask } from "../../../src/operations/backup/engines/engine.ts";
import { SqliteBackup } from "../../../src/operations/backup/engines/sqlite.ts";
import { backupContract } from "./round-trip.contract.ts";
import { makeWorkspace } from "./workspace.ts";

backupContract("sqlite", {
  schema: [
    "PRAGMA journal_mode = WAL",
    "CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT, raw BLOB, price REAL)",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) INSERT INTO notes (body, raw, price) SELECT 'ñandú ' || i, randomblob(20), i / 3.0 FROM n",
    "CREATE TABLE labels (tag TEXT, note INT REFERENCES notes)",
    "INSERT INTO labels VALUES ('a', 1), ('b', 2), ('c', 3)",
    "DELETE FROM labels WHERE tag = 'b'",
    "CREATE VIRTUAL TABLE search USING fts5(body)",
    "INSERT INTO search SELECT body FROM notes",
    "CREATE VIEW happy AS SELECT id FROM notes WHERE price > 1",
    "CREATE TRIGGER shouting AFTER INSERT ON labels BEGIN UPDATE notes SET body = upper(body) WHERE id = NEW.note; END",
    "PRAGMA user_version = 7",
  ],
  questions: [
    "SELECT id, body, hex(raw) AS raw, price FROM notes ORDER BY id",
    "SELECT rowid, * FROM labels ORDER BY rowid",
    "SELECT rowid FROM search WHERE search MATCH '\"400\"'",
    "SELECT * FROM happy ORDER BY id",
    "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name",
    "SELECT * FROM sqlite_sequence",
    "PRAGMA user_version",
    "PRAGMA journal_mode",
  ],
  damage: ["DELETE FROM notes WHERE id > 5", "DROP VIEW happy", "CREATE TABLE later (id int)"],
});

const task: EngineTask = {
  historyTable: "schema_migrations",
  timeoutMs: 60_000,
  signal: undefined,
  tell: () => undefined,
};

describe("a backup of SQLite", () => {
  it("holds what is in the write-ahead log only, while another connection writes", async () => {
    const work = await makeWorkspace("sqlite");
    const path = work.url.slice("sqlite:".length);
    await withConnection(parseDatabaseUrl(work.url), async (driver) => {
      await driver.run("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (a int)");
      await driver.run("INSERT INTO t VALUES (1), (2), (3)");
      expect((await stat(`${path}-wal`)).size).toBeGreaterThan(0);
      await driver.begin();
      await driver.run("INSERT INTO t VALUES (4)");
      const { backup } = await work.backups.create();
      expect(backup.manifest?.database?.tables).toEqual([{ table: "t", rows: 3 }]);
      await driver.commit();
    });
  });

  it("refuses to replace a file that another process has open, and says which", async () => {
    const work = await makeWorkspace("sqlite");
    await work.run("CREATE TABLE t (a int)");
    const { backup } = await work.backups.create();
    const file = await open(work.url.slice("sqlite:".length));
    const holder = spawn("sleep", ["60"], { stdio: [file.fd, "ignore", "ignore"] });
    await file.close();
    onTestFinished(() => void holder.kill());
    await expect(work.backups.restore(backup.name, { endSessions: true })).rejects.toMatchObject({
      code: "RESTORE_REFUSED",
      data: { reason: "sessions" },
      message: expect.stringContaining(`process ${holder.pid} (sleep)`),
    });
    expect(await work.backups.list()).toHaveLength(1);
  });

  it("refuses to replace a file while somebody writes to it", async () => {
    const work = await makeWorkspace("sqlite");
    await work.run("PRAGMA journal_mode = WAL", "CREATE TABLE t (a int)");
    const path = work.url.slice("sqlite:".length);
    const engine = new SqliteBackup(path, task);
    const dump = join(work.folder, "dump");
    const facts = { engine: "sqlite", url: work.url, file: "dump", ...(await engine.dump(dump)) } as const;
    const name = await engine.freshName("restore");
    await engine.load(name, dump, facts);
    await withConnection(parseDatabaseUrl(work.url), async (driver) => {
      await driver.begin();
      await driver.run("INSERT INTO t VALUES (1)");
      const installing = engine.install(name, dump, facts, { stamp: "now", endSessions: false });
      await expect(installing).rejects.toMatchObject({
        code: "RESTORE_REFUSED",
        data: { reason: "sessions" },
      });
      await driver.commit();
      expect(await driver.query("SELECT a FROM t")).toEqual([{ a: 1 }]);
    });
  });
});
