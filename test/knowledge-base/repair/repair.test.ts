import { createHash } from "node:crypto";
import { appendFile, cp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RepairStep, Version } from "../../../src/index.ts";
import { encodeMember, inflateMember, memberUnits } from "../../../src/knowledge-base/pack/gzip-member.ts";
import { decodePackIndex, encodePackIndex } from "../../../src/knowledge-base/pack/pack-index.ts";
import { decodeRecord, encodeRecord, type PackInfo } from "../../../src/knowledge-base/record.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { makeVersioner, type Sandbox } from "../make-versioner.ts";
import { randomEntry, randomFrom } from "../random-documents.ts";

const folder = useTemporaryFolder();

interface Store extends Sandbox {
  readonly versions: readonly Version[];
  readonly contents: readonly string[];
  pack(number: number): string;
  record(number: number): string;
  /** A copy of the store as it was before anything was damaged. */
  readonly copy: string;
}

/** v1, v2 that shares most of its bytes, v3 that shares none; a label; live holds v2 plus an entry. */
async function makeStore(): Promise<Store> {
  const sandbox = await makeVersioner(folder());
  const entries = Array.from({ length: 300 }, (_, index) => randomEntry(randomFrom(index), `p${index}`));
  const contents = [
    JSON.stringify(entries),
    JSON.stringify(entries.with(50, { ...entries[50]!, title: "Another" })),
    JSON.stringify({ other: { t: 1 }, another: { t: 2 } }),
  ];
  const versions: Version[] = [];
  for (const content of contents) versions.push(await sandbox.save(content));
  await sandbox.versioner.setLabel("known-good", "v1");
  const copy = join(folder(), "copy");
  await cp(sandbox.store, copy, { recursive: true });
  const idOf = (number: number): string => versions[number - 1]?.versionId ?? "";
  return {
    ...sandbox,
    contents,
    versions,
    copy,
    pack: (number) => join(sandbox.store, "packs", `${idOf(number)}.pack`),
    record: (number) => join(sandbox.store, `${idOf(number)}.json`),
  };
}

async function flip(file: string, place: number, by = 0xff): Promise<void> {
  const bytes = await readFile(file);
  bytes[place < 0 ? bytes.length + place : place]! ^= by;
  await writeFile(file, bytes);
}

/** Overwrites `length` bytes, as a bad sector does. */
async function blot(file: string, start: number, length: number): Promise<void> {
  const bytes = await readFile(file);
  await writeFile(file, bytes.fill(0xa5, start, start + length));
}

async function expectWhole(store: Store, repaired: readonly number[] = [1, 2, 3]): Promise<void> {
  expect((await store.versioner.verify({ readData: true })).problems).toEqual([]);
  for (const number of repaired)
    expect(String(await store.versioner.readContent(`v${number}`))).toBe(store.contents[number - 1]);
}

type Damage = (store: Store) => Promise<unknown>;
type Brief = readonly [action: RepairStep["action"], file: RegExp, exact: boolean];

