import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { pruneVersions } from "../../../src/knowledge-base/retention/prune.ts";
import { createVersion } from "../../../src/knowledge-base/snapshot.ts";
import { MemoryStorage } from "../../../src/knowledge-base/storage/memory.ts";
import { createStore } from "../../../src/knowledge-base/store.ts";
import { verifyStore } from "../../../src/knowledge-base/verify.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { copyOf, endingAfter } from "../ending-storage.ts";
import { LockedMemory } from "../locked-memory.ts";
import { makeAccess } from "../make-access.ts";
import { largeText } from "./large-text.ts";

const folder = useTemporaryFolder();

describe("a prune that is killed", () => {
  it.each([
    ["in a folder", new LockedMemory(), 2],
    // What is given up stays a day where others write, too.
    ["at a place that many write", new MemoryStorage(), 3],
  ])(
    "leaves a whole store %s after every step, and the next one ends where it would have ended",
    async (_, first, packs) => {
      const file = join(folder(), "kb.json");
      await createStore(first, new Date());
      for (const content of [largeText(1, 40), largeText(2, 39), largeText(3, 8)]) {
        await writeFile(file, content);
        const access = makeAccess({ kbPath: file, storage: first });
        await createVersion(access, { description: "Saved" }, "Ana");
      }
      const prune = async (storage: MemoryStorage, hours = 0): Promise<void> => {
        const clock = (): Date => new Date(Date.now() + hours * 3_600_000);
        const access = makeAccess({ kbPath: file, storage, clock });
        await pruneVersions(access, { keepLast: 1, grace: "0s" }, {}, "Ana");
      };
      /** The digits of compacted packs are random where others write. */
      const blobsOf = async (storage: MemoryStorage): Promise<readonly string[]> =>
        [...(await storage.list("")), ...(await storage.list("packs/"))].map((name) =>
          storage.isFolder ? name : name.replace(/\.[0-9a-f]{12}\./, ".*."),
        );
      const whole = await copyOf(first);
      await prune(whole);
      expect(await whole.list("packs/")).toHaveLength(packs);
      await prune(whole, 25);
      const wanted = await blobsOf(whole);

      let steps = 0;
      for (let isKilled = true; isKilled; ) {
        steps += 1;
        const storage = await copyOf(first);
        isKilled = await prune(endingAfter(storage, steps)).then(
          () => false,
          (error: Error) => {
            expect(error.message).toBe("killed");
            return true;
          },
        );
        const access = makeAccess({ kbPath: file, storage });
        expect(await verifyStore(access, { readData: true }), `step ${steps}`).toMatchObject({
          problems: [],
        });
        await prune(storage);
        if (storage.isFolder) expect(await blobsOf(storage), `step ${steps}`).toEqual(wanted);
        // What a killed writer left where others write stays for a day.
        await prune(storage, 25);
        expect(await blobsOf(storage), `step ${steps}`).toEqual(wanted);
      }
      // Two events, a record and two packs, the compacted one, its event, and the one that it stands for.
      expect(steps).toBeGreaterThan(6);
    },
  );
});
