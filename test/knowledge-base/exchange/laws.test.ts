import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openStore } from "../../../src/knowledge-base/store-access.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { LockedMemory } from "../locked-memory.ts";
import { blobsOf, expectWhole, makeClones, type Side } from "./make-side.ts";

const folder = useTemporaryFolder();

const entries = 20;

/** Twenty entries of 100 kB, of which `changed` have words of their own; the rest are those that everybody has. */
function kb(words: string, changed: readonly number[]): string {
  const members = Array.from({ length: entries }, (_, index) => {
    const seed = `${changed.includes(index) ? words : "all"} ${index}`;
    return [`p${index}`, createHash("shake256", { outputLength: 75_000 }).update(seed).digest("base64")];
  });
  return JSON.stringify(Object.fromEntries(members));
}

const someEntries = fc.oneof(
  fc.uniqueArray(fc.nat(entries - 1), { maxLength: 3 }),
  fc.constant(Array.from({ length: entries }, (_, index) => index)),
  fc.nat(entries - 1).map((from) => Array.from({ length: entries - from }, (_, index) => from + index)),
);

const deed = fc.oneof(
  { weight: 4, arbitrary: fc.record({ op: fc.constant("save" as const), changed: someEntries }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("restore" as const), back: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("label" as const), name: fc.constantFrom("a", "b") }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("describe" as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ op: fc.constant("prune" as const), keepLast: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ op: fc.constantFrom("sync" as const, "push" as const, "pull" as const) }),
  },
);

const deeds = fc.array(fc.record({ who: fc.constantFrom(0 as const, 1 as const), what: deed }), {
  minLength: 4,
  maxLength: 14,
});

/** The contents of the version that is `back` from the newest one, as `restore` would make them live. */
async function contentOf({ access }: Side, back: number): Promise<string> {
  const { assemble } = await import("../../../src/knowledge-base/content/assemble.ts");
  const { catalog, packs } = await openStore(access);
  const { versionId = "" } = catalog.versions.at(-1 - back) ?? catalog.versions[0] ?? {};
  return (await assemble(await packs.record(versionId), packs)).toString();
}

async function play(
  sides: readonly [Side, Side],
  steps: typeof deeds extends fc.Arbitrary<infer T> ? T : never,
) {
  for (const [number, { who, what }] of steps.entries()) {
    const [self, other] = who === 0 ? sides : [sides[1], sides[0]];
    switch (what.op) {
      case "save":
        await self.save(kb(`${self.name} ${number}`, what.changed));
        break;
      case "restore":
        await self.save(await contentOf(self, what.back));
        break;
      case "label":
        await self.label(what.name, "latest");
        break;
      case "describe":
        await self.describe("latest", `${self.name} ${number}`);
        break;
      case "prune":
        await self.prune({ keepLast: what.keepLast });
        break;
      default:
        await self[what.op](other, { labels: "ours" });
    }
    await expectWhole(self);
  }
}

describe("whatever two people did", () => {
  it("after a sync both stores have the same, all of it is whole, and there is nothing left to move", async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(deeds, async (steps) => {
        const sides = await makeClones(
          `${folder()}/${run++}`,
          [new LockedMemory(), new LockedMemory()],
          kb("first", []),
        );
        await play(sides, steps);
        const [ana, luis] = sides;
        await ana.sync(luis, { labels: "theirs" });
        for (const side of sides) await expectWhole(side);
        expect(await ana.sync(luis)).toMatchObject({ pull: { moved: false }, push: { moved: false } });
        expect(await luis.sync(ana)).toMatchObject({ pull: { moved: false }, push: { moved: false } });
        expect(await luis.descriptions()).toEqual(await ana.descriptions());
        expect(await luis.labels()).toEqual(await ana.labels());
        const journals = [await blobsOf(ana.storage), await blobsOf(luis.storage)].map((all) =>
          Object.keys(all).filter((name) => name.startsWith("journal/")),
        );
        expect(journals[1]).toEqual(journals[0]);
      }),
      { numRuns: 12 },
    );
  }, 240_000);
});
