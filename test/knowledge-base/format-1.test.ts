import { cp, readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { KnowledgeBaseVersioner } from "../../src/index.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";

const fixture = resolve(import.meta.dirname, "../fixtures/format-1-store");

/** A store that was written once and is kept: collections, moved and edited entries, a BOM, a broken file, a restore. */
describe("a store of format 1", () => {
  const folder = useTemporaryFolder();
  let versioner: KnowledgeBaseVersioner;
  beforeEach(async () => {
    await cp(fixture, folder(), { recursive: true });
    versioner = new KnowledgeBaseVersioner(join(folder(), "kb.json"), {
      versionsFolder: join(folder(), "versions"),
    });
  });

  test("is intact", async () => {
    expect(await versioner.verify({ readData: true })).toMatchObject({ ok: true, versionsChecked: 4 });
  });

  test("gives every version back byte for byte", async () => {
    const files = await readdir(join(fixture, "states"));
    expect(files).toHaveLength(4);
    for (const file of files) {
      const expected = await readFile(join(fixture, "states", file));
      expect((await versioner.readContent(file.replace(".bytes", ""))).equals(expected), file).toBe(true);
    }
  });

  test("compares as it did when it was written", async () => {
    const expected: unknown = JSON.parse(await readFile(join(fixture, "comparison-v1-v2.json"), "utf8"));
    expect(await versioner.compareVersions("v1", "v2")).toMatchObject(expected as object);
  });

  test("has its labels, tags, safety version and restore", async () => {
    expect(await versioner.listLabels()).toMatchObject([{ name: "known-good", sequence: 2 }]);
    expect((await versioner.getVersion("con-bom")).tags).toEqual(["con-bom", "t3"]);
    expect(await versioner.getVersion("v4")).toMatchObject({
      kind: "safety",
      valid: false,
      entryCount: null,
    });
    expect((await versioner.status()).current?.sequence).toBe(2);
  });

  test("is extended by a new version that shares its bytes", async () => {
    await cp(
      join(fixture, "states", `${(await versioner.getVersion("v3")).versionId}.bytes`),
      join(folder(), "kb.json"),
    );
    const { created, version } = await versioner.createVersion({ description: "Otra vez", author: "Mateo" });
    expect({ created, sequence: version.sequence, changes: version.changes }).toEqual({
      created: true,
      sequence: 5,
      changes: { added: 0, removed: 1, modified: 1 },
    });
    expect((await versioner.verify({ readData: true })).ok).toBe(true);
  });
});
