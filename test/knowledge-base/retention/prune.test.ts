import { readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Version } from "../../../src/index.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { makeVersioner, type Sandbox } from "../make-versioner.ts";

const folder = useTemporaryFolder();

const kb = (count: number, word: string): string =>
  JSON.stringify(
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `p${index}`,
        { title: `${word} ${index}`, text: `${word} und der Router ${index}. `.repeat(4) },
      ]),
    ),
    null,
    2,
  );

interface History extends Sandbox {
  readonly contents: ReadonlyMap<string, string>;
  readonly versions: readonly Version[];
}

/** Six versions: each but the last has an entry of its own, and shares the others with those before. */
async function makeHistory(): Promise<History> {
  const sandbox = await makeVersioner(folder());
  const contents = new Map<string, string>();
  const versions: Version[] = [];
  for (let number = 1; number <= 6; number++) {
    const content = kb(20, "Reinicie").replace('"Reinicie 7"', `"Nur in ${number}"`);
    const version = await sandbox.save(content);
    versions.push(version);
    contents.set(version.versionId, content);
  }
  return { ...sandbox, contents, versions };
}

async function numbersOf({ versioner }: Sandbox): Promise<number[]> {
  return (await versioner.listVersions()).map(({ sequence }) => sequence).reverse();
}

/** Everything that is still a version reads as it was written, and the store is whole. */
async function expectWhole({ versioner, contents, warnings }: History): Promise<void> {
  expect(await versioner.verify({ readData: true })).toMatchObject({ ok: true, problems: [] });
  for (const { versionId, kind } of await versioner.listVersions()) {
    if (kind === "snapshot")
      expect((await versioner.readContent(versionId)).toString()).toBe(contents.get(versionId));
  }
  expect(warnings).toEqual([]);
}

