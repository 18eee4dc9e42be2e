import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { pruneVersions } from "../../../src/knowledge-base/retention/prune.ts";
import { createVersion } from "../../../src/knowledge-base/snapshot.ts";
import { MemoryStorage } from "../../../src/knowledge-base/storage/memory.ts";
import { createStore } from "../../../src/knowledge-base/store.ts";
import type { StoreAccess } from "../../../src/knowledge-base/store-access.ts";
import { verifyStore } from "../../../src/knowledge-base/verify.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { makeAccess } from "../make-access.ts";
import { largeText } from "../retention/large-text.ts";
import { copyOf, watched } from "./counter.ts";

const folder = useTemporaryFolder();
const keepAll = { keepLast: 1000, grace: "0d" };
/** When what was just put is left over. */
const later = (): Date => new Date(Date.now() + 25 * 3_600_000);

async function keep(storage: MemoryStorage, words: string, clock?: () => Date): Promise<string> {
  const kbPath = join(folder(), `${words}.json`);
  writeFileSync(kbPath, JSON.stringify({ entry: { words } }));
  const access = makeAccess({ kbPath, storage, ...(clock === undefined ? {} : { clock }) });
  return (await createVersion(access, { description: words }, "Ana")).version.versionId;
}

async function storeWithOne(): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  await createStore(storage, new Date());
  await keep(storage, "first");
  return storage;
}

const pruning = (storage: MemoryStorage): StoreAccess =>
  makeAccess({ kbPath: join(folder(), "none.json"), storage, clock: later });

/** A writer that has put its pack and sleeps before it takes its turn; what wakes it, and its end. */
async function sleepingWriter(storage: MemoryStorage): Promise<{ wake: () => void; made: Promise<string> }> {
  let wake = (): void => {};
  const woken = new Promise<void>((resolve) => {
    wake = resolve;
  });
  let asleep = (): void => {};
  const isAsleep = new Promise<void>((resolve) => {
    asleep = resolve;
  });
  const own = watched(storage, async (_, key, [name]) => {
    if (key !== "putIfAbsent" || !String(name).startsWith("turns/")) return;
    asleep();
    await woken;
  });
  const made = keep(own, "slept");
  await isAsleep;
  return { wake, made };
}

async function expectWhole(storage: MemoryStorage, versionIds: readonly string[], at: string): Promise<void> {
  const access = makeAccess({ kbPath: join(folder(), "none.json"), storage });
  expect(await verifyStore(access, { readData: true }), at).toMatchObject({ problems: [], warnings: [] });
  const names = await storage.list("");
  for (const versionId of versionIds) expect(names, at).toContain(`${versionId}.json`);
}

describe("a writer that sleeps for a day with its pack put", () => {
  it("begins again where the pack was swept meanwhile", async () => {
    const storage = await storeWithOne();
    const { wake, made } = await sleepingWriter(storage);
    const { plan } = await pruneVersions(pruning(storage), keepAll, {}, "Ana");
    expect(plan.files.map(({ why }) => why)).toEqual(["unfinished"]);
    expect(await storage.list("packs/")).toHaveLength(1);
    wake();
    await expectWhole(storage, [await made], "swept");
    expect(await storage.list("packs/")).toHaveLength(2);
  });

  it("loses nothing where it wakes before any call of the prune that sweeps", async () => {
    const before = await storeWithOne();
    let calls = Number.POSITIVE_INFINITY;
    for (let at = 1; at <= calls; at++) {
      const storage = await copyOf(before);
      const { wake, made } = await sleepingWriter(storage);
      let seen = 0;
      const pruner = watched(storage, async (call) => {
        seen = call;
        if (call !== at) return;
        wake();
        await made;
      });
      await pruneVersions(pruning(pruner), keepAll, {}, "Ana");
      if (calls === Number.POSITIVE_INFINITY) calls = seen;
      wake();
      await expectWhole(storage, [await made], `before call ${at}`);
    }
    expect(calls).toBeGreaterThan(10);
  });
});

describe("two that compact one pack at once", () => {
  it("never take away what the other one put", async () => {
    const storage = new MemoryStorage();
    await createStore(storage, new Date());
    const kbPath = join(folder(), "kb.json");
    for (const content of [largeText(1, 40), largeText(2, 39), largeText(3, 8)]) {
      writeFileSync(kbPath, content);
      await createVersion(makeAccess({ kbPath, storage }), { description: "Kept" }, "Ana");
    }
    const access = makeAccess({ kbPath, storage });
    const last = { keepLast: 1, grace: "0d" };
    // The first one is killed with its compacted pack put; its leftover has another name than what the next one puts.
    const killed = watched(storage, async (_, key, [name]) => {
      const isAnswer = key === "get" && /\.[0-9a-f]{12}\.pack$/.test(String(name));
      if (isAnswer) throw new Error("killed");
    });
    await expect(pruneVersions({ ...access, storage: killed }, last, {}, "Ana")).rejects.toThrow("killed");
    const left = (await storage.list("packs/")).filter((name) => /\.[0-9a-f]{12}\.pack$/.test(name));
    expect(left).toHaveLength(1);
    // Two prunes, a day later: the one sweeps the leftover, and before each of its removals the other does everything.
    let isFirst = true;
    const slow = watched(storage, async (_, key, [name]) => {
      if (key !== "remove" || name !== left[0] || !isFirst) return;
      isFirst = false;
      await pruneVersions({ ...access, clock: later }, last, {}, "Ana");
    });
    await pruneVersions({ ...access, storage: slow, clock: later }, last, {}, "Ana");
    expect(isFirst).toBe(false);
    expect(await verifyStore(access, { readData: true })).toMatchObject({ problems: [] });
    expect(await storage.list("packs/")).not.toContain(left[0]);
  });
});
