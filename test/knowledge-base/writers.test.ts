import { execFile } from "node:child_process";
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

describe("processes that write to one store at once", () => {
  it(
    `lose nothing and share no number (${processes} with ${snapshots} snapshots each)`,
    async () => {
      const store = join(folder(), "versions");
      const versioner = new KnowledgeBaseVersioner(join(folder(), "w0.json"), { versionsFolder: store });
      await versioner.createStore();
      const names = Array.from({ length: processes }, (_, index) => `w${index}`);
      const outputs = await Promise.all(
        names.map((name) =>
          run(process.execPath, [
            join(import.meta.dirname, "writer.mjs"),
            library(),
            folder(),
            name,
            String(snapshots),
          ]),
        ),
      );
      const made = outputs.flatMap(({ stdout }) =>
        stdout
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line) as Made),
      );
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
});
