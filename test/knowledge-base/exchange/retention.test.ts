import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { openStore } from "../../../src/knowledge-base/store-access.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { LockedMemory } from "../locked-memory.ts";
import { blobsOf, expectWhole, kb, makeClones, type Side } from "./make-side.ts";

const folder = useTemporaryFolder();

const entries = 40;

/** Forty entries of 60 kB; those of `numbers` have the words of the first edition, the others those of `edition`. */
function large(edition: number, numbers: (index: number) => boolean): string {
  const members = Array.from({ length: entries }, (_, index) => {
    const seed = `${numbers(index) ? 1 : edition} ${index}`;
    return [`p${index}`, createHash("shake256", { outputLength: 45_000 }).update(seed).digest("base64")];
  });
  return JSON.stringify(Object.fromEntries(members));
}

const first = large(1, () => true);

/** The blob that holds the pack of the first version. */
async function packOfFirst({ access }: Side): Promise<string> {
  const { catalog, packs } = await openStore(access);
  const [versionId = ""] = [...[...catalog.state.versions].map((version) => version.versionId)].filter((id) =>
    id.startsWith("v1_"),
  );
  return (await packs.reader(versionId)).name;
}

/** Folders without a disk: what is given up there goes at once. */
const places = (): readonly [LockedMemory, LockedMemory] => [new LockedMemory(), new LockedMemory()];

async function expectJoined(...sides: readonly Side[]): Promise<void> {
  for (const side of sides) await expectWhole(side);
  const [one, other] = await Promise.all(sides.map((side) => side.descriptions()));
  expect(other).toEqual(one);
}

