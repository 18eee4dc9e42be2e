import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { acquireLock } from "../../src/files/lock.ts";
import { stateOf, thisProcess } from "../../src/files/process.ts";
import { useCompiled } from "../compiled.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";

const folder = useTemporaryFolder();
const lockModule = useCompiled("src/files/lock.ts");
const worker = join(import.meta.dirname, "lock-worker.mjs");
const path = (): string => join(folder(), ".lock");
const once50 = { timeoutMs: 50, purpose: "test" };
const patient = { timeoutMs: 60_000, purpose: "test" };

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

function start(...task: readonly string[]): ChildProcess {
  const child = fork(worker, [lockModule(), path(), ...task], { execArgv: [] });
  started.push(child);
  return child;
}

async function holder(): Promise<ChildProcess> {
  const child = start("hold");
  expect((await once(child, "message"))[0]).toBe("held");
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}

/** Lets `processes` each count up `times` times under the lock; what the counter says then. */
async function countTogether(processes: number, times: number): Promise<number> {
  const counter = join(folder(), "counter");
  await writeFile(counter, "0");
  const children = Array.from({ length: processes }, () => start("count", counter, String(times)));
  const exits = await Promise.all(children.map((child) => once(child, "exit")));
  expect(exits.map(([code]) => code)).toEqual(children.map(() => 0));
  return Number(await readFile(counter, "utf8"));
}

describe("acquireLock", () => {
  it("lets one process in at a time, 16 of them 50 times each", async () => {
    expect(await countTogether(16, 50)).toBe(800);
    expect(await readdir(folder())).toEqual(["counter"]);
  }, 60_000);

  it("takes the lock over from a holder that was killed", async () => {
    await kill(await holder());
    expect(await readdir(folder())).toEqual([".lock"]);
    const lock = await acquireLock(path(), once50);
    await lock.assertHeld();
    await lock.release();
    expect(await readdir(folder())).toEqual([]);
  });

  it("lets one process in at a time when many find the lock of a dead one at once", async () => {
    for (let round = 0; round < 3; round += 1) {
      await kill(await holder());
      expect(await countTogether(8, 3)).toBe(24);
      expect(await readdir(folder())).toEqual(["counter"]);
    }
  }, 60_000);

  it("takes over where another process was killed while it was taking over", async () => {
    await kill(await holder());
    const { token } = JSON.parse(await readFile(path(), "utf8"));
    await writeFile(`${path()}.break-${token}`, await readFile(path()));
    const lock = await acquireLock(path(), once50);
    await lock.release();
    expect(await readdir(folder())).toEqual([]);
  });

  it("takes the lock over when the number of its process now belongs to another one", async () => {
    const lock = await acquireLock(path(), patient);
    await edit({ processStart: "1" });
    const next = await acquireLock(path(), once50);
    await expect(lock.assertHeld()).rejects.toMatchObject({ code: "LOCK_LOST" });
    await next.assertHeld();
  });

  it("takes the lock over when the machine was started again since", async () => {
    await acquireLock(path(), patient);
    await edit({ bootId: "another" });
    await (await acquireLock(path(), once50)).assertHeld();
  });

  it.each([
    ["another host", { host: "elsewhere" }],
    ["another container on this host", { pidNamespace: "pid:[1]" }],
  ])("never breaks the lock of %s", async (_, change) => {
    await acquireLock(path(), patient);
    await edit({ ...change, pid: 999_999_999, startedAt: "2025-01-27T12:00:00.000Z", purpose: "snapshot" });
    const before = await readFile(path(), "utf8");
    await expect(acquireLock(path(), once50)).rejects.toMatchObject({
      code: "LOCKED",
      data: {
        file: path(),
        pid: 999_999_999,
        host: "elsewhere",
        since: "2025-01-27T12:00:00.000Z",
        purpose: "snapshot",
        ...("host" in change ? {} : { host: hostname() }),
      },
    });
    expect(await readFile(path(), "utf8")).toBe(before);
  });

  it("leaves the lock of a stopped process alone, which still holds it when it goes on", async () => {
    const child = await holder();
    child.kill("SIGSTOP");
    await expect(acquireLock(path(), once50)).rejects.toMatchObject({
      code: "LOCKED",
      data: { pid: child.pid, host: hostname(), purpose: "hold" },
    });
    child.kill("SIGCONT");
    child.send("look");
    expect((await once(child, "message"))[0]).toBe("still held");
  });

  it("tells a stopped process, when it goes on, that its lock was removed", async () => {
    const child = await holder();
    child.kill("SIGSTOP");
    await rm(path());
    const lock = await acquireLock(path(), once50);
    child.kill("SIGCONT");
    child.send("look");
    expect((await once(child, "message"))[0]).toBe("LOCK_LOST");
    await lock.assertHeld();
  });

  it.each([
    ["an empty file", ""],
    ["text", "locked by hand"],
    ["JSON of another kind", '{"pid": 1}'],
    ["JSON that is no object", "null"],
    ["a token that is no part of a file name", JSON.stringify({ ...holderOf("../x") })],
  ])("refuses %s in the lock's place and leaves it there", async (_, content) => {
    await writeFile(path(), content);
    const refusal = await acquireLock(path(), once50).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "LOCKED", data: { file: path(), pid: null } });
    expect(String(refusal)).toContain("remove the file by hand");
    expect(await readFile(path(), "utf8")).toBe(content);
  });

  it("waits for its turn within one process", async () => {
    const order: string[] = [];
    const first = await acquireLock(path(), patient);
    const second = acquireLock(path(), patient).then(async (lock) => {
      order.push("second");
      await lock.release();
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    order.push("first");
    await first.release();
    await second;
    expect(order).toEqual(["first", "second"]);
  });

  it("reports a folder in which no lock can be made", async () => {
    await expect(acquireLock(join(folder(), "none", ".lock"), once50)).rejects.toMatchObject({
      code: "IO_ERROR",
      data: { errno: "ENOENT" },
    });
  });
});

