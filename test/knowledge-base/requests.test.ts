import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { listLabels, setLabel } from "../../src/knowledge-base/labels.ts";
import { createVersion } from "../../src/knowledge-base/snapshot.ts";
import { readStatus } from "../../src/knowledge-base/status.ts";
import { CachedStorage } from "../../src/knowledge-base/storage/cached.ts";
import { MemoryStorage } from "../../src/knowledge-base/storage/memory.ts";
import { createStore } from "../../src/knowledge-base/store.ts";
import { openStore, type StoreAccess } from "../../src/knowledge-base/store-access.ts";
import { StoreNews } from "../../src/knowledge-base/store-news.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";
import { CountingStorage } from "./counting-storage.ts";
import { makeAccess } from "./make-access.ts";

const folder = useTemporaryFolder();

type Work = (access: StoreAccess, edit: () => Promise<void>) => Promise<unknown>;

const save: Work = (access) => createVersion(access, { description: "x" }, "Ana");

/** What some commands do, with the most requests that they may cost where this machine knows all but what is new. */
const commands: readonly [name: string, most: number, work: Work][] = [
  ["log", 4, openStore],
  ["labels", 4, async (access) => listLabels((await openStore(access)).catalog)],
  ["status", 5, readStatus],
  ["label", 12, (access) => setLabel(access, "good", "latest", {}, "Ana")],
  ["label that stands there", 7, (access) => setLabel(access, "good", "latest", {}, "Ana")],
  ["snapshot", 16, async (access, edit) => save(access, await edit().then(() => edit))],
  ["snapshot of what is saved", 8, save],
];

describe("requests of a command on a store elsewhere", () => {
  it("are a constant number, however many versions there are", { timeout: 120_000 }, async () => {
    const place = new CountingStorage(new MemoryStorage());
    const kbPath = join(folder(), "kb.json");
    const storage = new CachedStorage(place, join(folder(), "cache"), { mostBytes: 1e9 });
    const access = makeAccess({ kbPath, storage });
    await createStore(storage, new Date());
    let number = 0;
    const edit = (): Promise<void> =>
      writeFile(kbPath, JSON.stringify({ a: { number: number++ }, b: { title: "The same" } }));
    const costs = new Map<string, number[]>();
    // From 100 turns on, each writer also forgets the oldest one.
    for (const versions of [5, 105, 150]) {
      while (number < versions) {
        await edit();
        await save(access, edit);
      }
      for (const [name, , work] of commands) {
        const before = place.requests;
        await work(access, edit);
        costs.set(name, [...(costs.get(name) ?? []), place.requests - before]);
      }
    }
    for (const [name, most] of commands) {
      const [few = 0, many = 0, more] = costs.get(name) ?? [];
      expect(more, `${name}: ${costs.get(name)}`).toBe(many);
      expect(many, name).toBeLessThanOrEqual(most);
      expect(many - few, name).toBeLessThanOrEqual(1);
    }
  });

  it("are one, to hear that nothing is new", async () => {
    const place = new CountingStorage(new MemoryStorage());
    const access = makeAccess({ kbPath: join(folder(), "kb.json"), storage: place });
    await writeFile(access.kbPath, "{}");
    await createStore(place, new Date());
    await createVersion(access, { description: "x" }, "Ana");
    const news = new StoreNews(place);
    const state = await news.state();
    const before = place.requests;
    expect(await news.state()).toBe(state);
    expect(place.requests - before).toBe(1);
    await setLabel(access, "good", "v1", {}, "Ana");
    expect(await news.state()).not.toBe(state);
  });
});
