import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type FilePort, nodeFiles } from "../../src/files/port.ts";
import {
  type Catalog,
  currentVersion,
  extendCatalog,
  highestSequence,
  latestSnapshot,
  openCatalog,
  saveCatalog,
  toVersion,
} from "../../src/knowledge-base/catalog.ts";
import { appendEvent, type JournalEvent } from "../../src/knowledge-base/journal.ts";
import type { JournalChange } from "../../src/knowledge-base/journal-change.ts";
import {
  decodeRecord,
  encodeRecord,
  recordName,
  type StoredRecord,
  type VersionRecord,
} from "../../src/knowledge-base/record.ts";
import { resolveRef } from "../../src/knowledge-base/refs.ts";
import { seal } from "../../src/knowledge-base/seal.ts";
import { FolderStorage } from "../../src/knowledge-base/storage/folder.ts";
import { MemoryStorage } from "../../src/knowledge-base/storage/memory.ts";
import type { BlobStorage } from "../../src/knowledge-base/storage/storage.ts";
import { createStore } from "../../src/knowledge-base/store.ts";
import { verifyStore } from "../../src/knowledge-base/verify.ts";
import type { Warning } from "../../src/knowledge-base/warning.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";
import { committerOf } from "./committer.ts";
import { makeAccess } from "./make-access.ts";
import { makeRecord } from "./make-record.ts";

const folder = useTemporaryFolder();
const fixtures = join(import.meta.dirname, "..", "fixtures", "format-1");
const now = new Date("2025-01-27T12:00:00Z");
const ids = ["v1_20250125_090000", "v2_20250126_101500", "v3_20250127_120000"] as const;
const [v1, v2, v3] = ids;

/** The real file system, with the names of the files that were opened for reading or writing in `opened`. */
function watchingPort(opened: string[]): FilePort {
  const open: FilePort["open"] = (path, flags, mode) => {
    opened.push(path.slice(folder().length + 1));
    return nodeFiles.open(path, flags, mode);
  };
  return { ...nodeFiles, open };
}

async function put(storage: BlobStorage, ...records: readonly VersionRecord[]): Promise<void> {
  for (const record of records) await storage.putIfAbsent(recordName(record.versionId), encodeRecord(record));
}

function stored(record: VersionRecord): StoredRecord {
  return decodeRecord(encodeRecord(record), recordName(record.versionId));
}

async function append(storage: BlobStorage, catalog: Catalog, change: JournalChange): Promise<JournalEvent> {
  return appendEvent(storage, committerOf(storage), catalog, { at: now, by: "Ana", change });
}

/** A store in the test's folder with three versions, a label and a catalog. */
async function makeStore(): Promise<FolderStorage> {
  const storage = new FolderStorage(folder());
  await createStore(storage, now);
  await put(storage, ...ids.map((id) => makeRecord(id)));
  const catalog = await openCatalog(storage);
  await append(storage, catalog, { op: "label", label: "good", versionId: v2, was: null });
  await openCatalog(storage);
  return storage;
}

async function openWithWarnings(storage: BlobStorage): Promise<{ catalog: Catalog; warnings: Warning[] }> {
  const warnings: Warning[] = [];
  const catalog = await openCatalog(storage, { onWarning: (warning) => warnings.push(warning) });
  return { catalog, warnings };
}

const versionIds = (catalog: Catalog): readonly string[] =>
  catalog.versions.map(({ versionId }) => versionId);

