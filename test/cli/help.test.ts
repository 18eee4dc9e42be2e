import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { createSandbox } from "./sandbox.ts";

const commands = [
  "init",
  "snapshot",
  "describe",
  "watch",
  "status",
  "log",
  "audit",
  "show",
  "diff",
  "git-diff-driver",
  "blame",
  "grep",
  "restore",
  "undo",
  "merge",
  "git-merge-driver",
  "tag",
  "label",
  "labels",
  "prune",
  "trash",
  "stats",
  "push",
  "pull",
  "sync",
  "clone",
  "remote",
  "validate",
  "verify",
  "migrate",
  "health",
  "serve",
  "help",
  "completion",
];

describe("help", () => {
  it("lists every command", async () => {
    const { run } = await createSandbox();
    const { status, stdout, stderr } = await run(["help"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    for (const command of commands) expect(stdout).toMatch(new RegExp(`^  ${command} `, "m"));
  });

  it.each(commands)("of %s has examples that begin with kbvault, and the global options", async (command) => {
    const { run } = await createSandbox();
    const { status, stdout } = await run(["help", command]);
    expect(status).toBe(0);
    expect(stdout).toContain(`Usage: kbvault ${command}`);
    expect(stdout).toMatch(/\nExamples:\n( {2}\$ kbvault .+\n?)+$/);
    expect(stdout).toMatch(/Global options:\n.*--kb <kb>.*-C <dir>/s);
    expect(await run([command, "--help"])).toMatchObject({ status: 0, stdout });
  });

  it("is one document with --json", async () => {
    const { json } = await createSandbox();
    expect(await json(["help", "log"])).toEqual({ help: expect.stringContaining("Usage: kbvault log") });
  });
});

describe("the version", () => {
  it("is that of the package", async () => {
    const { run, json } = await createSandbox();
    const { version } = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8"));
    expect(await run(["--version"])).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: "" });
    expect(await json(["--version"])).toEqual({ version });
  });
});

describe("a usage error", () => {
  const mistakes: [args: string[], message: RegExp][] = [
    [[], /No command is given\. `kbvault help` lists/],
    [["snapshto"], /Unknown command 'snapshto'\. Did you mean snapshot\? Nothing was changed\./],
    [["help", "labls"], /Unknown command 'labls'\. Did you mean .*labels/],
    [["log", "--sinse", "7d"], /Unknown option '--sinse'\. Did you mean --since\?/],
    [["log", "-n", "many"], /It has to be a whole number from 1/],
    [["log", "-n", "0"], /It has to be a whole number from 1/],
    [["snapshot"], /No knowledge base is named/],
    [["snapshot", "-m"], /Option '-m, --message <text>' argument missing/],
    [["show"], /Missing required argument 'ref'/],
    [["show", "v1", "--content", "--entry", "a"], /cannot be used with option/],
    [["tag", "v1"], /Missing required argument 'tags'/],
    [["labels", "extra"], /Too many arguments for 'labels'/],
    [["-C", "/no/such/folder", "log"], /-C \/no\/such\/folder: there is no such folder/],
  ];
  it.each(mistakes)("of %j says what is wrong, and exits with 2", async (args, message) => {
    const { run, json } = await createSandbox();
    const { status, stdout, stderr } = await run(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(await json(args)).toEqual({
      error: { code: "USAGE", message: expect.stringMatching(message), data: expect.any(Object) },
    });
  });
});
