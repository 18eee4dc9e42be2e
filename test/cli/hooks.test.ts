import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createStore, firstKb, router, type Sandbox } from "./sandbox.ts";

async function withHooks(sandbox: Sandbox, hooks: object): Promise<Sandbox> {
  await writeFile(join(sandbox.folder, "kbvault.config.json"), JSON.stringify({ kb: "kb.json", hooks }));
  return sandbox;
}

describe("hooks of the configuration", () => {
  it("stop a snapshot with their output, unless they are left out", async () => {
    const { run, json } = await withHooks(await createStore(), {
      preSnapshot: "echo line 3 is too long; exit 4",
    });
    expect(await run(["snapshot", "-m", "First"])).toEqual({
      status: 1,
      stdout: "",
      bytes: Buffer.of(),
      stderr: expect.stringMatching(
        /^error HOOK_FAILED: The hook preSnapshot .* ended with status 4\. Nothing was changed\. It printed:\nline 3 is too long\n$/,
      ),
    });
    expect(await json(["log"])).toEqual({ versions: [] });
    expect(await run(["snapshot", "-m", "First", "--no-hooks"])).toMatchObject({ status: 0 });
  });

  it("that fail afterwards are a warning", async () => {
    const { run } = await withHooks(await createStore(), { postSnapshot: ["false"] });
    const { status, stdout, stderr } = await run(["snapshot", "-m", "First"]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^Saved\n/) });
    expect(stderr).toMatch(/^warning HOOK_FAILED: The hook postSnapshot \(false\) ended with status 1\./);
  });

  it("run around restore and undo, not for a dry run, and not inside themselves", async () => {
    const { run, write, folder } = await withHooks(await createStore(firstKb), {
      preRestore: `echo "$KBVAULT_HOOK $KBVAULT_VERSION" >> hooks.txt; "$NODE" "$BIN" snapshot -m "From a hook"`,
      postRestore: 'echo "$KBVAULT_HOOK" >> hooks.txt',
      preSnapshot: "echo preSnapshot >> hooks.txt",
    });
    const variables = {
      NODE: process.execPath,
      BIN: new URL("../../bin/kbvault.js", import.meta.url).pathname,
    };
    await write({ router });
    expect(await run(["restore", "v1", "--dry-run"], variables)).toMatchObject({ status: 0 });
    expect(await run(["restore", "v1", "--yes"], variables)).toMatchObject({ status: 0 });
    const told = await readFile(join(folder, "hooks.txt"), "utf8");
    expect(told).toMatch(/^preRestore v1_\S+\npostRestore\n$/);
    expect((await run(["log"])).stdout).toContain("From a hook");
  });
});
