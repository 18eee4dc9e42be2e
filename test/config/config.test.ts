import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createConfig, loadConfig } from "../../src/config/config.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kbvault-config-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function writeConfig(text: string): Promise<string> {
  const path = join(folder, "kbvault.config.json");
  await writeFile(path, text);
  return path;
}

describe("loading", () => {
  it("finds nothing where there is no file up to the root", async () => {
    expect(await loadConfig(folder)).toEqual({ config: {}, path: null });
  });

  it("finds the file in a folder above and resolves its paths against that folder", async () => {
    const path = await writeConfig(
      '{"kb": "data/kb.json", "store": "../versions", "schema": "/etc/kb.schema.json"}',
    );
    const below = join(folder, "a", "b");
    await mkdir(below, { recursive: true });
    expect(await loadConfig(below)).toEqual({
      config: {
        kb: join(folder, "data/kb.json"),
        store: join(folder, "../versions"),
        schema: "/etc/kb.schema.json",
      },
      path,
    });
  });

  it("leaves the URL of a store as it is", async () => {
    await createConfig(folder, { kb: "kb.json", store: "file:///srv/versions" });
    expect((await loadConfig(folder)).config).toEqual({
      kb: join(folder, "kb.json"),
      store: "file:///srv/versions",
    });
  });

  it("resolves the paths of every knowledge base against that folder", async () => {
    await writeConfig(
      '{"knowledgeBases": {"es": {"kb": "es.json", "store": "v/es", "idField": "code"}, "*": {"kb": "kb/*.json"}}}',
    );
    expect((await loadConfig(folder)).config).toEqual({
      knowledgeBases: {
        es: { kb: join(folder, "es.json"), store: join(folder, "v/es"), idField: "code" },
        "*": { kb: join(folder, "kb/*.json") },
      },
    });
  });

  it("takes the nearest of two files", async () => {
    await writeConfig('{"author": "Ana"}');
    const below = join(folder, "below");
    await mkdir(below);
    await writeFile(join(below, "kbvault.config.json"), '{"author": "Bea"}');
    expect((await loadConfig(below)).config.author).toBe("Bea");
  });

  it("reads every key, with a byte order mark in front", async () => {
    await writeConfig(
      '\uFEFF{"entries": ["/problems/*"], "idField": "code", "ignore": ["updated_at"], "review": {"removed-step": "error", "title": {"severity": "info", "kinds": ["changed"], "paths": ["/title"]}}, "author": "Zoë", "maxDepth": 64}\n',
    );
    expect((await loadConfig(folder)).config).toEqual({
      entries: ["/problems/*"],
      idField: "code",
      ignore: ["updated_at"],
      review: {
        "removed-step": "error",
        title: { severity: "info", kinds: ["changed"], paths: ["/title"] },
      },
      author: "Zoë",
      maxDepth: 64,
    });
  });

  const mistakes: [name: string, text: string, line: number, column: number, message: RegExp][] = [
    ["an empty file", "", 1, 1, /found the end of the text, expected an object/],
    ["a list", "[]", 1, 1, /expected an object/],
    ["broken JSON", '{\n  "kb": "a.json",\n}', 3, 1, /expected a key/],
    ["text behind the object", "{} {}", 1, 4, /expected the end of the text/],
    ["an unknown key", '{\n  "kbb": "a.json"\n}', 2, 3, /"kbb" is unknown; the keys here are kb, store/],
    ["a key of every object", '{"constructor": 1}', 1, 2, /"constructor" is unknown/],
    ["a repeated key", '{"kb": "a",\n "kb": "b"}', 2, 2, /"kb" occurs a second time/],
    ["an empty path", '{"kb": ""}', 1, 8, /"kb" has to be a text that is not empty/],
    ["a path that is a number", '{"store": 7}', 1, 11, /"store" has to be a text/],
    ["no patterns", '{"entries": []}', 1, 13, /"entries" has to be a list of at least 1/],
    [
      "a pattern without a slash",
      '{"entries": ["/a/*", "problems"]}',
      1,
      22,
      /"entries.1" has to be a JSON Pointer pattern/,
    ],
    [
      "a key that repeats in a section",
      '{"hooks": {"timeout": "1s",\n"timeout": "2s"}}',
      2,
      1,
      /"timeout" occurs a second/,
    ],
    [
      "an unknown hook",
      '{"hooks": {"onSnapshot": "x"}}',
      1,
      26,
      /"hooks.onSnapshot" is unknown; the keys here are pre/,
    ],
    [
      "an empty hook",
      '{"hooks": {"preRestore": []}}',
      1,
      26,
      /"hooks.preRestore" has to be a text for the shell, or/,
    ],
    [
      "a hook's time without unit",
      '{"hooks": {"timeout": "60"}}',
      1,
      23,
      /"hooks.timeout" has to be a duration/,
    ],
    ["a knowledge base without file", '{"knowledgeBases": {"es": {}}}', 1, 27, /has to have the key "kb"/],
    [
      "a name that is a path",
      '{"knowledgeBases": {"a/b": {"kb": "a"}}}',
      1,
      28,
      /"knowledgeBases.a\/b" has to be a name/,
    ],
    ["a name with two stars", '{"knowledgeBases": {"*-*": {"kb": "a"}}}', 1, 28, /at most one \*/],
    ["a name like an option", '{"knowledgeBases": {"-x": {"kb": "a"}}}', 1, 27, /a - in front/],
    [
      "a star in the name only",
      '{"knowledgeBases": {"*": {"kb": "a.json"}}}',
      1,
      33,
      /"knowledgeBases.\*.kb" has to hold exactly one \*/,
    ],
    [
      "a hook inside a knowledge base",
      '{"knowledgeBases": {"es": {"kb": "a", "hooks": {}}}}',
      1,
      48,
      /"knowledgeBases.es.hooks" is unknown/,
    ],
    [
      "a pattern of changes to ignore that cannot be read",
      '{"ignore": ["updated_at", "a~b"]}',
      1,
      27,
      /"ignore.1" has to be a path pattern/,
    ],
    ["a pattern that ignores everything", '{"ignore": [""]}', 1, 13, /has to be a text that is not empty/],
    [
      "a review rule that is spelled wrong",
      '{"review": {"removed-setp": "error"}}',
      1,
      29,
      /"review.removed-setp" has to be an object/,
    ],
    [
      "an own review rule without a severity",
      '{"review": {"title": {"paths": ["/title"]}}}',
      1,
      22,
      /"review.title" has to have the key "severity"/,
    ],
    [
      "a severity that is none",
      '{"review": {"changed-url": "warning"}}',
      1,
      28,
      /"review.changed-url" has to be one of off, info, warn, error/,
    ],
    [
      "a kind of change that is none",
      '{"review": {"removed-step": {"kinds": ["deleted"]}}}',
      1,
      40,
      /"review.removed-step.kinds.0" has to be one of added, removed/,
    ],
    ["a depth of nothing", '{"maxDepth": 0}', 1, 14, /"maxDepth" has to be a whole number from 1/],
    [
      "a check that there is not",
      '{"health": {"without": ["disc"]}}',
      1,
      25,
      /"health.without.0" has to be one of/,
    ],
    [
      "a time without a unit",
      '{"health": {"timeout": "10"}}',
      1,
      24,
      /"health.timeout" has to be a duration/,
    ],
    [
      "no command",
      '{"health": {"alert": {"command": []}}}',
      1,
      34,
      /"health.alert.command" has to be a text for the shell/,
    ],
    ["a webhook of a file", '{"health": {"alert": {"webhook": "file:///a"}}}', 1, 34, /begins with http/],
    ["an API without a URL", '{"health": {"api": {}}}', 1, 20, /"health.api" has to have the key "url"/],
    ["a depth with a fraction", '{"maxDepth": 1.5}', 1, 14, /whole number/],
  ];
  it.each(mistakes)("refuses %s with its place", async (_, text, line, column, message) => {
    const file = await writeConfig(text);
    const error = await loadConfig(folder).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "CONFIG_INVALID", message: expect.stringMatching(message) });
    expect(error).toMatchObject({ data: { file, line, column } });
    expect((error as Error).message).toContain(file);
  });

  it("refuses a folder of that name", async () => {
    await mkdir(join(folder, "kbvault.config.json"));
    await expect(loadConfig(folder)).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      data: { errno: "EISDIR" },
    });
  });
});

