import {
  chmod,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Backups, isKbvaultError, KnowledgeBaseVersioner } from "../../../src/index.ts";
import { seal } from "../../../src/knowledge-base/seal.ts";
import { firstKb, makeWorkspace, secondKb } from "./workspace.ts";

/** A clock that moves a minute whenever it is asked. */
function slowClock(): () => Date {
  let minutes = 0;
  return () => new Date(Date.UTC(2025, 0, 27, 12, minutes++));
}

async function filesBelow(folder: string): Promise<string[]> {
  const all = await readdir(folder, { recursive: true, withFileTypes: true });
  return all
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

describe("a backup of a knowledge base", () => {
  it("is a folder of plain copies that can be read without kbvault", async () => {
    const work = await makeWorkspace(null, { clock: slowClock() });
    await writeFile(join(work.folder, "versions", "catalog.json"), "{}");
    const { backup } = await work.backups.create();
    expect(backup.name).toMatch(/^20250127T12\d{4}Z$/);
    const [record] = (await work.versioner.listVersions()).map(({ versionId }) => versionId);
    expect(await filesBelow(backup.path)).toEqual(
      [
        "knowledge-base.json",
        "manifest.json",
        "marks.json",
        `versions/${record}.json`,
        `versions/packs/${record}.pack`,
        "versions/store.json",
      ].sort(),
    );
    expect(await readFile(join(backup.path, "knowledge-base.json"), "utf8")).toBe(firstKb);
    expect(await readFile(join(work.folder, "backups", ".gitignore"), "utf8")).toBe("*\n");
  });

  it("is the newest one although the clock went back, and is not pruned for its age", async () => {
    let now = new Date("2025-01-27T12:00:00Z");
    const work = await makeWorkspace(null, { clock: () => now, keep: 2 });
    const names: string[] = [];
    for (const time of ["2025-01-27T12:00:00Z", "2025-01-27T12:00:00Z", "2024-06-01T09:00:00Z"]) {
      now = new Date(time);
      const { backup } = await work.backups.create();
      expect(backup).toMatchObject({ state: "sound", createdAt: now.toISOString() });
      names.push(backup.name);
    }
    expect(names).toEqual(["20250127T120000Z", "20250127T120000Z_2", "20250127T120000Z_3"]);
    expect((await work.backups.list()).map(({ name }) => name)).toEqual(names.slice(1).reverse());
    expect((await work.backups.verify("latest")).backup.name).toBe(names[2]);
  });

  it("is restored byte for byte, also with changes that no version holds", async () => {
    const work = await makeWorkspace(null);
    await writeFile(work.kb, secondKb);
    const { backup } = await work.backups.create();
    expect(backup.manifest?.knowledgeBase?.versionId).toBeNull();
    await writeFile(work.kb, "{ broken");
    await work.backups.restore("latest");
    expect(await readFile(work.kb, "utf8")).toBe(secondKb);
    const kinds = (await work.versioner.listVersions()).map(({ kind, author }) => [kind, author]);
    expect(kinds).toEqual([
      ["safety", "Ana"],
      ["snapshot", "Ana"],
      ["snapshot", "Ana"],
    ]);
    await work.versioner.undo();
    expect(await readFile(work.kb, "utf8")).toBe("{ broken");
  });

  it("holds the signatures of versions, too, and brings them back", async () => {
    const work = await makeWorkspace(null);
    const store = join(work.folder, "versions");
    const [version] = await work.versioner.listVersions();
    const signature = join(store, "signatures", `${version?.versionId}.sig`);
    await mkdir(join(store, "signatures"));
    await writeFile(signature, "signed");
    await work.backups.create();
    await rm(join(store, "signatures"), { recursive: true });
    await work.backups.restore("latest");
    expect(await readFile(signature, "utf8")).toBe("signed");
  });

  it("brings back a knowledge base and a store that are gone", async () => {
    const work = await makeWorkspace(null);
    await writeFile(work.kb, secondKb);
    await work.versioner.createVersion({ description: "Second" });
    await work.versioner.setLabel("known-good", "v1");
    const versions = await work.versioner.listVersions();
    const { backup } = await work.backups.create();
    await rm(work.kb);
    await rm(join(work.folder, "versions"), { recursive: true });
    const { plan, safetyBackup } = await work.backups.restore(backup.name);
    expect(plan.knowledgeBase).toMatchObject({ live: "create", keeps: [] });
    expect(plan.knowledgeBase?.adds).toHaveLength(6);
    expect(safetyBackup).not.toBeNull();
    expect(await readFile(work.kb, "utf8")).toBe(secondKb);
    expect(await work.versioner.listVersions()).toEqual(versions);
    expect((await work.versioner.verify({ readData: true })).ok).toBe(true);
  });

  it("adds what is missing to the store and changes nothing that is there", async () => {
    const work = await makeWorkspace(null);
    const { backup } = await work.backups.create();
    await writeFile(work.kb, secondKb);
    await work.versioner.createVersion({ description: "Later" });
    const store = join(work.folder, "versions");
    const [, first] = await work.versioner.listVersions();
    const pack = join(store, "packs", `${first?.versionId}.pack`);
    await rm(pack);
    const record = join(store, `${first?.versionId}.json`);
    await writeFile(record, "{}");
    const { plan } = await work.backups.restore(backup.name, { dryRun: true });
    expect(plan.knowledgeBase?.adds).toEqual([`packs/${first?.versionId}.pack`]);
    expect(plan.knowledgeBase?.keeps).toEqual([`${first?.versionId}.json`]);
    await expect(work.backups.restore(backup.name)).rejects.toMatchObject({ code: "STORE_DAMAGED" });
    expect(await readFile(record, "utf8")).toBe("{}");
    expect(await readFile(work.kb, "utf8")).toBe(secondKb);
    await rm(record);
    await work.backups.restore(backup.name);
    expect(await readFile(work.kb, "utf8")).toBe(firstKb);
    expect((await work.versioner.verify({ readData: true })).ok).toBe(true);
  });

  it("refuses another store, a part that it does not hold, and a name that it does not have", async () => {
    const work = await makeWorkspace(null);
    const { backup } = await work.backups.create({ label: "first" });
    const other = join(work.folder, "other");
    await new KnowledgeBaseVersioner(work.kb, { versionsFolder: other }).createStore();
    const elsewhere = new Backups({
      ...work.options,
      knowledgeBase: { path: work.kb, options: { versionsFolder: other } },
    });
    const refused = (reason: string) => ({ code: "RESTORE_REFUSED", data: { reason, backup: backup.name } });
    await expect(elsewhere.restore("first")).rejects.toMatchObject(refused("other-store"));
    await expect(work.backups.restore("first", { only: "database" })).rejects.toMatchObject(
      refused("no-such-part"),
    );
    await expect(work.backups.restore("second")).rejects.toMatchObject({
      code: "BACKUP_NOT_FOUND",
      data: { backup: "second", candidates: [backup.name] },
    });
    expect(await work.backups.list()).toHaveLength(1);
  });

  it("keeps a live file that is not JSON, and says where its bytes are instead of restoring it", async () => {
    const work = await makeWorkspace(null);
    await writeFile(work.kb, "{ broken");
    const { backup } = await work.backups.create();
    await writeFile(work.kb, firstKb);
    await expect(work.backups.restore(backup.name)).rejects.toMatchObject({
      code: "RESTORE_REFUSED",
      data: { reason: "not-json" },
      message: expect.stringContaining(join(backup.path, "knowledge-base.json")),
    });
    expect(await readFile(work.kb, "utf8")).toBe(firstKb);
    expect(await work.backups.interruptedRestore()).toBeNull();
  });

  it("shares the files that an earlier backup holds, and copies those that rotted there", async () => {
    const work = await makeWorkspace(null);
    const first = (await work.backups.create()).backup;
    const inode = async (path: string): Promise<number> => (await stat(path)).ino;
    const second = (await work.backups.create()).backup;
    expect(second.name).not.toBe(first.name);
    expect(await inode(join(second.path, "versions/store.json"))).toBe(
      await inode(join(first.path, "versions/store.json")),
    );
    const rotten = join(second.path, "versions/store.json");
    const bytes = await readFile(rotten);
    await writeFile(
      rotten,
      bytes.map((byte) => byte ^ 1),
    );
    const third = (await work.backups.create()).backup;
    expect(await readFile(join(third.path, "versions/store.json"))).toEqual(bytes);
    expect((await work.backups.verify(third.name, { deep: true })).problems).toEqual([]);
    expect((await work.backups.verify(first.name)).problems).toMatchObject([{ kind: "changed" }]);
  });

  it("finds each file that is missing, cut off or changed, and a damaged manifest", async () => {
    const work = await makeWorkspace(null);
    const { backup } = await work.backups.create();
    const names = (backup.manifest?.files ?? []).map(({ name }) => name);
    expect(names.length).toBeGreaterThan(3);
    for (const name of [...names, "manifest.json"]) {
      const path = join(backup.path, name);
      const bytes = await readFile(path);
      const verified = async (): Promise<unknown> => {
        const { ok, problems } = await work.backups.verify(backup.name);
        return { ok, problems: problems.map(({ file, kind }) => `${file} ${kind}`) };
      };
      await rename(path, `${path}.away`);
      expect(await verified()).toEqual({ ok: false, problems: [`${name} missing`] });
      await expect(work.backups.restore(backup.name)).rejects.toMatchObject({
        code: "BACKUP_DAMAGED",
        data: { file: name },
      });
      await rename(`${path}.away`, path);
      await truncate(path, bytes.length - 1);
      const cut = name === "manifest.json" ? "damaged" : "truncated";
      // The last byte of a manifest is a line end, which is no part of its seal.
      if (name !== "manifest.json")
        expect(await verified()).toEqual({ ok: false, problems: [`${name} ${cut}`] });
      const changed = Buffer.from(bytes);
      changed[10] = (changed[10] ?? 0) ^ 0x02;
      await writeFile(path, changed);
      const kind = name === "manifest.json" ? "damaged" : "changed";
      expect(await verified()).toEqual({ ok: false, problems: [`${name} ${kind}`] });
      await writeFile(path, bytes);
      expect(await verified()).toEqual({ ok: true, problems: [] });
    }
  });

  it("counts as labelled when its marks are damaged, and keeps its label through a verification", async () => {
    const work = await makeWorkspace(null);
    const { backup } = await work.backups.create({ label: "release" });
    await work.backups.verify("release");
    expect((await work.backups.list())[0]?.label).toBe("release");
    expect((await work.backups.label("release", null)).label).toBeNull();
    await work.backups.label(backup.name, "again");
    await writeFile(join(backup.path, "marks.json"), "{");
    expect((await work.backups.list())[0]).toMatchObject({ label: "?", state: "sound" });
    await expect(work.backups.label(backup.name, "a..b")).rejects.toMatchObject({ code: "INVALID_TEXT" });
  });

  it("stays readable on a read-only folder, and a backup of a newer format is left alone", async () => {
    const work = await makeWorkspace(null);
    const { backup } = await work.backups.create();
    const path = join(backup.path, "manifest.json");
    await chmod(backup.path, 0o500);
    expect((await work.backups.verify(backup.name)).ok).toBe(true);
    await chmod(backup.path, 0o700);
    const { format: _, checksum: __, ...members } = JSON.parse(await readFile(path, "utf8"));
    await writeFile(path, seal(members, 2));
    expect((await work.backups.list())[0]).toMatchObject({ state: "too-new", manifest: null });
    await expect(work.backups.verify(backup.name)).rejects.toMatchObject({ code: "FORMAT_TOO_NEW" });
    await expect(work.backups.restore(backup.name)).rejects.toMatchObject({ code: "FORMAT_TOO_NEW" });
  });
});

describe("pruning backups", () => {
  it("keeps the newest 10 by default, whenever one is made", async () => {
    const work = await makeWorkspace(null);
    const first = (await work.backups.create()).backup.name;
    for (let made = 1; made < 10; made++) await work.backups.create();
    const { removed } = await work.backups.create();
    expect(removed).toEqual([first]);
    expect(await work.backups.list()).toHaveLength(10);
  });

  it("reads the newest one whole before others go, and tells the plan with a dry run", async () => {
    const work = await makeWorkspace(null);
    for (let made = 0; made < 3; made++) await work.backups.create();
    const [newest] = await work.backups.list();
    const file = join(newest?.path ?? "", "knowledge-base.json");
    const bytes = await readFile(file);
    await writeFile(
      file,
      bytes.map((byte) => byte ^ 1),
    );
    const plan = await work.backups.prune({ keep: 1, dryRun: true });
    expect(plan.decisions.map(({ remove }) => remove)).toEqual([false, false, true]);
    expect(await work.backups.list()).toHaveLength(3);
    expect((await work.backups.prune({ keep: 1 })).decisions).toEqual(plan.decisions);
    expect(await work.backups.list()).toHaveLength(2);
    await expect(work.backups.prune({ keep: 0 })).rejects.toSatisfy((error) =>
      isKbvaultError(error, "USAGE"),
    );
  });

  it("takes what an interrupted backup left away, and nothing else", async () => {
    const work = await makeWorkspace(null);
    await mkdir(join(work.folder, "backups", ".tmp-left"), { recursive: true });
    await mkdir(join(work.folder, "backups", "notes"));
    for (const name of [".tmp-old", ".tmp-waiting"])
      await writeFile(join(work.folder, "backups", name), "{}");
    await utimes(join(work.folder, "backups", ".tmp-old"), 1e9, 1e9);
    expect(await work.backups.list()).toEqual([]);
    const { backup } = await work.backups.create();
    expect((await readdir(join(work.folder, "backups"))).sort()).toEqual([
      ".gitignore",
      ".tmp-waiting",
      backup.name,
      "notes",
    ]);
  });
});
