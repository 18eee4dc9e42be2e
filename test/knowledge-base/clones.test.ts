import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KnowledgeBaseVersioner, type Version, type Warning } from "../../src/index.ts";
import { type Git, gitIn } from "../git.ts";

let folder = "";

const kb = (title: string): string =>
  JSON.stringify({ router: { title, steps: ["Apagar"] }, billing: { title: "Factura" } }, null, 2);

/** A clone of a repository with a knowledge base and its store. */
interface Clone {
  readonly git: Git;
  readonly versioner: KnowledgeBaseVersioner;
  readonly warnings: Warning[];
  save(content: string): Promise<Version>;
  commit(message: string): Promise<void>;
}

/** The clone in `name`, in which a minute passes whenever the time is asked for, from `hour` on. */
function cloneIn(name: string, hour: number): Clone {
  const place = join(folder, name);
  const file = join(place, "kb.json");
  const git = gitIn(place);
  const warnings: Warning[] = [];
  let minutes = 0;
  const versioner = new KnowledgeBaseVersioner(file, {
    versionsFolder: join(place, "versions"),
    author: name,
    clock: () => new Date(Date.UTC(2025, 0, 27, hour, minutes++)),
    onWarning: (warning) => warnings.push(warning),
  });
  return {
    git,
    versioner,
    warnings,
    save: async (content) => {
      await writeFile(file, content);
      return (await versioner.createVersion({ description: `Saved in ${name}` })).version;
    },
    commit: async (message) => {
      await git("add", ".");
      await git("commit", "-qm", message);
    },
  };
}

interface Clones {
  readonly ours: Clone;
  readonly theirs: Clone;
  readonly ourVersions: readonly Version[];
  readonly theirVersions: readonly Version[];
}

/** Two clones that both saved, labelled and tagged after the same first version; only their stores are committed. */
async function makeClones(): Promise<Clones> {
  await gitIn(folder)("init", "-q", "-b", "main", "origin");
  await writeFile(join(folder, "origin", ".gitignore"), "/kb.json\n");
  const origin = cloneIn("origin", 12);
  await origin.versioner.createStore();
  await origin.save(kb("Uno"));
  await origin.versioner.setLabel("known-good", "v1");
  await origin.commit("First");
  await gitIn(folder)("clone", "-q", "origin", "ours");
  await gitIn(folder)("clone", "-q", "origin", "theirs");

  const ours = cloneIn("ours", 13);
  const ourVersions = [await ours.save(kb("Dos")), await ours.save(kb("Tres"))];
  await ours.versioner.setLabel("known-good", "v2");
  await ours.versioner.setLabel("our-label", "v3");
  await ours.versioner.addTags("v2", ["ours"]);
  await ours.commit("Ours");

  const theirs = cloneIn("theirs", 14);
  const theirVersions = [await theirs.save(kb("Zwei"))];
  await theirs.versioner.setLabel("their-label", "v2");
  await theirs.versioner.addTags("v1", ["theirs"]);
  await theirs.commit("Theirs");
  await ours.git("remote", "add", "theirs", join(folder, "theirs"));
  await ours.git("fetch", "-q", "theirs");
  return { ours, theirs, ourVersions, theirVersions };
}

describe("two clones of a store that both went on", () => {
  let clones: Clones;
  beforeAll(async () => {
    folder = await mkdtemp(join(await realpath(tmpdir()), "kbvault-clones-"));
    clones = await makeClones();
    await clones.ours.git("merge", "-q", "-m", "Both", "theirs/main");
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("merged in git without a conflict, by new files only", async () => {
    const { git } = clones.ours;
    expect(await git("status", "--short")).toBe("");
    const changed = await git("diff", "--name-status", "HEAD^1", "HEAD");
    expect(
      changed
        .trim()
        .split("\n")
        .filter((line) => !line.startsWith("A\t")),
    ).toEqual([]);
  });

  it("share a number, which is said once and by verify, and is no damage", async () => {
    const { ours, ourVersions, theirVersions } = clones;
    ours.warnings.length = 0;
    const ids = [ourVersions[0], theirVersions[0]].map((version) => version?.versionId ?? "");

    const verified = await ours.versioner.verify({ readData: true });
    expect(verified).toMatchObject({ ok: true, problems: [], versionsChecked: 4 });
    expect(verified.warnings).toMatchObject([{ kind: "sequence-collision", affectedVersions: ids }]);
    expect(ours.warnings).toMatchObject([
      { code: "SEQUENCE_COLLISION", data: { sequence: 2, versionIds: ids } },
    ]);
    await ours.versioner.listVersions();
    expect(ours.warnings).toHaveLength(1);

    await expect(ours.versioner.getVersion("v2")).rejects.toMatchObject({
      code: "REF_AMBIGUOUS",
      data: { candidates: ids.toReversed() },
    });
  });

  it("have every version, label and tag of either", async () => {
    const { ours, ourVersions, theirVersions } = clones;
    for (const [version, title] of [
      [ourVersions[0], "Dos"],
      [ourVersions[1], "Tres"],
      [theirVersions[0], "Zwei"],
    ] as const) {
      expect((await ours.versioner.readContent(version?.versionId ?? "")).toString()).toBe(kb(title));
    }
    expect((await ours.versioner.listVersions()).length).toBe(4);
    expect((await ours.versioner.getVersion("v1")).tags).toEqual(["theirs"]);
    const labels = (await ours.versioner.listLabels()).map(({ name, versionId }) => [name, versionId]);
    expect(labels).toEqual([
      ["known-good", ourVersions[0]?.versionId],
      ["our-label", ourVersions[1]?.versionId],
      ["their-label", theirVersions[0]?.versionId],
    ]);
  });

  it("go on together with a number that neither has", async () => {
    const { ours, theirs } = clones;
    expect((await ours.save(kb("Cuatro"))).sequence).toBe(4);
    await ours.commit("Next");
    await theirs.git("pull", "-q", "--ff-only", join(folder, "ours"), "main");
    expect((await theirs.versioner.getLatestVersion())?.sequence).toBe(4);
    expect((await theirs.versioner.readContent("v4")).toString()).toBe(kb("Cuatro"));
  });
});
