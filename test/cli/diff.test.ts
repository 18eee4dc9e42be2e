import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { billing, createSandbox, createStore, firstKb, login, router } from "./sandbox.ts";

const edited = {
  router: { ...router, level: "fácil" },
  billing,
  access: { title: "Acceso remoto", level: "avanzado", steps: [] },
};

describe("diff", () => {
  it("compares the latest version with the live file", async () => {
    const { run, write } = await createStore(firstKb);
    await write(edited);
    const { status, stdout } = await run(["diff"]);
    expect(status).toBe(0);
    const [summary, ...lines] = stdout.trimEnd().split("\n");
    expect(summary).toMatch(/^v1_\d{8}_\d{6} -> live: \+1 -1 ~1, 1 unchanged$/);
    expect(lines).toEqual([
      "Review: 1 warn",
      "- login  warn: removed entry",
      "+ access",
      "~ router  1 changed",
      '    /level  changed  "medio" -> "fácil"',
    ]);
  });

  it("compares any two states", async () => {
    const { json } = await createStore(firstKb, edited);
    expect(await json(["diff", "v2", "v1"])).toMatchObject({
      from: expect.stringMatching(/^v2_/),
      to: expect.stringMatching(/^v1_/),
      added: ["login"],
      removed: ["access"],
      modified: [
        { id: "router", changes: [{ path: "/level", kind: "changed", before: "fácil", after: "medio" }] },
      ],
      reformatted: [],
      reordered: false,
      outside: [],
      unchangedCount: 1,
      summary: {
        added: 1,
        removed: 1,
        renamed: 0,
        modified: 1,
        reformatted: 0,
        unchanged: 1,
        outside: 0,
        ignored: 0,
      },
    });
  });

  it("counts only with --stat", async () => {
    const { run } = await createStore(firstKb, edited);
    const { stdout } = await run(["diff", "v1", "v2", "--stat"]);
    expect(stdout.trimEnd().split("\n").slice(2)).toEqual([
      "- login  warn: removed entry",
      "+ access",
      "~ router  1 changed",
    ]);
  });

  it("prints changes outside all entries under their own heading", async () => {
    const document = (version: string): object => ({
      meta: { version },
      problems: [{ id: "a", title: "A" }],
    });
    const { run } = await createStore(document("1.0"), document("1.1"));
    const { stdout } = await run(["diff", "v1", "v2"]);
    expect(stdout).toContain("+0 -0 ~0, 1 outside, 1 unchanged");
    expect(stdout).toContain('Outside all entries  1 changed\n    /meta/version  changed  "1.0" -> "1.1"\n');
  });

  it("counts reformatted and reordered entries, and calls them no difference", async () => {
    const { run, write } = await createStore(firstKb);
    await write(JSON.stringify({ login, router, billing }));
    const { status, stdout } = await run(["diff", "--exit-code"]);
    expect(status).toBe(0);
    expect(stdout).toContain("+0 -0 ~0, 3 reformatted, 0 unchanged");
    expect(stdout).toContain("3 entries reformatted, same values: ");
    expect(stdout).toContain("The entries stand in another order.");
  });

  it("exits with 1 on differences only when asked", async () => {
    const { run } = await createStore(firstKb, edited);
    expect(await run(["diff", "v1", "v2"])).toMatchObject({ status: 0 });
    expect(await run(["diff", "v1", "v2", "--exit-code"])).toMatchObject({ status: 1 });
    expect(await run(["diff", "v1", "v1", "--exit-code"])).toMatchObject({ status: 0 });
    expect(await run(["diff", "v1", "v2", "--exit-code", "--json"])).toMatchObject({ status: 1 });
  });

  it("keeps the digits of numbers beyond the doubles", async () => {
    const { run, write } = await createStore();
    await write('{"a": {"n": 9007199254740993}}');
    await run(["snapshot", "-m", "one"]);
    await write('{"a": {"n": 9007199254740992}}');
    expect((await run(["diff"])).stdout).toContain("/n  changed  9007199254740993 -> 9007199254740992");
    expect((await run(["diff", "--json"])).stdout).toContain('"before": 9007199254740993');
  });

  it("marks words of long texts, and hides what is far from them", async () => {
    const text = (word: string): string => `${"antes ".repeat(50)}${word}${" después".repeat(50)}`;
    const { run } = await createStore({ a: { text: text("router") } }, { a: { text: text("módem") } });
    const { stdout } = await run(["diff", "v1", "v2"]);
    expect(stdout).toMatch(
      /^ {10}\[270 characters hidden\](antes )+\[-router-\]\{\+módem\+\}( después)+ de?s?p?u?é?s?\[37\d characters hidden\]$/m,
    );
  });

  it("shows renamed entries as such", async () => {
    const { router: moved, ...others } = firstKb;
    const { run } = await createStore(firstKb, { ...others, access_point: moved });
    expect((await run(["diff", "v1", "v2"])).stdout).toMatch(/^> router -> access_point {2}100 % alike$/m);
  });
});

