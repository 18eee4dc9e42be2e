import { execFile, spawnSync } from "node:child_process";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { expectedAfter, placeholderOf } from "../../src/cli/completion/expect.ts";
import { isOffered } from "../../src/cli/completion/sources.ts";
import { createProgram } from "../../src/cli/program/program.ts";
import { bin, createStore, firstKb, router, type Sandbox } from "./sandbox.ts";

/** Placeholders of texts that only the user knows. */
const free = [
  "address",
  "arguments",
  "head",
  "kinds",
  "migration",
  "name",
  "number",
  "operation",
  "pattern",
  "pointer",
  "state",
  "target",
  "text",
  "time",
  "url",
];

function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)];
}

describe("what is expected", () => {
  const program = createProgram(() => {});

  it("is known for every option and argument that is declared", () => {
    const places = allCommands(program).flatMap((command) => [
      ...command.options,
      ...command.registeredArguments.filter(({ argChoices }) => argChoices === undefined),
    ]);
    expect(places.length).toBeGreaterThan(100);
    const unknown = places
      .filter((place) => place.argChoices === undefined)
      .flatMap((place) => placeholderOf(place) ?? [])
      .filter((name) => !["command", "words", ...free].includes(name) && !isOffered(name));
    expect([...new Set(unknown)]).toEqual([]);
  });

  it("offers every command that is not hidden, and every option of it", () => {
    const { known } = expectedAfter(program, [""]);
    const names = program.commands.map((command) => command.name()).filter((name) => name !== "__complete");
    expect(known.map(({ word }) => word)).toEqual(names);
    for (const name of names) {
      const command = program.commands.find((one) => one.name() === name);
      const words = expectedAfter(program, [name, "-"]).known.map(({ word }) => word);
      for (const { long, short } of command?.options ?? []) expect(words).toContain(long ?? short);
    }
  });

  it.each<[string, string[], string | null]>([
    ["a ref", ["show", ""], "ref"],
    ["a ref behind options", ["-C", "x", "--json", "show", "--kb", "y", ""], "ref"],
    ["each of many tags", ["tag", "v1", "a", ""], "tags"],
    ["the value of an option", ["log", "--tag", ""], "tag"],
    ["the value behind an equals sign", ["log", "--tag=a"], "tag"],
    ["a short option's value", ["-C", ""], "dir"],
    ["the ref behind an option with its value", ["show", "--entry=a", ""], "ref"],
    ["an argument that looks like an option", ["show", "--", "-"], "ref"],
    ["nothing behind the last argument", ["show", "v1", ""], null],
    ["nothing behind an unknown option", ["log", "--unheard-of=x"], null],
  ])("is %s", (_, words, placeholder) => {
    expect(expectedAfter(program, words).placeholder).toBe(placeholder);
  });

  it("is the command's choices, where it has some", () => {
    expect(expectedAfter(program, ["completion", ""]).known.map(({ word }) => word)).toEqual([
      "bash",
      "zsh",
      "fish",
    ]);
    expect(expectedAfter(program, ["migrate", "lint", "--fail-on", ""]).known).toHaveLength(3);
  });
});

/** Ids that a shell could misread, and the entries `plain` and `x:y`. */
const difficult = ["two words", "it's", 'a "quote"', "$HOME`id`", "back\\slash", "x:y", "x:z=1", "plain"];

/** A store with two versions, a tag and a label, and the bin on the PATH as `kbvault`. */
async function createCompleting(): Promise<{ readonly store: Sandbox; readonly PATH: string }> {
  const store = await createStore({ router }, Object.fromEntries(difficult.map((id) => [id, firstKb])));
  await store.run(["tag", "v1", "review"]);
  await store.run(["label", "known-good", "v1"]);
  const path = join(store.folder, "bin");
  await mkdir(path);
  await writeFile(join(path, "kbvault"), `#!/bin/sh\nexec "${process.execPath}" "${bin}" "$@"\n`);
  await chmod(join(path, "kbvault"), 0o755);
  return { store, PATH: `${path}:${process.env["PATH"]}` };
}