describe("where versions were given up", () => {
  it("they stay given up on the other side, and those that were made of them come with the bytes", async () => {
    const [ana, luis] = await makeClones(folder(), places());
    await ana.save(kb("Dos"));
    await ana.sync(luis);
    await ana.unlabel("known-good");
    // Nothing of the first version is left with Ana; Luis goes on from it.
    await ana.save(large(2, () => false));
    await ana.prune({ keepLast: 1 });
    expect(Object.keys(await blobsOf(ana.storage)).filter((name) => /v[12]_/.test(name))).toEqual([]);
    const third = await luis.save(kb("Drei"));
    await ana.sync(luis);
    await expectJoined(ana, luis);
    expect(Object.keys(await ana.descriptions())).toHaveLength(2);
    expect(Object.keys(await ana.descriptions())).toContain(third.versionId);
    expect(await ana.sync(luis)).toMatchObject({ pull: { moved: false }, push: { moved: false } });
    // Whoever prunes next finds that the bytes are needed.
    await ana.prune({ keepLast: 2 });
    await luis.prune({ keepLast: 2 });
    await expectJoined(ana, luis);
  });

  it("the whole pack comes where the target compacted it and the source needs other parts of it", async () => {
    const [ana, luis] = await makeClones(folder(), places(), first);
    await ana.unlabel("known-good");
    await ana.sync(luis);
    await ana.save(large(2, (index) => index < 8));
    await ana.prune({ keepLast: 1 });
    expect(await packOfFirst(ana)).toMatch(/\.[0-9a-f]{12}\.pack$/);
    const drei = await luis.save(large(3, (index) => index >= 32));
    await ana.pull(luis);
    expect(Object.keys(await ana.descriptions())).toContain(drei.versionId);
    expect(await packOfFirst(ana)).toMatch(/_\d{6}\.pack$/);
    await ana.push(luis);
    await expectJoined(ana, luis);
    expect(await ana.sync(luis)).toMatchObject({ pull: { moved: false }, push: { moved: false } });
  });

  it("what the target kept of a pack is enough where it has all that comes", async () => {
    const [ana, luis] = await makeClones(folder(), places(), first);
    await ana.unlabel("known-good");
    await ana.sync(luis);
    await ana.save(large(2, (index) => index < 8));
    await ana.prune({ keepLast: 1 });
    const compacted = await packOfFirst(ana);
    await luis.save(large(3, (index) => index < 6));
    await ana.sync(luis);
    expect(await packOfFirst(ana)).toBe(compacted);
    await expectJoined(ana, luis);
  });

  it.each(["ana", "luis"])(
    "both compacted the same pack to other parts, and %s brings them together",
    async (name) => {
      const [ana, luis] = await makeClones(folder(), places(), first);
      await ana.unlabel("known-good");
      await ana.sync(luis);
      await ana.save(large(2, (index) => index < 8));
      await ana.prune({ keepLast: 1 });
      await luis.save(large(3, (index) => index >= 32));
      await luis.prune({ keepLast: 1 });
      const compacted = [await packOfFirst(ana), await packOfFirst(luis)];
      expect(new Set(compacted).size).toBe(2);
      await (name === "ana" ? ana.sync(luis) : luis.sync(ana));
      await expectJoined(ana, luis);
      expect(Object.keys(await ana.descriptions())).toHaveLength(2);
      expect(await packOfFirst(luis)).toBe(await packOfFirst(ana));
      expect(compacted).not.toContain(await packOfFirst(ana));
      expect(await ana.sync(luis)).toMatchObject({ pull: { moved: false }, push: { moved: false } });
      expect(await luis.sync(ana)).toMatchObject({ pull: { moved: false }, push: { moved: false } });
      await ana.prune({ keepLast: 2 });
      await expectWhole(ana);
    },
  );

  it("the form of a pack that has all bytes of the other one takes its place", async () => {
    const [ana, luis] = await makeClones(folder(), places(), first);
    await ana.unlabel("known-good");
    await ana.sync(luis);
    await ana.save(large(2, (index) => index < 4));
    await ana.prune({ keepLast: 1 });
    await luis.save(large(3, (index) => index < 9));
    await luis.prune({ keepLast: 1 });
    const fuller = await packOfFirst(luis);
    await ana.sync(luis);
    expect([await packOfFirst(ana), await packOfFirst(luis)]).toEqual([fuller, fuller]);
    await expectJoined(ana, luis);
    expect(await luis.sync(ana)).toMatchObject({ pull: { moved: false }, push: { moved: false } });
  });

  it("what is only in the trash goes to the trash of the other side, and comes back there", async () => {
    const [ana, luis] = await makeClones(folder(), places());
    await ana.unlabel("known-good");
    await ana.save(kb("Dos"));
    const { pruneVersions } = await import("../../../src/knowledge-base/retention/prune.ts");
    await pruneVersions(ana.access, { keepLast: 1 }, {}, "ana");
    await ana.sync(luis);
    const { catalog } = await openStore(luis.access);
    expect(catalog.trash.map(({ version }) => version.sequence)).toEqual([1]);
    const { restoreFromTrash } = await import("../../../src/knowledge-base/retention/trash.ts");
    await restoreFromTrash(luis.access, ["v1"], "luis");
    await ana.sync(luis);
    await expectJoined(ana, luis);
    expect(Object.keys(await ana.descriptions())).toHaveLength(2);
  });
});

describe("versions that nobody has all bytes of", () => {
  it("stay where they are and are named; everything else is moved", async () => {
    const [ana, luis] = await makeClones(folder(), places());
    const dos = await ana.save(kb("Dos"));
    const other = await ana.save(large(2, () => false));
    await ana.label("draft", dos.versionId);
    await ana.storage.remove(`packs/${dos.versionId}.pack`);
    const result = await ana.push(luis);
    expect(result).toMatchObject({
      moved: true,
      versions: [other.versionId],
      events: 1,
      unmovable: [{ versionId: dos.versionId, missing: [dos.versionId] }],
    });
    expect(Object.keys(await luis.descriptions())).toContain(other.versionId);
    expect(await ana.push(luis)).toMatchObject({ moved: false, unmovable: [{ versionId: dos.versionId }] });
  });

  it("come where the other side has what is missing", async () => {
    const [ana, luis] = await makeClones(folder(), places());
    const dos = await ana.save(kb("Dos"));
    const [one = ""] = Object.keys(await luis.descriptions());
    await ana.storage.remove(`packs/${one}.pack`);
    const result = await ana.push(luis);
    expect(result).toMatchObject({ versions: [dos.versionId], unmovable: [] });
    await expectWhole(luis);
  });
});
