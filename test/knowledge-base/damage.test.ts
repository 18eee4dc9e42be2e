import { readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isKbvaultError } from "../../src/errors.ts";
import { compareRefs } from "../../src/knowledge-base/compare-refs.ts";
import { readContent } from "../../src/knowledge-base/content-of-ref.ts";
import { setLabel } from "../../src/knowledge-base/labels.ts";
import { createVersion } from "../../src/knowledge-base/snapshot.ts";
import { MemoryStorage } from "../../src/knowledge-base/storage/memory.ts";
import type { BlobStorage } from "../../src/knowledge-base/storage/storage.ts";
import { createStore } from "../../src/knowledge-base/store.ts";
import { verifyStore } from "../../src/knowledge-base/verify.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";
import { makeAccess } from "./make-access.ts";
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

/** The blobs of a storage by name. */
async function blobsOf(storage: BlobStorage): Promise<ReadonlyMap<string, Buffer>> {
  const names = (await Promise.all(["", "packs/", "journal/"].map((prefix) => storage.list(prefix)))).flat();
  return new Map(
    await Promise.all(
      names.map(async (name) => [name, (await storage.get(name)) ?? Buffer.alloc(0)] as const),
    ),
  );
}

async function storageOf(blobs: Iterable<readonly [string, Buffer]>): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  for (const [name, bytes] of blobs) await storage.putIfAbsent(name, bytes);
  return storage;
}

/** What `work` gives, or the code of its error. */
async function outcomeOf<Value>(work: () => Promise<Value>): Promise<Value | string> {
  try {
    return await work();
  } catch (error) {
    if (isKbvaultError(error)) return error.code;
    throw error;
  }
}

describe("a byte of a store that changes", () => {
  it("gives an error or nothing, and is named by verification, wherever it is", async () => {
    const storage = new MemoryStorage();
    const kbPath = join(folder(), "kb.json");
    const sound = makeAccess({ kbPath, storage });
    await createStore(storage, new Date());
    for (const text of [one, two]) {
      await writeFile(kbPath, text);
      await createVersion(sound, { description: "x" }, "test");
    }
    await setLabel(sound, "known-good", "v1", "test");
    const blobs = await blobsOf(storage);
    const comparison = await compareRefs(sound, "v1", "v2");
    const isError = expect.stringMatching(/^(STORE_DAMAGED|FORMAT_TOO_NEW|REF_NOT_FOUND)$/);
    let named = 0;
    let tried = 0;
    for (const [name, bytes] of blobs) {
      // Every third byte: the store has some thousands.
      for (let at = 0; at < bytes.length; at += 3) {
        const rotten = Buffer.from(bytes);
        rotten[at]! ^= 1 << (at % 8);
        const storage = await storageOf(new Map(blobs).set(name, rotten));
        const access = makeAccess({ kbPath, storage });
        const where = `byte ${at} of ${name}`;
        expect([one, isError], where).toContainEqual(
          await outcomeOf(async () => String(await readContent(access, "v1"))),
        );
        expect([two, isError], where).toContainEqual(
          await outcomeOf(async () => String(await readContent(access, "v2"))),
        );
        expect([comparison, isError], where).toContainEqual(
          await outcomeOf(() => compareRefs(access, "v1", "v2")),
        );
        const verified = await outcomeOf(() => verifyStore(access, { readData: true }));
        tried++;
        if (typeof verified === "string") expect(verified, where).toBe("FORMAT_TOO_NEW");
        else if (!verified.ok)
          expect(
            verified.problems.map((problem) => problem.file),
            where,
          ).toContain(name);
        if (typeof verified === "string" || !verified.ok) named++;
      }
    }
    // White space of the JSON files may change without harm: seals are over their content.
    expect(named).toBeGreaterThan(tried * 0.85);
  });
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