async function runShell(shell: string, args: string[], store: Sandbox, PATH: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)(shell, args, {
    cwd: store.folder,
    env: { PATH, HOME: store.folder, TERM: "xterm", LC_ALL: "C.UTF-8" },
  });
  return stdout.split("\n").filter((line) => line !== "");
}

function has(shell: string): boolean {
  return spawnSync(shell, ["--version"]).status === 0;
}

describe("the hidden command", () => {
  it("gives refs, labels, tags, entries and what they are, and which paths fit", async () => {
    const { run } = (await createCompleting()).store;
    const offered = async (...words: string[]): Promise<string[]> =>
      (await run(["__complete", "--", ...words])).stdout.trimEnd().split("\n");
    expect(await offered("show", "")).toEqual([
      "live\tthe file as it is now",
      "latest\tthe newest snapshot",
      expect.stringMatching(/^known-good\tv1_/),
      "review\ttag",
      "v2\tVersion 2",
      "v1\tVersion 1",
      ":none",
    ]);
    expect(await offered("show", "v1_")).toEqual([
      expect.stringMatching(/^v1_\d{8}_\d{6}\tVersion 1$/),
      ":none",
    ]);
    expect(await offered("show", "v1", "--entry", "")).toEqual(["router\tentry", ":none"]);
    expect(await offered("show", "--entry", "p")).toEqual(["plain\tentry", ":none"]);
    expect(await offered("log", "--tag=")).toEqual(["--tag=review\ttag", ":none"]);
    expect(await offered("restore", "v1", "--to", "")).toEqual([":files"]);
    expect(await offered("-C", "")).toEqual([":folders"]);
  });

  it("offers remotes, and folders besides", async () => {
    const { run } = await createStore();
    await run(["remote", "add", "origin", "../team"]);
    const offered = await run(["__complete", "--", "push", ""]);
    expect(offered.stdout).toMatch(/^origin\t.*team\n:folders\n$/);
  });

  it("offers names of knowledge bases", async () => {
    const { run, folder } = await createStore();
    const config = { knowledgeBases: { es: { kb: "es.json" }, en: { kb: "en.json" } } };
    await writeFile(join(folder, "kbvault.config.json"), JSON.stringify(config));
    expect((await run(["__complete", "--", "status", "--kb", "e"])).stdout).toMatch(
      /^es\t.*\nen\t.*\n:files\n$/,
    );
  });

  it.each([
    ["where there is no store", ["--store", "/nowhere", "show", ""]],
    ["where there is no folder", ["-C", "/nowhere", "show", ""]],
    ["for a version that is not there", ["show", "v9", "--entry", ""]],
    ["for an unknown command", ["unheard-of", ""]],
    ["for words that are no command line", ["--", "--kb", "-x", ""]],
  ])("gives nothing, and no error, %s", async (_, words) => {
    const { run } = await createStore(firstKb);
    expect(await run(["__complete", "--", ...words])).toMatchObject({
      status: 0,
      stdout: ":none\n",
      stderr: "",
    });
  });
});

