import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fileOf, textAbove } from "../../src/cli/editor.ts";
import type { Version } from "../../src/index.ts";
import { hasTerminal, makeEditor, runOnTerminal } from "./pseudo-terminal.ts";
import { billing, createStore, firstKb, router } from "./sandbox.ts";

describe("the file to edit", () => {
  it("has the text, then a line under which nothing counts, then the notes", () => {
    expect(fileOf("Old", ["Why?", "", "+ a"])).toBe(
      "Old\n\n# ------------------------ >8 ------------------------\n# Why?\n#\n# + a\n",
    );
  });

  it.each([
    ["nothing", "", ""],
    ["text", "Two\nlines", "Two\nlines"],
    ["text that begins with a number sign", "#12 is mended", "#12 is mended"],
    ["Windows line ends", "a\r\nb", "a\nb"],
  ])("gives back %s", (_, text, expected) => {
    expect(textAbove(fileOf(text, ["note", "# note"]))).toBe(expected);
  });

  it("without the line gives back what does not begin with a number sign", () => {
    expect(textAbove("# a note\nText\n# another\n")).toBe("Text");
  });
});

describe.runIf(hasTerminal)("snapshot without -m on a terminal", () => {
  it("asks in the editor, over what is pending, and keeps what was written", async () => {
    const store = await createStore(firstKb);
    await store.write({ router, billing: { ...billing, level: "medio" }, extra: { title: "Red lenta" } });
    const EDITOR = await makeEditor(
      store.folder,
      'cp "$1" seen.txt; stat -c "%a" "$1" "$(dirname "$1")" > modes.txt; sed -i "1s/^/#7: new\\nlevels/" "$1"',
    );
    const { status, screen } = await runOnTerminal(["snapshot", "--tag", "auto"], store.folder, {
      variables: { EDITOR },
    });
    expect({ status, screen }).toEqual({ status: 0, screen: expect.stringContaining("Saved") });
    const { versions } = await store.json<{ versions: Version[] }>(["log", "-n", "1"]);
    expect(versions).toMatchObject([{ description: "#7: new\nlevels", tags: ["auto"] }]);
    const seen = await readFile(join(store.folder, "seen.txt"), "utf8");
    expect(seen).toMatch(/^\n\n# -+ >8 -+\n# What changed, and why\?/);
    for (const line of ["# kb.json: changed since v1_", "# - login", "# + extra", "# ~ billing"])
      expect(seen).toContain(`\n${line}`);
    expect(seen).not.toContain("router");
    if (process.platform === "linux")
      expect(await readFile(join(store.folder, "modes.txt"), "utf8")).toBe("600\n700\n");
  });

  it("keeps nothing after an empty text, and ends with 130", async () => {
    const store = await createStore();
    const { status, screen } = await runOnTerminal(["snapshot"], store.folder, {
      variables: { EDITOR: "true" },
    });
    expect({ status, screen }).toEqual({
      status: 130,
      screen: expect.stringMatching(/error INTERRUPTED.*empty/s),
    });
    expect(await store.json(["log"])).toEqual({ versions: [] });
  });

  it("says how the editor failed, and leaves no file behind", async () => {
    const store = await createStore();
    const TMPDIR = join(store.folder, "tmp");
    await mkdir(TMPDIR);
    for (const [EDITOR, how] of [
      ["sh -c 'exit 3' editor", "ended with status 3"],
      ["kbvault-no-such-editor", "ended with status 127"],
    ] as const) {
      const { status, screen } = await runOnTerminal(["snapshot"], store.folder, {
        variables: { EDITOR, TMPDIR },
      });
      expect({ status, screen }).toEqual({
        status: 1,
        screen: expect.stringContaining("error EDITOR_FAILED"),
      });
      expect(screen).toContain(how);
    }
    expect(await readdir(TMPDIR)).toEqual([]);
  });

  it("prefers KBVAULT_EDITOR to VISUAL, VISUAL to EDITOR, EDITOR to git's core.editor", async () => {
    const store = await createStore();
    const editors = { KBVAULT_EDITOR: "first", VISUAL: "second", EDITOR: "third" };
    const variables: Record<string, string> = {};
    for (const [name, text] of Object.entries(editors).toReversed()) {
      variables[name] = `sh -c 'echo ${text} > "$1"' editor`;
      await store.write({ [text]: {} });
      await runOnTerminal(["snapshot"], store.folder, { variables });
    }
    await store.write({ git: {} });
    await runOnTerminal(["snapshot"], store.folder, {
      variables: {
        GIT_CONFIG_COUNT: "1",
        GIT_CONFIG_KEY_0: "core.editor",
        GIT_CONFIG_VALUE_0: `sh -c 'echo fourth > "$1"' editor`,
      },
    });
    const { versions } = await store.json<{ versions: Version[] }>(["log"]);
    expect(versions.map(({ description }) => description)).toEqual(["fourth", "first", "second", "third"]);
  });

  it("asks nothing where nothing changed, and reports what is not JSON before it asks", async () => {
    const store = await createStore(firstKb);
    const EDITOR = "touch asked; true";
    expect(await runOnTerminal(["snapshot"], store.folder, { variables: { EDITOR } })).toMatchObject({
      status: 0,
      screen: expect.stringContaining("Unchanged"),
    });
    await store.write("{");
    expect(await runOnTerminal(["snapshot"], store.folder, { variables: { EDITOR } })).toMatchObject({
      status: 1,
      screen: expect.stringContaining("error INVALID_JSON"),
    });
    expect(await readdir(store.folder)).not.toContain("asked");
  });

  it("repeats the text where it could not be kept", async () => {
    const store = await createStore();
    const EDITOR = `rm -r "${store.folder}/versions"; sh -c 'echo "Hours of writing" > "$1"' editor`;
    const { status, screen } = await runOnTerminal(["snapshot"], store.folder, { variables: { EDITOR } });
    expect({ status, screen }).toEqual({ status: 10, screen: expect.stringContaining("Hours of writing") });
  });
});

describe("describe", () => {
  it("gives a version another description, and is no error where it has it already", async () => {
    const store = await createStore(firstKb);
    expect(await store.json(["describe", "v1", "-m", "The first one"])).toMatchObject({
      version: { sequence: 1, description: "The first one" },
      was: "Version 1",
    });
    expect((await store.run(["show", "v1"])).stdout).toContain("The first one");
    expect(await store.run(["describe", "v1", "-m", "The first one"])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^Unchanged/),
    });
    expect(await store.run(["describe", "v9", "-m", "x"])).toMatchObject({ status: 4 });
    expect(await store.run(["describe", "v1", "-m", " "])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("INVALID_TEXT"),
    });
    expect(await store.run(["describe", "v1"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("Option -m is missing"),
    });
  });

  it.runIf(hasTerminal)("shows the present description in the editor", async () => {
    const store = await createStore(firstKb);
    const EDITOR = await makeEditor(store.folder, 'sed -i "1s/.*/& and more/" "$1"');
    await runOnTerminal(["describe", "latest"], store.folder, { variables: { EDITOR } });
    const { versions } = await store.json<{ versions: Version[] }>(["log"]);
    expect(versions).toMatchObject([{ description: "Version 1 and more" }]);
  });
});
