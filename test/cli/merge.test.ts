import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Git, gitIn } from "../git.ts";
import { billing, bin, createSandbox, createStore, firstKb, login, router, type Sandbox } from "./sandbox.ts";

const text = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
const hard = { ...router, level: "difícil" };
const renamed = { ...router, title: "Router \u001b[31m caído" };

async function withFiles(files: Readonly<Record<string, object | string>>): Promise<Sandbox> {
  const sandbox = await createSandbox();
  for (const [name, content] of Object.entries(files))
    await writeFile(join(sandbox.folder, name), typeof content === "string" ? content : text(content));
  return sandbox;
}

describe("kbvault merge", () => {
  it("prints the merged document of three files, which need no store and no configuration", async () => {
    const { run } = await withFiles({
      "base.json": firstKb,
      "ours.json": { ...firstKb, router: hard },
      "theirs.json": { router: { ...router, steps: ["Mirar", "Apagar", "Encender"] }, billing },
    });
    const { status, stdout, stderr } = await run(["merge", "base.json", "ours.json", "theirs.json"]);
    expect(status).toBe(0);
    expect(stdout).toBe(text({ router: { ...hard, steps: ["Mirar", "Apagar", "Encender"] }, billing }));
    expect(stderr).toBe(
      "theirs.json into ours.json, base base.json: took 1 removed, 1 modified; merged cleanly.\n",
    );
  });

  it("lists conflicts with all three values, escaped, keeps what ours has, and exits with 5", async () => {
    const { run, folder } = await withFiles({
      "base.json": firstKb,
      "ours.json": { ...firstKb, router: { ...router, title: "Nuestro" } },
      "theirs.json": { ...firstKb, router: renamed, login: { ...login, level: "medio" } },
    });
    const files = ["merge", "base.json", "ours.json", "theirs.json"];
    const printed = await run(files);
    expect([printed.status, printed.stdout]).toEqual([
      5,
      text({ ...firstKb, router: { ...router, title: "Nuestro" }, login: { ...login, level: "medio" } }),
    ]);
    const conflict = [
      "! router  /title  changed in two ways",
      '    base    "El router no responde"',
      '    ours    "Nuestro"',
      '    theirs  "Router \\u001b[31m caído"',
    ];
    const summary =
      "theirs.json into ours.json, base base.json: took 1 modified; 1 conflict, at which the result has what ours has.";
    expect(printed.stderr.split("\n")).toEqual([...conflict, summary, ""]);

    const written = await run([...files, "-o", "merged.json"]);
    expect(written.status).toBe(5);
    expect(written.stdout.split("\n")).toEqual([...conflict, `${summary} Wrote merged.json.`, ""]);
    expect(written.stderr).toBe(
      "Next: settle the conflicts in merged.json, then kbvault validate merged.json\n",
    );
    expect(await readFile(join(folder, "merged.json"), "utf8")).toBe(printed.stdout);
    expect((await readdir(folder)).sort()).toEqual([
      "base.json",
      "kb.json",
      "merged.json",
      "ours.json",
      "theirs.json",
    ]);
  });

  it("prints what was found as one document with --json, and no text of the result", async () => {
    const { json, folder } = await withFiles({
      "base.json": [1, 2],
      "ours.json": [1, 2, 3],
      "theirs.json": [0, 1, 2],
    });
    expect(await json(["merge", "base.json", "ours.json", "theirs.json", "-o", "ours.json"])).toEqual({
      base: "base.json",
      ours: "ours.json",
      theirs: "theirs.json",
      file: join(folder, "ours.json"),
      clean: true,
      conflicts: [],
      taken: { added: 1, removed: 0, modified: 0, outside: 0 },
    });
    expect(JSON.parse(await readFile(join(folder, "ours.json"), "utf8"))).toEqual([0, 1, 2, 3]);
  });

  it("merges versions, the live file and other files with each other", async () => {
    const sandbox = await createStore(firstKb, { ...firstKb, router: hard });
    await sandbox.write({ ...firstKb, login: { ...login, level: "medio" } });
    const { status, stdout } = await sandbox.run(["merge", "v1", "live", "v2"]);
    expect([status, JSON.parse(stdout)]).toEqual([
      0,
      { router: hard, billing, login: { ...login, level: "medio" } },
    ]);
    const found = await sandbox.json<{ base: string; ours: string }>(["merge", "v1", "./kb.json", "v2"]);
    expect(found.base).toMatch(/^v1_/);
    expect(found.ours).toBe("./kb.json");
  });

  it.each<[string, readonly string[], number, string]>([
    ["a file that is not there", ["base.json", "gone.json", "ours.json"], 1, "KB_NOT_FOUND"],
    ["a file that is no JSON", ["base.json", "broken.json", "ours.json"], 1, "INVALID_JSON"],
    ["a ref that names nothing", ["v9", "live", "v1"], 4, "REF_NOT_FOUND"],
    ["an id that occurs twice", ["base.json", "twice.json", "ours.json"], 1, "DUPLICATES"],
    ["to replace the live file", ["v1", "live", "v1", "-o", "kb.json"], 2, "USAGE"],
    [
      "to replace the live file by another path",
      ["base.json", "ours.json", "base.json", "-o", "./x/../kb.json"],
      2,
      "USAGE",
    ],
  ])("refuses %s and writes nothing", async (_, args, status, code) => {
    const sandbox = await createStore(firstKb);
    const before = await sandbox.read();
    await mkdir(join(sandbox.folder, "x"));
    const files = {
      "base.json": '[{"id": 1}]',
      "ours.json": '[{"id": 1, "x": 1}]',
      "broken.json": "[1,",
      "twice.json": '[{"id": 1}, {"id": 1}]',
    };
    for (const [name, content] of Object.entries(files)) await writeFile(join(sandbox.folder, name), content);
    const ended = await sandbox.run(["--json", "merge", ...args]);
    expect([ended.status, JSON.parse(ended.stdout).error.code]).toEqual([status, code]);
    expect(await sandbox.read()).toEqual(before);
  });
});