describe("diff --entry", () => {
  it("keeps only the named entries", async () => {
    const { json } = await createStore(firstKb, edited);
    expect(await json(["diff", "v1", "v2", "--entry", "login", "--entry", "billing"])).toMatchObject({
      added: [],
      removed: ["login"],
      modified: [],
      unchangedCount: 1,
      summary: {
        added: 0,
        removed: 1,
        renamed: 0,
        modified: 0,
        reformatted: 0,
        unchanged: 1,
        outside: 0,
        ignored: 0,
      },
    });
  });

  it("decides the exit status by these entries alone", async () => {
    const { run } = await createStore(firstKb, edited);
    expect(await run(["diff", "v1", "v2", "--exit-code", "--entry", "billing"])).toMatchObject({ status: 0 });
    expect(await run(["diff", "v1", "v2", "--exit-code", "--entry", "router"])).toMatchObject({ status: 1 });
  });

  it("exits with 4 when neither side has the entry", async () => {
    const { run } = await createStore(firstKb, edited);
    const { status, stderr } = await run(["diff", "v1", "v2", "--entry", "nothing"]);
    expect(status).toBe(4);
    expect(stderr).toContain("error ENTRY_NOT_FOUND");
  });
});

describe("diff --only and --ignore", () => {
  it("leave out what was not asked for", async () => {
    const { run, json } = await createStore(firstKb, edited);
    expect((await run(["diff", "v1", "v2", "--only", "added,removed"])).stdout).not.toContain("~ router");
    expect(await json(["diff", "v1", "v2", "--only", "added", "--only", "modified"])).toMatchObject({
      added: ["access"],
      removed: [],
      modified: [{ id: "router" }],
    });
    expect(await json(["diff", "v1", "v2", "--ignore", "level", "--ignore", "/x"])).toMatchObject({
      modified: [],
      summary: { ignored: 1, unchanged: 2 },
    });
  });

  it("decide the exit status", async () => {
    const { run } = await createStore(firstKb, { ...firstKb, router: { ...router, level: "fácil" } });
    expect(await run(["diff", "v1", "v2", "--exit-code", "--ignore", "level"])).toMatchObject({ status: 0 });
    expect(await run(["diff", "v1", "v2", "--exit-code", "--only", "added"])).toMatchObject({ status: 0 });
  });

  it("refuse kinds that there are not", async () => {
    const { run } = await createStore(firstKb);
    const { status, stderr } = await run(["diff", "--only", "added,changed"]);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringContaining("Allowed are added, removed, renamed, modified."),
    });
  });
});

describe("diff --fail-on", () => {
  it.each([
    ["error", 0],
    ["warn", 1],
    ["info", 1],
  ])("%s exits with %i where a warning is the worst", async (severity, status) => {
    const { run } = await createStore(firstKb, edited);
    for (const format of ["text", "json", "markdown", "html"])
      expect(await run(["diff", "v1", "v2", "--fail-on", severity, "--format", format])).toMatchObject({
        status,
      });
  });

  it("exits with 0 where nothing is found", async () => {
    const { run } = await createStore(firstKb, { ...firstKb, more: {} });
    expect(await run(["diff", "v1", "v2", "--fail-on", "info"])).toMatchObject({ status: 0 });
  });
});

