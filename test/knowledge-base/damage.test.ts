import { readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { useTemporaryFolder } from "../temporary-folder.ts";
import { makeVersioner, type Sandbox } from "./make-versioner.ts";

const folder = useTemporaryFolder();

const one = JSON.stringify({
  meta: { v: 1 },
  problems: [
    { id: "a", t: 1 },
    { id: "b", text: "x".repeat(200) },
  ],
});
const two = JSON.stringify({
  meta: { v: 2 },
  problems: [{ id: "a", t: 2 }, { id: "b", text: "x".repeat(200) }, { id: "c" }],
});

describe("a damaged newest version", () => {
  async function makeStore(): Promise<Sandbox & { readonly pack: string }> {
    const sandbox = await makeVersioner(folder());
    await sandbox.save(one);
    const { versionId } = await sandbox.save(two);
    return { ...sandbox, pack: join(sandbox.store, "packs", `${versionId}.pack`) };
  }
  const damages: readonly (readonly [string, (pack: string) => Promise<unknown>])[] = [
    ["missing", (pack) => rm(pack)],
    ["cut off", (pack) => truncate(pack, 100)],
    [
      "rotten in its data",
      async (pack) => writeFile(pack, Buffer.concat([Buffer.alloc(60), (await readFile(pack)).subarray(60)])),
    ],
  ];

  describe.each(damages)("whose pack is %s", (_, damage) => {
    it("does not stop the next snapshot, which then stands alone", async () => {
      const { versioner, save, pack, store, warnings } = await makeStore();
      await damage(pack);
      await rm(join(store, ".cache"), { recursive: true });
      const version = await save(two.replace('"c"', '"d"'));
      expect(version).toMatchObject({ sequence: 3, changes: null, entryCount: 3 });
      expect(warnings).toMatchObject([
        { code: "STORE_DAMAGED", data: { file: expect.stringContaining("v2_") } },
      ]);
      expect((await versioner.readContent("v3")).toString()).toBe(two.replace('"c"', '"d"'));
      expect((await versioner.verify({ readData: true })).problems).toMatchObject([
        { affectedVersions: [expect.stringMatching(/^v2_/)] },
      ]);
      expect((await versioner.compareVersions("v1", "v3")).added).toEqual(["d"]);
    });

    it("does not stop the restore of a sound one, which saves the live bytes first", async () => {
      const { versioner, write, pack, file } = await makeStore();
      const edited = two.replace('"c"', '"e"');
      await write(edited);
      await damage(pack);
      const { safetyVersion, plan } = await versioner.restoreVersion("v1");
      expect(plan).toMatchObject({ saves: "safety-version", changes: { removed: 1 } });
      expect(await readFile(file, "utf8")).toBe(one);
      expect((await versioner.readContent(safetyVersion?.versionId ?? "")).toString()).toBe(edited);
      await versioner.undo();
      expect(await readFile(file, "utf8")).toBe(edited);
    });

    it("cannot be restored, and the live file stays as it is", async () => {
      const { versioner, write, pack, file } = await makeStore();
      await write(one);
      await damage(pack);
      await expect(versioner.restoreVersion("v2")).rejects.toMatchObject({ code: "STORE_DAMAGED" });
      expect(await readFile(file, "utf8")).toBe(one);
    });

    it("does not stop status and comparisons without it", async () => {
      const { versioner, write, pack } = await makeStore();
      await write(two.replace('"c"', '"e"'));
      await damage(pack);
      const status = await versioner.status();
      expect(status).toMatchObject({
        live: { valid: true, entryCount: 3 },
        changed: true,
        current: { sequence: 2 },
      });
      expect((await versioner.compareVersions("v1", "live")).added).toEqual(["e"]);
      await expect(versioner.compareVersions("v2", "live")).rejects.toMatchObject({ code: "STORE_DAMAGED" });
    });
  });

  it.each(damages.slice(0, 2))(
    "is kept once more by a snapshot of its bytes when its pack is %s",
    async (_, damage) => {
      const { versioner, pack, warnings } = await makeStore();
      await damage(pack);
      const result = await versioner.createVersion({ description: "again" });
      expect(result).toMatchObject({ created: true, version: { sequence: 3 } });
      expect(warnings).toMatchObject([{ code: "STORE_DAMAGED" }]);
      expect((await versioner.readContent("v3")).toString()).toBe(two);
      expect(await versioner.createVersion({ description: "and again" })).toMatchObject({
        created: false,
        version: { sequence: 3 },
      });
    },
  );

  it.each(["snapshot", "restore"])(
    "that shares bytes with a missing pack is kept once more, by a %s",
    async (way) => {
      const entries = Array.from({ length: 100 }, (_, index) => ({
        id: `e${index}`,
        text: `${index} `.repeat(60),
      }));
      const edited = JSON.stringify(entries.with(50, { id: "e50", text: "new" }));
      const { versioner, save, store, file } = await makeVersioner(folder());
      await save(one);
      const { versionId } = await save(JSON.stringify(entries));
      await save(edited);
      await rm(join(store, "packs", `${versionId}.pack`));
      if (way === "snapshot") await versioner.createVersion({ description: "again" });
      else await versioner.restoreVersion("v1");
      expect((await versioner.readContent("v4")).toString()).toBe(edited);
      if (way === "restore") await versioner.undo();
      expect(await readFile(file, "utf8")).toBe(edited);
    },
  );

  it.each(damages.slice(0, 2))(
    "is not taken for a copy of the live bytes when its pack is %s",
    async (_, damage) => {
      const { versioner, pack, file } = await makeStore();
      await damage(pack);
      const { safetyVersion, plan } = await versioner.restoreVersion("v1");
      expect(plan.saves).toBe("safety-version");
      expect(safetyVersion).toMatchObject({ sequence: 3, kind: "safety" });
      expect(await readFile(file, "utf8")).toBe(one);
      await versioner.undo();
      expect(await readFile(file, "utf8")).toBe(two);
    },
  );
});
