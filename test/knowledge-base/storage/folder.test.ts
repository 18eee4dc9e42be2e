import { mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type FilePort, nodeFiles } from "../../../src/files/port.ts";
import { FolderStorage } from "../../../src/knowledge-base/storage/folder.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { describeStorage } from "./contract.ts";

const folder = useTemporaryFolder();

describeStorage("folder", () => new FolderStorage(join(folder(), "deep", "store")));

describe("FolderStorage", () => {
  it("keeps each blob as a file of its name, and nothing else", async () => {
    const storage = new FolderStorage(folder());
    await storage.putIfAbsent("packs/a.pack", Buffer.from("x"));
    await storage.putIfAbsent("packs/a.pack", Buffer.from("y"));
    await storage.putIfAbsent("a.json", Buffer.from("z"));
    expect((await readdir(folder(), { recursive: true })).sort()).toEqual([
      "a.json",
      "packs",
      "packs/a.pack",
    ]);
  });

  it("lists neither folders, links, locks, unfinished files nor names that no blob has", async () => {
    await mkdir(join(folder(), "sub"));
    await symlink("nowhere", join(folder(), "link"));
    for (const name of [".lock", ".tmp-abc", ".gitignore", "copy of a.json", "a.json"]) {
      await writeFile(join(folder(), name), "x");
    }
    expect(await new FolderStorage(folder()).list("")).toEqual(["a.json"]);
  });

  it("creates nothing by reading", async () => {
    const storage = new FolderStorage(join(folder(), "none"));
    await storage.list("");
    await storage.get("a");
    expect(await readdir(folder())).toEqual([]);
  });

  it("works where a missing folder was removed again", async () => {
    const storage = new FolderStorage(folder());
    await storage.putIfAbsent("packs/a", Buffer.from("x"));
    await rm(join(folder(), "packs"), { recursive: true });
    expect(await storage.putIfAbsent("packs/a", Buffer.from("x"))).toBe(true);
  });

  it("syncs the folder after removing a blob", async () => {
    const opened: string[] = [];
    const port: FilePort = {
      ...nodeFiles,
      open: (path, flags, mode) => {
        opened.push(path);
        return nodeFiles.open(path, flags, mode);
      },
    };
    const storage = new FolderStorage(folder(), port);
    await storage.putIfAbsent("packs/a", Buffer.from("x"));
    opened.length = 0;
    await storage.remove("packs/a");
    expect(opened).toEqual([join(folder(), "packs")]);
  });

  it.each(["EACCES", "EIO"])("reports %s while reading as IO_ERROR", async (errno) => {
    const fail = (): Promise<never> => Promise.reject(Object.assign(new Error(errno), { code: errno }));
    const storage = new FolderStorage(folder(), { ...nodeFiles, open: fail, readdir: fail, stat: fail });
    const expected = { code: "IO_ERROR", data: { errno } };
    await expect(storage.get("a")).rejects.toMatchObject(expected);
    await expect(storage.list("")).rejects.toMatchObject(expected);
    await expect(storage.stat("a")).rejects.toMatchObject(expected);
  });
});
