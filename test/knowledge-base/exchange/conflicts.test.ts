import { describe, expect, it } from "vitest";
import { compareEvents } from "../../../src/knowledge-base/journal.ts";
import { listEvents, readEvents } from "../../../src/knowledge-base/read-events.ts";
import { createStore } from "../../../src/knowledge-base/store.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { blobsOf, expectWhole, kb, makeClones, makeSide, pairings, type Side } from "./make-side.ts";

const folder = useTemporaryFolder();

async function lastEvent({ storage }: Side): Promise<unknown> {
  const { events } = await readEvents(storage, await listEvents(storage));
  return events.toSorted(compareEvents).at(-1);
}

describe.each(pairings)("between %s and %s", (one, other) => {
  it("a label that moved in both is a conflict with both values, until somebody chooses", async () => {
    const [ana, luis] = await makeClones(folder(), [one, other]);
    const dos = await ana.save(kb("Dos"));
    await ana.label("known-good", "v2");
    const zwei = await luis.save(kb("Zwei"));
    await luis.label("known-good", "v2");
    await luis.label("draft", "v2");
    const before = [await blobsOf(ana.storage), await blobsOf(luis.storage)];
    const labels = [
      {
        label: "known-good",
        ours: { versionId: dos.versionId, by: "ana", at: expect.stringMatching(/^2025-01-27T12:/) },
        theirs: { versionId: zwei.versionId, by: "luis", at: expect.stringMatching(/^2025-01-27T13:/) },
        kept: null,
      },
    ];
    for (const way of ["push", "pull", "sync"] as const)
      await expect(ana[way](luis)).rejects.toMatchObject({ code: "LABEL_CONFLICT", data: { labels } });
    expect(await ana.pull(luis, { dryRun: true })).toMatchObject({ moved: false, labels });
    expect([await blobsOf(ana.storage), await blobsOf(luis.storage)]).toEqual(before);

    const { pull, push } = await ana.sync(luis, { labels: "theirs" });
    expect([pull.labels, push.labels]).toEqual([[{ ...labels[0], kept: "theirs" }], []]);
    expect(await blobsOf(luis.storage)).toEqual(await blobsOf(ana.storage));
    expect(await lastEvent(luis)).toMatchObject({
      op: "label",
      label: "known-good",
      versionId: zwei.versionId,
      was: dos.versionId,
      by: "ana",
    });
    for (const side of [ana, luis]) {
      expect(await side.labels()).toEqual({ "known-good": zwei.versionId, draft: zwei.versionId });
      await expectWhole(side);
    }
    expect(await luis.sync(ana)).toMatchObject({ pull: { moved: false }, push: { moved: false } });
  });

  it("the value of whoever works can be kept, also in a push and also where the other one deleted the label", async () => {
    const [ana, luis] = await makeClones(folder(), [one, other]);
    await ana.save(kb("Dos"));
    await ana.label("known-good", "v2");
    await luis.unlabel("known-good");
    await expect(ana.push(luis)).rejects.toMatchObject({
      code: "LABEL_CONFLICT",
      message: expect.stringContaining("theirs deleted (luis,"),
    });
    await ana.push(luis, { labels: "ours" });
    expect(await luis.labels()).toEqual({ "known-good": expect.stringMatching(/^v2_/) });
    await ana.pull(luis);
    expect(await ana.labels()).toEqual(await luis.labels());

    await ana.label("known-good", "v1");
    await luis.unlabel("known-good");
    await ana.sync(luis, { labels: "theirs" });
    expect([await ana.labels(), await luis.labels()]).toEqual([{}, {}]);
  });

  it("a label that one side moved, or both to the same version, is none", async () => {
    const [ana, luis] = await makeClones(folder(), [one, other]);
    await ana.save(kb("Dos"));
    await ana.label("known-good", "v2");
    await ana.sync(luis);
    await ana.label("same", "v1");
    await luis.label("same", "v2");
    await luis.label("same", "v1");
    await luis.label("known-good", "v1");
    await ana.sync(luis);
    for (const side of [ana, luis])
      expect(await side.labels()).toEqual({
        "known-good": expect.stringMatching(/^v1_/),
        same: expect.stringMatching(/^v1_/),
      });
  });

  it("of descriptions that both changed the later event counts, and both are told", async () => {
    const [ana, luis] = await makeClones(folder(), [one, other]);
    await ana.describe("v1", "Ana says");
    await luis.describe("v1", "Luis says");
    await luis.describe("v1", "Luis says more");
    const { pull } = await ana.sync(luis);
    const [versionId = ""] = Object.keys(await ana.descriptions());
    const theirs = "Luis says more";
    expect(pull.descriptions).toEqual([{ versionId, ours: "Ana says", theirs, kept: theirs }]);
    for (const side of [ana, luis]) expect(await side.descriptions()).toEqual({ [versionId]: theirs });
  });

  it("two versions with one id are refused, and nothing is moved", async () => {
    const [ana, luis] = await makeClones(folder(), [one, other]);
    const twin = await makeSide(folder(), "luis", luis.storage, 12);
    await ana.save(kb("Dos"));
    for (let second = 0; second < 60; second++) twin.access.clock();
    const at = new Date(Date.UTC(2025, 0, 27, 12, 30));
    const sides = [ana, luis].map((side) => ({ ...side.access, clock: () => at }));
    const { createVersion } = await import("../../../src/knowledge-base/snapshot.ts");
    const { writeFile } = await import("node:fs/promises");
    await luis.save(kb("Zwei"));
    for (const [number, access] of sides.entries()) {
      await writeFile(access.kbPath, kb(`Tres ${number}`));
      await createVersion(access, { description: "At once" }, "cron");
    }
    const before = [await blobsOf(ana.storage), await blobsOf(luis.storage)];
    await expect(ana.sync(luis)).rejects.toMatchObject({
      code: "VERSION_CONFLICT",
      data: { versionIds: ["v3_20250127_123000"] },
    });
    expect([await blobsOf(ana.storage), await blobsOf(luis.storage)]).toEqual(before);
  });

  it("the store of another knowledge base is refused", async () => {
    const [ana] = await makeClones(folder(), [one, other]);
    const eva = await makeSide(folder(), "eva", other, 14);
    await createStore(eva.storage, new Date());
    await eva.save(kb("Uno"));
    for (const way of ["push", "pull", "sync"] as const)
      await expect(ana[way](eva)).rejects.toMatchObject({ code: "STORE_FOREIGN" });
    expect(Object.keys(await eva.descriptions())).toHaveLength(1);
  });
});

it("a store is not moved to itself, and there has to be one to pull from", async () => {
  const [ana] = await makeClones(folder(), ["folder", "folder"]);
  await expect(ana.push(ana)).rejects.toMatchObject({ code: "USAGE" });
  const empty = await makeSide(folder(), "nobody", "folder", 15);
  await expect(ana.pull(empty)).rejects.toMatchObject({ code: "STORE_NOT_FOUND" });
  await expect(empty.pull(ana)).rejects.toMatchObject({ code: "STORE_NOT_FOUND" });
});
