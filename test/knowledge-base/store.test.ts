import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { encodeRecord, recordName } from "../../src/knowledge-base/record.ts";
import { openStorage } from "../../src/knowledge-base/storage/open.ts";
import { createStore, readMarker } from "../../src/knowledge-base/store.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";
import { makeRecord } from "./make-record.ts";

const folder = useTemporaryFolder();
const now = new Date("2025-01-27T12:00:00Z");

describe("createStore", () => {
  it("makes a folder a store that git keeps no caches of", async () => {
    const path = join(folder(), "deep", "versions");
    const marker = await createStore(openStorage(path), now);
    expect(marker).toMatchObject({
      createdAt: "2025-01-27T12:00:00.000Z",
      storeId: expect.stringMatching(/^[0-9a-z]{20}$/),
    });
    expect((await readdir(path)).sort()).toEqual([".gitignore", "store.json"]);
    expect(await readFile(join(path, ".gitignore"), "utf8")).toBe(
      "/catalog.json\n/.cache/\n/.lock*\n.tmp-*\n",
    );
    expect(await readMarker(openStorage(path), ["store.json"])).toEqual(marker);
  });

  it("refuses a folder that is a store, and changes nothing there", async () => {
    await createStore(openStorage(folder()), now);
    const before = await readFile(join(folder(), "store.json"), "utf8");
    await expect(createStore(openStorage(folder()), now)).rejects.toMatchObject({ code: "CONFIG_EXISTS" });
    expect(await readFile(join(folder(), "store.json"), "utf8")).toBe(before);
  });

  it("keeps a .gitignore that is there", async () => {
    await writeFile(join(folder(), ".gitignore"), "mine\n");
    await createStore(openStorage(folder()), now);
    expect(await readFile(join(folder(), ".gitignore"), "utf8")).toBe("mine\n");
  });

  it("works in memory", async () => {
    const storage = openStorage("memory:");
    const marker = await createStore(storage, now);
    expect(await readMarker(storage, await storage.list(""))).toEqual(marker);
  });
});

describe("readMarker", () => {
  const read = async (): ReturnType<typeof readMarker> => {
    const storage = openStorage(join(folder(), "store"));
    return readMarker(storage, await storage.list(""));
  };

  it.each(["a folder that does not exist", "an empty folder", "a folder of other files"])(
    "finds no store in %s",
    async (what) => {
      if (what !== "a folder that does not exist") await mkdir(join(folder(), "store"));
      if (what === "a folder of other files") await writeFile(join(folder(), "store", "notes.json"), "{}");
      await expect(read()).rejects.toMatchObject({
        code: "STORE_NOT_FOUND",
        data: { store: join(folder(), "store") },
      });
    },
  );

  it("is content with versions where the marker is missing", async () => {
    const record = makeRecord("v1_20250125_090000");
    await openStorage(join(folder(), "store")).putIfAbsent(
      recordName(record.versionId),
      encodeRecord(record),
    );
    expect(await read()).toBeNull();
  });

  it.each([
    ['{"format":2}', "FORMAT_TOO_NEW"],
    ["{}", "STORE_DAMAGED"],
    ["", "STORE_DAMAGED"],
  ])("refuses the marker %j with %s", async (content, code) => {
    await mkdir(join(folder(), "store"));
    await writeFile(join(folder(), "store", "store.json"), content);
    await expect(read()).rejects.toMatchObject({ code });
  });
});
