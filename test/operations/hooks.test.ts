import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Hooks } from "../../src/knowledge-base/hooks.ts";
import { commandHooks } from "../../src/operations/hooks.ts";
import { makeVersioner, type Sandbox } from "../knowledge-base/make-versioner.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";

const folder = useTemporaryFolder();

/** A store with one version, whose hooks note their names and what they are told. */
async function makeNoting(failing: string[] = []): Promise<Sandbox & { readonly calls: [string, object][] }> {
  const calls: [string, object][] = [];
  const note = (name: keyof Hooks) => (event: object) => {
    calls.push([name, event]);
    if (failing.includes(name)) throw new Error(`${name} says no`);
  };
  const hooks: Hooks = {
    preSnapshot: note("preSnapshot"),
    postSnapshot: note("postSnapshot"),
    preRestore: note("preRestore"),
    postRestore: note("postRestore"),
  };
  const sandbox = await makeVersioner(folder(), { hooks });
  if (failing.length === 0) await sandbox.save('{"a": {"n": 1}}');
  return { ...sandbox, calls };
}

describe("hooks", () => {
  it("run around a snapshot and are told what it is", async () => {
    const { calls, file, store } = await makeNoting();
    const event = { kb: file, store, author: "Ana López", description: "Saved by a test" };
    expect(calls).toEqual([
      ["preSnapshot", event],
      ["postSnapshot", { ...event, versionId: expect.stringMatching(/^v1_/) }],
    ]);
  });

  it("run around a restore and around undo", async () => {
    const { calls, write, versioner, file, store } = await makeNoting();
    await write('{"a": {"n": 2}}');
    calls.length = 0;
    const { safetyVersion } = await versioner.restoreVersion("v1", { author: "Bea" });
    const event = { kb: file, store, author: "Bea", versionId: expect.stringMatching(/^v1_/) };
    expect(calls).toEqual([
      ["preRestore", event],
      ["postRestore", event],
    ]);
    await versioner.undo();
    expect(calls.slice(2)).toMatchObject([
      ["preRestore", { versionId: safetyVersion?.versionId }],
      ["postRestore", { versionId: safetyVersion?.versionId }],
    ]);
  });

  it("do not run where nothing is to be changed, nor in a dry run", async () => {
    const { calls, write, versioner } = await makeNoting();
    calls.length = 0;
    await versioner.createVersion({ description: "Again" });
    await versioner.restoreVersion("v1");
    await write('{"a": {"n": 2}}');
    await versioner.restoreVersion("v1", { dryRun: true });
    expect(calls).toEqual([]);
  });

  it("stop a snapshot before anything is written", async () => {
    const { versioner, write, store } = await makeNoting(["preSnapshot"]);
    await write("{}");
    const before = await readdir(store, { recursive: true });
    await expect(versioner.createVersion({ description: "x" })).rejects.toThrow("preSnapshot says no");
    expect(await readdir(store, { recursive: true })).toEqual(before);
  });

  it("stop a restore before anything is written", async () => {
    const { versioner, save, write, store, file } = await makeNoting(["preRestore"]);
    await save("{}");
    await write('{"a": 1}');
    const before = await readdir(store, { recursive: true });
    await expect(versioner.restoreVersion("v1")).rejects.toThrow("preRestore says no");
    expect(await readdir(store, { recursive: true })).toEqual(before);
    expect(await readFile(file, "utf8")).toBe('{"a": 1}');
  });

  it("that run afterwards and fail are a warning", async () => {
    const { versioner, write, warnings } = await makeNoting(["postSnapshot", "postRestore"]);
    await write("{}");
    const warning = { code: "HOOK_FAILED", message: "postSnapshot says no", data: {} };
    expect(await versioner.createVersion({ description: "x" })).toMatchObject({
      created: true,
      warnings: [warning],
    });
    await write('{"a": 1}');
    expect(await versioner.restoreVersion("v1")).toMatchObject({ restored: true });
    expect(warnings).toEqual([warning, { ...warning, message: "postRestore says no" }]);
  });

  it("may change the file that is about to be kept", async () => {
    const { versioner, file, write } = await makeVersioner(folder(), {
      hooks: { preSnapshot: ({ kb }) => writeFile(kb, '{"formatted": true}') },
    });
    await write('{"formatted":false}');
    const { version } = await versioner.createVersion({ description: "x" });
    expect((await versioner.readContent(version.versionId)).toString()).toBe('{"formatted": true}');
    expect(await readFile(file, "utf8")).toBe('{"formatted": true}');
  });
});

describe("commands as hooks", () => {
  it("run in the folder of the configuration, with what they are told in variables", async () => {
    const printAll = "pwd; env | grep ^KBVAULT_ | grep -v ^KBVAULT_TEST_ | sort";
    const hooks = commandHooks(
      { preSnapshot: `(${printAll}) > pre.txt`, postSnapshot: ["sh", "-c", `(${printAll}) > post.txt`] },
      folder(),
    );
    const { save, file, store } = await makeVersioner(folder(), { hooks });
    const { versionId } = await save("{}");
    const lines = [
      folder(),
      "KBVAULT_AUTHOR=Ana López",
      "KBVAULT_DESCRIPTION=Saved by a test",
      "KBVAULT_HOOK=preSnapshot",
      `KBVAULT_KB=${file}`,
      `KBVAULT_STORE=${store}`,
    ];
    expect((await readFile(join(folder(), "pre.txt"), "utf8")).trim().split("\n")).toEqual(lines);
    const after = lines.map((line) => line.replace("preSnapshot", "postSnapshot"));
    expect((await readFile(join(folder(), "post.txt"), "utf8")).trim().split("\n")).toEqual([
      ...after,
      `KBVAULT_VERSION=${versionId}`,
    ]);
  });

  it.each([
    [
      "a status",
      "echo wrong; echo at line 3 >&2; exit 7",
      /ended with status 7\. .* printed:\nwrong\nat line 3$/s,
      7,
    ],
    [
      "no output",
      ["false"],
      /\(false\) ended with status 1\. Nothing was changed\. It printed nothing\.$/,
      1,
    ],
    ["a signal", "kill -9 $$", /was ended by SIGKILL/, null],
    ["too much time", "sleep 20", /was not done within 1 s and was ended/, null],
    ["no such program", ["kbvault-no-such-program"], /names a program that is not there/, null],
  ] as const)("that end with %s fail, and say how", async (_, command, message, exitCode) => {
    const hooks = commandHooks({ preSnapshot: command, timeout: "1s" }, folder());
    const { versioner, write } = await makeVersioner(folder(), { hooks });
    await write("{}");
    await expect(versioner.createVersion({ description: "x" })).rejects.toMatchObject({
      code: "HOOK_FAILED",
      message: expect.stringMatching(message),
      data: {
        hook: "preSnapshot",
        command: expect.any(String),
        end: expect.any(String),
        exitCode,
        output: expect.any(String),
      },
    });
    expect(await versioner.listVersions()).toEqual([]);
  });

  it("mask secrets in what they print", async () => {
    const hooks = commandHooks({ preSnapshot: "echo postgres://ana:s3cret@db/kb; exit 1" }, folder());
    const { versioner, write } = await makeVersioner(folder(), { hooks });
    await write("{}");
    const error = await versioner.createVersion({ description: "x" }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ data: { output: "postgres://ana:***@db/kb\n" } });
    expect((error as Error).message).not.toContain("s3cret");
  });
});
