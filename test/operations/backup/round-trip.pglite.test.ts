import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import { makeWorkspace } from "./workspace.ts";

// Opening a database of PGlite takes a second of work, so one test goes the whole way instead of the contract's six.
it("a backup of pglite brings rows and everything else back, is verified by a restore, and names damage", async () => {
  const work = await makeWorkspace("pglite");
  const questions = [
    "SELECT * FROM notes ORDER BY id",
    "SELECT * FROM few ORDER BY id",
    "SELECT last_value FROM notes_id_seq",
  ];
  await work.run(
    "CREATE TABLE notes (id serial PRIMARY KEY, body text, raw bytea, at timestamptz, price numeric(30, 10), doc jsonb)",
    `INSERT INTO notes (body, raw, at, price, doc) SELECT 'ñandú ' || n, decode(md5(n::text), 'hex'),
      '2025-01-27 12:00:00.123456+02'::timestamptz + n * interval '1 day', n / 3.0, jsonb_build_object('n', n)
      FROM generate_series(1, 500) n`,
    "CREATE VIEW few AS SELECT id, body FROM notes WHERE id < 10",
  );
  const before = await work.ask(questions);
  const { backup } = await work.backups.create();
  expect(backup.manifest?.database).toMatchObject({
    engine: "pglite",
    serverVersion: expect.stringMatching(/^PGlite, PostgreSQL \d/),
    tables: [{ table: "public.notes", rows: 500 }],
  });
  await work.run("DELETE FROM notes WHERE id > 5", "CREATE TABLE later (id int)", "DROP VIEW few");

  const { safetyBackup } = await work.backups.restore(backup.name, { only: "database" });
  expect(await work.ask(questions)).toEqual(before);
  expect(await work.backups.verify(backup.name, { deep: true })).toMatchObject({
    ok: true,
    rowsRestored: 500,
  });
  expect((await work.backups.list())[0]).toMatchObject({
    name: safetyBackup,
    manifest: { reason: "before-restore", database: { tables: [{ table: "public.later" }, { rows: 5 }] } },
  });
  const folder = work.url.slice("pglite:".length);
  expect([existsSync(`${folder}.lock`), existsSync(folder)]).toEqual([false, true]);
}, 120_000);
