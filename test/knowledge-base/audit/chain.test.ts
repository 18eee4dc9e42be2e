import { cp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type AuditResult, KnowledgeBaseVersioner } from "../../../src/index.ts";
import { seal } from "../../../src/knowledge-base/seal.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { makeVersioner, type Sandbox } from "../make-versioner.ts";

const folder = useTemporaryFolder();
const fixtures = join(import.meta.dirname, "..", "..", "fixtures");

/** Three versions, two labels and a restore with the safety version before it: seven links. */
async function makeStore(): Promise<Sandbox> {
  const sandbox = await makeVersioner(folder());
  await sandbox.save('{"a":1}');
  await sandbox.versioner.setLabel("known-good", "v1");
  await sandbox.save('{"a":2}');
  await sandbox.versioner.setLabel("known-good", "v2");
  await sandbox.save('{"a":3}');
  await sandbox.write('{"a":4}');
  await sandbox.versioner.restoreVersion("v1");
  return sandbox;
}

/** The names of all records and events, oldest first. */
async function namesIn(versioner: KnowledgeBaseVersioner): Promise<string[]> {
  return (await versioner.audit()).acts.map(({ file }) => file).reverse();
}

/** Changes members of a sealed file and seals it anew, as somebody would who knows the format. */
async function forge(path: string, changes: object): Promise<void> {
  const { format, checksum: _, ...members } = JSON.parse(await readFile(path, "utf8"));
  await writeFile(path, seal({ ...members, ...changes }, format));
}

const broken = ({ breaks }: AuditResult): unknown => breaks.map(({ kind, file }) => [kind, file]);

