import { execFileSync, spawnSync } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { KnowledgeBaseVersioner } from "../../src/knowledge-base/versioner.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";
import { codeBlocks } from "./code-blocks.ts";

const folder = useTemporaryFolder();
const missing = ["bash", "jq", "zcat"].filter((program) => spawnSync(program, ["--version"]).error);

if (missing.length > 0) console.warn(`Skipped: the recovery recipe, for want of ${missing.join(", ")}.`);

/** Entries of about 2 KB, so that a hundred of them fill several members of a pack. */
function problem(id: string, wording: string): [string, object] {
  const steps = Array.from({ length: 12 }, (_, step) => ({
    step_number: step + 1,
    title: `${wording} ${id} ${step}`,
    description: `${wording}: revise la señal del router ${id} y espere ${step} minutos. `.repeat(2),
  }));
  return [id, { problem_title: `${wording} ${id}`, steps }];
}

/** States of a knowledge base, each made from the one before as people would. */
function history(): Buffer[] {
  const first = Array.from({ length: 200 }, (_, index) => problem(`p${index}`, "Compruebe"));
  const edited = first.map(([id, value], index): [string, object] =>
    index % 40 === 7 ? [id, { ...value, category: "red" }] : [id, value],
  );
  const grown = [...edited, problem("nuevo", "Reinicie")];
  const moved = [...grown.slice(150), ...grown.slice(0, 150)];
  const shorter = moved.filter((_, index) => index % 50 !== 0);
  const again = shorter.map(([id, value], index): [string, object] =>
    index % 30 === 3 ? problem(id, "Cambie") : [id, value],
  );
  const states = [first, edited, grown, moved, shorter, again].map((entries) => Object.fromEntries(entries));
  return [...states.map((state) => JSON.stringify(state, null, 2)), JSON.stringify(states.at(-1))].map(
    (text) => Buffer.from(text),
  );
}

describe("recovery without kbvault, as docs/format.md shows it", () => {
  const contents = new Map<string, Buffer>();

  /** A store with seven versions, and safety versions of a broken and of an empty file. */
  beforeEach(async () => {
    contents.clear();
    const live = join(folder(), "kb.json");
    const versioner = new KnowledgeBaseVersioner(live, {
      versionsFolder: join(folder(), "versions"),
      author: "Ana",
    });
    await versioner.createStore();
    for (const bytes of history()) {
      await writeFile(live, bytes);
      const { version } = await versioner.createVersion({ description: "A step" });
      contents.set(version.versionId, bytes);
    }
    for (const broken of [Buffer.from(history()[0]!.subarray(0, 300_000)), Buffer.alloc(0)]) {
      await writeFile(live, broken);
      const { safetyVersion } = await versioner.restoreVersion("v1");
      contents.set(safetyVersion?.versionId ?? "", broken);
    }
  });

  it("lists the versions and restores each of them byte for byte", async ({ skip }) => {
    skip(missing.length > 0, `not installed: ${missing.join(", ")}`);
    const [listing = "", recipe = ""] = await codeBlocks("docs/format.md", "bash");
    const listed = execFileSync("bash", ["-c", listing], { cwd: folder(), encoding: "utf8" });
    const rows = listed
      .trimEnd()
      .split("\n")
      .map((line) => line.split("\t"));
    expect(rows.map(([versionId]) => versionId).sort()).toEqual([...contents.keys()].sort());

    await writeFile(join(folder(), "recover.sh"), recipe);
    for (const [versionId, bytes] of contents) {
      const output = execFileSync("bash", ["recover.sh", "versions", versionId, "recovered.json"], {
        cwd: folder(),
        encoding: "utf8",
      });
      expect(output).toBe("recovered.json: OK\n");
      expect(bytes.equals(await readFile(join(folder(), "recovered.json"))), versionId).toBe(true);
    }
  });

  it("is tried on packs of several members and on versions made of several packs", async () => {
    const records = (await readdir(join(folder(), "versions"))).filter((name) => name.startsWith("v"));
    const packs = await Promise.all(
      records.map(async (name) => {
        const record = JSON.parse(await readFile(join(folder(), "versions", name), "utf8"));
        return record.pack.bytes as number;
      }),
    );
    expect(records).toHaveLength(9);
    expect(Math.max(...packs)).toBeGreaterThan(4 * 64 * 1024);
    const stored = packs.reduce((sum, bytes) => sum + bytes, 0);
    const whole = [...contents.values()].reduce((sum, bytes) => sum + bytes.length, 0);
    expect(stored).toBeLessThan(whole / 2);
  });

  it("finds the checksum of a sealed file", async ({ skip }) => {
    skip(missing.length > 0, `not installed: ${missing.join(", ")}`);
    const [command = ""] = await codeBlocks("docs/format.md", "sh");
    const versions = join(folder(), "versions");
    const { checksum } = JSON.parse(await readFile(join(versions, "store.json"), "utf8"));
    expect(execFileSync("bash", ["-c", command], { cwd: versions, encoding: "utf8" })).toContain(checksum);
  });
});