describe.runIf(has("bash"))("bash", () => {
  /** What the completion function answers to a line, cut into words as bash does. */
  const answers = `
    source <(kbvault completion bash)
    answer() {
      COMP_LINE=$1 COMP_POINT=\${#1} COMP_CWORD=$(($# - 2)); shift
      COMP_WORDS=("$@") COMPREPLY=()
      _kbvault kbvault
      printf '%s\\n' "\${COMPREPLY[@]}"
    }
    answer "$@"`;

  it.each<[string, string[], string[]]>([
    ["kbvault snap", ["kbvault", "snap"], ["snapshot"]],
    ["kbvault show v", ["kbvault", "show", "v"], ["v2", "v1"]],
    ["kbvault log --tag=", ["kbvault", "log", "--tag", "="], ["review"]],
    ["kbvault log --tag=r", ["kbvault", "log", "--tag", "=", "r"], ["review"]],
    ["kbvault show v2 --entry x:", ["kbvault", "show", "v2", "--entry", "x", ":"], ["y", "z=1"]],
    ["kbvault show v2 --entry x:z", ["kbvault", "show", "v2", "--entry", "x", ":", "z"], ["z=1"]],
    ["kbvault show v2 --entry two\\ w", ["kbvault", "show", "v2", "--entry", "two\\ w"], ["two\\ words"]],
    ['kbvault show v2 --entry "two w', ["kbvault", "show", "v2", "--entry", '"two w'], ["two words"]],
    ["kbvault show v2 --entry $", ["kbvault", "show", "v2", "--entry", "$"], ["\\$HOME\\`id\\`"]],
    ['kbvault show v2 --entry "', ["kbvault", "show", "v2", "--entry", '"'], doubleQuoted()],
    ["kbvault show v2 --entry 'it", ["kbvault", "show", "v2", "--entry", "'it"], ["it'\\''s"]],
    ["kbvault restore v1 --to kb.", ["kbvault", "restore", "v1", "--to", "kb."], ["kb.json"]],
  ])("completes %s", async (line, words, expected) => {
    const { store, PATH } = await createCompleting();
    expect(await runShell("bash", ["--norc", "-c", answers, "bash", line, ...words], store, PATH)).toEqual(
      expected,
    );
  });

  function doubleQuoted(): string[] {
    return difficult.map((id) => id.replace(/[\\"$`]/g, "\\$&"));
  }
});

describe.runIf(has("fish"))("fish", () => {
  it("completes commands, refs, tags, entries and files", async () => {
    const { store, PATH } = await createCompleting();
    const complete = (line: string): Promise<string[]> =>
      runShell(
        "fish",
        ["-N", "-c", "kbvault completion fish | source; complete -C $argv[1]", line],
        store,
        PATH,
      );
    expect(await complete("kbvault snap")).toEqual([expect.stringMatching(/^snapshot\tkeep the bytes/)]);
    expect(await complete("kbvault show v")).toEqual(["v1\tVersion 1", "v2\tVersion 2"]);
    expect(await complete("kbvault log --tag=")).toEqual(["--tag=review\ttag"]);
    const entries = await complete("kbvault show v2 --entry ");
    expect(entries).toEqual(difficult.map((id) => `${id}\tentry`).toSorted());
    expect(await complete("kbvault show v2 --entry two\\ ")).toEqual(["two words\tentry"]);
    expect(await complete("kbvault restore v1 --to kb.")).toEqual(["kb.json"]);
  });
});

describe.runIf(has("zsh"))("zsh", () => {
  it("completes on its line editor", async () => {
    const { store, PATH } = await createCompleting();
    const script = `
      zmodload zsh/zpty
      zpty shell zsh -f -i
      zpty -w shell 'autoload -U compinit; compinit -u -D; source <(kbvault completion zsh); echo re""ady'
      zpty -r shell seen '*ready*'
      zpty -w -n shell $'echo kbvault\\C-a\\C-kkbvault log --tag=r\\t'
      zpty -r -m shell seen '*--tag=review*' && echo tag
      zpty -w -n shell $'\\C-a\\C-kkbvault show v2 --entry two\\t'
      zpty -r -m shell seen '*two\\\\ words*' && echo entry
      zpty -d shell`;
    expect(await runShell("zsh", ["-f", "-c", script], store, PATH)).toEqual(["tag", "entry"]);
  });
});

it.each(["bash", "zsh", "fish"])("the script for %s is one text with --json", async (shell) => {
  const { run, json } = await createStore();
  const { stdout } = await run(["completion", shell]);
  expect(await json(["completion", shell])).toEqual({ shell, script: stdout });
});
