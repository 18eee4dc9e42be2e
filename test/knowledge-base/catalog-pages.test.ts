import { readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type FilePort, nodeFiles } from "../../src/files/port.ts";
import { type Catalog, openCatalog } from "../../src/knowledge-base/catalog.ts";
import { encodeRecord, recordName } from "../../src/knowledge-base/record.ts";
import { FolderStorage } from "../../src/knowledge-base/storage/folder.ts";
import { createStore } from "../../src/knowledge-base/store.ts";
import { pageLength } from "../../src/knowledge-base/version-page.ts";
import type { Warning } from "../../src/knowledge-base/warning.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";
import { makeRecord } from "./make-record.ts";

const folder = useTemporaryFolder();
const now = new Date("2025-01-27T12:00:00Z");
const idOf = (sequence: number): string => `v${sequence}_20250127_120000`;
const pagesFolder = (): string => join(folder(), ".cache", "catalog");

/** Adds records from number `first` to number `last`, without the waiting of durable writing. */
async function addRecords(first: number, last: number): Promise<void> {
  for (let sequence = first; sequence <= last; sequence++) {
    const name = recordName(idOf(sequence));
    await writeFile(join(folder(), name), encodeRecord(makeRecord(idOf(sequence))));
  }
}

/** A store with two full pages and three versions more, and its catalog. */
async function makeStore(): Promise<FolderStorage> {
  const storage = new FolderStorage(folder());
  await createStore(storage, now);
  await addRecords(1, 2 * pageLength + 3);
  await openCatalog(storage);
  return storage;
}

async function open(
  storage: FolderStorage,
  port?: FilePort,
): Promise<{ catalog: Catalog; warnings: Warning[] }> {
  const warnings: Warning[] = [];
  const onWarning = (warning: Warning): unknown => warnings.push(warning);
  return {
    catalog: await openCatalog(storage, { onWarning, ...(port === undefined ? {} : { port }) }),
    warnings,
  };
}

/** The real file system, with the names of the files that were opened in `opened`. */
function watchingPort(opened: string[]): FilePort {
  return {
    ...nodeFiles,
    open: (path, flags, mode) => {
      opened.push(path.slice(folder().length + 1));
      return nodeFiles.open(path, flags, mode);
    },
  };
}

describe("the pages of the catalog", () => {
  it("are written once: a version more writes the small file alone, and reads one record", async () => {
    await makeStore();
    const before = await readdir(pagesFolder());
    expect(before).toHaveLength(2);
    await addRecords(2 * pageLength + 4, 2 * pageLength + 4);
    const opened: string[] = [];
    const port = watchingPort(opened);
    const { catalog, warnings } = await open(new FolderStorage(folder(), port), port);
    expect(catalog.lookup.newest(() => true)?.sequence).toBe(2 * pageLength + 4);
    expect(opened.filter((path) => /^v\d/.test(path))).toEqual([recordName(idOf(2 * pageLength + 4))]);
    expect(opened.filter((path) => path.startsWith(".tmp-") || path.includes("/.tmp-"))).toHaveLength(1);
    expect(await readdir(pagesFolder())).toEqual(before);
    expect(warnings).toEqual([]);
    const { versions } = JSON.parse(await readFile(join(folder(), "catalog.json"), "utf8")) as {
      versions: unknown[];
    };
    expect(versions).toHaveLength(4);
  });

  it("give the same catalog as all records", async () => {
    const storage = await makeStore();
    const cached = await openCatalog(storage);
    await rm(join(folder(), "catalog.json"));
    const anew = await openCatalog(storage);
    expect(anew).toEqual(cached);
    expect(anew.versions).toEqual(cached.versions);
    expect(anew.versions.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 2 * pageLength + 3 }, (_, index) => index + 1),
    );
  });

  it("that are damaged are made anew, and it is said", async () => {
    const storage = await makeStore();
    const [name = ""] = await readdir(pagesFolder());
    const sound = await readFile(join(pagesFolder(), name));
    for (const bytes of [
      Buffer.alloc(0),
      sound.subarray(1),
      Buffer.from(sound.toString("latin1").replace("Ana", "Eva"), "latin1"),
    ]) {
      await writeFile(join(pagesFolder(), name), bytes);
      const { catalog, warnings } = await open(storage);
      expect(catalog.lookup.find(idOf(1))?.author).toBe("Ana López");
      expect(catalog.versions).toHaveLength(2 * pageLength + 3);
      expect(warnings).toMatchObject([
        { code: "CATALOG_REBUILT", data: { reason: expect.stringContaining("name") } },
      ]);
      expect(await readFile(join(pagesFolder(), name))).toEqual(sound);
      expect((await open(storage)).warnings).toEqual([]);
    }
  });

  it("that were deleted are made anew without a word", async () => {
    const storage = await makeStore();
    await rm(join(folder(), ".cache"), { recursive: true });
    const { catalog, warnings } = await open(storage);
    expect(catalog.versions).toHaveLength(2 * pageLength + 3);
    expect(warnings).toEqual([]);
    expect(await readdir(pagesFolder())).toHaveLength(2);
  });

  it("do not hide that a version of long ago is gone", async () => {
    const storage = await makeStore();
    await storage.remove(recordName(idOf(5)));
    const { catalog, warnings } = await open(storage);
    expect(catalog.lookup.find(idOf(5))).toBeUndefined();
    expect(catalog.versions).toHaveLength(2 * pageLength + 2);
    expect(warnings).toMatchObject([{ code: "CATALOG_REBUILT", message: expect.stringContaining(idOf(5)) }]);
  });

  it("take up a version that came in between, as by a merge of two clones", async () => {
    const storage = await makeStore();
    const other = "v5_20250128_000000";
    await writeFile(join(folder(), recordName(other)), encodeRecord(makeRecord(other)));
    const { catalog, warnings } = await open(storage);
    expect(catalog.lookup.withSequence(5).map(({ versionId }) => versionId)).toEqual([idOf(5), other]);
    expect(warnings).toMatchObject([{ code: "SEQUENCE_COLLISION", data: { versionIds: [idOf(5), other] } }]);
    expect((await open(storage)).warnings).toEqual([]);
  });

  it("that nothing means any more stay for a day, for those that still read an older catalog", async () => {
    const storage = await makeStore();
    const [kept = "", old = ""] = ["0", "1"].map((digit) => `${digit.repeat(64)}.page`);
    for (const name of [kept, old]) await writeFile(join(pagesFolder(), name), "x");
    const twoDaysAgo = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000);
    await utimes(join(pagesFolder(), old), twoDaysAgo, twoDaysAgo);
    await addRecords(2 * pageLength + 4, 3 * pageLength);
    await openCatalog(storage);
    const names = await readdir(pagesFolder());
    expect(names).toHaveLength(4);
    expect(names).toContain(kept);
    expect(names).not.toContain(old);
  });
});
