import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type KbvaultError, KnowledgeBaseVersioner } from "../../src/index.ts";
import { asNobody } from "../as-nobody.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";
import { makeVersioner } from "./make-versioner.ts";

const folder = useTemporaryFolder();

const one = '{"a":{"t":1},"b":{"t":2}}';
const two = '{"a":{"t":1},"b":{"t": 3},"c":{"t":4}}';

describe("reading", () => {
  it("gives one entry as it stands in a version or in the live file", async () => {
    const { versioner, save, write } = await makeVersioner(folder());
    await save(two);
    expect(await versioner.readEntry("v1", "b")).toEqual({ id: "b", text: '{"t": 3}' });
    await write(one);
    expect(await versioner.readEntry("live", "b")).toEqual({ id: "b", text: '{"t":2}' });
    await expect(versioner.readEntry("v1", "d")).rejects.toMatchObject({
      code: "ENTRY_NOT_FOUND",
      data: { id: "d" },
    });
  });

  it("exports a version to another file, and never over the live one", async () => {
    const { versioner, save, file } = await makeVersioner(folder());
    const version = await save(one);
    await save(two);
    const copy = join(folder(), "copy.json");
    expect(await versioner.exportVersion("v1", copy)).toEqual({
      version,
      file: copy,
      sha256: version.sha256,
    });
    expect(await readFile(copy, "utf8")).toBe(one);
    await expect(versioner.exportVersion("v1", file)).rejects.toMatchObject({ code: "USAGE" });
  });

  it("works where nothing can be written, and writing is refused by name", async () => {
    const { versioner, save, store, file } = await makeVersioner(folder());
    await save(one);
    await save(two);
    await versioner.setLabel("good", "v1");
    await rm(join(store, "catalog.json"));
    for (const name of ["", ...(await readdir(store, { recursive: true }))]) {
      const path = join(store, name);
      await chmod(path, (await stat(path)).isDirectory() ? 0o555 : 0o444);
    }
    await chmod(folder(), 0o755);
    const answers = await asNobody(async () => ({
      versions: (await versioner.listVersions()).length,
      added: (await versioner.compareVersions("good", "live")).added,
      content: String(await versioner.readContent("v1")),
      changed: (await versioner.status()).changed,
      verified: (await versioner.verify({ readData: true })).ok,
      saves: (await versioner.restoreVersion("v1", { dryRun: true })).plan.saves,
      label: await versioner.setLabel("bad", "v1").catch((error: KbvaultError) => error.code),
      restore: await versioner.restoreVersion("v1").catch((error: KbvaultError) => error.code),
    }));
    expect(answers).toEqual({
      versions: 2,
      added: ["c"],
      content: one,
      changed: false,
      verified: true,
      saves: "already-saved",
      label: "STORE_NOT_WRITABLE",
      restore: "STORE_NOT_WRITABLE",
    });
    expect(await readFile(file, "utf8")).toBe(two);
    await chmod(store, 0o755);
  });

  it("writes nothing but its caches", async () => {
    const { versioner, save, store } = await makeVersioner(folder());
    await save(one);
    await save(two);
    await rm(join(store, ".cache"), { recursive: true });
    const stored = async (): Promise<string[]> =>
      (await readdir(store, { recursive: true })).filter((name) => !name.startsWith(".cache"));
    const before = await stored();
    await versioner.listVersions();
    await versioner.compareVersions("v1", "live");
    await versioner.readContent("v2");
    await versioner.status();
    await versioner.verify({ readData: true });
    expect(await stored()).toEqual(before);
  });
});

describe("a store of a newer format", () => {
  it.each(["record", "event", "marker"])("is refused and left as it is: %s", async (kind) => {
    const { versioner, save, store } = await makeVersioner(folder());
    const { versionId } = await save(one);
    await mkdir(join(store, "journal"), { recursive: true });
    const file =
      {
        record: `${versionId.replace("v1", "v2")}.json`,
        event: "journal/20250127T120000000Z_000001_aaaaaaaa.json",
        marker: "store.json",
      }[kind] ?? "";
    const newer = '{"format":3,"something":"else"}\n';
    await writeFile(join(store, file), newer);
    const before = await readdir(store, { recursive: true });
    const error = { code: "FORMAT_TOO_NEW", data: { file, format: 3 } };
    await expect(versioner.listVersions()).rejects.toMatchObject(error);
    await expect(versioner.createVersion({ description: "x" })).rejects.toMatchObject(error);
    await expect(versioner.restoreVersion("v1")).rejects.toMatchObject(error);
    expect(await readdir(store, { recursive: true })).toEqual(before);
    expect(await readFile(join(store, file), "utf8")).toBe(newer);
  });
});

describe("the catalog", () => {
  it.each<[string, (text: string) => string]>([
    ["is damaged", (text) => text.replace("Saved", "Sawed")],
    ["is cut off", (text) => text.slice(0, 100)],
    ["holds merge-conflict markers", (text) => `<<<<<<< ours\n${text}=======\n${text}>>>>>>> theirs\n`],
  ])("is rebuilt when it %s, which is said aloud, and nothing is lost", async (_, damage) => {
    const { versioner, save, store, warnings } = await makeVersioner(folder());
    await save(one);
    await save(two);
    await versioner.setLabel("good", "v1");
    await versioner.restoreVersion("v1");
    const before = [await versioner.listVersions(), await versioner.listLabels()];
    const catalog = join(store, "catalog.json");
    await writeFile(catalog, damage(await readFile(catalog, "utf8")));
    expect([await versioner.listVersions(), await versioner.listLabels()]).toEqual(before);
    expect(warnings.map((warning) => warning.code)).toEqual(["CATALOG_REBUILT"]);
    expect((await versioner.status()).current?.sequence).toBe(1);
    await versioner.undo();
    expect(warnings).toHaveLength(1);
  });

  it("is made anew without a word when it is deleted", async () => {
    const { versioner, save, store, warnings } = await makeVersioner(folder());
    await save(one);
    await rm(join(store, "catalog.json"));
    const other = new KnowledgeBaseVersioner(join(folder(), "kb.json"), { versionsFolder: store });
    expect(await other.listVersions()).toEqual(await versioner.listVersions());
    expect(warnings).toEqual([]);
  });
});