describe("diff --format", () => {
  it("json is --json", async () => {
    const { run } = await createStore(firstKb, edited);
    const { stdout } = await run(["diff", "v1", "v2", "--json"]);
    expect(await run(["diff", "v1", "v2", "--format", "json"])).toMatchObject({ stdout, status: 0 });
    const failed = await run(["diff", "v1", "v9", "--format", "json"]);
    expect(JSON.parse(failed.stdout)).toMatchObject({ error: { code: "REF_NOT_FOUND" } });
  });

  it("json-patch is a JSON Patch from the older to the newer document", async () => {
    const { run } = await createStore(firstKb, edited);
    const { stdout, status } = await run(["diff", "v1", "v2", "--format", "json-patch", "--exit-code"]);
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toEqual([
      { op: "add", path: "/access", value: edited.access },
      { op: "remove", path: "/login" },
      { op: "replace", path: "/router/level", value: "fácil" },
    ]);
  });

  it("merge-patch is a merge patch, or says what it cannot express", async () => {
    const { run, json } = await createStore(firstKb, edited, { ...edited, router: { ...router, steps: [] } });
    const { stdout } = await run(["diff", "v1", "v2", "--format", "merge-patch"]);
    expect(JSON.parse(stdout)).toEqual({ router: { level: "fácil" }, access: edited.access, login: null });
    const { status, stderr } = await run(["diff", "v2", "v3", "--format", "merge-patch"]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/error NOT_EXPRESSIBLE: .*\/router\/steps.*--format json-patch/);
    expect(await json(["diff", "v1", "v2"])).toMatchObject({ added: ["access"] });
  });

  it("markdown and html are whole documents, of what was asked for", async () => {
    const { run } = await createStore(firstKb, edited);
    const markdown = await run(["diff", "v1", "v2", "--format", "markdown", "--entry", "router"]);
    expect(markdown).toMatchObject({ status: 0, stderr: "" });
    expect(markdown.stdout).toMatch(/^### .*\n\n1 modified, 0 unchanged\n/);
    const html = await run(["diff", "v1", "v2", "--format", "html", "--stat"]);
    expect(html.stdout).toMatch(/^<!doctype html>.*<\/html>\n$/s);
    expect(html.stdout).not.toContain("<details");
  });

  it("of patches refuses what would make them partial", async () => {
    const { run } = await createStore(firstKb, edited);
    for (const flag of [
      ["--stat"],
      ["--entry", "a"],
      ["--only", "added"],
      ["--ignore", "a"],
      ["--fail-on", "info"],
    ])
      expect(await run(["diff", "v1", "v2", "--format", "json-patch", ...flag])).toMatchObject({
        status: 2,
        stderr: expect.stringContaining("describes two whole documents"),
      });
    expect(await run(["diff", "--json", "--format", "html"])).toMatchObject({ status: 2 });
  });
});

describe("diff of files", () => {
  it("needs neither a store nor a configuration", async () => {
    const { run, folder, write } = await createSandbox();
    await writeFile(join(folder, "old.json"), JSON.stringify(firstKb));
    await write(edited);
    const { status, stdout } = await run(["diff", "old.json", "./kb.json"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^old\.json -> \.\/kb\.json: \+1 -1 ~1, 1 reformatted, 0 unchanged\n/);
    const patch = await run(["diff", "./old.json", "kb.json", "--format", "json-patch"]);
    expect(JSON.parse(patch.stdout)).toHaveLength(3);
  });

  it("compares one with a version, and with the live file", async () => {
    const { json, folder } = await createStore(firstKb, edited);
    await writeFile(join(folder, "draft.json"), JSON.stringify(firstKb));
    expect(await json(["diff", "draft.json", "v2"])).toMatchObject({ from: "draft.json", added: ["access"] });
    expect(await json(["diff", "v1", "draft.json"])).toMatchObject({ to: "draft.json", modified: [] });
    expect(await json(["diff", "draft.json"])).toMatchObject({ to: "live", removed: ["login"] });
  });

  it("reads them as the configuration says", async () => {
    const { json, folder } = await createSandbox();
    await writeFile(join(folder, "kbvault.config.json"), '{"idField": "name"}');
    await writeFile(join(folder, "a.json"), '[{"name": "x", "n": 1}, {"name": "y", "n": 1}]');
    await writeFile(join(folder, "b.json"), '[{"name": "y", "n": 1}]');
    expect(await json(["diff", "a.json", "b.json"])).toMatchObject({ removed: ["x"], unchangedCount: 1 });
  });

  it.each([
    ["./missing.json", "KB_NOT_FOUND", 1],
    ["./", "KB_NOT_A_FILE", 1],
    ["text.json", "INVALID_JSON", 1],
  ])("names %s when it cannot be compared", async (path, code, status) => {
    const { run, folder } = await createSandbox();
    await writeFile(join(folder, "text.json"), "text");
    const failed = await run(["diff", path, "kb.json"]);
    expect(failed).toMatchObject({ status, stdout: "" });
    expect(failed.stderr).toContain(`error ${code}`);
    expect(failed.stderr).toContain(path);
  });
});