describe("openCatalog", () => {
  it("opens a store of format 1, with its catalog and without", async () => {
    await cp(fixtures, folder(), { recursive: true });
    const storage = new FolderStorage(folder());
    const cached = await openWithWarnings(storage);
    expect(await readFile(join(folder(), "catalog.json"))).toEqual(
      await readFile(join(fixtures, "catalog.json")),
    );
    await rm(join(folder(), "catalog.json"));
    const rebuilt = await openWithWarnings(storage);
    expect(rebuilt.catalog).toEqual(cached.catalog);
    expect([...cached.warnings, ...rebuilt.warnings]).toEqual([]);
    expect(rebuilt.catalog.versions.map((version) => toVersion(version, rebuilt.catalog))).toMatchObject([
      {
        versionId: v1,
        tags: ["baseline", "before-fibre"],
        labels: ["known-good"],
        kind: "snapshot",
        entryCount: 5,
      },
      { versionId: v2, tags: [], labels: [], kind: "safety", valid: false, entryCount: null, changes: null },
      {
        versionId: v3,
        tags: ["release", "reviewed"],
        labels: [],
        parent: v1,
        changes: { added: 1, removed: 0, modified: 1 },
      },
    ]);
    expect(rebuilt.catalog.lastWrite).toMatchObject({ versionId: v1, safetyVersion: v2 });
    expect(await readFile(join(folder(), "catalog.json"))).toEqual(
      await readFile(join(fixtures, "catalog.json")),
    );
  });

  it("reads no record and writes nothing when the cache knows all", async () => {
    await makeStore();
    const opened: string[] = [];
    const port = watchingPort(opened);
    await openCatalog(new FolderStorage(folder(), port), { port });
    expect(opened).toEqual(["catalog.json", "store.json"]);
  });

  it("reads only what is new", async () => {
    const storage = await makeStore();
    const before = await openCatalog(storage);
    await put(storage, makeRecord("v4_20250128_000000"));
    const event = await append(storage, before, { op: "tag", versionId: v1, tags: ["old"] });
    const opened: string[] = [];
    const port = watchingPort(opened);
    const catalog = await openCatalog(new FolderStorage(folder(), port), { port });
    expect(versionIds(catalog)).toEqual([...ids, "v4_20250128_000000"]);
    expect(opened.slice(0, 4)).toEqual(["catalog.json", "store.json", event.file, "v4_20250128_000000.json"]);
    expect(opened.filter((name) => name.startsWith("v"))).toHaveLength(1);
    expect(catalog.versions[0]?.tags).toEqual(["old"]);
  });

  it("orders versions by sequence, never by name or time", async () => {
    const storage = new MemoryStorage();
    const made = ["v10_20200101_000000", "v9_20990101_000000", "v2_20250101_000000"];
    await put(storage, ...made.map((id) => makeRecord(id)));
    expect(versionIds(await openCatalog(storage))).toEqual(made.toReversed());
  });

  it("gives the same catalog cached, extended and worked out anew", async () => {
    const storage = await makeStore();
    const before = await openCatalog(storage);
    const record = stored(makeRecord("v4_20250128_000000", { tags: ["b"], follows: before.heads }));
    await put(storage, record);
    const tagged = await append(storage, before, { op: "tag", versionId: record.versionId, tags: ["a"] });
    const extended = extendCatalog(before, { records: [record], events: [tagged] });
    await saveCatalog(storage, extended);
    const cached = await openCatalog(storage);
    await rm(join(folder(), "catalog.json"));
    const anew = await openCatalog(storage);
    expect(cached).toEqual(extended);
    expect(anew).toEqual(extended);
    expect(anew.versions.at(-1)?.tags).toEqual(["a", "b"]);
  });

  it.each<[string, (text: string) => string | Buffer, string]>([
    ["empty", () => "", "checksum"],
    ["no JSON", () => "nonsense", "checksum"],
    ["cut off", (text) => text.slice(0, -20), "checksum"],
    ["changed by hand", (text) => text.replace("Ana", "Eva"), "checksum"],
    [
      "full of merge-conflict markers",
      (text) => `<<<<<<< HEAD\n${text}=======\n${text}>>>>>>> other\n`,
      "merge-conflict",
    ],
    ["of a newer format", (text) => text.replace('"format":4', '"format":5'), "format 5"],
    ["of zeros", (text) => Buffer.alloc(text.length), "checksum"],
  ])("rebuilds a catalog that is %s, and says so", async (_, damage, reason) => {
    const storage = await makeStore();
    const path = join(folder(), "catalog.json");
    const text = await readFile(path, "utf8");
    await writeFile(path, damage(text));
    const { catalog, warnings } = await openWithWarnings(storage);
    expect(warnings).toMatchObject([
      { code: "CATALOG_REBUILT", data: { reason: expect.stringContaining(reason) } },
    ]);
    expect(versionIds(catalog)).toEqual(ids);
    expect([...catalog.labels.keys()]).toEqual(["good"]);
    expect(await readFile(path, "utf8")).toBe(text);
    expect((await openWithWarnings(storage)).warnings).toEqual([]);
  });

  it("leaves an event of a later kbvault out, says so every time, and still counts it as sound", async () => {
    const storage = await makeStore();
    const file = "journal/20250128T000000000Z_000002_abcdefgh.json";
    const members = { number: 2, at: now.toISOString(), by: "Ana", previous: null, op: "praise", of: v1 };
    await storage.putIfAbsent(file, seal(members));
    for (const _ of ["new", "cached"]) {
      const { catalog, warnings } = await openWithWarnings(storage);
      expect(warnings).toMatchObject([{ code: "EVENT_UNKNOWN", data: { file, op: "praise" } }]);
      expect(catalog.problems).toEqual([]);
      expect(catalog.lastEvent?.number).toBe(1);
    }
    const verified = await verifyStore(makeAccess({ kbPath: "kb.json", storage }), {});
    expect(verified.problems.filter((problem) => problem.file.startsWith("journal/"))).toEqual([]);
  });

  it("makes the catalog of an earlier kbvault anew, and keeps quiet about it", async () => {
    const storage = await makeStore();
    const path = join(folder(), "catalog.json");
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace('"format":4', '"format":1'));
    const { catalog, warnings } = await openWithWarnings(storage);
    expect(versionIds(catalog)).toEqual(ids);
    expect(warnings).toEqual([]);
    expect(await readFile(path, "utf8")).toBe(text);
  });

  it("finds every flipped bit in the catalog", async () => {
    const storage = await makeStore();
    const path = join(folder(), "catalog.json");
    const sound = await readFile(path);
    const expected = await openCatalog(storage);
    for (let at = 0; at < sound.byteLength; at += 7) {
      const flipped = Buffer.from(sound);
      flipped[at] = flipped[at]! ^ (1 << (at % 8));
      await writeFile(path, flipped);
      const { catalog, warnings } = await openWithWarnings(storage);
      expect(catalog).toEqual(expected);
      expect(warnings.map(({ code }) => code)).toEqual(["CATALOG_REBUILT"]);
    }
  });

  it("is rebuilt once where even an empty store has a damaged catalog", async () => {
    const storage = new FolderStorage(folder());
    await createStore(storage, now);
    await writeFile(join(folder(), "catalog.json"), "{");
    expect((await openWithWarnings(storage)).warnings).toHaveLength(1);
    expect((await openWithWarnings(storage)).warnings).toHaveLength(0);
  });

  it("says so when versions that it knew are gone", async () => {
    const storage = await makeStore();
    await storage.remove(recordName(v3));
    const { catalog, warnings } = await openWithWarnings(storage);
    expect(versionIds(catalog)).toEqual([v1, v2]);
    expect(warnings).toMatchObject([{ code: "CATALOG_REBUILT", message: expect.stringContaining(v3) }]);
  });

  it("opens on a disk that cannot be written, and keeps quiet about it", async () => {
    await makeStore();
    await rm(join(folder(), "catalog.json"));
    const refuse = (): Promise<never> => Promise.reject(Object.assign(new Error("EROFS"), { code: "EROFS" }));
    const port: FilePort = {
      ...nodeFiles,
      open: (path, flags, mode) =>
        flags === "r" || typeof flags === "number" ? nodeFiles.open(path, flags, mode) : refuse(),
      rename: refuse,
    };
    const warnings: Warning[] = [];
    const catalog = await openCatalog(new FolderStorage(folder(), port), {
      port,
      onWarning: (w) => warnings.push(w),
    });
    expect(versionIds(catalog)).toEqual(ids);
    expect(warnings).toEqual([]);
    expect(await readdir(folder())).not.toContain("catalog.json");
  });

  it("does without a catalog that cannot be read", async () => {
    const storage = await makeStore();
    await rm(join(folder(), "catalog.json"));
    await cp(fixtures, join(folder(), "catalog.json"), { recursive: true });
    const { catalog, warnings } = await openWithWarnings(storage);
    expect(versionIds(catalog)).toEqual(ids);
    expect(warnings).toMatchObject([{ code: "CATALOG_REBUILT", message: expect.stringContaining("EISDIR") }]);
  });

  it("leaves a damaged record out, names it, and takes it back when it is repaired", async () => {
    const storage = await makeStore();
    await rm(join(folder(), "catalog.json"));
    const path = join(folder(), recordName(v2));
    const sound = await readFile(path);
    await writeFile(path, sound.subarray(0, 100));
    const { catalog, warnings } = await openWithWarnings(storage);
    expect(versionIds(catalog)).toEqual([v1, v3]);
    expect(catalog.problems).toMatchObject([
      { file: recordName(v2), kind: "damaged", affectedVersions: [v2] },
    ]);
    expect(warnings).toMatchObject([{ code: "STORE_DAMAGED", data: { file: recordName(v2) } }]);
    expect((await openCatalog(storage)).problems).toEqual(catalog.problems);
    expect(() => resolveRef(catalog, "v2")).toThrow(expect.objectContaining({ code: "STORE_DAMAGED" }));
    await writeFile(path, sound);
    const repaired = await openCatalog(storage);
    expect(versionIds(repaired)).toEqual(ids);
    expect(repaired.problems).toEqual([]);
  });

  it("leaves a record out that the system refuses to read, and names it", async () => {
    await makeStore();
    await rm(join(folder(), "catalog.json"));
    const open: FilePort["open"] = (path, flags, mode) =>
      path.endsWith(recordName(v2))
        ? Promise.reject(Object.assign(new Error("EACCES"), { code: "EACCES" }))
        : nodeFiles.open(path, flags, mode);
    const catalog = await openCatalog(new FolderStorage(folder(), { ...nodeFiles, open }));
    expect(versionIds(catalog)).toEqual([v1, v3]);
    expect(catalog.problems).toMatchObject([
      { file: recordName(v2), kind: "unreadable", affectedVersions: [v2] },
    ]);
  });

  it("leaves a damaged event out and names it", async () => {
    const storage = await makeStore();
    const [name] = await storage.list("journal/");
    await writeFile(join(folder(), name ?? ""), "{}");
    await rm(join(folder(), "catalog.json"));
    const catalog = await openCatalog(storage);
    expect(catalog.labels.size).toBe(0);
    expect(catalog.problems).toMatchObject([{ file: name, kind: "damaged", affectedVersions: [] }]);
  });

  it("opens without a sound marker as long as there are versions", async () => {
    const storage = await makeStore();
    await writeFile(join(folder(), "store.json"), "{}");
    expect((await openCatalog(storage)).problems).toMatchObject([{ file: "store.json", kind: "damaged" }]);
    await rm(join(folder(), "store.json"));
    expect((await openCatalog(storage)).problems).toEqual([]);
  });

  it.each<[string, string]>([
    ["a record", recordName("v4_20250128_000000")],
    ["an event", "journal/20250128T000000000Z_000009_abcdefgh.json"],
  ])("refuses the whole store for %s of a newer format, and changes nothing", async (_, name) => {
    const storage = await makeStore();
    await storage.putIfAbsent(name, Buffer.from('{"format":3,"anything":true}'));
    const before = await snapshotOf(folder());
    await expect(openCatalog(storage)).rejects.toMatchObject({
      code: "FORMAT_TOO_NEW",
      data: { file: name },
    });
    expect(await snapshotOf(folder())).toEqual(before);
  });

  it("refuses a store whose marker is of a newer format though the cache is good", async () => {
    const storage = await makeStore();
    await writeFile(join(folder(), "store.json"), '{"format":2}');
    await expect(openCatalog(storage)).rejects.toMatchObject({ code: "FORMAT_TOO_NEW" });
  });

  it("refuses a folder that is no store, and leaves nothing there", async () => {
    await expect(openCatalog(new FolderStorage(folder()))).rejects.toMatchObject({ code: "STORE_NOT_FOUND" });
    await expect(openCatalog(new FolderStorage(join(folder(), "none")))).rejects.toMatchObject({
      code: "STORE_NOT_FOUND",
    });
    expect(await readdir(folder())).toEqual([]);
  });

  it("passes over files that are neither records nor events", async () => {
    const storage = await makeStore();
    for (const name of ["notes.json", "v1_20250125_090000.json.orig", "journal/README.md", "v9_1_1.json"]) {
      await storage.putIfAbsent(name, Buffer.from("x"));
    }
    const { catalog, warnings } = await openWithWarnings(storage);
    expect(versionIds(catalog)).toEqual(ids);
    expect([catalog.problems, warnings]).toEqual([[], []]);
  });

  it("merges two clones that both grew: every version and event of either is there", async () => {
    const storage = await makeStore();
    const mine = await openCatalog(storage);
    await append(storage, mine, { op: "label", label: "mine", versionId: v1, was: null });
    await append(storage, await openCatalog(storage), {
      op: "label",
      label: "late",
      versionId: v1,
      was: null,
    });
    await put(storage, makeRecord("v4_20250128_000000"));
    await openCatalog(storage);
    // What the other clone made after the same beginning, as git would bring it.
    const theirs = {
      ...(await append(new MemoryStorage(), mine, { op: "label", label: "late", versionId: v3, was: null })),
    };
    const { file, checksum: _, ...stored } = { ...theirs, at: "2025-01-26T00:00:00.000Z" };
    await storage.putIfAbsent(file, seal(stored));
    await put(storage, makeRecord("v4_20250128_111111"));

    const { catalog, warnings } = await openWithWarnings(storage);
    expect(versionIds(catalog)).toEqual([...ids, "v4_20250128_000000", "v4_20250128_111111"]);
    expect(warnings).toMatchObject([
      {
        code: "SEQUENCE_COLLISION",
        data: { sequence: 4, versionIds: ["v4_20250128_000000", "v4_20250128_111111"] },
      },
    ]);
    // Number 3 of this clone comes after number 2 of the other.
    expect(catalog.labels.get("late")?.versionId).toBe(v1);
    expect([...catalog.labels.keys()].sort()).toEqual(["good", "late", "mine"]);
    expect(await openCatalog(storage)).toEqual(catalog);
  });

  it("opens 2000 versions", async () => {
    const storage = new MemoryStorage();
    const made = Array.from({ length: 2000 }, (_, n) => makeRecord(`v${n + 1}_20250127_120000`));
    await put(storage, ...made);
    expect(versionIds(await openCatalog(storage))).toEqual(made.map(({ versionId }) => versionId));
  });
});