describe("repairing", () => {
  it("does nothing to a sound store", async () => {
    const { versioner, store } = await makeStore();
    const before = await readdir(store, { recursive: true });
    expect(await versioner.repair()).toEqual({
      repaired: false,
      plan: { steps: [], lost: [], remaining: [] },
      quarantine: null,
    });
    expect(await readdir(store, { recursive: true })).toEqual(before);
  });

  it.each<readonly [string, Damage, Brief]>([
    ["a flipped bit of a record", (s) => flip(s.record(2), 300, 4), ["replace", /^v2_/, true]],
    ["a wrong byte of a record", (s) => flip(s.record(2), 300), ["replace", /^v2_/, false]],
    ["a rotten format number", (s) => flip(s.record(1), 14, 2), ["replace", /^v1_/, true]],
    [
      "a flipped bit of the marker",
      (s) => flip(join(s.store, "store.json"), 40, 1),
      ["replace", /^store/, true],
    ],
    ["a flipped bit of a small pack", (s) => flip(s.pack(2), 60, 1), ["replace", /^packs\/v2_/, true]],
    ["a wrong byte of a gzip header", (s) => flip(s.pack(3), 5), ["replace", /^packs\/v3_/, true]],
    ["a pack that has grown", (s) => appendFile(s.pack(2), "x"), ["replace", /^packs\/v2_/, true]],
    ["a record that is gone", (s) => rm(s.record(1)), ["create", /^v1_/, false]],
    ["the newest record that is gone", (s) => rm(s.record(3)), ["create", /^v3_/, false]],
    ["a record that is empty", (s) => truncate(s.record(3), 0), ["replace", /^v3_/, false]],
    ["a record in place of another", (s) => cp(s.record(1), s.record(2)), ["replace", /^v2_/, false]],
  ])("brings back %s without any help", async (_, damage, [action, file, exact]) => {
    const store = await makeStore();
    await damage(store);
    const dry = await store.versioner.repair({ dryRun: true });
    expect((await store.versioner.verify({ readData: true })).ok).toBe(false);
    const { plan, quarantine } = await store.versioner.repair();
    expect(plan).toEqual(dry.plan);
    expect(plan.steps).toMatchObject([{ action, file: expect.stringMatching(file), exact }]);
    expect(plan).toMatchObject({ lost: [], remaining: [] });
    await expectWhole(store);
    if (action === "create") expect(quarantine).toBeNull();
    else expect(await stat(join(store.store, quarantine ?? "", plan.steps[0]?.file ?? ""))).toBeDefined();
    expect((await store.versioner.repair()).repaired).toBe(false);
    const label = (await store.versioner.listLabels())[0];
    expect(label).toMatchObject({ name: "known-good", versionId: store.versions[0]?.versionId });
  });

  it.each<readonly [string, Damage, RegExp]>([
    ["a record that is gone", (s) => rm(s.record(1)), /^v1_/],
    ["a pack that is gone", (s) => rm(s.pack(1)), /^packs\/v1_/],
    ["a pack that is cut off", (s) => truncate(s.pack(1), 1000), /^packs\/v1_/],
    ["a pack with a bad sector", (s) => blot(s.pack(1), 600, 4096), /^packs\/v1_/],
    ["a pack in place of another", (s) => cp(s.pack(3), s.pack(2)), /^packs\/v2_/],
    ["an empty event", async (s) => truncate(await eventOf(s), 0), /^journal\//],
    ["an empty marker", (s) => truncate(join(s.store, "store.json"), 0), /^store\.json/],
  ])("takes %s from a copy, byte for byte", async (_, damage, file) => {
    const store = await makeStore();
    await damage(store);
    const { plan } = await store.versioner.repair({ from: [store.copy] });
    expect(plan.steps).toMatchObject([{ file: expect.stringMatching(file), exact: true }]);
    expect(plan.steps[0]?.how).toContain(store.copy);
    await expectWhole(store);
    const repaired = join(store.store, plan.steps[0]?.file ?? "");
    expect(await readFile(repaired)).toEqual(await readFile(join(store.copy, plan.steps[0]?.file ?? "")));
  });

  it.each<readonly [string, Damage]>([
    ["a bad sector", (s) => blot(s.pack(1), 600, 4096)],
    ["bad headers of its members", (s) => blot(s.pack(1), 0, 20)],
    ["a missing pack", (s) => rm(s.pack(1))],
    ["a pack that is all zeros", async (s) => blot(s.pack(1), 0, (await stat(s.pack(1))).size)],
  ])("makes a pack with %s anew of the live file, where that holds the version", async (_, damage) => {
    const store = await makeStore();
    const pack = await readFile(store.pack(1));
    await store.write(store.contents[0]!);
    await damage(store);
    const { plan } = await store.versioner.repair();
    expect(plan.steps).toMatchObject([{ exact: true, how: expect.stringContaining(store.file) }]);
    expect(await readFile(store.pack(1))).toEqual(pack);
    await expectWhole(store);
  });

  it("takes bytes of one version from the live file that holds another", async () => {
    const store = await makeStore();
    const entries = JSON.parse(store.contents[0] ?? "") as readonly object[];
    await store.write(store.contents[1]!);
    // Entry 50 changed in v2: what stands before it is in both.
    await blot(store.pack(1), 300, 200);
    const { plan } = await store.versioner.repair();
    expect(entries.length).toBe(300);
    expect(plan.steps).toMatchObject([{ exact: true, how: `the bytes of ${store.file}` }]);
    await expectWhole(store);
  });

  it("brings back every version that needs none of the bytes that are found nowhere", async () => {
    const { versioner, store, save } = await makeVersioner(folder());
    const entries = Array.from({ length: 20 }, (_, index) => randomEntry(randomFrom(index), `p${index}`));
    const [one, two] = [entries, entries.with(5, { ...entries[5]!, title: "Nobody else has this" })];
    const first = await save(JSON.stringify(two));
    await save(JSON.stringify(one));
    const copy = join(folder(), "copy");
    await cp(store, copy, { recursive: true });
    const pack = join(store, "packs", `${first.versionId}.pack`);
    await blot(pack, Math.floor((await stat(pack)).size / 4), 400);
    const affected = async (): Promise<readonly string[]> =>
      (await versioner.verify({ readData: true })).problems.flatMap(
        ({ affectedVersions }) => affectedVersions,
      );
    expect(await affected()).toHaveLength(2);

    const { plan } = await versioner.repair();
    expect(plan.lost.map(({ versionId }) => versionId)).toEqual([first.versionId]);
    expect(plan.steps.map(({ how }) => how).join()).toMatch(/\d+ bytes are found nowhere and are left out/);
    expect(String(await versioner.readContent("v2"))).toBe(JSON.stringify(one));
    await expect(versioner.readContent("v1")).rejects.toMatchObject({ code: "STORE_DAMAGED" });
    expect(await affected()).toEqual([first.versionId]);
    expect(await versioner.repair()).toMatchObject({ repaired: false, plan: { steps: [] } });

    await versioner.repair({ from: [copy] });
    expect(await affected()).toEqual([]);
    expect(String(await versioner.readContent("v1"))).toBe(JSON.stringify(two));
  });

  it("brings back the newest record where only the catalog tells of it", async () => {
    const { versioner, store, save } = await makeVersioner(folder());
    await save('{"a":{"t":1}}');
    const { versionId } = await save('{"a":{"t":2}}');
    await rm(join(store, `${versionId}.json`));
    for (const _ of ["once", "twice"])
      expect((await versioner.verify()).problems).toMatchObject([
        { file: `${versionId}.json`, kind: "missing" },
      ]);
    const { plan } = await versioner.repair();
    expect(plan.steps).toMatchObject([{ action: "create", how: "its pack and the catalog" }]);
    expect(await versioner.getVersion("latest")).toMatchObject({ versionId, author: "Ana López" });
    expect((await versioner.verify({ readData: true })).problems).toEqual([]);
  });

  it("repairs damage at several places at once", async () => {
    const store = await makeStore();
    await store.write(store.contents[2]!);
    const { size } = await stat(store.pack(3));
    await blot(store.pack(3), size - 150, 150);
    await rm(store.record(2));
    const { plan } = await store.versioner.repair();
    expect(plan.steps.map(({ action }) => action)).toEqual(["create", "replace"]);
    expect(plan.lost).toEqual([]);
    await expectWhole(store);
  });

  it("keeps what comes back otherwise than it was beside it, under a name of its own", async () => {
    const sandbox = await makeVersioner(folder());
    const content = JSON.stringify(
      Array.from({ length: 300 }, (_, at) => randomEntry(randomFrom(at), `p${at}`)),
    );
    const { versionId } = await sandbox.save(content);
    await compressOtherwise(sandbox.store, versionId);
    const pack = join(sandbox.store, "packs", `${versionId}.pack`);
    expect((await sandbox.versioner.verify({ readData: true })).problems).toEqual([]);
    await blot(pack, 300, 1000);
    const { plan, quarantine } = await sandbox.versioner.repair();
    expect(plan).toMatchObject({
      steps: [
        { action: "create", exact: false, how: `the bytes of ${sandbox.file}` },
        { action: "set-aside", file: `packs/${versionId}.pack` },
      ],
      lost: [],
      remaining: [],
    });
    expect((await sandbox.versioner.verify({ readData: true })).problems).toEqual([]);
    expect(String(await sandbox.versioner.readContent("v1"))).toBe(content);
    expect(await stat(join(sandbox.store, quarantine ?? "", "packs", `${versionId}.pack`))).toBeDefined();
    expect((await sandbox.versioner.repair()).repaired).toBe(false);
  });

  it("says what stays lost and how much of it can be read, and leaves that as it is", async () => {
    const store = await makeStore();
    await blot(store.pack(1), 600, 4096);
    const before = await readFile(store.pack(1));
    const { repaired, plan } = await store.versioner.repair();
    expect(repaired).toBe(false);
    expect(plan.remaining).toMatchObject([{ file: expect.stringMatching(/^packs\/v1_/) }]);
    expect(plan.lost).toMatchObject([
      { versionId: store.versions[0]?.versionId },
      { versionId: store.versions[1]?.versionId },
    ]);
    expect(await readFile(store.pack(1))).toEqual(before);
    expect(String(await store.versioner.readContent("v3"))).toBe(store.contents[2]);
  });

  it("sets an event aside that nothing can read, and says so in the journal", async () => {
    const store = await makeStore();
    const event = await eventOf(store);
    await truncate(event, 50);
    const { plan, quarantine } = await store.versioner.repair();
    expect(plan.steps).toMatchObject([{ action: "set-aside", exact: false }]);
    expect(await store.versioner.listLabels()).toEqual([]);
    expect(JSON.parse(await readFile(join(store.store, quarantine ?? "", "why.json"), "utf8"))).toMatchObject(
      [{ file: plan.steps[0]?.file, action: "set-aside" }],
    );
    const [repair = ""] = await readdir(join(store.store, "journal"));
    expect(JSON.parse(await readFile(join(store.store, "journal", repair), "utf8"))).toMatchObject({
      op: "repair",
      files: [{ file: plan.steps[0]?.file, exact: false }],
      quarantine,
    });
    expect((await store.versioner.repair()).repaired).toBe(false);
  });

  it("rebuilds a damaged catalog", async () => {
    const store = await makeStore();
    await flip(join(store.store, "catalog.json"), 40);
    const { plan } = await store.versioner.repair();
    expect(plan.steps).toMatchObject([{ file: "catalog.json", action: "rebuild" }]);
    await expectWhole(store);
    expect((await store.versioner.repair()).repaired).toBe(false);
  });

  it("refuses a place in which there is nothing to look at", async () => {
    const { versioner } = await makeStore();
    await expect(versioner.repair({ from: [join(folder(), "nowhere")] })).rejects.toMatchObject({
      code: "USAGE",
    });
  });
});

/** Stores the pack of a version as another zlib might have written it. */
async function compressOtherwise(store: string, versionId: string): Promise<void> {
  const file = join(store, `${versionId}.json`);
  const record = decodeRecord(await readFile(file), `${versionId}.json`);
  const path = join(store, "packs", `${versionId}.pack`);
  const bytes = await readFile(path);
  const section = ([offset, length]: readonly [number, number]): Buffer =>
    bytes.subarray(offset, offset + length);
  const index = decodePackIndex(section(record.pack.index), path);
  const raw: number[] = [];
  const units: number[] = [];
  const members = Array.from({ length: index.members }, (_, at) => {
    const member = bytes.subarray(index.storedOffsets[at], index.storedOffsets[at + 1]);
    raw.push(index.rawOffsets[at + 1]! - index.rawOffsets[at]!);
    units.push(index.unitOffsets[at + 1]! - index.unitOffsets[at]!);
    return encodeMember(inflateMember(member, path), memberUnits(member, path), 2);
  });
  const stored = members.map(({ length }) => length);
  const start = stored.reduce((sum, length) => sum + length, 0);
  const sections = [section(record.pack.runs), section(record.pack.ids)];
  const end = encodePackIndex({ raw, stored, units }, index.containers, index.outside);
  const pack = Buffer.concat([...members, ...sections, end]);
  const [runs = Buffer.alloc(0), ids = Buffer.alloc(0)] = sections;
  const info: PackInfo = {
    bytes: record.pack.bytes,
    size: pack.length,
    sha256: createHash("sha256").update(pack).digest("hex"),
    runs: [start, runs.length],
    ids: [start + runs.length, ids.length],
    index: [start + runs.length + ids.length, end.length],
  };
  await writeFile(path, pack);
  await writeFile(file, encodeRecord({ ...record, pack: info }));
  await rm(join(store, "catalog.json"));
}

async function eventOf({ store }: Store): Promise<string> {
  const [event = ""] = await readdir(join(store, "journal"));
  return join(store, "journal", event);
}
