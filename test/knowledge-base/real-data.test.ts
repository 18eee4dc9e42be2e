import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Comparison, Version } from "../../src/index.ts";
import { KnowledgeBaseVersioner } from "../../src/index.ts";
import { fetchRelease } from "../bench/caniuse.mjs";

const isAsked = process.env["KBVAULT_TEST_REAL_DATA"] === "1";
if (!isAsked)
  console.info(
    "Skipped: tests on real releases of caniuse-db. KBVAULT_TEST_REAL_DATA=1 fetches and runs them.",
  );

describe.runIf(isAsked)(
  "two releases of caniuse-db (KBVAULT_TEST_REAL_DATA=1 runs this, with downloads)",
  () => {
    let folder = "";
    let files: readonly [string, string] = ["", ""];
    let versions: readonly [Version, Version];
    let comparison: Comparison;
    let versioner: KnowledgeBaseVersioner;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "kbvault-real-"));
      files = [await fetchRelease("1.0.30001690"), await fetchRelease("1.0.30001720")];
      const live = join(folder, "data.json");
      versioner = new KnowledgeBaseVersioner(live, {
        versionsFolder: join(folder, "versions"),
        entries: ["/data/*"],
        author: "test",
      });
      await versioner.createStore();
      const snapshot = async (file: string): Promise<Version> => {
        await copyFile(file, live);
        return (await versioner.createVersion({ description: "release" })).version;
      };
      versions = [await snapshot(files[0]), await snapshot(files[1])];
      comparison = await versioner.compareVersions(versions[0].versionId, versions[1].versionId);
    }, 180_000);
    afterAll(() => rm(folder, { recursive: true }));

    test("differ in the features in which JSON.parse says they do", async () => {
      const [before, after] = await Promise.all(files.map(featuresOf));
      const idsBefore = Object.keys(before ?? {});
      const idsAfter = Object.keys(after ?? {});
      expect(idsAfter.length).toBeGreaterThan(500);
      expect(comparison.added).toEqual(idsAfter.filter((id) => !(id in (before ?? {}))));
      expect(comparison.removed).toEqual(idsBefore.filter((id) => !(id in (after ?? {}))));
      const changed = idsAfter.filter(
        (id) => id in (before ?? {}) && !isDeepStrictEqual(before?.[id], after?.[id]),
      );
      expect(comparison.modified.map((entry) => entry.id)).toEqual(changed);
      expect(comparison.outside.map((change) => change.path)).toContain("/updated");
    });

    test("come back byte for byte", async () => {
      for (const [index, version] of versions.entries()) {
        const file = files[index] ?? "";
        expect((await versioner.readContent(version.versionId)).equals(await readFile(file)), file).toBe(
          true,
        );
      }
      await versioner.restoreVersion(versions[0].versionId);
      expect((await readFile(join(folder, "data.json"))).equals(await readFile(files[0]))).toBe(true);
    });

    test("leave a store in which every byte is in order", async () => {
      expect(await versioner.verify({ readData: true })).toMatchObject({ ok: true, problems: [] });
    });
  },
);

async function featuresOf(file: string): Promise<Record<string, unknown>> {
  return (JSON.parse(await readFile(file, "utf8")) as { data: Record<string, unknown> }).data;
}
