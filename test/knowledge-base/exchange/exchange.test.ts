import { describe, expect, it } from "vitest";
import { createStore } from "../../../src/knowledge-base/store.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { blobsOf, expectWhole, kb, makeClones, makeSide, pairings } from "./make-side.ts";

const folder = useTemporaryFolder();

describe.each(pairings)("between %s and %s", (one, other) => {
  it("a push makes a store that has everything, and then there is nothing to move", async () => {
    const ana = await makeSide(folder(), "ana", one, 12);
    await createStore(ana.storage, new Date());
    await ana.save(kb("Uno"));
    await ana.save(kb("Dos"));
    await ana.label("known-good", "v1");
    const luis = await makeSide(folder(), "luis", other, 13);
    const dry = await ana.push(luis, { dryRun: true });
    expect(dry).toMatchObject({ moved: false, created: true, events: 1, packs: 2 });
    expect(await blobsOf(luis.storage)).toEqual({});

    const pushed = await ana.push(luis);
    expect(pushed).toMatchObject({ moved: true, created: true, events: 1, packs: 2, collisions: [] });
    expect([pushed.versions, pushed.bytes]).toEqual([dry.versions, dry.bytes]);
    const all = await blobsOf(ana.storage);
    expect(await blobsOf(luis.storage)).toMatchObject(all);
    await expectWhole(luis);
    for (const again of [await ana.push(luis), await ana.pull(luis), await luis.push(ana)])
      expect(again).toMatchObject({ moved: false, versions: [], events: 0, packs: 0 });
    expect(await blobsOf(ana.storage)).toEqual(all);
  });

  it("two stores that both grew are joined: every version, label and tag, and numbers that are shared are named", async () => {
    const [ana, luis] = await makeClones(folder(), [one, other]);
    const [second, third] = [await ana.save(kb("Dos")), await ana.save(kb("Tres"))];
    await ana.label("known-good", "v2");
    await ana.tag("v2", "ana");
    const zwei = await luis.save(kb("Zwei"));
    await luis.label("draft", "v2");
    await luis.tag("v1", "luis");

    const { pull, push } = await ana.sync(luis);
    const collisions = [{ sequence: 2, versionIds: [second.versionId, zwei.versionId] }];
    expect(pull).toMatchObject({ versions: [zwei.versionId], events: 2, collisions });
    expect(push).toMatchObject({ versions: [second.versionId, third.versionId], events: 2, collisions });
    const all = await blobsOf(ana.storage);
    expect(await blobsOf(luis.storage)).toEqual(all);
    for (const side of [ana, luis]) {
      expect(Object.keys(await side.descriptions())).toHaveLength(4);
      expect(await side.labels()).toEqual({ "known-good": second.versionId, draft: zwei.versionId });
      await expectWhole(side);
    }
    expect((await luis.save(kb("Vier"))).sequence).toBe(4);
  });

  it("the order in which two stores are joined does not matter", async () => {
    const joined: Record<string, string>[] = [];
    for (const turn of [0, 1]) {
      const place = `${folder()}/${turn}`;
      const [ana, luis] = await makeClones(place, [one, other]);
      await ana.save(kb("Dos"));
      await luis.save(kb("Zwei"));
      await luis.label("draft", "v1");
      await (turn === 0 ? ana.sync(luis) : luis.sync(ana));
      const all = await blobsOf(ana.storage);
      expect(await blobsOf(luis.storage)).toEqual(all);
      joined.push(all);
    }
    // Names of events and the id of the store are random.
    const versions = joined.map((all) => Object.keys(all).filter((name) => /^(?:packs\/)?v/.test(name)));
    expect(versions[0]).toHaveLength(6);
    expect(versions[1]).toEqual(versions[0]);
    expect(Object.keys(joined[0] ?? {})).toHaveLength(Object.keys(joined[1] ?? {}).length);
  });
});
