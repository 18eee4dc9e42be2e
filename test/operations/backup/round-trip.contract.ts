import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { DatabaseMigrator } from "../../../src/database/migrator.ts";
import type { Engine } from "../../../src/database/url.ts";
import { lacksServer, testEngines } from "../../database/engines.ts";
import { threeMigrations } from "../../database/project.ts";
import { makeWorkspace, type Workspace } from "./workspace.ts";

/** What differs between engines. */
export interface EngineSample {
  /** Creates tables, views, triggers and whatever else the engine has, with rows. */
  readonly schema: readonly string[];
  /** Queries whose rows say whether everything came back. */
  readonly questions: readonly string[];
  /** Changes that a restore has to take back: rows, columns, further tables. */
  readonly damage: readonly string[];
}

/** Every engine has to pass this, on real databases. */
export function backupContract(engine: Engine, sample: EngineSample): void {
  describe.skipIf(lacksServer(engine))(`a backup of ${engine}`, () => {
    let work: Workspace;
    beforeEach(async () => {
      work = await makeWorkspace(engine);
      await work.run(...sample.schema);
    });

    const answers = (url?: string): Promise<readonly unknown[]> => work.ask(sample.questions, url);

    it("brings rows and everything else back over a changed database, and the database from before with its own backup", async () => {
      const before = await answers();
      expect(before.every((rows) => Array.isArray(rows) && rows.length > 0)).toBe(true);
      const { backup } = await work.backups.create();
      await work.run(...sample.damage);
      const damaged = await answers().catch(() => "not even readable");
      expect(damaged).not.toEqual(before);

      const result = await work.backups.restore(backup.name);
      expect(await answers()).toEqual(before);
      expect(result.previousDatabase).toBeNull();
      expect((await work.backups.list()).map(({ name }) => name)).toEqual([result.safetyBackup, backup.name]);
      expect(await work.backups.interruptedRestore()).toBeNull();

      await work.backups.restore(result.safetyBackup ?? "");
      expect(await answers().catch(() => "not even readable")).toEqual(damaged);
    });

    it("brings a database back that is gone, and makes another one beside it", async () => {
      const before = await answers();
      const { backup } = await work.backups.create();
      const other = await testEngines[engine].create();
      try {
        await work.backups.restore(backup.name, { toUrl: other.url });
        expect(await answers(other.url)).toEqual(before);
        expect(await answers()).toEqual(before);
        await expect(work.backups.restore(backup.name, { toUrl: other.url })).rejects.toMatchObject({
          code: "RESTORE_REFUSED",
          data: { reason: "not-empty" },
        });
        await other.drop();
        const { plan } = await work.backups.restore(backup.name, { toUrl: other.url });
        expect(plan).toMatchObject({ database: { target: "create" }, knowledgeBase: null, saves: [] });
        expect(await answers(other.url)).toEqual(before);
      } finally {
        await other.drop();
      }
    });

    it("says what it holds, keeps it from others, and is verified by a restore", async () => {
      const { backup } = await work.backups.create();
      expect(backup).toMatchObject({ state: "sound", verification: { ok: true, deep: false } });
      expect(backup.manifest).toMatchObject({
        reason: "asked",
        createdBy: "Ana",
        database: { engine, level: null },
        knowledgeBase: { versionId: expect.stringMatching(/^v1_/), store: { versions: 1 } },
      });
      for (const { table, rows } of backup.manifest?.database?.tables ?? [])
        expect([table, rows]).toEqual([table, expect.any(Number)]);
      expect(backup.manifest?.database?.tables.length).toBeGreaterThan(0);
      for (const name of await readdir(backup.path, { recursive: true })) {
        const { mode } = await stat(join(backup.path, name));
        expect([name, (mode & 0o077).toString(8)]).toEqual([name, "0"]);
      }
      const result = await work.backups.verify("latest", { deep: true });
      expect(result).toMatchObject({
        ok: true,
        problems: [],
        backup: { verification: { deep: true, ok: true } },
      });
      expect(result.rowsRestored).toBe(
        backup.manifest?.database?.tables.reduce((sum, { rows }) => sum + (rows ?? 0), 0),
      );
    });

    it("refuses a database with newer migrations, unless it is forced", async () => {
      const migrations = join(work.folder, "migrations");
      await mkdir(migrations);
      for (const [name, text] of Object.entries(threeMigrations))
        await writeFile(join(migrations, name), text.replaceAll("notes", "remarks"));
      const migrate = async (target: string): Promise<void> => {
        const migrator = new DatabaseMigrator({ url: work.url, folder: migrations });
        await migrator.applyAllPending({ target });
        await migrator.close();
      };
      await migrate("001");
      const { backup } = await work.backups.create();
      expect(backup.manifest?.database?.level).toEqual({ stamp: "001", name: "notes", applied: 1 });
      await migrate("head");
      const refusal = { code: "RESTORE_REFUSED", data: { reason: "newer-migrations", backup: backup.name } };
      await expect(work.backups.restore(backup.name)).rejects.toMatchObject(refusal);
      await expect(work.backups.restore(backup.name, { dryRun: true })).rejects.toMatchObject(refusal);
      expect(await work.backups.list()).toHaveLength(1);
      await work.backups.restore(backup.name, { force: true, only: "database" });
      await expect(work.query("SELECT * FROM tags")).rejects.toThrow();
      expect(await work.query("SELECT version FROM schema_migrations")).toEqual([{ version: "001" }]);
    });

    it("finds every kind of damage to its dump, and restores nothing from it", async () => {
      const { backup } = await work.backups.create();
      const before = await answers();
      const file = backup.manifest?.database?.file ?? "";
      const path = join(backup.path, file);
      const bytes = await readFile(path);
      const flipped = Buffer.from(bytes);
      flipped[bytes.length >> 1] = (flipped[bytes.length >> 1] ?? 0) ^ 0x40;
      await writeFile(path, flipped);
      expect(await work.backups.verify(backup.name)).toMatchObject({
        ok: false,
        problems: [{ file, kind: "changed" }],
      });
      await expect(work.backups.restore(backup.name)).rejects.toMatchObject({ code: "BACKUP_DAMAGED" });
      await writeFile(path, bytes.subarray(0, bytes.length - 100));
      expect((await work.backups.list())[0]).toMatchObject({
        state: "damaged",
        problems: [{ file, kind: "truncated" }],
      });
      await expect(work.backups.restore(backup.name)).rejects.toMatchObject({ code: "BACKUP_DAMAGED" });
      expect(await answers()).toEqual(before);
    });
  });
}
