import { execFileSync } from "node:child_process";
import {
  appendFile,
  mkdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type FilePort, nodeFiles } from "../../src/files/port.ts";
import { readStable } from "../../src/files/read.ts";
import { readWhole } from "../../src/files/read-whole.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";

const folder = useTemporaryFolder();
const long = 40 * 1024 * 1024;

/** A port that calls `meddle` after the first bytes of each attempt were read. */
function meddlingPort(meddle: (attempt: number) => Promise<void>): FilePort {
  let attempt = 0;
  return {
    ...nodeFiles,
    open: async (path, flags, mode) => {
      const handle = await nodeFiles.open(path, flags, mode);
      attempt += 1;
      let isFirst = true;
      return {
        read: async (...args) => {
          const result = await handle.read(...args);
          if (isFirst) await meddle(attempt);
          isFirst = false;
          return result;
        },
        write: (...args) => handle.write(...args),
        sync: () => handle.sync(),
        stat: (options) => handle.stat(options),
        chmod: (bits) => handle.chmod(bits),
        chown: (uid, gid) => handle.chown(uid, gid),
        close: () => handle.close(),
      };
    },
  };
}

describe("readStable", () => {
  it.each([0, 1, 1000, long])("reads all %i bytes of a file", async (size) => {
    const path = join(folder(), "kb");
    const content = Buffer.alloc(size, "0123456789abcdef");
    await writeFile(path, content);
    const file = await readStable(path);
    expect(file.bytes.equals(content)).toBe(true);
    expect(file.stat.size).toBe(size);
    expect(file.path).toBe(path);
  });

  it("tells the file's mode, owner and inode", async () => {
    const path = join(folder(), "kb");
    await writeFile(path, "x", { mode: 0o640 });
    const { stat } = await readStable(path);
    const real = await nodeFiles.stat(path, { bigint: true });
    expect(stat).toEqual({
      dev: real.dev,
      ino: real.ino,
      size: 1,
      mtimeNs: real.mtimeNs,
      mode: 0o640,
      uid: Number(real.uid),
      gid: Number(real.gid),
    });
  });

  it("reads into the memory it is given, shared memory included", async () => {
    const path = join(folder(), "kb");
    await writeFile(path, "hello");
    const memory = new SharedArrayBuffer(8);
    const { bytes } = await readStable(path, { allocate: () => new Uint8Array(memory) });
    expect(bytes.buffer).toBe(memory);
    expect(bytes.toString()).toBe("hello");
  });

  it("reports its progress in order, each byte once", async () => {
    const path = join(folder(), "kb");
    await writeFile(path, Buffer.alloc(long, "x"));
    const progress: number[] = [];
    await readStable(path, {
      onRead: (bytes, upTo) => {
        expect(bytes.subarray(0, upTo).every((byte) => byte === 0x78)).toBe(true);
        progress.push(upTo);
      },
    });
    expect(progress[0]).toBe(0);
    expect(progress.at(-1)).toBe(long);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  });

  it("passes on what onRead throws", async () => {
    const path = join(folder(), "kb");
    await writeFile(path, "hello");
    const stop = new Error("stop");
    const onRead = (_: Buffer, upTo: number): void => {
      if (upTo > 0) throw stop;
    };
    await expect(readStable(path, { onRead })).rejects.toBe(stop);
  });

  it("follows links and names the file behind them", async () => {
    await mkdir(join(folder(), "real"));
    await writeFile(join(folder(), "real", "kb"), "x");
    await symlink(join("real", "kb"), join(folder(), "link"));
    const file = await readStable(join(folder(), "link"));
    expect(file.path).toBe(join(folder(), "real", "kb"));
  });

  it.each<[string, (path: string) => Promise<void>, string]>([
    ["grows", (path) => appendFile(path, " and more"), "first and more"],
    ["shrinks", (path) => truncate(path, 2), "fi"],
    ["is overwritten with the same size", (path) => writeFile(path, "FIRST"), "FIRST"],
    [
      "is replaced",
      async (path) => {
        await writeFile(`${path}.new`, "other");
        await rename(`${path}.new`, path);
      },
      "other",
    ],
    [
      "is deleted and created anew",
      async (path) => {
        await rm(path);
        setTimeout(() => void writeFile(path, "again"), 5);
      },
      "again",
    ],
  ])("reads again when the file %s while it is read", async (_, change, expected) => {
    const path = join(folder(), "kb");
    await writeFile(path, "first");
    const attempts: number[] = [];
    const port = meddlingPort(async (attempt) => {
      attempts.push(attempt);
      if (attempt === 1) await change(path);
    });
    const starts: number[] = [];
    const { bytes, stat } = await readStable(path, { port, onRead: (_bytes, upTo) => starts.push(upTo) });
    expect(bytes.toString()).toBe(expected);
    expect(stat.size).toBe(expected.length);
    expect(attempts).toEqual([1, 2]);
    expect(starts.filter((upTo) => upTo === 0)).toHaveLength(2);
  });

  it("reports a file that is deleted while it is read, and stays away, as missing", async () => {
    const path = join(folder(), "kb");
    await writeFile(path, "x");
    const port = meddlingPort(() => rm(path));
    await expect(readStable(path, { port })).rejects.toMatchObject({ code: "KB_NOT_FOUND" });
  });

  it("gives up with KB_CHANGING when the file changes every time", async () => {
    const path = join(folder(), "kb");
    await writeFile(path, "x");
    const attempts: number[] = [];
    const port = meddlingPort(async (attempt) => {
      attempts.push(attempt);
      await appendFile(path, "y");
    });
    await expect(readStable(path, { port })).rejects.toMatchObject({ code: "KB_CHANGING", data: { path } });
    expect(attempts).toEqual([1, 2, 3, 4, 5]);
  });

  it("never returns a mixture of two states that a writer makes in place", async () => {
    const path = join(folder(), "kb");
    const states = ["a", "b"].map((letter) => Buffer.alloc(200_000, letter));
    await writeFile(path, states[0]!);
    let isWriting = true;
    const writer = (async () => {
      for (let round = 0; isWriting; round += 1) {
        await writeFile(path, states[round % 2]!, { flag: "r+" });
        await new Promise((resolve) => setTimeout(resolve, 40));
      }
    })();
    for (let round = 0; round < 10; round += 1) {
      const { bytes } = await readStable(path);
      expect(states.some((state) => state.equals(bytes))).toBe(true);
    }
    isWriting = false;
    await writer;
  });

  it("reads a file that is dated in the future", async () => {
    const path = join(folder(), "kb");
    await writeFile(path, "x");
    await utimes(path, new Date("2099-01-01"), new Date("2099-01-01"));
    expect((await readStable(path)).bytes.toString()).toBe("x");
  });

  it.each<[string, string, (path: string) => unknown]>([
    ["a missing file", "KB_NOT_FOUND", () => {}],
    ["a link to nowhere", "KB_NOT_FOUND", (path) => symlink("nowhere", path)],
    ["a loop of links", "KB_UNREADABLE", (path) => symlink(path, path)],
    ["a folder", "KB_NOT_A_FILE", (path) => mkdir(path)],
    ["a pipe", "KB_NOT_A_FILE", (path) => execFileSync("mkfifo", [path])],
    ["a device", "KB_NOT_A_FILE", (path) => symlink("/dev/zero", path)],
  ])("refuses %s with %s", async (_, code, make) => {
    const path = join(folder(), "kb");
    await make(path);
    await expect(readStable(path)).rejects.toMatchObject({ code, data: { path } });
  });

  it("refuses a socket", async () => {
    const path = join(folder(), "kb");
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path, resolve));
    await expect(readStable(path)).rejects.toMatchObject({
      code: "KB_NOT_A_FILE",
      data: { what: "a socket" },
    });
    await new Promise((resolve) => server.close(resolve));
  });

  it("does not block on a pipe that takes the file's place between looking and opening", async () => {
    const path = join(folder(), "kb");
    await writeFile(path, "x");
    const port: FilePort = {
      ...nodeFiles,
      open: async (name, flags) => {
        await rm(path);
        execFileSync("mkfifo", [path]);
        return nodeFiles.open(name, flags);
      },
    };
    await expect(readStable(path, { port })).rejects.toMatchObject({ code: "KB_NOT_A_FILE" });
  });

  it("refuses a file beyond the memory that Node can address", async () => {
    const path = join(folder(), "kb");
    await writeFile(path, "");
    await truncate(path, 5 * 1024 ** 3);
    await expect(readStable(path)).rejects.toMatchObject({ code: "KB_TOO_LARGE" });
  });

  it.each(["EACCES", "EIO", "EMFILE"])("reports %s as KB_UNREADABLE", async (errno) => {
    const path = join(folder(), "kb");
    await writeFile(path, "x");
    const failure = Object.assign(new Error(errno), { code: errno });
    const port: FilePort = { ...nodeFiles, open: () => Promise.reject(failure) };
    await expect(readStable(path, { port })).rejects.toMatchObject({
      code: "KB_UNREADABLE",
      data: { path, errno },
      cause: failure,
    });
  });
});

describe("readWhole", () => {
  it.each<[string, Parameters<typeof readWhole>[1], string]>([
    ["everything", undefined, "0123456789"],
    ["a part", { offset: 2, length: 3 }, "234"],
    ["nothing", { offset: 2, length: 0 }, ""],
    ["what there is of a range beyond the end", { offset: 8, length: 100 }, "89"],
    ["nothing behind the end", { offset: 100, length: 5 }, ""],
  ])("returns %s", async (_, range, expected) => {
    const path = join(folder(), "blob");
    await writeFile(path, "0123456789");
    expect((await readWhole(path, range))?.toString()).toBe(expected);
  });

  it("returns null for a missing file and an error for a folder", async () => {
    await writeFile(join(folder(), "file"), "");
    expect(await readWhole(join(folder(), "none"))).toBeNull();
    expect(await readWhole(join(folder(), "file", "below"))).toBeNull();
    await expect(readWhole(folder())).rejects.toMatchObject({ code: "IO_ERROR", data: { errno: "EISDIR" } });
    expect(await readFile(join(folder(), "file"), "utf8")).toBe("");
  });
});
