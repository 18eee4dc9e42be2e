import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { setLabel } from "../../src/knowledge-base/labels.ts";
import { createVersion } from "../../src/knowledge-base/snapshot.ts";
import { MemoryStorage } from "../../src/knowledge-base/storage/memory.ts";
import { createStore } from "../../src/knowledge-base/store.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";
import { makeAccess } from "./make-access.ts";
import { makeVersioner, type Sandbox } from "./make-versioner.ts";

const folder = useTemporaryFolder();

async function makeTwo(): Promise<Sandbox> {
  const sandbox = await makeVersioner(folder());
  await sandbox.save('{"a":1}');
  await sandbox.save('{"a":2}');
  return sandbox;
}

const eventsIn = async (store: string): Promise<number> =>
  (await readdir(join(store, "journal")).catch(() => [])).length;

describe("a label", () => {
  it("names one version, moves, and is a ref", async () => {
    const { versioner } = await makeTwo();
    expect(await versioner.setLabel("known-good", "v1")).toMatchObject({
      sequence: 1,
      labels: ["known-good"],
    });
    expect(await versioner.setLabel("known-good", "latest")).toMatchObject({
      sequence: 2,
      labels: ["known-good"],
    });
    expect((await versioner.getVersion("v1")).labels).toEqual([]);
    expect((await versioner.getVersion("known-good")).sequence).toBe(2);
    expect(await versioner.listLabels()).toEqual([
      {
        name: "known-good",
        versionId: expect.stringMatching(/^v2_/),
        sequence: 2,
        movedAt: expect.stringMatching(/^2025-/),
        movedBy: "Ana López",
      },
    ]);
  });

  it("that stands there already moves nowhere: no event is written", async () => {
    const { versioner, store } = await makeTwo();
    await versioner.setLabel("a", "v1");
    await versioner.setLabel("a", "v1");
    expect(await eventsIn(store)).toBe(1);
  });

  it("can be deleted, and leaves its version", async () => {
    const { versioner } = await makeTwo();
    await versioner.setLabel("b", "v1");
    await versioner.setLabel("a", "v1");
    expect((await versioner.listLabels()).map((label) => label.name)).toEqual(["a", "b"]);
    await versioner.deleteLabel("b");
    expect((await versioner.getVersion("v1")).labels).toEqual(["a"]);
    await expect(versioner.getVersion("b")).rejects.toMatchObject({ code: "REF_NOT_FOUND" });
    await expect(versioner.deleteLabel("aa")).rejects.toMatchObject({
      code: "REF_NOT_FOUND",
      data: { candidates: ["a"] },
    });
  });

  it.each(["", "a b\u0000", "..", "-x", "a..b", "x".repeat(300)])("is not called %j", async (name) => {
    const { versioner, store } = await makeTwo();
    await expect(versioner.setLabel(name, "v1")).rejects.toMatchObject({ code: "INVALID_TEXT" });
    expect(await eventsIn(store)).toBe(0);
  });

  it("on a version that is not there is refused", async () => {
    const { versioner, store } = await makeTwo();
    await expect(versioner.setLabel("a", "v9")).rejects.toMatchObject({ code: "REF_NOT_FOUND" });
    expect(await eventsIn(store)).toBe(0);
  });
});

describe("a tag", () => {
  it("is added to those that a version has, once, sorted", async () => {
    const { versioner, store } = await makeTwo();
    expect((await versioner.addTags("v1", ["review", "before-deploy"])).tags).toEqual([
      "before-deploy",
      "review",
    ]);
    expect((await versioner.addTags("v1", ["review", "x"])).tags).toEqual(["before-deploy", "review", "x"]);
    await versioner.addTags("v1", ["x"]);
    expect(await eventsIn(store)).toBe(2);
    expect((await versioner.listVersions({ tag: "x" })).map((version) => version.sequence)).toEqual([1]);
    expect((await versioner.getVersion("review")).sequence).toBe(1);
  });

  it("that two versions have is no ref", async () => {
    const { versioner } = await makeTwo();
    await versioner.addTags("v1", ["both"]);
    await versioner.addTags("v2", ["both"]);
    await expect(versioner.getVersion("both")).rejects.toMatchObject({ code: "REF_AMBIGUOUS" });
  });
});

describe("a label that is expected somewhere", () => {
  it("moves from there only, and the error says where it stands, who moved it and when", async () => {
    const { versioner, store } = await makeTwo();
    await versioner.setLabel("a", "v1", { expected: null });
    const { versionId } = await versioner.setLabel("a", "v2", { expected: "v1" });
    expect((await versioner.getVersion("a")).versionId).toBe(versionId);
    const [label] = await versioner.listLabels();
    const stands = { label: "a", versionId, movedBy: "Ana López", movedAt: label?.movedAt };
    const error = { code: "LABEL_MOVED", data: expect.objectContaining(stands) };
    await expect(versioner.setLabel("a", "v1", { expected: "v1" })).rejects.toMatchObject(error);
    await expect(versioner.setLabel("a", "v2", { expected: null })).rejects.toMatchObject(error);
    await expect(versioner.deleteLabel("a", { expected: "v1" })).rejects.toMatchObject(error);
    expect(await eventsIn(store)).toBe(2);
    await versioner.deleteLabel("a", { expected: "a" });
    expect(await versioner.listLabels()).toEqual([]);
    await expect(versioner.setLabel("a", "v1", { expected: "v2" })).rejects.toMatchObject({
      code: "LABEL_MOVED",
      data: { versionId: null, movedBy: null, movedAt: null },
    });
  });

  it("is moved by one of many who saw it there", async () => {
    const { versioner } = await makeTwo();
    const shared = new MemoryStorage();
    const kbPath = versioner.kbPath;
    await createStore(shared, new Date());
    for (const content of ["{}", "[]"]) {
      await writeFile(kbPath, content);
      await createVersion(makeAccess({ kbPath, storage: shared }), { description: "x" }, "Ana");
    }
    const move = (author: string): Promise<unknown> =>
      setLabel(makeAccess({ kbPath, storage: shared }), "good", "v2", { expected: null }, author);
    const moves = await Promise.allSettled(
      Array.from({ length: 12 }, (_, number) => move(`Writer ${number}`)),
    );
    expect(moves.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const { reason } of moves.filter((one) => one.status === "rejected"))
      expect(reason).toMatchObject({
        code: "LABEL_MOVED",
        data: { movedBy: expect.stringMatching(/^Writer /) },
      });
  });
});