describe("what a catalog tells", () => {
  const open = async (...records: readonly VersionRecord[]): Promise<Catalog> => {
    const storage = new MemoryStorage();
    await createStore(storage, now);
    await put(storage, ...records);
    return openCatalog(storage);
  };
  const restored = (versionId: string, newestSequence: number): JournalEvent => ({
    op: "restore",
    versionId,
    path: "/kb.json",
    fromSha256: null,
    toSha256: "a".repeat(64),
    safetyVersion: null,
    newestSequence,
    undoes: null,
    number: 1,
    at: now.toISOString(),
    by: "Ana",
    previous: null,
    follows: null,
    file: "journal/x",
    checksum: "b".repeat(64),
  });

  it("has nothing to tell of an empty store", async () => {
    const catalog = await open();
    expect([latestSnapshot(catalog), currentVersion(catalog), highestSequence(catalog)]).toEqual([
      null,
      null,
      0,
    ]);
  });

  it("passes over safety versions for the latest snapshot, not for the highest sequence", async () => {
    const catalog = await open(makeRecord(v1), makeRecord(v2), makeRecord(v3, { kind: "safety" }));
    expect(latestSnapshot(catalog)?.versionId).toBe(v2);
    expect(highestSequence(catalog)).toBe(3);
  });

  it("takes the restored version for the current one until a newer snapshot is made", async () => {
    const catalog = await open(makeRecord(v1), makeRecord(v2), makeRecord(v3, { kind: "safety" }));
    expect(currentVersion(catalog)?.versionId).toBe(v2);
    const after = extendCatalog(catalog, { events: [restored(v1, 3)] });
    expect(currentVersion(after)?.versionId).toBe(v1);
    const newer = extendCatalog(after, { records: [stored(makeRecord("v4_20240101_000000"))] });
    expect(currentVersion(newer)?.versionId).toBe("v4_20240101_000000");
  });

  it("falls back to the latest snapshot when the restored version is gone", async () => {
    const catalog = extendCatalog(await open(makeRecord(v2)), { events: [restored(v1, 3)] });
    expect(currentVersion(catalog)?.versionId).toBe(v2);
  });

  it("counts the number of a damaged record as used", async () => {
    const storage = new MemoryStorage();
    await put(storage, makeRecord(v1));
    await storage.putIfAbsent(recordName(v3), Buffer.from("{}"));
    expect(highestSequence(await openCatalog(storage))).toBe(3);
  });

  it("lists the labels of a version sorted", async () => {
    const storage = new MemoryStorage();
    await put(storage, makeRecord(v1));
    let catalog = await openCatalog(storage);
    for (const label of ["b", "a", "c"]) {
      const event = await append(storage, catalog, { op: "label", label, versionId: v1, was: null });
      catalog = extendCatalog(catalog, { events: [event] });
    }
    expect(catalog.versions.map((version) => toVersion(version, catalog).labels)).toEqual([["a", "b", "c"]]);
  });
});

/** Names and contents of all files below a folder. */
async function snapshotOf(path: string): Promise<readonly (readonly [string, string])[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(files.sort().map(async (file) => [file, await readFile(file, "utf8")] as const));
}
