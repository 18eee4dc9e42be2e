import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createSandbox, createStore } from "./sandbox.ts";

describe("init", () => {
  it("creates configuration and store, and says what comes next", async () => {
    const { run, folder } = await createSandbox();
    const { status, stdout, stderr } = await run(["init", "--kb", "kb.json"]);
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: "Created kbvault.config.json and the store versions for kb.json.\n",
    });
    expect(stderr).toContain("Next: kbvault snapshot -m");
    expect(JSON.parse(await readFile(join(folder, "kbvault.config.json"), "utf8"))).toEqual({
      kb: "kb.json",
      store: "versions",
    });
    expect(await run(["status"])).toMatchObject({ status: 0 });
  });

  it("takes another store, and the knowledge base from the environment", async () => {
    const { json, folder } = await createSandbox();
    expect(await json(["init", "--store", "deep/store"], { KBVAULT_KB: "kb.json" })).toEqual({
      config: join(folder, "kbvault.config.json"),
      store: join(folder, "deep/store"),
    });
    expect(JSON.parse(await readFile(join(folder, "kbvault.config.json"), "utf8"))).toEqual({
      kb: "kb.json",
      store: "deep/store",
    });
  });

  it("leaves the knowledge base as it is", async () => {
    const { run, read } = await createSandbox();
    const before = await read();
    await run(["init", "--kb", "kb.json"]);
    expect(await read()).toEqual(before);
  });

  it("warns of a knowledge base that is not valid yet", async () => {
    const { run, write } = await createSandbox();
    await write("{");
    const { status, stderr } = await run(["init", "--kb", "kb.json"]);
    expect(status).toBe(0);
    expect(stderr).toContain("warning kb.json is not valid yet");
  });

  it("refuses to replace a configuration, and creates no store then", async () => {
    const { run, folder } = await createSandbox();
    await writeFile(join(folder, "kbvault.config.json"), '{"kb": "kb.json"}');
    const { status, stderr } = await run(["init", "--kb", "kb.json"]);
    expect(status).toBe(5);
    expect(stderr).toContain("error CONFIG_EXISTS");
    expect(await readdir(folder)).toEqual(["kb.json", "kbvault.config.json"]);
  });

  it("refuses to run twice", async () => {
    const { run } = await createStore();
    expect(await run(["init", "--kb", "kb.json"])).toMatchObject({ status: 5 });
  });

  it("refuses a store that exists", async () => {
    const { run, folder } = await createStore();
    await mkdir(join(folder, "below"));
    const { status, stderr } = await run([
      "-C",
      "below",
      "init",
      "--kb",
      "../kb.json",
      "--store",
      "../versions",
    ]);
    expect(status).toBe(5);
    expect(stderr).toContain("error CONFIG_EXISTS");
    expect(await readdir(join(folder, "below"))).toEqual([]);
  });

  it("wants an existing knowledge base", async () => {
    const { run, folder } = await createSandbox();
    expect(await run(["init"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("kbvault init --kb FILE"),
    });
    const { status, stderr } = await run(["init", "--kb", "missing.json"]);
    expect(status).toBe(1);
    expect(stderr).toContain("error KB_NOT_FOUND");
    expect(await readdir(folder)).toEqual(["kb.json"]);
  });
});
