import { cp, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { KnowledgeBaseVersioner, type RepairStep } from "../../../src/index.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";

const folder = useTemporaryFolder();
const fixtures = join(import.meta.dirname, "../../fixtures/damaged");

type Steps = readonly (readonly [RepairStep["action"], exact: boolean])[];

/** Folder, the files and versions that verification names, what repair does alone, and which versions stay lost. */
const stores: readonly (readonly [string, RegExp, string, Steps, string])[] = [
  ["bad-sector", /^packs\/v1/, "v1 v2 v3", [], "v1 v2 v3"],
  ["bad-sector-that-live-covers", /^packs\/v1/, "v1 v2 v3", [["replace", true]], ""],
  ["cut-off-event", /^journal\//, "", [["set-aside", false]], ""],
  ["flipped-bit-of-a-pack", /^packs\/v2/, "v2 v3", [["replace", true]], ""],
  ["flipped-bit-of-a-record", /^v2/, "v2 v3", [["replace", true]], ""],
  ["missing-pack-of-the-live-bytes", /^packs\/v3/, "v3", [["create", false]], ""],
  ["missing-record", /^v1/, "v1 v2 v3", [["create", false]], ""],
  ["rotten-format-number", /^v3/, "v3", [["replace", true]], ""],
  [
    "swapped-packs",
    /^packs\/v[23]/,
    "v2 v3",
    [
      ["replace", true],
      ["replace", true],
    ],
    "",
  ],
  ["zeroed-marker", /^store\.json$/, "", [["set-aside", false]], ""],
];

async function open(name: string): Promise<KnowledgeBaseVersioner> {
  const path = join(folder(), name);
  await cp(join(fixtures, name), path, { recursive: true });
  return new KnowledgeBaseVersioner(join(path, "kb.json"), {
    versionsFolder: join(path, "versions"),
    author: "Ana López",
  });
}

const shortIds = (ids: readonly string[]): string =>
  [...new Set(ids.map((id) => id.slice(0, 2)))].sort().join(" ");

/** The bytes of all versions, as texts. */
async function contentsOf(versioner: KnowledgeBaseVersioner): Promise<readonly string[]> {
  return Promise.all(["v1", "v2", "v3"].map(async (ref) => String(await versioner.readContent(ref))));
}

describe("the damaged stores", () => {
  it("are all in the table, and the sound one is sound", async () => {
    const names = (await readdir(fixtures, { withFileTypes: true })).filter((entry) => entry.isDirectory());
    expect(names.map(({ name }) => name).sort()).toEqual([...stores.map(([name]) => name), "sound"].sort());
    const readme = await readFile(join(fixtures, "README.md"), "utf8");
    for (const [name] of stores) expect(readme).toContain(`| \`${name}\` |`);
    expect((await (await open("sound")).verify({ readData: true })).ok).toBe(true);
  });

  it.each(stores)(
    "%s: verification names it, repair does what can be done",
    async (name, files, affected, steps, lost) => {
      const sound = await contentsOf(await open("sound"));
      const versioner = await open(name);
      const { problems } = await versioner.verify({ readData: true });
      for (const { file, next } of problems) {
        expect(file).toMatch(files);
        expect(next).toContain("`kbvault repair");
      }
      expect(shortIds(problems.flatMap(({ affectedVersions }) => affectedVersions))).toBe(affected);

      const alone = await versioner.repair();
      expect(alone.plan.steps.map(({ action, exact }) => [action, exact])).toEqual(steps);
      expect(shortIds(alone.plan.lost.map(({ versionId }) => versionId))).toBe(lost);
      expect((await versioner.verify({ readData: true })).problems).toEqual(alone.plan.remaining);
      expect((await versioner.repair()).repaired).toBe(false);
      if (lost === "") expect(await contentsOf(versioner)).toEqual(sound);
    },
  );

  it.each(stores)("%s: everything comes back with a copy", async (name) => {
    const sound = await contentsOf(await open("sound"));
    const versioner = await open(name);
    const { plan } = await versioner.repair({ from: [join(fixtures, "sound")] });
    expect(plan.steps.map(({ exact }) => exact)).not.toContain(false);
    expect(plan).toMatchObject({ lost: [], remaining: [] });
    expect((await versioner.verify({ readData: true })).problems).toEqual([]);
    expect(await contentsOf(versioner)).toEqual(sound);
    expect((await versioner.listLabels()).map((label) => label.name)).toEqual(["known-good", "released"]);
  });
});
