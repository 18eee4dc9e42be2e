import { describe, expect, it } from "vitest";
import { MemoryStorage } from "../../../src/knowledge-base/storage/memory.ts";
import type { BlobStorage } from "../../../src/knowledge-base/storage/storage.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { copyOf, endingAfter } from "../ending-storage.ts";
import { LockedMemory } from "../locked-memory.ts";
import { blobsOf, expectWhole, kb, makeClones, makeSide, type Side } from "./make-side.ts";

const folder = useTemporaryFolder();

/** A side of the same person at another place. */
async function movedTo(side: Side, storage: BlobStorage): Promise<Side> {
  return makeSide(folder(), side.name, storage, 20);
}

const kinds: readonly (readonly [string, () => MemoryStorage])[] = [
  ["in a folder", () => new LockedMemory()],
  ["at a place that many write", () => new MemoryStorage()],
];

describe.each(kinds)("an exchange that is killed %s", (_, make) => {
  it("leaves a whole store after every write, and the next one ends where it would have ended", async () => {
    const [ana, luis] = await makeClones(folder(), [make(), make()]);
    await ana.save(kb("Dos"));
    await ana.label("known-good", "v2");
    await ana.save(kb("Tres"));
    await luis.save(kb("Zwei"));
    await luis.label("known-good", "v2");
    await luis.tag("v1", "luis");
    const whole = await movedTo(luis, await copyOf(luis.storage));
    await ana.push(whole, { labels: "theirs" });
    const wanted = await blobsOf(whole.storage);
    const labels = await whole.labels();
    // Of events that say how a conflict was resolved there may be two, with names of their own.
    const had = { ...(await blobsOf(ana.storage)), ...(await blobsOf(luis.storage)) };
    const known = (all: Record<string, string>): Record<string, string> =>
      Object.fromEntries(Object.entries(all).filter(([name]) => name in had));

    let steps = 0;
    for (let isKilled = true; isKilled; ) {
      steps += 1;
      const storage = await copyOf(luis.storage);
      isKilled = await ana.push(endingAfter(storage, steps), { labels: "theirs" }).then(
        () => false,
        (error: Error) => {
          expect(error.message, error.stack).toBe("killed");
          return true;
        },
      );
      const side = await movedTo(luis, storage);
      await expectWhole(side);
      await ana.push(side, { labels: "theirs" });
      await expectWhole(side);
      expect(known(await blobsOf(storage)), `step ${steps}`).toEqual(known(wanted));
      expect(await side.labels(), `step ${steps}`).toEqual(labels);
      expect(Object.keys(await side.descriptions())).toEqual(Object.keys(await whole.descriptions()));
    }
    // Two packs, two records, an event, and one that resolves.
    expect(steps).toBeGreaterThan(6);
  });

  it("goes on from what is there: what was sent is not sent again", async () => {
    const [ana] = await makeClones(folder(), [make(), make()]);
    await ana.save(kb("Dos"));
    await ana.save(kb("Tres"));
    const storage = make();
    await expect(ana.push(endingAfter(storage, 4))).rejects.toThrow("killed");
    const there = await storage.list("packs/");
    expect(there.length).toBeGreaterThan(0);
    const sent: string[] = [];
    const watched = new Proxy(storage, {
      get: (target, key) => {
        const member: unknown = Reflect.get(target, key);
        if (typeof member !== "function") return member;
        return (...args: unknown[]) => {
          if (key === "putIfAbsent") sent.push(String(args[0]));
          return Reflect.apply(member, target, args);
        };
      },
    });
    const { packs } = await ana.push(watched);
    expect(packs).toBe(3 - there.length);
    expect(sent.filter((name) => there.includes(name))).toEqual([]);
    expect(await blobsOf(storage)).toEqual(await blobsOf(ana.storage));
  });
});

describe("an exchange while others write", () => {
  it("loses nothing and takes nothing twice", async () => {
    const [ana, luis] = await makeClones(folder(), ["memory", "memory"]);
    const eva = await makeSide(folder(), "eva", luis.storage, 15);
    for (let turn = 0; turn < 4; turn++) {
      await ana.save(kb(`Ana ${turn}`));
      await ana.tag("latest", `ana-${turn}`);
      await Promise.all([
        ana.sync(luis),
        eva.save(kb(`Eva ${turn}`)),
        luis.label(`turn-${turn}`, "v1"),
        luis.save(kb(`Luis ${turn}`)),
      ]);
    }
    await ana.sync(luis);
    expect(await blobsOf(ana.storage)).toEqual(await blobsOf(luis.storage));
    expect(new Set(Object.values(await ana.descriptions()))).toEqual(
      new Set(["Saved by ana", "Saved by eva", "Saved by luis"]),
    );
    expect(Object.keys(await ana.labels())).toHaveLength(5);
    for (const side of [ana, luis]) await expectWhole(side);
  });

  it("two may push to one place at once", async () => {
    const [ana, luis] = await makeClones(folder(), ["folder", "folder"]);
    const team = await makeSide(folder(), "team", "memory", 16);
    await ana.push(team);
    for (let turn = 0; turn < 3; turn++) {
      await ana.save(kb(`Ana ${turn}`));
      await luis.save(kb(`Luis ${turn}`));
      await Promise.all([ana.push(team), luis.push(team)]);
    }
    await ana.pull(team);
    await luis.pull(team);
    expect(Object.keys(await team.descriptions())).toHaveLength(7);
    expect(await blobsOf(ana.storage)).toEqual(await blobsOf(luis.storage));
    await expectWhole(team);
  });
});