describe("prune", () => {
  it("moves what no rule keeps to the trash, and a dry run plans the same and writes nothing", async () => {
    const history = await makeHistory();
    const { versioner, store } = history;
    await versioner.setLabel("known-good", "v2");
    const before = await readdir(store, { recursive: true });
    const policy = { keepLast: 2 };
    const dry = await versioner.pruneVersions({ policy, dryRun: true });
    expect(dry.pruned).toBe(false);
    expect(await readdir(store, { recursive: true })).toEqual(before);

    const { pruned, plan } = await versioner.pruneVersions({ policy });
    expect(pruned).toBe(true);
    expect(plan).toEqual(dry.plan);
    expect(plan.decisions.map(({ keep, reasons }) => [keep, ...reasons])).toEqual([
      [true, "newest snapshot", "last snapshot", "live came from it"],
      [true, "last snapshot"],
      [false],
      [false],
      [true, "label known-good"],
      [false],
    ]);
    expect(await numbersOf(history)).toEqual([2, 5, 6]);
    expect((await versioner.listTrash()).map(({ version }) => version.sequence)).toEqual([4, 3, 1]);
    expect(plan.files).toEqual([]);
    await expectWhole(history);
  });

  it("names a version in the trash to whoever asks for it", async () => {
    const { versioner } = await makeHistory();
    await versioner.pruneVersions({ policy: { keepLast: 1 } });
    await expect(versioner.getVersion("v3")).rejects.toMatchObject({
      code: "REF_NOT_FOUND",
      message: expect.stringContaining("kbvault trash restore v3_"),
    });
  });

  it("says that there is nothing to do, and writes nothing then", async () => {
    const { versioner, store } = await makeHistory();
    const before = await readdir(store, { recursive: true });
    expect(await versioner.pruneVersions({ policy: { keepLast: 6 } })).toMatchObject({ pruned: false });
    expect(await readdir(store, { recursive: true })).toEqual(before);
  });

  it("refuses a policy that says nothing, with the policy of the options too", async () => {
    const { versioner } = await makeVersioner(folder(), { retention: { safetyWithin: "3d" } });
    await expect(versioner.pruneVersions()).rejects.toMatchObject({ code: "USAGE" });
  });

  it("keeps what undo goes back to and what live came from, also when they are old", async () => {
    const history = await makeHistory();
    const { versioner, write } = history;
    await write(kb(3, "Kaputt"));
    await versioner.restoreVersion("v2");
    const { plan } = await versioner.pruneVersions({ policy: { keepLast: 1, safetyWithin: "0s" } });
    expect(plan.decisions.filter(({ keep }) => keep).map(({ reasons }) => reasons)).toEqual([
      ["undo goes back to it"],
      ["newest snapshot", "last snapshot"],
      ["live came from it"],
    ]);
    await versioner.undo();
    expect(await readFile(history.file, "utf8")).toBe(kb(3, "Kaputt"));
    await expectWhole(history);
  });

  it("never lets a number be used again, not even that of the newest version", async () => {
    const history = await makeHistory();
    const { versioner, write, save } = history;
    await write(kb(3, "Kaputt"));
    await versioner.restoreVersion("v2");
    await versioner.undo();
    await save(kb(3, "Neu"));
    await versioner.restoreVersion("v2");
    const safety = (await versioner.listVersions())[0];
    await save(kb(2, "Neuer"));
    await versioner.pruneVersions({ policy: { keepLast: 1, safetyWithin: "0s", grace: "0s" } });
    const next = await save(kb(4, "Danach"));
    expect(next.sequence).toBeGreaterThan(safety?.sequence ?? 0);
    const all = await numbersOf(history);
    expect(new Set(all).size).toBe(all.length);
  });

  it("gives up what was in the trash for its grace, and removes files that nothing needs", async () => {
    const history = await makeHistory();
    const { versioner, store } = history;
    await versioner.pruneVersions({ policy: { keepLast: 2 } });
    const young = await versioner.pruneVersions({ policy: { keepLast: 2, grace: "1d" } });
    expect(young.pruned).toBe(false);
    const { plan } = await versioner.pruneVersions({ policy: { keepLast: 2, grace: "1s" } });
    expect(plan.emptied.map(({ versionId }) => versionId.split("_")[0])).toEqual(["v1", "v2", "v3", "v4"]);
    const records = (await readdir(store)).filter((name) => /^v\d/.test(name)).sort();
    // Version 1 brought the bytes that all others share.
    expect(records.map((name) => name.split("_")[0])).toEqual(["v1", "v5", "v6"]);
    expect((await readdir(join(store, "packs"))).map((name) => name.split("_")[0]).sort()).toEqual([
      "v1",
      "v5",
      "v6",
    ]);
    expect(plan.freedBytes).toBeGreaterThan(0);
    expect(await versioner.listTrash()).toEqual([]);
    await expectWhole(history);
    await expect(versioner.restoreFromTrash("v1")).rejects.toMatchObject({ code: "REF_NOT_FOUND" });
  });

  it("finds in verify that a pack is missing which only a version that was given up brought", async () => {
    const history = await makeHistory();
    const { versioner, store } = history;
    await versioner.pruneVersions({ policy: { keepLast: 2, grace: "0s" } });
    const pack = (await readdir(join(store, "packs"))).find((name) => name.startsWith("v1_")) ?? "";
    await writeFile(join(store, "packs", pack), "");
    const { ok, problems } = await versioner.verify();
    expect(ok).toBe(false);
    expect(problems).toMatchObject([
      {
        file: `packs/${pack}`,
        kind: "damaged",
        affectedVersions: history.versions.slice(4).map(({ versionId }) => versionId),
      },
    ]);
  });

  it("refuses to remove anything while something of the store cannot be read", async () => {
    const { versioner, store, versions } = await makeHistory();
    await writeFile(join(store, `${versions[3]?.versionId}.json`), "{}");
    await expect(versioner.pruneVersions({ policy: { keepLast: 1 } })).rejects.toMatchObject({
      code: "STORE_DAMAGED",
    });
    await rm(join(store, "catalog.json"));
    await expect(versioner.pruneVersions({ policy: { keepLast: 1 } })).rejects.toMatchObject({
      code: "STORE_DAMAGED",
      message: expect.stringContaining("nobody knows what is still needed"),
    });
    expect(await versioner.listTrash()).toEqual([]);
  });

  it("removes what killed writers left a day ago, and nothing that is younger", async () => {
    const history = await makeHistory();
    const { versioner, store } = history;
    const old = [".tmp-abcdefghijkl", "packs/.tmp-abcdefghijkl", "packs/v9_20250127_120000.pack"];
    const young = [".tmp-zyxwvutsrqpo", "packs/v10_20250127_120000.pack"];
    for (const file of [...old, ...young]) await writeFile(join(store, file), "half");
    const dayBefore = new Date(Date.UTC(2025, 0, 26, 12));
    const today = new Date(Date.UTC(2025, 0, 27, 12));
    for (const file of old) await utimes(join(store, file), dayBefore, dayBefore);
    for (const file of young) await utimes(join(store, file), today, today);
    await writeFile(join(store, "packs", "notes.txt"), "not ours");
    const { plan } = await versioner.pruneVersions({ policy: { keepLast: 6 } });
    expect(plan.files.map(({ file, why }) => [file, why]).sort()).toEqual(
      old.map((file) => [file, "unfinished"]).sort(),
    );
    for (const file of [...young, "packs/notes.txt"]) await stat(join(store, file));
    for (const file of old) await expect(stat(join(store, file))).rejects.toMatchObject({ code: "ENOENT" });
    await expectWhole(history);
  });

  it("goes on where one that was killed stopped: records and packs that are given up go with the next", async () => {
    const history = await makeHistory();
    const { versioner, store } = history;
    await versioner.pruneVersions({ policy: { keepLast: 2 } });
    const names = ["v2", "v3"].map(
      (number) =>
        history.versions.find(({ versionId }) => versionId.startsWith(`${number}_`))?.versionId ?? "",
    );
    const kept = await Promise.all(
      names
        .flatMap((id) => [`${id}.json`, `packs/${id}.pack`])
        .map(async (file) => ({
          file,
          bytes: await readFile(join(store, file)),
        })),
    );
    await versioner.emptyTrash();
    // As if the process had been killed before it removed the record of one and the pack of the other.
    for (const { file, bytes } of [kept[0], kept[1], kept[3]].flatMap((one) => one ?? []))
      await writeFile(join(store, file), bytes);
    expect(await numbersOf(history)).toEqual([5, 6]);
    expect((await versioner.verify({ readData: true })).ok).toBe(true);
    const { plan } = await versioner.emptyTrash();
    expect(plan.files.map(({ file }) => file).sort()).toEqual(
      [`${names[0]}.json`, `packs/${names[0]}.pack`, `packs/${names[1]}.pack`].sort(),
    );
    await expectWhole(history);
  });
});