describe("kbvault as a merge driver of git", () => {
  /** A repository whose branch `theirs` and whose `main` both changed kb.json after the first commit. */
  async function diverged(
    base: object | string | null,
    ours: object | string,
    theirs: object | string,
  ): Promise<{ readonly sandbox: Sandbox; readonly git: Git }> {
    const sandbox = await createSandbox();
    const git = gitIn(sandbox.folder);
    await git("init", "-q", "-b", "main");
    await git(
      "config",
      "merge.kbvault.driver",
      `"${process.execPath}" "${bin}" git-merge-driver %O %A %B %P`,
    );
    await writeFile(join(sandbox.folder, ".gitattributes"), "*kb.json merge=kbvault\n");
    await git("add", ".gitattributes");
    const commit = async (content: object | string): Promise<void> => {
      await sandbox.write(content);
      await git("add", "kb.json");
      await git("commit", "-qm", "Changed");
    };
    if (base === null) await git("commit", "-qm", "Nothing yet");
    else await commit(base);
    await git("branch", "theirs");
    await commit(ours);
    await git("checkout", "-q", "theirs");
    await commit(theirs);
    await git("checkout", "-q", "main");
    return { sandbox, git };
  }

  it("merges changes of neighbouring lines that git itself could not", async () => {
    const { sandbox, git } = await diverged(
      firstKb,
      { ...firstKb, router: { ...hard, steps: ["Apagar", "Encender", "Llamar"] } },
      { ...firstKb, router: { ...renamed, steps: ["Mirar", "Apagar", "Encender"] } },
    );
    expect((await git.attempt("merge", "-m", "Both", "theirs")).status).toBe(0);
    const merged = { ...renamed, level: "difícil", steps: ["Mirar", "Apagar", "Encender", "Llamar"] };
    expect((await sandbox.read()).toString()).toBe(text({ ...firstKb, router: merged }));
    expect(await git("status", "--short")).toBe("");
  });

  it("leaves a conflict unmerged, as JSON that has what ours has, and lists it", async () => {
    const { sandbox, git } = await diverged(
      firstKb,
      { ...firstKb, router: hard },
      {
        ...firstKb,
        router: { ...router, level: "fácil" },
        billing: { ...billing, level: "medio" },
      },
    );
    const { status, stdout, stderr } = await git.attempt("merge", "-m", "Both", "theirs");
    expect(status).toBe(1);
    expect(stdout).toContain("CONFLICT (content): Merge conflict in kb.json");
    expect(stderr).toContain(
      '! router  /level  changed in two ways\n    base    "medio"\n    ours    "difícil"',
    );
    expect(stderr).toContain("Settle the conflicts in kb.json, then git add it.");
    expect(await git("status", "--short")).toBe("UU kb.json\n");
    expect(JSON.parse((await sandbox.read()).toString())).toEqual({
      router: hard,
      billing: { ...billing, level: "medio" },
      login,
    });
  });

  it("merges files that both sides added", async () => {
    const { sandbox, git } = await diverged(null, { router, billing }, { login, router });
    expect((await git.attempt("merge", "-m", "Both", "theirs")).status).toBe(0);
    expect(JSON.parse((await sandbox.read()).toString())).toEqual({ router, billing, login });
  });

  it("leaves text that is no JSON to git, line by line", async () => {
    const lines = (first: string, last: string): string => `${first}\nb\nc\nd\n${last}\n`;
    const clean = await diverged(lines("a", "e"), lines("ours", "e"), lines("a", "theirs"));
    expect((await clean.git.attempt("merge", "-m", "Both", "theirs")).status).toBe(0);
    expect((await clean.sandbox.read()).toString()).toBe(lines("ours", "theirs"));

    const { sandbox, git } = await diverged(lines("a", "e"), lines("ours", "e"), lines("theirs", "e"));
    expect((await git.attempt("merge", "-m", "Both", "theirs")).status).toBe(1);
    expect((await sandbox.read()).toString()).toBe(
      lines("<<<<<<< ours\nours\n=======\ntheirs\n>>>>>>> theirs", "e"),
    );
  });
});
