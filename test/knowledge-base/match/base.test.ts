import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Packs } from "../../../src/knowledge-base/content/packs.ts";
import { emptyBase, loadBase } from "../../../src/knowledge-base/match/base.ts";
import { createVersion } from "../../../src/knowledge-base/snapshot.ts";
import { FolderStorage } from "../../../src/knowledge-base/storage/folder.ts";
import { MemoryStorage } from "../../../src/knowledge-base/storage/memory.ts";
import { createStore } from "../../../src/knowledge-base/store.ts";
import { openStore, type StoreAccess } from "../../../src/knowledge-base/store-access.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { CountingStorage } from "../counting-storage.ts";
import { makeAccess } from "../make-access.ts";
import { type Model, randomEntry, randomFrom, randomModel, write } from "../random-documents.ts";

const folder = useTemporaryFolder();
const cache = (): string => join(folder(), "versions", ".cache");

const model: Model = randomModel(randomFrom(1), "collections", 250);
const edited: Model = { ...model, entries: model.entries.with(120, randomEntry(randomFrom(2), "p120")) };

/** A store with one version of `model`; the live file is `edited`. */
async function makeStore(): Promise<StoreAccess & { storage: CountingStorage }> {
  const storage = new CountingStorage(new FolderStorage(join(folder(), "versions")));
  await createStore(storage, new Date());
  const access = { ...makeAccess({ kbPath: join(folder(), "kb.json"), storage }), storage };
  await writeFile(access.kbPath, write(model));
  await createVersion(access, { description: "one" }, "test");
  await writeFile(access.kbPath, write(edited));
  return access;
}

async function theOnlyCache(): Promise<string> {
  const names = await readdir(cache());
  expect(names).toHaveLength(1);
  return join(cache(), names[0] ?? "");
}

describe("the cached blocks of the newest version", () => {
  it("are all that is kept, and give the blocks that reading the version gives", async () => {
    const access = await makeStore();
    const [{ versionId } = { versionId: "" }] = (await openStore(access)).catalog.versions;
    const cached = await loadBase(new Packs(access.storage), versionId);
    await rm(cache(), { recursive: true });
    const read = await loadBase(new Packs(access.storage), versionId);
    expect(cached.blocks.length).toBeGreaterThan(2);
    expect(read.blocks).toEqual(cached.blocks);
    await createVersion(access, { description: "two" }, "test");
    expect(await theOnlyCache()).toMatch(/v2_.*\.blocks$/);
  });

  it("spare the next snapshot from reading the version", async () => {
    const access = await makeStore();
    access.storage.bytesRead = 0;
    await createVersion(access, { description: "two" }, "test");
    const withCache = access.storage.bytesRead;
    await rm(cache(), { recursive: true });
    await writeFile(access.kbPath, write(model));
    access.storage.bytesRead = 0;
    await createVersion(access, { description: "three" }, "test");
    expect(withCache * 2).toBeLessThan(access.storage.bytesRead);
  });

  it.each<[string, (text: string, file: string) => Promise<unknown>]>([
    ["missing", (_, file) => rm(file)],
    ["empty", (_, file) => writeFile(file, "")],
    ["cut off", (text, file) => writeFile(file, text.slice(0, 500))],
    [
      "changed in one digest",
      (text, file) => writeFile(file, text.replace(/"([A-Za-z0-9+/]{43}=)"/, `"${"A".repeat(43)}="`)),
    ],
    [
      "those of another version",
      (text, file) => writeFile(file, text.replace(/"v1_\d+_\d+"/, '"v1_20200101_000000"')),
    ],
    ["a folder", async (_, file) => [await rm(file), await mkdir(file)]],
  ])("change nothing about the next version when they are %s", async (_, damage) => {
    const access = await makeStore();
    const file = await theOnlyCache();
    const before = await readFile(file, "utf8");
    await damage(before, file);
    const { version } = await createVersion(access, { description: "two" }, "test");
    expect(version.changes).toEqual({ added: 0, removed: 0, modified: 1 });
    const packs = new Packs(access.storage);
    const { record, content } = await packs.version(version.versionId);
    expect((await content.read(0, content.length)).equals(write(edited))).toBe(true);
    expect(record.pack.bytes).toBeLessThan(10_000);
  });

  it("cannot be kept without a folder, and are not missed", async () => {
    const storage = new MemoryStorage();
    await createStore(storage, new Date());
    const access = makeAccess({ kbPath: join(folder(), "kb.json"), storage });
    await writeFile(access.kbPath, write(model));
    await createVersion(access, { description: "one" }, "test");
    await writeFile(access.kbPath, write(edited));
    const { version } = await createVersion(access, { description: "two" }, "test");
    const { content } = await new Packs(storage).version(version.versionId);
    expect((await content.read(0, content.length)).equals(write(edited))).toBe(true);
  });
});

describe("an empty base", () => {
  it("has nothing to share", async () => {
    const base = emptyBase({ entries: ["/*"], idField: null });
    expect([base.blocks, base.entryCount, base.content.length]).toEqual([[], 0, 0]);
    expect(await base.content.read(0, 0)).toHaveLength(0);
  });
});