describe("creating", () => {
  it("writes a file that loads as what was given", async () => {
    const config = { kb: join(folder, "kb.json"), store: join(folder, "deep", "versions"), author: "Ana" };
    const path = await createConfig(folder, config);
    expect(await loadConfig(folder)).toEqual({ config, path });
    expect(await readFile(path, "utf8")).toBe(
      '{\n  "kb": "kb.json",\n  "store": "deep/versions",\n  "author": "Ana"\n}\n',
    );
  });

  it("never replaces a file", async () => {
    const path = await writeConfig("not JSON");
    await expect(createConfig(folder, { kb: "kb.json" })).rejects.toMatchObject({
      code: "CONFIG_EXISTS",
      data: { file: path },
    });
    expect(await readFile(path, "utf8")).toBe("not JSON");
  });

  it("says so when the folder is missing", async () => {
    await expect(createConfig(join(folder, "missing"), {})).rejects.toMatchObject({
      code: "IO_ERROR",
      data: { errno: "ENOENT" },
    });
  });
});

describe("a configuration of somebody else", () => {
  const withHook = '{"hooks": {"preSnapshot": "echo mine"}}';

  beforeEach(() => {
    delete process.env["KBVAULT_TRUSTED_CONFIG"];
  });

  it.each([
    ["a hook", withHook, ["hooks.preSnapshot"]],
    ["a step", '{"update": {"steps": [{"name": "restart", "run": "true"}]}}', ["update.steps restart"]],
    ["an alert", '{"health": {"alert": {"command": ["true"]}}}', ["health.alert.command"]],
  ])("that everybody may write is refused when it names %s", async (_, text, commands) => {
    const path = await writeConfig(text);
    await loadConfig(folder);
    await chmod(path, 0o666);
    await expect(loadConfig(folder)).rejects.toMatchObject({
      code: "CONFIG_UNTRUSTED",
      data: { file: path, commands },
      message: expect.stringContaining("can be written by everybody"),
    });
  });

  it("is read when it names no command, or is named as trusted", async () => {
    const path = await writeConfig('{"author": "Ana"}');
    await chmod(path, 0o666);
    expect((await loadConfig(folder)).config.author).toBe("Ana");
    await writeConfig(withHook);
    process.env["KBVAULT_TRUSTED_CONFIG"] = path;
    expect((await loadConfig(folder)).config.hooks).toEqual({ preSnapshot: "echo mine" });
    process.env["KBVAULT_TRUSTED_CONFIG"] = join(folder, "other.json");
    await expect(loadConfig(folder)).rejects.toMatchObject({ code: "CONFIG_UNTRUSTED" });
  });

  it.skipIf(process.getuid?.() !== 0)(
    "is refused by its owner (only root can give a file away)",
    async () => {
      const path = await writeConfig(withHook);
      await chown(path, 65_534, 65_534);
      await expect(loadConfig(folder)).rejects.toMatchObject({
        code: "CONFIG_UNTRUSTED",
        data: { owner: 65_534 },
      });
      process.env["SUDO_UID"] = "65534";
      try {
        expect((await loadConfig(folder)).path).toBe(path);
      } finally {
        delete process.env["SUDO_UID"];
      }
    },
  );
});