describe("the chain", () => {
  it("goes from the first version to the newest event, one after the other", async () => {
    const { versioner } = await makeStore();
    const { ok, acts, chain, breaks, problems } = await versioner.audit();
    expect({ ok, breaks, problems }).toEqual({ ok: true, breaks: [], problems: [] });
    expect(acts.map(({ op, proof }) => [op, proof])).toEqual([
      ["restore", "head"],
      ["safety", "followed"],
      ["snapshot", "followed"],
      ["label", "followed"],
      ["snapshot", "followed"],
      ["label", "followed"],
      ["snapshot", "followed"],
    ]);
    expect(chain).toEqual({
      from: acts.at(-1)?.file,
      length: 7,
      unchained: 0,
      head: expect.stringMatching(/^\d{8}T\d{9}Z_000003_[0-9a-z]{8}:[0-9a-f]{64}$/),
    });
    expect((await versioner.verify()).problems).toEqual([]);
  });

  it("proves of every record and event but the newest that it was removed", async () => {
    const { versioner, store } = await makeStore();
    const names = await namesIn(versioner);
    for (const name of names.slice(0, -1)) {
      await rename(join(store, name), join(store, ".away"));
      const audit = await versioner.audit();
      expect([audit.ok, broken(audit)]).toEqual([false, [["missing", name]]]);
      expect((await versioner.verify()).problems.map(({ file }) => file)).toContain(name);
      await rename(join(store, ".away"), join(store, name));
    }
    expect((await versioner.audit()).ok).toBe(true);
  });

  it("proves of every record and event but the newest that it was changed and sealed anew", async () => {
    const { versioner, store } = await makeStore();
    const names = await namesIn(versioner);
    for (const name of names.slice(0, -1)) {
      const before = await readFile(join(store, name));
      await forge(join(store, name), name.startsWith("journal/") ? { by: "Nobody" } : { author: "Nobody" });
      const audit = await versioner.audit();
      expect([audit.ok, broken(audit)]).toEqual([false, [["changed", name]]]);
      expect(audit.acts.find(({ file }) => file === name)).toMatchObject({ by: "Nobody", proof: "changed" });
      const verified = await versioner.verify();
      expect(verified.problems).toMatchObject([{ kind: "damaged", file: name }]);
      await writeFile(join(store, name), before);
    }
    expect((await versioner.verify()).ok).toBe(true);
  });

  it("proves that two events changed places", async () => {
    const { versioner, store } = await makeStore();
    const [first, second] = (await namesIn(versioner)).filter((name) => name.startsWith("journal/"));
    const [a, b] = await Promise.all(
      [first, second].map(async (name) => readMembers(join(store, name ?? ""))),
    );
    const swap = { by: b?.["by"], versionId: b?.["versionId"], was: b?.["was"] };
    await forge(join(store, first ?? ""), swap);
    await forge(join(store, second ?? ""), { by: a?.["by"], versionId: a?.["versionId"], was: a?.["was"] });
    expect(broken(await versioner.audit())).toEqual([
      ["changed", first],
      ["changed", second],
    ]);
  });

  it("cannot prove from inside that the newest was removed, and can with a head that was kept", async () => {
    const { versioner, store } = await makeStore();
    const { head } = (await versioner.audit()).chain;
    const expected = { expect: head ?? "" };
    await versioner.addTags("v1", ["later"]);
    expect((await versioner.audit(expected)).ok).toBe(true);
    const [later, newest] = (await namesIn(versioner)).reverse();
    await rm(join(store, later ?? ""));
    expect((await versioner.audit(expected)).ok).toBe(true);
    await rm(join(store, newest ?? ""));
    expect((await versioner.audit()).ok).toBe(true);
    const audit = await versioner.audit(expected);
    expect(audit.breaks).toEqual([
      { kind: "missing", file: newest, checksum: head?.split(":")[1], followedBy: null },
    ]);
    expect(audit.ok).toBe(false);
  });

  it("holds a head that was changed against the one that was kept", async () => {
    const { versioner, store } = await makeStore();
    const { head } = (await versioner.audit()).chain;
    const newest = (await namesIn(versioner)).at(-1) ?? "";
    await forge(join(store, newest), { by: "Nobody" });
    expect((await versioner.audit()).ok).toBe(true);
    expect(broken(await versioner.audit({ expect: head ?? "" }))).toEqual([["changed", newest]]);
  });

  it.each(["", "v1", "v1_20250127_120000:abc", "../x:".padEnd(69, "0"), "a b"])(
    "refuses %j as a head",
    async (text) => {
      const { versioner } = await makeVersioner(folder());
      await expect(versioner.audit({ expect: text })).rejects.toMatchObject({
        code: "USAGE",
        data: { option: "expect" },
      });
    },
  );

  it("comes together again after two clones grew and were merged", async () => {
    const { versioner, store, save, write } = await makeStore();
    const other = join(folder(), "other");
    await cp(store, other, { recursive: true });
    await write('{"a":5}');
    const clone = new KnowledgeBaseVersioner(join(folder(), "kb.json"), {
      versionsFolder: other,
      author: "Luis",
      clock: () => new Date("2020-01-01T00:00:00Z"),
    });
    await clone.createVersion({ description: "In the clone" });
    await clone.setLabel("draft", "latest");
    await save('{"a":6}');
    await cp(other, store, { recursive: true, force: false, errorOnExist: false });

    const forked = await versioner.audit();
    expect(forked.ok).toBe(true);
    expect(forked.chain.head?.split(",")).toHaveLength(2);
    expect((await versioner.audit({ expect: forked.chain.head ?? "" })).ok).toBe(true);
    const theirs = forked.acts.find(({ by, op }) => by === "Luis" && op === "label")?.file ?? "";
    await versioner.addTags("known-good", ["merged"]);
    const joined = await versioner.audit();
    expect(joined.chain.head).not.toContain(",");
    expect(joined.acts.filter(({ proof }) => proof === "head")).toMatchObject([{ op: "tag" }]);
    await rm(join(store, theirs));
    expect(broken(await versioner.audit())).toEqual([["missing", theirs]]);
  });

  it("lists acts in the order in which they were done, whatever the clock said", async () => {
    let year = 2030;
    const clock = (): Date => new Date(Date.UTC(year--, 0, 1));
    const { versioner, save } = await makeVersioner(folder(), { clock });
    await save("[1]");
    await versioner.setLabel("a", "v1");
    await save("[2]");
    const { acts, ok } = await versioner.audit();
    expect([ok, acts.map(({ op }) => op)]).toEqual([true, ["snapshot", "label", "snapshot"]]);
    expect(acts[0]?.at.localeCompare(acts[2]?.at ?? "")).toBeLessThan(0);
  });

  it("begins in an old store with the next write, and then holds everything from before, too", async () => {
    const store = join(folder(), "versions");
    await cp(join(fixtures, "format-1-store", "versions"), store, { recursive: true });
    const versioner = new KnowledgeBaseVersioner(join(folder(), "kb.json"), { versionsFolder: store });
    const before = await versioner.audit();
    expect(before).toMatchObject({ ok: true, chain: { from: null, length: 0, unchained: 7, head: null } });
    expect(new Set(before.acts.map(({ proof }) => proof))).toEqual(new Set(["unchained"]));
    expect((await versioner.verify()).ok).toBe(true);

    await versioner.addTags("v1", ["chained"]);
    const after = await versioner.audit();
    expect(after).toMatchObject({ ok: true, chain: { from: after.acts[0]?.file, length: 8, unchained: 0 } });
    const [record] = (await readdir(store)).filter((name) => name.startsWith("v2_"));
    await rm(join(store, record ?? ""));
    expect(broken(await versioner.audit())).toEqual([["missing", record]]);
  });

  it("calls a version that was given up no break, and still holds what only that one followed", async () => {
    const { versioner, store, save } = await makeVersioner(folder());
    const content = (word: string): string => JSON.stringify({ a: word.repeat(5000) });
    await save(content("one"));
    await versioner.setLabel("known-good", "v1");
    const { versionId } = await save(content("two"));
    await save(content("three"));
    const names = await namesIn(versioner);
    await versioner.pruneVersions({ policy: { keepLast: 1 } });
    await versioner.emptyTrash();
    expect(await readdir(store)).not.toContain(`${versionId}.json`);
    const audit = await versioner.audit();
    expect([audit.ok, broken(audit)]).toEqual([true, []]);
    expect(audit.acts.map(({ op }) => op)).toContain("prune");

    const label = names.find((name) => name.startsWith("journal/")) ?? "";
    await rm(join(store, label));
    expect(broken(await versioner.audit())).toEqual([["missing", label]]);
  });

  it("calls what a repair set aside no break, and says that it was repaired", async () => {
    const { versioner, store } = await makeStore();
    const [label] = (await namesIn(versioner)).filter((name) => name.startsWith("journal/"));
    await writeFile(join(store, label ?? ""), "rotten");
    expect((await versioner.audit()).problems).toMatchObject([{ kind: "damaged", file: label }]);
    await versioner.repair();
    const { ok, acts } = await versioner.audit();
    expect(ok).toBe(true);
    expect(acts[0]).toMatchObject({ op: "repair", change: { files: [{ file: label, exact: false }] } });
  });

  it("costs a version no file more", async () => {
    const { store, save } = await makeVersioner(folder());
    await save("[1]");
    const count = async (): Promise<number> =>
      (await readdir(store, { recursive: true })).filter((name) => !name.startsWith(".cache")).length;
    const before = await count();
    await save("[2]");
    expect(await count()).toBe(before + 2);
  });
});

async function readMembers(path: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(path, "utf8"));
}
