import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { KnowledgeBaseVersioner, type Version } from "../../../src/index.ts";
import { type Git, gitIn } from "../../git.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";

const folder = useTemporaryFolder();

const kb = (title: string, ...steps: readonly string[]): string =>
  JSON.stringify({ [title]: { title, steps, text: `${title} und der Router, ganz ausführlich.` } }, null, 2);

interface Clone {
  readonly git: Git;
  readonly versioner: KnowledgeBaseVersioner;
  save(content: string): Promise<Version>;
  commit(): Promise<void>;
}

function cloneIn(name: string, hour: number): Clone {
  const place = join(folder(), name);
  const git = gitIn(place);
  let minutes = 0;
  const versioner = new KnowledgeBaseVersioner(join(place, "kb.json"), {
    versionsFolder: join(place, "versions"),
    author: name,
    clock: () => new Date(Date.UTC(2025, 0, 27, hour, minutes++)),
  });
  return {
    git,
    versioner,
    save: async (content) => {
      await writeFile(join(place, "kb.json"), content);
      return (await versioner.createVersion({ description: `Saved in ${name}` })).version;
    },
    commit: async () => {
      await git("add", ".");
      await git("commit", "-qm", "More");
    },
  };
}

/** Two versions that share nothing; one clone prunes the first, the other makes a third of its bytes; then both are merged. */
async function mergeClones(
  grace: string,
): Promise<{ readonly ours: Clone; readonly versions: readonly Version[] }> {
  await mkdir(join(folder(), "origin"));
  await gitIn(join(folder(), "origin"))("init", "-q", "-b", "main");
  await writeFile(join(folder(), "origin", ".gitignore"), "/kb.json\n");
  const origin = cloneIn("origin", 12);
  await origin.versioner.createStore();
  const first = await origin.save(kb("Conexión", "Apagar"));
  const second = await origin.save(kb("Drucker", "Papier"));
  await origin.commit();
  for (const name of ["ours", "theirs"]) await gitIn(folder())("clone", "-q", "origin", name);

  const ours = cloneIn("ours", 13);
  await ours.versioner.pruneVersions({ policy: { keepLast: 1, grace } });
  await ours.commit();

  const theirs = cloneIn("theirs", 14);
  await theirs.versioner.restoreVersion("v1");
  await theirs.versioner.setLabel("theirs", "v1");
  const third = await theirs.save(kb("Conexión", "Apagar", "Encender"));
  await theirs.commit();
  await ours.git("remote", "add", "theirs", join(folder(), "theirs"));
  await ours.git("fetch", "-q", "theirs");
  await ours.git("merge", "-q", "-m", "Both", "theirs/main");
  return { ours, versions: [first, second, third] };
}

describe("two clones, one of which pruned a version that the other one went on from", () => {
  it("lose nothing while it is in the trash: its bytes are there, and it comes back where it is wanted", async () => {
    const { ours, versions } = await mergeClones("14d");
    const { versioner } = ours;
    expect((await versioner.verify({ readData: true })).problems).toEqual([]);
    expect((await versioner.listVersions()).map(({ sequence }) => sequence)).toEqual([3, 2]);
    expect((await versioner.readContent("v3")).toString()).toBe(kb("Conexión", "Apagar", "Encender"));
    await expect(versioner.getVersion("theirs")).rejects.toMatchObject({
      code: "REF_NOT_FOUND",
      message: expect.stringContaining(`kbvault trash restore ${versions[0]?.versionId}`),
    });
    await versioner.restoreFromTrash("v1");
    expect((await versioner.getVersion("theirs")).sequence).toBe(1);
  });

  it("lack its bytes where it was given up: verify says so, and the files from git's history heal it for good", async () => {
    const { ours, versions } = await mergeClones("0s");
    const { versioner, git } = ours;
    const [first, , third] = versions.map(({ versionId }) => versionId);
    const { problems } = await versioner.verify();
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.flatMap(({ affectedVersions }) => affectedVersions)).toContain(third);
    await expect(versioner.readContent("v3")).rejects.toMatchObject({ code: "STORE_DAMAGED" });
    await expect(versioner.pruneVersions({ policy: { keepLast: 1 } })).rejects.toMatchObject({
      code: "STORE_DAMAGED",
    });

    await git(
      "checkout",
      "-q",
      "theirs/main",
      "--",
      `versions/${first}.json`,
      `versions/packs/${first}.pack`,
    );
    expect((await versioner.verify({ readData: true })).problems).toEqual([]);
    expect((await versioner.readContent("v3")).toString()).toBe(kb("Conexión", "Apagar", "Encender"));
    await versioner.pruneVersions({ policy: { keepLast: 1, grace: "0s" } });
    expect((await versioner.verify({ readData: true })).problems).toEqual([]);
    expect((await versioner.listVersions()).map(({ sequence }) => sequence)).toEqual([3]);
  });
});
