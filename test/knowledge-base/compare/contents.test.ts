import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compareDocuments } from "../../../src/knowledge-base/compare/documents.ts";
import { compareRefs } from "../../../src/knowledge-base/compare-refs.ts";
import type { Comparison } from "../../../src/knowledge-base/comparison.ts";
import { createVersion } from "../../../src/knowledge-base/snapshot.ts";
import { FolderStorage } from "../../../src/knowledge-base/storage/folder.ts";
import { createStore } from "../../../src/knowledge-base/store.ts";
import type { StoreAccess } from "../../../src/knowledge-base/store-access.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { CountingStorage } from "../counting-storage.ts";
import { makeAccess } from "../make-access.ts";
import { randomEntry, randomFrom } from "../random-documents.ts";

const folder = useTemporaryFolder();

async function openStore(
  reading: StoreAccess["reading"] = {},
): Promise<StoreAccess & { storage: CountingStorage }> {
  const storage = new CountingStorage(new FolderStorage(join(folder(), "versions")));
  await createStore(storage, new Date());
  return { ...makeAccess({ kbPath: join(folder(), "kb.json"), storage, reading }), storage };
}

async function save(access: StoreAccess, document: unknown): Promise<Buffer> {
  const text = Buffer.from(typeof document === "string" ? document : JSON.stringify(document, null, 2));
  await writeFile(access.kbPath, text);
  await createVersion(access, { description: "test" }, "test");
  return text;
}

/** Stores both documents, compares the versions, and holds the result against that of the documents. */
async function compareStored(
  before: unknown,
  after: unknown,
  reading: StoreAccess["reading"] = {},
): Promise<Comparison> {
  const access = await openStore(reading);
  const texts = [await save(access, before), await save(access, after)] as const;
  const stored = await compareRefs(access, "v1", "v2");
  const { entries, idField } = reading;
  const options = {
    ...(entries && { entries }),
    ...(idField && { idField }),
    from: stored.from,
    to: stored.to,
  };
  expect(stored).toEqual(compareDocuments(...texts, options));
  return stored;
}

const random = randomFrom(3);
const entries = Array.from({ length: 400 }, (_, index) => randomEntry(random, `p${index}`));
const map = (list: readonly (typeof entries)[number][]): unknown =>
  Object.fromEntries(list.map(({ id, ...entry }) => [id, entry]));
const nothing = { added: [], removed: [], modified: [], reformatted: [], reordered: false, outside: [] };

