import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Status, Version } from "../../src/index.ts";
import { createSandbox, type Sandbox } from "./sandbox.ts";

interface All<Result> {
  readonly knowledgeBases: readonly {
    readonly name: string | null;
    readonly kb: string;
    readonly exit: number;
    readonly result?: Result;
    readonly error?: { readonly code: string };
  }[];
}

/** A sandbox whose configuration names a knowledge base for each language: by pattern, with stores for all. */
async function createLanguages(...languages: readonly string[]): Promise<Sandbox> {
  const sandbox = await createSandbox();
  await configure(sandbox, { knowledgeBases: { "*": { kb: "kb/*.json" } } });
  await mkdir(join(sandbox.folder, "kb"));
  for (const language of languages) await writeLanguage(sandbox, language, { greeting: { language } });
  expect(await sandbox.run(["init", "--all"])).toMatchObject({ status: 0 });
  return sandbox;
}

function configure({ folder }: Sandbox, config: object): Promise<void> {
  return writeFile(join(folder, "kbvault.config.json"), JSON.stringify(config));
}

function writeLanguage({ folder }: Sandbox, language: string, kb: object | string): Promise<void> {
  return writeFile(join(folder, "kb", `${language}.json`), typeof kb === "string" ? kb : JSON.stringify(kb));
}

describe("--kb", () => {
  it("chooses a knowledge base by name before path, also from the environment", async () => {
    const sandbox = await createLanguages("en", "es");
    const { json, run, folder } = sandbox;
    expect(await json(["snapshot", "-m", "First", "--kb", "es"])).toMatchObject({ created: true });
    expect(await json<Status>(["status", "--kb", "es"])).toMatchObject({
      live: { path: join(folder, "kb/es.json") },
      changed: false,
    });
    expect(await json(["log"], { KBVAULT_KB: "es" })).toMatchObject({ versions: [{ description: "First" }] });
    expect(await json(["log", "--kb", "en"])).toEqual({ versions: [] });
    expect(await json(["log", "--kb", "kb/es.json"])).toMatchObject({ versions: [{ description: "First" }] });
    expect(await readdir(join(folder, "versions"))).toEqual(["en", "es"]);
    expect((await run(["status", "--kb", "es"])).stdout).toContain("kb/es.json");
  });

  it("is needed where there are several, and names them", async () => {
    const { run } = await createLanguages("en", "es");
    expect(await run(["status"])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/several knowledge bases: en, es\. .*--kb NAME/),
    });
    expect(await run(["status", "--kb", "fr"])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/No knowledge base has the name "fr".* names are en, es\./),
    });
  });

  it("is not needed for the only one, nor where the root names one", async () => {
    const sandbox = await createLanguages("es");
    expect(await sandbox.json(["status"])).toMatchObject({
      live: { path: join(sandbox.folder, "kb/es.json") },
    });
    await writeLanguage(sandbox, "en", {});
    await configure(sandbox, {
      kb: "kb.json",
      store: "root",
      knowledgeBases: { "*": { kb: "kb/*.json", store: "versions/*" } },
    });
    await sandbox.run(["init", "--all"]);
    expect(await sandbox.json(["status"])).toMatchObject({ live: { path: sandbox.kb } });
  });

  it("brings back a file that is gone, although no file fits the pattern any more", async () => {
    const sandbox = await createLanguages("en", "es");
    await sandbox.run(["snapshot", "--all", "-m", "First"]);
    await rm(join(sandbox.folder, "kb/es.json"));
    expect(await sandbox.run(["restore", "latest", "--kb", "es", "--yes"])).toMatchObject({ status: 0 });
    expect(await readdir(join(sandbox.folder, "kb"))).toEqual(["en.json", "es.json"]);
  });

  it("gives init the store to create", async () => {
    const sandbox = await createLanguages("es");
    await writeLanguage(sandbox, "en", {});
    expect(await sandbox.json(["init", "--kb", "en"])).toEqual({
      config: join(sandbox.folder, "kbvault.config.json"),
      store: join(sandbox.folder, "versions/en"),
    });
    expect(await sandbox.json(["init", "--kb", "en"])).toMatchObject({ error: { code: "CONFIG_EXISTS" } });
    expect(await sandbox.json(["log", "--kb", "en"])).toEqual({ versions: [] });
  });
});

describe("--all", () => {
  it("does each in turn, and says what became of it", async () => {
    const sandbox = await createLanguages("en", "es");
    const { knowledgeBases } = await sandbox.json<All<{ created: boolean; version: Version }>>([
      "snapshot",
      "--all",
      "-m",
      "Release",
    ]);
    expect(knowledgeBases).toMatchObject([
      { name: "en", kb: join(sandbox.folder, "kb/en.json"), exit: 0, result: { created: true } },
      { name: "es", kb: join(sandbox.folder, "kb/es.json"), exit: 0, result: { created: true } },
    ]);
    const { stdout } = await sandbox.run(["status", "--all"]);
    expect(stdout).toMatch(/^en {2}kb\/en\.json\n {4}Live file.*^es {2}kb\/es\.json\n {4}Live file/ms);
    expect(await sandbox.json(["validate", "--all"])).toMatchObject({
      knowledgeBases: [{ result: { valid: true } }, { result: { valid: true } }],
    });
    expect(await sandbox.json(["verify", "--all", "--read-data"])).toMatchObject({
      knowledgeBases: [{ result: { ok: true } }, { result: { ok: true } }],
    });
  });

  it("goes on behind one that fails, and ends with 3", async () => {
    const sandbox = await createLanguages("de", "en", "es");
    await writeLanguage(sandbox, "en", "{");
    const { status, stdout } = await sandbox.run(["snapshot", "--all", "-m", "Release"]);
    expect(status).toBe(3);
    expect(stdout).toMatch(/^de .*Saved.*^en .*error INVALID_JSON.*^es .*Saved/ms);
    const all = await sandbox.json<All<object>>(["snapshot", "--all", "-m", "Again"]);
    expect(all.knowledgeBases.map(({ error }) => error?.code)).toEqual([
      undefined,
      "INVALID_JSON",
      undefined,
    ]);
    expect(await sandbox.run(["validate", "--all"])).toMatchObject({ status: 3 });
  });

  it("ends with the status of each where all failed in one way", async () => {
    const sandbox = await createLanguages("en", "es");
    await rm(join(sandbox.folder, "versions"), { recursive: true });
    expect(await sandbox.run(["snapshot", "--all", "-m", "Release"])).toMatchObject({ status: 10 });
  });

  it.each([
    ["a knowledge base", ["status", "--all", "--kb", "es"], /leave --kb and --store out/],
    ["a file", ["validate", "draft.json", "--all"], /a file or --all, not both/],
  ])("refuses %s besides", async (_, args, message) => {
    const sandbox = await createLanguages("es");
    expect(await sandbox.run(args)).toMatchObject({ status: 2, stderr: expect.stringMatching(message) });
  });
});