describe("the trash", () => {
  it("gives versions back, all that are named or none", async () => {
    const history = await makeHistory();
    const { versioner } = history;
    await versioner.pruneVersions({ policy: { keepLast: 1 } });
    await expect(versioner.restoreFromTrash("v2", "v99")).rejects.toMatchObject({ code: "REF_NOT_FOUND" });
    await expect(versioner.restoreFromTrash()).rejects.toMatchObject({ code: "USAGE" });
    const back = await versioner.restoreFromTrash("v2", "4", "v2");
    expect(back.map(({ sequence }) => sequence)).toEqual([2, 4]);
    expect(await numbersOf(history)).toEqual([2, 4, 6]);
    expect((await versioner.listTrash()).map(({ version }) => version.sequence)).toEqual([5, 3, 1]);
    await expectWhole(history);
  });

  it("says who pruned what when, and is emptied by age or altogether", async () => {
    const history = await makeHistory();
    const { versioner } = history;
    await versioner.pruneVersions({ policy: { keepLast: 3 } });
    const [first] = await versioner.listTrash();
    expect(first).toMatchObject({ prunedBy: "Ana López", version: { sequence: 3 } });
    expect(Date.parse(first?.prunedAt ?? "")).toBeGreaterThan(Date.parse(first?.version.createdAt ?? ""));

    expect(await versioner.emptyTrash({ olderThan: "14d" })).toMatchObject({ emptied: false });
    const dry = await versioner.emptyTrash({ dryRun: true });
    expect(dry.emptied).toBe(false);
    expect(dry.plan.emptied).toHaveLength(3);
    expect(await versioner.emptyTrash({ olderThan: "1s" })).toMatchObject({ emptied: true });
    expect(await versioner.listTrash()).toEqual([]);
    expect(await versioner.emptyTrash()).toMatchObject({ emptied: false });
    await expect(versioner.emptyTrash({ olderThan: "soon" })).rejects.toMatchObject({ code: "USAGE" });
    await expectWhole(history);
  });

  it("does not give back a version whose bytes are damaged", async () => {
    const { versioner, store, versions } = await makeHistory();
    await versioner.pruneVersions({ policy: { keepLast: 1 } });
    await writeFile(join(store, "packs", `${versions[2]?.versionId}.pack`), "");
    await expect(versioner.restoreFromTrash("v3")).rejects.toMatchObject({ code: "STORE_DAMAGED" });
  });
});

describe("stats", () => {
  it("count what is there, what it takes, and what the trash holds", async () => {
    const history = await makeHistory();
    const { versioner, versions } = history;
    const before = await versioner.readStats();
    expect(before).toMatchObject({
      versions: 6,
      logicalBytes: versions.reduce((sum, { bytes }) => sum + bytes, 0),
      deadBytes: 0,
      trash: { versions: 0, freedBytes: 0 },
      authors: [{ author: "Ana López", versions: 6 }],
      kinds: { snapshot: 6, safety: 0 },
      months: [{ month: "2025-01", versions: 6 }],
    });
    expect(before.storedBytes).toBe(before.packBytes + before.recordBytes + before.journalBytes);
    expect(before.ratio).toBeCloseTo(before.logicalBytes / before.storedBytes);

    await versioner.pruneVersions({ policy: { keepLast: 2 } });
    const trashed = await versioner.readStats();
    expect(trashed).toMatchObject({ versions: 2, deadBytes: 0, trash: { versions: 4 } });
    expect(trashed.trash.freedBytes).toBeGreaterThan(0);
    const { plan } = await versioner.emptyTrash();
    expect(plan.freedBytes).toBe(trashed.trash.freedBytes);
    const after = await versioner.readStats();
    expect(after.deadBytes).toBeGreaterThan(0);
    expect(after.trash).toEqual({ versions: 0, freedBytes: 0 });
  });

  it("of an empty store are zeros", async () => {
    const { versioner } = await makeVersioner(folder());
    expect(await versioner.readStats()).toMatchObject({
      versions: 0,
      logicalBytes: 0,
      ratio: null,
      months: [],
    });
  });
});
