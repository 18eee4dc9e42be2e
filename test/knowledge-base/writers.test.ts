import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { KnowledgeBaseVersioner } from "../../src/index.ts";
import { useCompiled } from "../compiled.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";

const folder = useTemporaryFolder();
const library = useCompiled("src/index.ts");
const run = promisify(execFile);

const isLong = process.env["KBVAULT_TEST_LONG"] === "1";
const [processes, snapshots] = isLong ? [32, 20] : [8, 10];
if (!isLong)
  console.info(
    `Shortened: ${processes} writers with ${snapshots} snapshots each. KBVAULT_TEST_LONG=1 runs 32 with 20.`,
  );

interface Made {
  readonly created: boolean;
  readonly versionId: string;
  readonly content: string;
}

/** Lets processes of these names each make `count` versions; what they made. */
async function writeTogether(names: readonly string[], count: number): Promise<readonly Made[]> {
  const writer = join(import.meta.dirname, "writer.mjs");
  const outputs = await Promise.all(
    names.map((name) => run(process.execPath, [writer, library(), folder(), name, String(count)])),
  );
  return outputs.flatMap(({ stdout }) =>
    stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Made),
  );
}

describe("processes that write to one store at once", () => {
  it(
    `lose nothing and share no number (${processes} with ${snapshots} snapshots each)`,
    async () => {
      const store = join(folder(), "versions");
      const versioner = new KnowledgeBaseVersioner(join(folder(), "w0.json"), { versionsFolder: store });
      await versioner.createStore();
      const names = Array.from({ length: processes }, (_, index) => `w${index}`);
      const made = await writeTogether(names, snapshots);
      expect(made).toHaveLength(processes * snapshots);
      expect(made.every(({ created }) => created)).toBe(true);
      expect(new Set(made.map(({ versionId }) => versionId)).size).toBe(made.length);

      const versions = await versioner.listVersions();
      expect(versions.map((version) => version.sequence)).toEqual(
        made.map((_, index) => made.length - index),
      );
      expect(new Set(versions.map((version) => version.versionId))).toEqual(
        new Set(made.map(({ versionId }) => versionId)),
      );
      for (const { versionId, content } of made)
        expect((await versioner.readContent(versionId)).toString()).toBe(content);
      expect(await versioner.verify({ readData: true })).toMatchObject({
        ok: true,
        problems: [],
        versionsChecked: made.length,
      });
      expect((await versioner.listLabels()).map((label) => label.name)).toEqual(
        names.map((name) => `last-${name}`).sort(),
      );
      // Every parent is the version before: nobody described its changes against a version that was overtaken.
      expect(versions.map((version) => version.parent)).toEqual([
        ...versions.slice(1).map((version) => version.versionId),
        null,
      ]);
      expect(
        (await readdir(store)).filter((name) => name.startsWith(".lock") || name.startsWith(".tmp")),
      ).toEqual([]);
    },
    isLong ? 300_000 : 100_000,
  );

  it("lose nothing but what is pruned for good meanwhile, in a loop of its own", async () => {
    const store = join(folder(), "versions");
    const versioner = new KnowledgeBaseVersioner(join(folder(), "w0.json"), { versionsFolder: store });
    await versioner.createStore();
    const pruner = spawn(
      process.execPath,
      [join(import.meta.dirname, "pruner.mjs"), library(), folder(), "2"],
      { stdio: ["pipe", "pipe", "inherit"] },
    );
    const said = once(pruner.stdout, "data");
    const made = await writeTogether(["w0", "w1", "w2"], snapshots);
    pruner.stdin.end();
    expect(await once(pruner, "exit")).toEqual([0, null]);
    const removed = Number(String((await said)[0]));
    expect(removed).toBeGreaterThan(0);

    expect(made.every(({ created }) => created)).toBe(true);
    expect(new Set(made.map(({ versionId }) => versionId)).size).toBe(made.length);
    const versions = await versioner.listVersions();
    expect(versions.length + removed).toBe(made.length);
    const contents = new Map(made.map(({ versionId, content }) => [versionId, content]));
    for (const { versionId } of versions)
      expect((await versioner.readContent(versionId)).toString()).toBe(contents.get(versionId));
    expect(await versioner.verify({ readData: true })).toMatchObject({ ok: true, problems: [] });
  }, 100_000);
});
