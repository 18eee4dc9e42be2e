import { execFile } from "node:child_process";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import type { Status, Version } from "../../src/index.ts";
import { createSandbox, createStore, firstKb, router, type Sandbox, type Variables } from "./sandbox.ts";

async function livePath({ json }: Sandbox, args: readonly string[], variables?: Variables): Promise<string> {
  const { live } = await json<Status>(["status", ...args], variables);
  return live.path;
}

describe("the knowledge base", () => {
  it("is named by flag before environment before configuration", async () => {
    const store = await createStore(firstKb);
    expect(await livePath(store, [])).toBe(store.kb);
    expect(await livePath(store, [], { KBVAULT_KB: "env.json" })).toBe(join(store.folder, "env.json"));
    expect(await livePath(store, ["--kb", "flag.json"], { KBVAULT_KB: "env.json" })).toBe(
      join(store.folder, "flag.json"),
    );
    expect(await livePath(store, [], { KBVAULT_KB: "" })).toBe(store.kb);
  });

  it("has to be named somewhere", async () => {
    const { run, json } = await createSandbox();
    for (const command of [["status"], ["log"], ["snapshot", "-m", "x"], ["verify"], ["validate"]]) {
      const { status, stderr } = await run(command);
      expect(status).toBe(2);
      expect(stderr).toMatch(/kbvault init --kb FILE.*--kb FILE/);
    }
    expect(await json(["log"])).toMatchObject({ error: { code: "USAGE" } });
  });
});

describe("the store", () => {
  it("is named by flag before environment before configuration", async () => {
    const { run, folder } = await createStore(firstKb);
    await rename(join(folder, "versions"), join(folder, "moved"));
    expect(await run(["log"])).toMatchObject({ status: 10 });
    expect(await run(["log"], { KBVAULT_STORE: "moved" })).toMatchObject({ status: 0 });
    expect(await run(["log", "--store", "moved"], { KBVAULT_STORE: "nowhere" })).toMatchObject({ status: 0 });
  });

  it("is the folder versions beside the configuration by default", async () => {
    const { json, folder } = await createStore(firstKb);
    await writeFile(join(folder, "kbvault.config.json"), '{"kb": "kb.json"}');
    await mkdir(join(folder, "below"));
    expect(await json(["log", "-C", "below"])).toMatchObject({ versions: [{ sequence: 1 }] });
  });
});

describe("the author", () => {
  async function authorOf(store: Sandbox, args: readonly string[], variables: Variables): Promise<string> {
    await store.write({ at: process.hrtime.bigint().toString() });
    const { version } = await store.json<{ version: Version }>(["snapshot", "-m", "By", ...args], variables);
    return version.author;
  }

  it("is named by flag before environment before configuration", async () => {
    const store = await createStore();
    await writeFile(join(store.folder, "kbvault.config.json"), '{"kb": "kb.json", "author": "Config"}');
    expect(await authorOf(store, ["--author", "Flag"], { KBVAULT_AUTHOR: "Env" })).toBe("Flag");
    expect(await authorOf(store, [], { KBVAULT_AUTHOR: "Env" })).toBe("Env");
    expect(await authorOf(store, [], { KBVAULT_AUTHOR: "" })).toBe("Config");
  });

  it("is git's user.name where nothing names one", async () => {
    const store = await createStore();
    const git = (...args: string[]): Promise<unknown> =>
      promisify(execFile)("git", args, { cwd: store.folder });
    await git("init", "--quiet");
    await git("config", "user.name", "Git Name");
    expect(await authorOf(store, [], { KBVAULT_AUTHOR: undefined })).toBe("Git Name");
  });

  it("is the user of the system where git knows none", async () => {
    const store = await createStore();
    const author = await authorOf(store, [], { KBVAULT_AUTHOR: undefined, PATH: "/nowhere" });
    expect(author).not.toBe("");
  });
});

describe("global options", () => {
  it("work before and after the command", async () => {
    const { folder } = await createStore(firstKb);
    const outside = await createSandbox();
    expect(await outside.run(["-C", folder, "--json", "log"])).toMatchObject({ status: 0 });
    const { stdout } = await outside.run(["log", "-C", folder, "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ versions: [{ sequence: 1 }] });
    expect(
      await outside.run([
        "--kb",
        "a.json",
        "status",
        "--kb",
        join(folder, "kb.json"),
        "--store",
        join(folder, "versions"),
      ]),
    ).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(join(folder, "kb.json")),
    });
  });

  it("resolve paths against the folder of -C", async () => {
    const { folder } = await createStore(firstKb);
    await writeFile(join(folder, "other.json"), JSON.stringify({ router }));
    const outside = await createSandbox();
    expect(await outside.json(["-C", folder, "status", "--kb", "other.json"])).toMatchObject({
      live: { path: join(folder, "other.json"), entryCount: 1 },
    });
  });
});
