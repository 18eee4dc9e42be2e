import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { makeVersioner, type Sandbox } from "../make-versioner.ts";

const folder = useTemporaryFolder();

const first = `{
  "router": {"title": "Router", "level": 1, "steps": [{"step_number": 1, "t": "off"}, {"step_number": 2, "t": "on"}]},
  "login": {"title": "Login", "level": 2},
  "bill": {"title": "Bill", "level": 3}
}
`;

/** Saves the texts one after the other; the last one is live, and not saved. */
async function makeHistory(...texts: readonly string[]): Promise<Sandbox> {
  const sandbox = await makeVersioner(folder());
  for (const text of texts.slice(0, -1)) await sandbox.save(text);
  await sandbox.write(texts.at(-1) ?? "");
  return sandbox;
}

describe("reverting a version", () => {
  it.each<[string, (text: string) => string, (text: string) => string]>([
    [
      "a changed field, next to a newer one in the same entry",
      (text) => text.replace('"Router", "level": 1', '"Modem", "level": 1'),
      (text) => text.replace('"level": 1', '"level":  9'),
    ],
    [
      "an added entry, whatever else was added",
      (text) => text.replace('  "bill"', '  "new": {"title": "New"},\n  "bill"'),
      (text) => text.replace('"Bill", "level": 3}\n', '"Bill", "level": 3},\n  "newer": {}\n'),
    ],
    [
      "a removed entry, back where it was",
      (text) => text.replace('  "login": {"title": "Login", "level": 2},\n', ""),
      (text) => text.replace('"level": 3', '"level": 30'),
    ],
    [
      "an added step, and keeps a newer change of another step",
      (text) => text.replace('{"step_number": 2', '{"step_number": 2, "t": "wait"}, {"step_number": 3'),
      (text) => text.replace('"t": "off"', '"t": "switch off"'),
    ],
  ])("takes back %s", async (_, change, newer) => {
    const second = change(first);
    const live = newer(second);
    expect(live).not.toBe(second);
    const { versioner, file } = await makeHistory(first, second, live);
    const planned = await versioner.revertVersion("v2", { dryRun: true });
    expect(planned).toMatchObject({ reverted: false, conflicts: [], plan: { saves: "safety-version" } });
    expect(await readFile(file, "utf8")).toBe(live);
    const result = await versioner.revertVersion("v2");
    expect(result).toMatchObject({
      reverted: true,
      conflicts: [],
      version: { sequence: 2 },
      safetyVersion: { sequence: 3, kind: "safety" },
      plan: planned.plan,
    });
    expect(await readFile(file, "utf8")).toBe(newer(first));
    await versioner.undo();
    expect(await readFile(file, "utf8")).toBe(live);
  });

  it("of the newest one with nothing changed since gives the bytes of its parent, and is a new version", async () => {
    const second = first.replace('"Bill"', '"Bills"');
    const { versioner, file } = await makeHistory(first, second, second);
    expect(await versioner.revertVersion("latest")).toMatchObject({
      reverted: true,
      plan: { saves: "already-saved", changes: { modified: [{ id: "bill" }] } },
    });
    expect(await readFile(file, "utf8")).toBe(first);
    expect(await versioner.status()).toMatchObject({ current: { sequence: 2 }, changed: true });
    expect(await versioner.createVersion({ description: "Reverted" })).toMatchObject({
      created: true,
      version: { sequence: 3, parent: expect.stringMatching(/^v2_/), changes: { modified: 1 } },
    });
  });

  it("says what was changed again since, with all three values, and writes nothing", async () => {
    const second = first.replace('"level": 2', '"level": 20').replace('"Bill"', '"Bills"');
    const live = second.replace('"level": 20', '"level": 200').replace('  "router"', '  "x": 1,\n  "router"');
    const { versioner, file, store } = await makeHistory(first, second, live);
    for (const dryRun of [true, false]) {
      expect(await versioner.revertVersion("v2", { dryRun })).toMatchObject({
        reverted: false,
        safetyVersion: null,
        conflicts: [{ id: "login", path: "/level", kind: "changed", base: 20, ours: 200, theirs: 2 }],
        plan: { changes: { modified: [], added: [], removed: [] } },
      });
    }
    expect(await readFile(file, "utf8")).toBe(live);
    expect(await versioner.listVersions()).toHaveLength(2);
    expect(await readdir(store)).not.toContain("journal");
  });

  it("that was reverted already does nothing", async () => {
    const second = first.replace('"Bill"', '"Bills"');
    const { versioner } = await makeHistory(first, second, second);
    await versioner.revertVersion("v2");
    expect(await versioner.revertVersion("v2")).toMatchObject({
      reverted: false,
      conflicts: [],
      safetyVersion: null,
    });
  });

  it("is in the journal", async () => {
    const second = first.replace('"Bill"', '"Bills"');
    const { versioner, store } = await makeHistory(first, second, second);
    const { version, sha256 } = await versioner.revertVersion("v2", { author: "Luis" });
    const [name = ""] = await readdir(join(store, "journal"));
    expect(JSON.parse(await readFile(join(store, "journal", name), "utf8"))).toMatchObject({
      op: "edit",
      purpose: "revert",
      by: "Luis",
      versionId: version.versionId,
      entries: [],
      fields: [],
      toSha256: sha256,
      safetyVersion: version.versionId,
    });
  });
});

describe("a version that cannot be reverted", () => {
  it("is the first one, one that is not there, and the live file", async () => {
    const { versioner } = await makeHistory(first, first);
    await expect(versioner.revertVersion("v1")).rejects.toMatchObject({
      code: "USAGE",
      message: expect.stringContaining("came from no other version"),
    });
    await expect(versioner.revertVersion("v7")).rejects.toMatchObject({ code: "REF_NOT_FOUND" });
    await expect(versioner.revertVersion("live")).rejects.toMatchObject({ code: "USAGE" });
  });

  it("is one that is no JSON, and one whose parent is none", async () => {
    const { versioner, write, save } = await makeHistory(first, "broken");
    await versioner.restoreVersion("v1");
    await expect(versioner.revertVersion("v2")).rejects.toMatchObject({ code: "INVALID_JSON" });
    await versioner.undo();
    await save(first.replace("1", "7"));
    await expect(versioner.revertVersion("v3")).rejects.toMatchObject({
      code: "INVALID_JSON",
      data: { versionId: expect.stringMatching(/^v2_/) },
    });
    await write("broken again");
    await expect(versioner.revertVersion("v3")).rejects.toMatchObject({ code: "INVALID_JSON" });
  });

  it("is one whose bytes, or those of its parent, are damaged", async () => {
    const { versioner, file, store } = await makeHistory(first, `${first} `, `${first}  `);
    const { parent } = await versioner.getVersion("v2");
    await rm(join(store, "packs", `${parent}.pack`));
    await expect(versioner.revertVersion("v2")).rejects.toMatchObject({ code: "STORE_DAMAGED" });
    expect(await readFile(file, "utf8")).toBe(`${first}  `);
  });
});
