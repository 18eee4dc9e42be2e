import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { restoreVersion, undoRestore } from "../../../src/knowledge-base/restore/restore.ts";
import { createVersion } from "../../../src/knowledge-base/snapshot.ts";
import { readStatus } from "../../../src/knowledge-base/status.ts";
import { FolderStorage } from "../../../src/knowledge-base/storage/folder.ts";
import { MemoryStorage } from "../../../src/knowledge-base/storage/memory.ts";
import { createStore } from "../../../src/knowledge-base/store.ts";
import type { StoreAccess } from "../../../src/knowledge-base/store-access.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { makeAccess } from "../make-access.ts";

const folder = useTemporaryFolder();

/** Two machines with a live file each, and one store. */
describe("undo where many write", () => {
  let ana: StoreAccess;
  let ben: StoreAccess;

  beforeEach(async () => {
    const storage = new MemoryStorage();
    await createStore(storage, new Date());
    ana = makeAccess({ kbPath: join(folder(), "ana.json"), storage });
    ben = makeAccess({ kbPath: join(folder(), "ben.json"), storage });
    for (const content of ['{"a": 1}', '{"a": 2}']) {
      await writeFile(ana.kbPath, content);
      await createVersion(ana, { description: content }, "Ana");
    }
    await writeFile(ben.kbPath, '{"b": 1}');
  });

  it("takes back what was restored here, and can itself be undone", async () => {
    await restoreVersion(ana, "v1", {}, "Ana");
    expect((await readStatus(ana)).undoTo?.sequence).toBe(2);
    await undoRestore(ana, {}, "Ana");
    expect(await readFile(ana.kbPath, "utf8")).toBe('{"a": 2}');
    await undoRestore(ana, {}, "Ana");
    expect(await readFile(ana.kbPath, "utf8")).toBe('{"a": 1}');
  });

  it("leaves the live file alone where another machine restored, and names who did", async () => {
    await restoreVersion(ana, "v1", {}, "Ana");
    expect((await readStatus(ben)).undoTo).toBeNull();
    await expect(undoRestore(ben, {}, "Ben")).rejects.toMatchObject({
      code: "NOTHING_TO_UNDO",
      message: expect.stringMatching(/Ana made .* of .*ana\.json.*kbvault restore v2_\d+_\d+ --dry-run/),
      data: { path: ben.kbPath, by: "Ana", versionId: expect.stringMatching(/^v2_/) },
    });
    expect(await readFile(ben.kbPath, "utf8")).toBe('{"b": 1}');
    expect(await readFile(ana.kbPath, "utf8")).toBe('{"a": 1}');
  });

  it("leaves an edit alone that was made after the restore", async () => {
    await restoreVersion(ana, "v1", {}, "Ana");
    await writeFile(ana.kbPath, '{"a": 3}');
    await expect(undoRestore(ana, { dryRun: true }, "Ana")).rejects.toMatchObject({
      code: "NOTHING_TO_UNDO",
    });
    expect(await readFile(ana.kbPath, "utf8")).toBe('{"a": 3}');
  });
});

describe("undo in a folder whose store was joined with another", () => {
  it("leaves the live file alone where the last restore was of another file", async () => {
    const storage = new FolderStorage(join(folder(), "versions"));
    await createStore(storage, new Date());
    const [ours, theirs] = ["ours.json", "theirs.json"].map((name) =>
      makeAccess({ kbPath: join(folder(), name), storage }),
    ) as [StoreAccess, StoreAccess];
    await writeFile(ours.kbPath, '{"a": 1}');
    await createVersion(ours, { description: "One" }, "Ana");
    await writeFile(theirs.kbPath, '{"b": 1}');
    await restoreVersion(theirs, "v1", {}, "Ben");
    await writeFile(ours.kbPath, '{"a": 2}');
    await expect(undoRestore(ours, {}, "Ana")).rejects.toMatchObject({ code: "NOTHING_TO_UNDO" });
    expect((await readStatus(ours)).undoTo).toBeNull();
    // Its own file may have been edited since.
    await writeFile(theirs.kbPath, '{"b": 2}');
    await undoRestore(theirs, {}, "Ben");
    expect(await readFile(theirs.kbPath, "utf8")).toBe('{"b": 1}');
  });
});
