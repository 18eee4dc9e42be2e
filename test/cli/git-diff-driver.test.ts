import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { billing, bin, createSandbox, firstKb, type Sandbox } from "./sandbox.ts";

const edited = { ...firstKb, billing: { ...billing, level: "medio" } };

interface Repository extends Sandbox {
  git(args: readonly string[], variables?: NodeJS.ProcessEnv): Promise<string>;
}

/** A git repository set up as docs/git.md says, with the first knowledge base committed. */
async function createRepository(): Promise<Repository> {
  const sandbox = await createSandbox();
  const git = async (args: readonly string[], variables: NodeJS.ProcessEnv = {}): Promise<string> => {
    const env = { PATH: process.env["PATH"], HOME: sandbox.folder, GIT_CONFIG_NOSYSTEM: "1", ...variables };
    const { stdout } = await promisify(execFile)("git", args, { cwd: sandbox.folder, env });
    return stdout;
  };
  await git(["init", "-q"]);
  for (const [key, value] of [
    ["user.name", "Ana"],
    ["user.email", "ana@example.com"],
    ["diff.kbvault.command", `'${process.execPath}' '${bin}' git-diff-driver`],
  ] as const)
    await git(["config", key, value]);
  await writeFile(join(sandbox.folder, ".gitattributes"), "*kb.json diff=kbvault\n");
  await git(["add", "."]);
  await git(["commit", "-q", "-m", "First"]);
  return { ...sandbox, git };
}

describe("git diff", () => {
  it("shows what changed in a knowledge base, by entry", async () => {
    const { git, write } = await createRepository();
    await write(JSON.stringify(edited));
    expect((await git(["diff"])).split("\n")).toEqual([
      "diff --kbvault kb.json",
      expect.stringMatching(/^[0-9a-f]{7} -> working tree: \+0 -0 ~1, 2 reformatted, 0 unchanged$/),
      "~ billing  1 changed",
      '    /level  changed  "fácil" -> "medio"',
      "2 entries reformatted, same values: router, login",
      "",
    ]);
  });

  it("shows commits, with --ext-diff", async () => {
    const { git, write } = await createRepository();
    await write(edited);
    await git(["commit", "-q", "-a", "-m", "Second"]);
    expect(await git(["log", "-p", "--ext-diff", "-1"])).toContain('/level  changed  "fácil" -> "medio"');
    expect(await git(["diff", "HEAD~", "HEAD"])).toMatch(
      /[0-9a-f]{7} -> [0-9a-f]{7}: \+0 -0 ~1, 2 unchanged/,
    );
  });

  it("shows a new, a deleted and a renamed file, and a changed mode", async () => {
    const { git, folder } = await createRepository();
    await writeFile(join(folder, "other-kb.json"), '[{"id": "a"}]');
    await git(["add", "other-kb.json"]);
    expect(await git(["diff", "--cached"])).toMatch(
      /^diff --kbvault other-kb\.json\nnothing -> [0-9a-f]{7}: \+1 -0 ~0/,
    );
    await git(["rm", "-q", "-f", "other-kb.json"]);
    await git(["mv", "kb.json", "new-kb.json"]);
    expect(await git(["diff", "--cached", "-M"])).toMatch(/^diff --kbvault kb\.json -> new-kb\.json\n/);
    await git(["update-index", "--chmod=+x", "new-kb.json"]);
    expect(await git(["diff", "--cached", "-M"])).toContain("new-kb.json, mode 100644 -> 100755\n");
    await git(["rm", "-q", "-f", "--cached", "new-kb.json"]);
    expect(await git(["diff", "--cached", "--no-renames"])).toMatch(/[0-9a-f]{7} -> nothing: \+0 -3 ~0/);
  });

  it("shows lines where a state is no JSON, and says when bytes are no text", async () => {
    const { git, write } = await createRepository();
    await write("<<<<<<< HEAD\n\u001b[31m{}\n");
    const text = await git(["diff"]);
    expect(text).toMatch(/^diff --kbvault kb\.json\n--- [0-9a-f]{7}\n\+\+\+ working tree\n@@ /);
    expect(text).toContain("\n+<<<<<<< HEAD\n+\\u001b[31m{}\n");
    await write(Buffer.from([0xff, 0xfe]));
    expect(await git(["diff"])).toBe("diff --kbvault kb.json\nBinary files differ\n");
    await write("");
    expect(await git(["diff"])).toContain("\n-{\n");
  });

  it("names a path that is not merged", async () => {
    const { git, write } = await createRepository();
    await git(["checkout", "-q", "-b", "theirs"]);
    await write({ ...firstKb, billing: "theirs" });
    await git(["commit", "-q", "-a", "-m", "Theirs"]);
    await git(["checkout", "-q", "-"]);
    await write({ ...firstKb, billing: "ours" });
    await git(["commit", "-q", "-a", "-m", "Ours"]);
    await git(["merge", "theirs"]).catch(() => "");
    expect(await git(["diff", "--cached"])).toContain("* Unmerged path kb.json\n");
  });

  it("is coloured in git's pager, unless somebody objects", async () => {
    const { git, write } = await createRepository();
    await write(edited);
    expect(await git(["diff"], { GIT_PAGER_IN_USE: "true" })).toContain("\u001b[33m~ billing\u001b[39m");
    expect(await git(["diff"], { GIT_PAGER_IN_USE: "true", NO_COLOR: "1" })).not.toContain("\u001b");
  });

  it("reads knowledge bases as the configuration says", async () => {
    const { git, folder, write } = await createRepository();
    await writeFile(join(folder, "kbvault.config.json"), '{"ignore": ["level"]}');
    await write(edited);
    expect(await git(["diff", "kb.json"])).toContain("1 ignored, 3 unchanged");
  });
});

describe("git-diff-driver", () => {
  it("says how it is meant to be called", async () => {
    const { run } = await createSandbox();
    const { status, stderr } = await run(["git-diff-driver", "kb.json", "old"]);
    expect(status).toBe(2);
    expect(stderr).toContain("git config diff.kbvault.command");
  });
});