describe("Lock.release", () => {
  it("can be called twice, and leaves the lock of the next holder alone", async () => {
    const first = await acquireLock(path(), patient);
    await first.release();
    const second = await acquireLock(path(), once50);
    await first.release();
    await second.assertHeld();
  });
});

describe("stateOf", () => {
  it("tells living, dead and distant processes apart", async () => {
    const me = await thisProcess();
    expect(await stateOf(me)).toBe("alive");
    expect(await stateOf({ ...me, pid: 999_999_999 })).toBe("dead");
    expect(await stateOf({ ...me, host: "elsewhere" })).toBe("unknown");
  });

  it("counts a killed process that its parent has not collected as dead", async () => {
    const parent = spawn("sh", ["-c", "sleep 100 & echo $!; exec sleep 100"]);
    started.push(parent);
    const pid = Number(String((await once(parent.stdout, "data"))[0]));
    const unknownStart = { ...(await thisProcess()), pid, processStart: null };
    expect(await stateOf(unknownStart)).toBe("alive");
    process.kill(pid, "SIGKILL");
    await vi.waitFor(async () => expect(await stateOf(unknownStart)).toBe("dead"));
    expect(process.kill(pid, 0)).toBe(true);
  });

  it("trusts the number alone where the system tells no more", async () => {
    const me = { ...(await thisProcess()), processStart: null, bootId: null, pidNamespace: null };
    expect(await stateOf(me)).toBe("alive");
  });
});

function holderOf(token: string): object {
  return { token, pid: 1, host: hostname(), startedAt: "2025-01-27T12:00:00.000Z", purpose: "x" };
}

async function edit(change: object): Promise<void> {
  const content = JSON.parse(await readFile(path(), "utf8"));
  await writeFile(path(), JSON.stringify({ ...content, ...change }));
}