describe("comparing stored versions", () => {
  it("finds an edited field", async () => {
    const edited = entries.with(200, { ...entries[200]!, title: "Another" });
    expect(await compareStored(map(entries), map(edited))).toMatchObject({
      ...nothing,
      modified: [{ id: "p200", changes: [{ path: "/title" }] }],
      unchangedCount: 399,
    });
  });

  it("calls shuffled entries reordered and nothing else", async () => {
    const shuffled = entries.toSorted(() => random() - 0.5);
    expect(await compareStored(map(entries), map(shuffled))).toMatchObject({
      ...nothing,
      reordered: true,
      unchangedCount: 400,
    });
  });

  it("sees what changed outside all entries, and only that", async () => {
    const document = (version: string): unknown => ({ meta: { version, tags: ["a"] }, problems: entries });
    expect(await compareStored(document("1"), document("2"))).toMatchObject({
      ...nothing,
      outside: [{ path: "/meta/version", kind: "changed", before: "1", after: "2" }],
      unchangedCount: 400,
    });
  });

  it("takes a removed last entry and an appended one for what they are, not their separators", async () => {
    expect(await compareStored(map(entries), map(entries.slice(0, -1)))).toMatchObject({
      ...nothing,
      removed: ["p399"],
    });
  });

  it("takes an appended entry for what it is", async () => {
    expect(await compareStored(map(entries.slice(0, -1)), map(entries))).toMatchObject({
      ...nothing,
      added: ["p399"],
    });
  });

  it("calls a document with other indentation reformatted", async () => {
    const ids = entries.map((entry) => entry.id);
    const comparison = await compareStored(
      JSON.stringify(map(entries)),
      JSON.stringify(map(entries), null, "\t"),
    );
    expect(comparison).toMatchObject({ ...nothing, reformatted: ids, unchangedCount: 0 });
  });

  it("counts repeated ids by occurrence, also when they only change places", async () => {
    const [one, other] = [
      { id: "twice", t: 1 },
      { id: "twice", t: 2 },
    ];
    expect(await compareStored([one, ...entries, other], [other, ...entries, one])).toMatchObject({
      modified: [{ id: "twice" }, { id: "twice#2" }],
      reordered: false,
    });
  });

  it("compares entries without an id", async () => {
    const list = entries.map(({ id: _, ...entry }) => entry);
    const comparison = await compareStored(list, [...list.slice(0, 5), { title: "new" }, ...list.slice(5)]);
    expect(comparison).toMatchObject({ ...nothing, added: ["#5+"], unchangedCount: 400 });
  });

  it("compares versions whose layouts differ by the newer one", async () => {
    const comparison = await compareStored(map(entries), { meta: { version: 1 }, problems: entries });
    expect(comparison.added).toHaveLength(400);
    expect(comparison.removed).toEqual([]);
  });

  it("sees collections that were empty before", async () => {
    const skeleton = { meta: { version: 1 }, problems: [] };
    expect((await compareStored(skeleton, { ...skeleton, problems: entries })).added).toHaveLength(400);
  });

  it("tells a list and a map under one repeated key apart", async () => {
    const document = (value: number): string => `{"a":[{"id":"x","v":${value}}],"a":{"k":1,"l":${value}}}`;
    const comparison = await compareStored(document(1), document(2), { entries: ["/*/*"] });
    expect(comparison.modified.map((entry) => entry.id)).toEqual(["a/x", "a/l"]);
  });

  it("follows a configured id field", async () => {
    const list = (t: number): unknown => [
      { code: "a", t },
      { code: "b", t: 0 },
    ];
    expect((await compareStored(list(1), list(2), { idField: "code" })).modified).toMatchObject([
      { id: "a" },
    ]);
  });

  it("compares in both directions, with itself, and with the live file", async () => {
    const access = await openStore();
    await save(access, map(entries));
    await save(access, map(entries.slice(1)));
    expect((await compareRefs(access, "v2", "v1")).added).toEqual(["p0"]);
    expect(await compareRefs(access, "v2", "v2")).toMatchObject({ ...nothing, unchangedCount: 399 });
    await writeFile(access.kbPath, JSON.stringify(map(entries.slice(2)), null, 2));
    expect((await compareRefs(access, "v1", "live")).removed).toEqual(["p0", "p1"]);
    expect((await compareRefs(access, "live", "v2")).added).toEqual(["p1"]);
    expect(await compareRefs(access, "live", "live")).toMatchObject({ ...nothing, unchangedCount: 398 });
  });
});

describe("what comparing reads", () => {
  it("is what differs, not the documents", async () => {
    const access = await openStore();
    const texts = Array.from({ length: 2500 }, (_, index) => randomEntry(randomFrom(index), `p${index}`));
    const large = texts.map((entry) => ({ ...entry, text: `${entry.text} ${entry.text}` }));
    const document = await save(access, map(large));
    expect(document.length).toBeGreaterThan(5_000_000);
    await save(access, map(large.with(1234, { ...large[1234]!, title: "Another title" })));
    access.storage.bytesRead = 0;
    expect((await compareRefs(access, "v1", "v2")).modified.map((entry) => entry.id)).toEqual(["p1234"]);
    expect(access.storage.bytesRead).toBeLessThan(300_000);
    expect(access.storage.bytesRead).toBeGreaterThan(0);
  });
});
