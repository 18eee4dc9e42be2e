import {
  chmod,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { makeVersioner } from "../make-versioner.ts";

const folder = useTemporaryFolder();

const one = '{"a":{"t":1},"b":{"t":2}}';
const two = '{"a":{"t":1},"b":{"t":3},"c":{"t":4}}';

/** Every path below a folder, with what would change if somebody wrote there. */
async function everythingIn(place: string): Promise<readonly string[]> {
  const names = (await readdir(place, { recursive: true })).sort();
  return Promise.all(
    names.map(async (name) => {
      const { size, mtimeNs, ino } = await stat(join(place, name), { bigint: true });
      return `${name} ${size} ${mtimeNs} ${ino}`;
    }),
  );
}

describe("a restore", () => {
  it("of a version that nobody changed since needs no safety version", async () => {
    const { versioner, save, file } = await makeVersioner(folder());
    const first = await save(one);
    const second = await save(two);
    const result = await versioner.restoreVersion("v1");
    expect(result).toEqual({
      restored: true,
      version: first,
      safetyVersion: second,
      sha256: first.sha256,
      plan: {
        path: file,
        from: { sha256: second.sha256, bytes: second.bytes, versionId: second.versionId },
        to: { versionId: first.versionId, sha256: first.sha256, bytes: first.bytes },
        saves: "already-saved",
        changes: {
          added: 0,
          removed: 1,
          modified: 1,
          reformatted: 0,
          renamed: 0,
          unchanged: 1,
          outside: 0,
          ignored: 0,
        },
      },
    });
    expect(await readFile(file, "utf8")).toBe(one);
    expect(await versioner.listVersions()).toHaveLength(2);
  });

  it("saves edits that no version holds first", async () => {
    const { versioner, save, write, file } = await makeVersioner(folder());
    await save(one);
    await write(two);
    const { safetyVersion, plan } = await versioner.restoreVersion("v1", { author: "Luis" });
    expect(plan).toMatchObject({ saves: "safety-version", from: { versionId: null } });
    expect(safetyVersion).toMatchObject({
      kind: "safety",
      valid: true,
      author: "Luis",
      changes: { added: 1, removed: 0, modified: 1 },
    });
    expect(await readFile(file, "utf8")).toBe(one);
    expect((await versioner.readContent(safetyVersion?.versionId ?? "")).toString()).toBe(two);
    expect((await versioner.getLatestVersion())?.sequence).toBe(1);
  });

  it("of the bytes that are there does nothing", async () => {
    const { versioner, save, store } = await makeVersioner(folder());
    await save(one);
    const before = await everythingIn(store);
    expect(await versioner.restoreVersion("v1")).toMatchObject({ restored: false, safetyVersion: null });
    expect(await everythingIn(store)).toEqual(before);
  });

  it("brings a file back that is missing", async () => {
    const { versioner, save, file } = await makeVersioner(folder());
    await save(one);
    await rm(file);
    const result = await versioner.restoreVersion("latest");
    expect(result).toMatchObject({
      restored: true,
      safetyVersion: null,
      plan: { saves: "nothing-to-save", from: { sha256: null }, changes: null },
    });
    expect(await readFile(file, "utf8")).toBe(one);
    await expect(versioner.undo()).rejects.toMatchObject({ code: "NOTHING_TO_UNDO" });
  });

  it("keeps the permissions of the file", async () => {
    const { versioner, save, file } = await makeVersioner(folder());
    await save(one);
    await save(two);
    await chmod(file, 0o640);
    await versioner.restoreVersion("v1");
    expect((await stat(file)).mode & 0o777).toBe(0o640);
  });

  it("replaces the target of a symbolic link and leaves the link", async () => {
    const { versioner, file, save } = await makeVersioner(folder());
    await mkdir(join(folder(), "data"));
    const target = join(folder(), "data", "real.json");
    await writeFile(target, one);
    await symlink(join("data", "real.json"), file);
    await save(one);
    await save(two);
    expect((await versioner.restoreVersion("v1")).plan.path).toBe(target);
    expect(await readlink(file)).toBe(join("data", "real.json"));
    expect(await readFile(target, "utf8")).toBe(one);
    await rm(target);
    await versioner.restoreVersion("v2");
    expect((await lstat(file)).isSymbolicLink()).toBe(true);
    expect(await readFile(target, "utf8")).toBe(two);
  });

  it("leaves no unfinished file behind", async () => {
    const { versioner, save } = await makeVersioner(folder());
    await save(one);
    await save(two);
    await versioner.restoreVersion("v1");
    expect((await readdir(folder(), { recursive: true })).filter((name) => name.includes(".tmp"))).toEqual(
      [],
    );
    expect(await readdir(folder())).toEqual(["kb.json", "versions"]);
  });

  it("of what does not exist, and of the live file itself, is refused", async () => {
    const { versioner, save } = await makeVersioner(folder());
    await expect(versioner.undo()).rejects.toMatchObject({ code: "NOTHING_TO_UNDO" });
    await save(one);
    await expect(versioner.restoreVersion("v7")).rejects.toMatchObject({ code: "REF_NOT_FOUND" });
    await expect(versioner.restoreVersion("live")).rejects.toMatchObject({ code: "USAGE" });
    await expect(versioner.restoreVersion("v1", { author: "" })).rejects.toMatchObject({
      code: "INVALID_TEXT",
    });
  });
});

describe("a dry run", () => {
  it("says what a restore would do, and writes nothing at all", async () => {
    const { versioner, save, write, store, file } = await makeVersioner(folder());
    await save(one);
    await write(two);
    const before = [await everythingIn(store), await everythingIn(folder())];
    const planned = await versioner.restoreVersion("v1", { dryRun: true });
    expect(planned).toMatchObject({
      restored: false,
      safetyVersion: null,
      plan: { saves: "safety-version" },
    });
    expect([await everythingIn(store), await everythingIn(folder())]).toEqual(before);
    expect(await readFile(file, "utf8")).toBe(two);
    expect((await versioner.restoreVersion("v1")).plan).toEqual(planned.plan);
    const undone = await versioner.undo({ dryRun: true });
    expect(undone).toMatchObject({ restored: false, version: { sequence: 2 } });
    expect(await readFile(file, "utf8")).toBe(one);
  });
});

describe("undo", () => {
  it("goes back to the bytes from before the last restore, and back again", async () => {
    const { versioner, save, write, file } = await makeVersioner(folder());
    await save(one);
    await write(two);
    await versioner.restoreVersion("v1");
    for (const expected of [two, one, two]) {
      expect(await versioner.undo()).toMatchObject({ restored: true });
      expect(await readFile(file, "utf8")).toBe(expected);
    }
    expect(await versioner.listVersions()).toHaveLength(2);
  });

  it("saves what was edited since", async () => {
    const { versioner, save, write, file } = await makeVersioner(folder());
    await save(one);
    await save(two);
    await versioner.restoreVersion("v1");
    await write('{"edited":{"t":1}}');
    expect(await versioner.undo()).toMatchObject({
      version: { sequence: 2 },
      safetyVersion: { sequence: 3, kind: "safety" },
    });
    expect(await readFile(file, "utf8")).toBe(two);
    await versioner.undo();
    expect(await readFile(file, "utf8")).toBe('{"edited":{"t":1}}');
  });

  it("does nothing where the bytes from before are there again", async () => {
    const { versioner, save, write } = await makeVersioner(folder());
    await save(one);
    await save(two);
    await versioner.restoreVersion("v1");
    await write(two);
    expect(await versioner.undo()).toMatchObject({ restored: false, version: { sequence: 2 } });
  });
});

describe("a broken live file", () => {
  it.each<[string, string | Uint8Array]>([
    ["text that is no JSON", '{"a":{"t":1},"b":'],
    ["nothing", ""],
    ["white space", " \n"],
    ["no UTF-8", Buffer.from([0xff, 0xfe, 0x00])],
    ["zeroes", Buffer.alloc(100_000)],
    ["merge-conflict markers", `<<<<<<< ours\n${one}\n=======\n${two}\n>>>>>>> theirs\n`],
    ["too deep a nesting", "[".repeat(2000) + "]".repeat(2000)],
    ["one byte more than a version", `${two}x`],
  ])("(%s) is saved before a restore, and comes back with undo", async (_, broken) => {
    const { versioner, save, write, file } = await makeVersioner(folder());
    await save(one);
    await save(two);
    await write(broken);
    const { safetyVersion, plan } = await versioner.restoreVersion("v1");
    expect(safetyVersion).toMatchObject({
      kind: "safety",
      valid: false,
      entryCount: null,
      changes: null,
      bytes: Buffer.from(broken).length,
    });
    expect(plan.changes).toBeNull();
    expect(await readFile(file, "utf8")).toBe(one);
    await versioner.undo();
    expect(await readFile(file)).toEqual(Buffer.from(broken));
    await versioner.undo();
    expect(await readFile(file, "utf8")).toBe(one);
    expect(await versioner.verify({ readData: true })).toMatchObject({ ok: true });
    expect((await save(two)).changes).toMatchObject({ added: 1, modified: 1 });
  });

  it("shares with the version before what they have in common", async () => {
    const { versioner, save, write, store } = await makeVersioner(folder());
    const entries = Object.fromEntries(
      Array.from({ length: 1000 }, (_, index) => [`e${index}`, { t: `${index} `.repeat(100) }]),
    );
    const text = JSON.stringify(entries, null, 1);
    await save(text);
    await write(text.replace('"e500": {', '"e500": {{'));
    const { safetyVersion } = await versioner.restoreVersion("v1");
    expect((await stat(join(store, "packs", `${safetyVersion?.versionId}.pack`))).size).toBeLessThan(20_000);
    expect((await versioner.readContent("v2")).toString()).toBe(text.replace('"e500": {', '"e500": {{'));
  });

  it("cannot be compared, which is said, but shown", async () => {
    const { versioner, save, write } = await makeVersioner(folder());
    await save(one);
    await write("broken");
    await versioner.restoreVersion("v1");
    await expect(versioner.compareVersions("v1", "v2")).rejects.toMatchObject({
      code: "INVALID_JSON",
      data: { versionId: expect.stringMatching(/^v2_/) },
    });
    await expect(versioner.readEntry("v2", "a")).rejects.toMatchObject({ code: "INVALID_JSON" });
    expect((await versioner.readContent("v2")).toString()).toBe("broken");
  });

  it("writes nothing when live is another than the one that was agreed to", async () => {
    const { versioner, save, write, file, warnings } = await makeVersioner(folder());
    await save(one);
    await save(two);
    const { plan } = await versioner.restoreVersion("v1", { dryRun: true });
    await write('{"mine":{}}');
    const stale = { expected: plan.from.sha256 };
    for (const run of [
      () => versioner.restoreVersion("v1", stale),
      () => versioner.restoreEntries("v1", { ...stale, entries: ["b"] }),
      () => versioner.revertVersion("v2", stale),
      () => versioner.restoreVersion("v1", { expected: null }),
    ])
      await expect(run()).rejects.toMatchObject({ code: "LIVE_CHANGED" });
    expect(await readFile(file, "utf8")).toBe('{"mine":{}}');
    const now = await versioner.restoreVersion("v1", { dryRun: true });
    expect(await versioner.restoreVersion("v1", { expected: now.plan.from.sha256 })).toMatchObject({
      restored: true,
      safetyVersion: { sequence: 3 },
    });
    expect((await versioner.status()).undoTo).toMatchObject({ sequence: 3, kind: "safety" });
    expect(warnings).toEqual([]);
  });

  it("survives whatever bytes it has", async () => {
    const { versioner, save, write, file } = await makeVersioner(folder());
    await save(one);
    const parts = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.constantFrom(Buffer.from(one), Buffer.from("\ufeff"), Buffer.from('{"a":')),
    );
    const anyBytes = fc.array(parts, { maxLength: 4 }).map((list) => Buffer.concat(list));
    await fc.assert(
      fc.asyncProperty(anyBytes, async (bytes) => {
        await write(bytes);
        const { restored } = await versioner.restoreVersion("v1");
        expect(await readFile(file, "utf8")).toBe(one);
        if (restored) await versioner.undo();
        expect((await readFile(file)).equals(bytes)).toBe(true);
      }),
      { numRuns: 25 },
    );
  });
});
