import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EntryFinder } from "../../../src/knowledge-base/content/find-entry.ts";
import { Packs } from "../../../src/knowledge-base/content/packs.ts";
import { readEntry } from "../../../src/knowledge-base/content-of-ref.ts";
import { blame } from "../../../src/knowledge-base/history/blame.ts";
import { entryHistory } from "../../../src/knowledge-base/history/entry-history.ts";
import { searchHistory } from "../../../src/knowledge-base/history/search-history.ts";
import { idHash } from "../../../src/knowledge-base/pack/id-hash.ts";
import { packName } from "../../../src/knowledge-base/record.ts";
import { createVersion } from "../../../src/knowledge-base/snapshot.ts";
import { FolderStorage } from "../../../src/knowledge-base/storage/folder.ts";
import { createStore } from "../../../src/knowledge-base/store.ts";
import { openStore, type StoreAccess } from "../../../src/knowledge-base/store-access.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { CountingStorage } from "../counting-storage.ts";
import { makeAccess } from "../make-access.ts";
import { randomEntry, randomFrom } from "../random-documents.ts";

const folder = useTemporaryFolder();

interface Store extends StoreAccess {
  readonly storage: CountingStorage;
}

/** A store with a version for each document. */
async function storeOf(...documents: readonly unknown[]): Promise<Store> {
  const storage = new CountingStorage(new FolderStorage(join(folder(), "versions")));
  await createStore(storage, new Date());
  const access = { ...makeAccess({ kbPath: join(folder(), "kb.json"), storage }), storage };
  for (const document of documents) {
    await writeFile(access.kbPath, typeof document === "string" ? document : JSON.stringify(document));
    await createVersion(access, { description: "test" }, "test");
  }
  return access;
}

/** The text of an entry in each version. */
async function textsOf(access: Store, id: string): Promise<(string | null)[]> {
  const { catalog } = await openStore(access);
  const finder = new EntryFinder(new Packs(access.storage), id);
  return Promise.all(
    catalog.versions.map(async ({ versionId }) => (await finder.find(versionId))?.toString() ?? null),
  );
}

describe("an entry is found", () => {
  it("in every version that has it, as it was there", async () => {
    const access = await storeOf({ a: 1, b: "x" }, { b: "x", a: 2 }, { b: "x" }, { a: 1, b: "x" });
    expect(await textsOf(access, "a")).toEqual(["1", "2", null, "1"]);
    expect(await textsOf(access, "b")).toEqual(['"x"', '"x"', '"x"', '"x"']);
    expect(await textsOf(access, "c")).toEqual([null, null, null, null]);
  });

  it("by its id field, and by the whole name in collections", async () => {
    const access = await storeOf({ problems: [{ id: "a/b", n: 1 }], articles: { a: { n: 2 } } });
    expect(await textsOf(access, "problems/a~1b")).toEqual(['{"id":"a/b","n":1}']);
    expect(await textsOf(access, "articles/a")).toEqual(['{"n":2}']);
    expect(await textsOf(access, "a")).toEqual([null]);
  });

  it("where it stands first, if its id occurs twice", async () => {
    const twice = '[{"id": "a", "n": 1}, {"id": "b"}, {"id": "a", "n": 2}]';
    const turned = '[{"id": "a", "n": 2}, {"id": "b"}, {"id": "a", "n": 1}]';
    expect(await textsOf(await storeOf(twice, turned), "a")).toEqual([
      '{"id": "a", "n": 1}',
      '{"id": "a", "n": 2}',
    ]);
  });

  it("also where another one has the same hash", async () => {
    const [one, other] = ["entry-539599", "entry-722382"] as const;
    const hashes = [one, other].map((id) => idHash({ pointer: "", kinds: "o" }, id));
    expect(hashes[0]).toBe(hashes[1]);
    const access = await storeOf({ [one]: 1, [other]: 2 }, { [other]: 2 });
    expect(await textsOf(access, one)).toEqual(["1", null]);
    expect(await textsOf(access, other)).toEqual(["2", "2"]);
  });

  it("where its bytes were stored by several versions", async () => {
    const text = randomEntry(randomFrom(1), "a").text.repeat(20);
    const documents = [text, `${text} more`, `first ${text} more`].map((value) => ({ a: { value }, b: 1 }));
    const access = await storeOf(...documents);
    expect(await textsOf(access, "a")).toEqual(documents.map(({ a }) => JSON.stringify(a)));
  });
});

describe("the history of an entry costs what changed, not what is stored", () => {
  /** Versions of the large store. */
  const VERSIONS = 8;

  /** What a version costs that is looked into: its record, run list, index, hashes and some members; small beside all entries. */
  const SMALL = VERSIONS * 12_000;

  /** A large knowledge base, in each of whose versions another entry changed; `p2` in the 3rd and 6th. */
  async function largeStore(): Promise<Store & { readonly bytesStored: number }> {
    const random = randomFrom(7);
    // Texts that do not compress, so that bytes read are bytes of entries.
    const text = (): string => Array.from({ length: 80 }, () => random().toString(36).slice(2)).join("");
    const texts = Array.from({ length: 1200 }, text);
    const documents = Array.from({ length: VERSIONS }, (_, version) => {
      if (version > 0) texts[version % 3] += ` changed in version ${version + 1}`;
      return Object.fromEntries(texts.map((entry, index) => [`p${index}`, { text: entry }]));
    });
    const access = await storeOf(...documents);
    const { catalog } = await openStore(access);
    const sizes = await Promise.all(
      catalog.versions.map(
        async ({ versionId }) => (await access.storage.stat(packName(versionId)))?.bytes ?? 0,
      ),
    );
    return { ...access, bytesStored: sizes.reduce((sum, bytes) => sum + bytes, 0) };
  }

  async function bytesReadBy(access: Store, work: () => Promise<unknown>): Promise<number> {
    const before = access.storage.bytesRead;
    await work();
    return access.storage.bytesRead - before;
  }

  it("so log, blame and show read a small part of the packs", async () => {
    const access = await largeStore();
    expect(access.bytesStored).toBeGreaterThan(4 * SMALL);
    const { events } = await entryHistory(access, "p2", { live: false });
    expect(events.map(({ version }) => version?.sequence)).toEqual([6, 3, 1]);
    const questions = [
      () => entryHistory(access, "p2", { live: false }),
      () => blame(access, "p2", { ref: "latest" }),
      () => readEntry(access, "latest", "p2"),
    ];
    for (const question of questions) expect(await bytesReadBy(access, question)).toBeLessThan(SMALL);
  });

  it("and a search through all versions reads little more than the first one", async () => {
    const access = await largeStore();
    const read = await bytesReadBy(access, async () => {
      const { spans } = await searchHistory(access, "changed in version \\d+", {});
      expect(spans).toHaveLength(VERSIONS - 1);
    });
    expect(read).toBeLessThan(access.bytesStored + SMALL);
  });
});
