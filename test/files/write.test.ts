import { mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { type FilePort, nodeFiles, type OpenFile } from "../../src/files/port.ts";
import { createFolder, writeFileDurably } from "../../src/files/write.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";

const folder = useTemporaryFolder();
const bytes = (text: string): Uint8Array => Buffer.from(text);

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: told to fail`), { code });
}

/** The real file system, with the calls it got in `calls`, and handles changed by `wrap`. */
function recordingPort(
  calls: string[],
  wrap: (handle: OpenFile) => Partial<OpenFile> = () => ({}),
): FilePort {
  const open = async (path: string, flags: string | number, mode?: number): Promise<OpenFile> => {
    const handle: OpenFile = await nodeFiles.open(path, flags, mode);
    const isFolder = (await handle.stat({ bigint: true })).isDirectory();
    const changed = wrap(handle);
    calls.push(isFolder ? "open folder" : "open");
    return {
      read: (...args) => handle.read(...args),
      write: (...args) => (changed.write ?? handle.write.bind(handle))(...args),
      sync: () => {
        calls.push(isFolder ? "fsync folder" : "fsync");
        return isFolder ? handle.sync() : (changed.sync ?? handle.sync.bind(handle))();
      },
      stat: (options) => handle.stat(options),
      chmod: (bits) => handle.chmod(bits),
      chown: (uid, gid) => (changed.chown ?? handle.chown.bind(handle))(uid, gid),
      close: () => {
        calls.push("close");
        return handle.close();
      },
    };
  };
  return {
    ...nodeFiles,
    open,
    rename: (from, to) => {
      calls.push("rename");
      return nodeFiles.rename(from, to);
    },
    link: (from, to) => {
      calls.push("link");
      return nodeFiles.link(from, to);
    },
    unlink: (path) => {
      calls.push("unlink");
      return nodeFiles.unlink(path);
    },
  };
}

describe("writeFileDurably", () => {
  it("syncs the file before it gets its name and the folder after", async () => {
    const calls: string[] = [];
    await writeFileDurably(join(folder(), "a"), bytes("x"), { port: recordingPort(calls) });
    expect(calls).toEqual(["open", "fsync", "close", "rename", "open folder", "fsync folder", "close"]);
  });

  it("gives an exclusive file its name by a link, never by a rename", async () => {
    const calls: string[] = [];
    await writeFileDurably(join(folder(), "a"), bytes("x"), { exclusive: true, port: recordingPort(calls) });
    expect(calls).toEqual([
      "open",
      "fsync",
      "close",
      "link",
      "unlink",
      "open folder",
      "fsync folder",
      "close",
    ]);
  });

  it.each([
    ["one piece", bytes("abc")],
    ["an array of pieces", [bytes("a"), bytes(""), bytes("bc")]],
    [
      "pieces that arrive later",
      (async function* () {
        yield bytes("ab");
        yield bytes("c");
      })(),
    ],
  ])("writes %s", async (_, chunks) => {
    const path = join(folder(), "a");
    expect(await writeFileDurably(path, chunks)).toBe(true);
    expect(await readFile(path, "utf8")).toBe("abc");
    expect(await readdir(folder())).toEqual(["a"]);
  });

  it("replaces a file, and leaves it alone when exclusive", async () => {
    const path = join(folder(), "a");
    await writeFileDurably(path, bytes("first"));
    expect(await writeFileDurably(path, bytes("second"))).toBe(true);
    expect(await writeFileDurably(path, bytes("third"), { exclusive: true })).toBe(false);
    expect(await readFile(path, "utf8")).toBe("second");
    expect(await readdir(folder())).toEqual(["a"]);
  });

  it("lets exactly one of many exclusive writers win", async () => {
    const path = join(folder(), "a");
    const writers = Array.from({ length: 20 }, (_, n) =>
      writeFileDurably(path, bytes(`${n}`), { exclusive: true }),
    );
    const results = await Promise.all(writers);
    expect(results.filter(Boolean)).toHaveLength(1);
    expect(await readFile(path, "utf8")).toBe(String(results.indexOf(true)));
  });

  it.each([0o600, 0o644, 0o664, 0o400])("sets mode %o whatever the umask is", async (mode) => {
    const path = join(folder(), "a");
    await writeFileDurably(path, bytes("x"), { mode });
    expect((await stat(path)).mode & 0o7777).toBe(mode);
  });

  it("goes on when the system does not let it give the file away", async () => {
    const path = join(folder(), "a");
    const port = recordingPort([], () => ({ chown: async () => Promise.reject(systemError("EPERM")) }));
    await writeFileDurably(path, bytes("x"), { owner: { uid: 12345, gid: 12345 }, port });
    expect(await readFile(path, "utf8")).toBe("x");
  });

  it("puts a file that was written in short pieces together", async () => {
    const path = join(folder(), "a");
    const port = recordingPort([], (handle) => ({
      write: (buffer, offset, length) => handle.write(buffer, offset, Math.min(length, 3)),
    }));
    await writeFileDurably(path, bytes("0123456789"), { port });
    expect(await readFile(path, "utf8")).toBe("0123456789");
  });

  it.each([
    ["ENOSPC", "NO_SPACE"],
    ["EDQUOT", "NO_SPACE"],
    ["EROFS", "STORE_NOT_WRITABLE"],
    ["EACCES", "STORE_NOT_WRITABLE"],
    ["EPERM", "STORE_NOT_WRITABLE"],
    ["EIO", "IO_ERROR"],
  ])("reports %s as %s and leaves the old file and nothing else", async (errno, code) => {
    const path = join(folder(), "a");
    await writeFile(path, "old");
    const port = recordingPort([], () => ({ write: async () => Promise.reject(systemError(errno)) }));
    await expect(writeFileDurably(path, bytes("new"), { port })).rejects.toMatchObject({
      name: "KbvaultError",
      code,
      data: { errno, path },
    });
    expect(await readFile(path, "utf8")).toBe("old");
    expect(await readdir(folder())).toEqual(["a"]);
  });

  it("never tries a failed fsync again", async () => {
    const path = join(folder(), "a");
    const calls: string[] = [];
    const port = recordingPort(calls, () => ({ sync: async () => Promise.reject(systemError("EIO")) }));
    await expect(writeFileDurably(path, bytes("new"), { port })).rejects.toMatchObject({ code: "IO_ERROR" });
    expect(calls).toEqual(["open", "fsync", "close", "unlink"]);
    expect(await readdir(folder())).toEqual([]);
  });

  it("notices a system that loses bytes without an error", async () => {
    const path = join(folder(), "a");
    const port = recordingPort([], () => ({ write: async () => ({ bytesWritten: 0 }) }));
    await expect(writeFileDurably(path, bytes("new"), { port })).rejects.toMatchObject({
      code: "IO_ERROR",
      data: { written: 3, size: 0 },
    });
    expect(await readdir(folder())).toEqual([]);
  });

  it("calls beforeRename when the bytes are safe and the old file still stands", async () => {
    const path = join(folder(), "a");
    await writeFile(path, "old");
    const seen: string[] = [];
    await writeFileDurably(path, bytes("new"), {
      beforeRename: async () => {
        seen.push(await readFile(path, "utf8"), String((await readdir(folder())).length));
      },
    });
    expect(seen).toEqual(["old", "2"]);
  });

  it("abandons the write when beforeRename or the chunks throw, passing their error on", async () => {
    const path = join(folder(), "a");
    const refusal = new Error("changed meanwhile");
    const beforeRename = async (): Promise<void> => Promise.reject(refusal);
    await expect(writeFileDurably(path, bytes("x"), { beforeRename })).rejects.toBe(refusal);
    const broken = (function* (): Generator<Uint8Array> {
      yield bytes("x");
      throw refusal;
    })();
    await expect(writeFileDurably(path, broken)).rejects.toBe(refusal);
    expect(await readdir(folder())).toEqual([]);
  });

  it("says that the file is in place when only the folder could not be synced", async () => {
    const path = join(folder(), "a");
    const port: FilePort = {
      ...nodeFiles,
      open: (name, flags, mode) =>
        name === folder() ? Promise.reject(systemError("EIO")) : nodeFiles.open(name, flags, mode),
    };
    await expect(writeFileDurably(path, bytes("x"), { port })).rejects.toMatchObject({
      code: "IO_ERROR",
      data: { errno: "EIO", renamed: true },
    });
    expect(await readFile(path, "utf8")).toBe("x");
  });

  it("reports a missing folder", async () => {
    const path = join(folder(), "none", "a");
    await expect(writeFileDurably(path, bytes("x"))).rejects.toMatchObject({
      code: "IO_ERROR",
      data: { errno: "ENOENT" },
    });
  });
});

describe("createFolder", () => {
  it("creates what is missing and syncs the folder above each", async () => {
    const synced: string[] = [];
    const port: FilePort = {
      ...nodeFiles,
      open: (path, flags, mode) => {
        synced.push(path);
        return nodeFiles.open(path, flags, mode);
      },
    };
    const path = join(folder(), "a", "b");
    await createFolder(path, port);
    expect((await stat(path)).isDirectory()).toBe(true);
    expect(synced).toEqual([folder(), dirname(path)]);
  });

  it("is content with a folder that is there, also behind a link", async () => {
    await mkdir(join(folder(), "real"));
    await symlink("real", join(folder(), "link"));
    await createFolder(join(folder(), "link"));
    await createFolder(join(folder(), "link", "inner"));
    expect(await readdir(join(folder(), "real"))).toEqual(["inner"]);
  });

  it("refuses a path that a file stands in", async () => {
    await writeFile(join(folder(), "file"), "");
    await expect(createFolder(join(folder(), "file"))).rejects.toMatchObject({ code: "IO_ERROR" });
    await expect(createFolder(join(folder(), "file", "inner"))).rejects.toMatchObject({ code: "IO_ERROR" });
  });

  it("reports a folder in which nothing may be created", async () => {
    const port: FilePort = { ...nodeFiles, mkdir: () => Promise.reject(systemError("EACCES")) };
    const path = join(folder(), "a");
    await expect(createFolder(path, port)).rejects.toMatchObject({
      code: "STORE_NOT_WRITABLE",
      data: { path },
    });
  });

  it("can be raced", async () => {
    const path = join(folder(), "a", "b");
    await Promise.all(Array.from({ length: 10 }, () => createFolder(path)));
    expect((await stat(path)).isDirectory()).toBe(true);
  });
});
