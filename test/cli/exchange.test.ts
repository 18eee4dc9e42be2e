import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RemoteCheck, SyncResult, TransferResult } from "../../src/index.ts";
import { lacksServer, testEngines } from "../database/engines.ts";
import { createStore, firstKb, router, type Sandbox } from "./sandbox.ts";

const second = { ...firstKb, router: { ...router, title: "Dos" } };
const third = { ...firstKb, router: { ...router, title: "Tres" } };

/** A sandbox with two versions, a remote in `team`, and a clone of that in `luis`. */
async function createTeam(): Promise<Sandbox> {
  const sandbox = await createStore(firstKb, second);
  for (const args of [
    ["label", "known-good", "v1"],
    ["remote", "add", "origin", "team"],
    ["push"],
    ["clone", "team", "luis"],
  ]) {
    const { status, stderr } = await sandbox.run(args);
    expect([args[0], status, status === 0 ? "" : stderr]).toEqual([args[0], 0, ""]);
  }
  return sandbox;
}

async function saveAsLuis({ folder, run }: Sandbox, content: object): Promise<void> {
  await writeFile(join(folder, "luis", "kb.json"), JSON.stringify(content));
  expect((await run(["-C", "luis", "snapshot", "-m", "By Luis"])).status).toBe(0);
}

describe("kbvault remote", () => {
  it("adds, lists and removes remotes, and leaves the rest of the configuration as it is", async () => {
    const { run, json, folder } = await createStore(firstKb);
    const file = join(folder, "kbvault.config.json");
    const before = await readFile(file, "utf8");
    expect((await run(["remote", "list"])).stdout).toBe("There are no remotes.\n");
    expect(await run(["remote", "add", "origin", "../team"])).toMatchObject({
      status: 0,
      stderr: expect.stringContaining("kbvault remote check origin"),
    });
    await run(["remote", "add", "other", "file:///mnt/other"]);
    expect(JSON.parse(await readFile(file, "utf8"))).toEqual({
      ...JSON.parse(before),
      remotes: { origin: "../team", other: "file:///mnt/other" },
    });
    expect(await json(["remote", "list"])).toEqual({
      remotes: [
        { name: "origin", url: join(folder, "..", "team") },
        { name: "other", url: "file:///mnt/other" },
      ],
    });
    expect((await run(["remote", "add", "origin", "x"])).stderr).toContain("has a remote");
    expect((await run(["remote", "remove", "nobody"])).status).toBe(4);
    for (const name of ["origin", "other"]) expect((await run(["remote", "remove", name])).status).toBe(0);
    expect(JSON.parse(await readFile(file, "utf8"))).toEqual({ ...JSON.parse(before), remotes: {} });
  });

  it.each([
    "postgres://ana:hunter2@db/kb",
    "postgres://db/kb?password=hunter2",
    "s3://bucket/kb?secret_access_key=hunter2",
  ])("refuses to write %s down, and does not repeat its secret", async (url) => {
    const { run, folder } = await createStore(firstKb);
    const { status, stderr, stdout } = await run(["remote", "add", "origin", url]);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("PGPASSWORD");
    expect(await readFile(join(folder, "kbvault.config.json"), "utf8")).not.toContain("hunter2");
  });

  it("writes into the section of one of several knowledge bases", async () => {
    const { run, folder } = await createStore(firstKb);
    const file = join(folder, "kbvault.config.json");
    await writeFile(file, '{"knowledgeBases": {"es": {"kb": "kb.json"}, "en": {"kb": "en.json"}}}');
    expect((await run(["remote", "add", "origin", "team", "--kb", "es"])).status).toBe(0);
    const { knowledgeBases } = JSON.parse(await readFile(file, "utf8"));
    expect(knowledgeBases).toEqual({
      es: { kb: "kb.json", remotes: { origin: "team" } },
      en: { kb: "en.json" },
    });
  });

  it("checks what a remote is good for, and exits with 1 where it is not", async () => {
    const { run, json, folder } = await createTeam();
    const { stdout, status } = await run(["remote", "check"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /team: ok\n {4}round trip {3}.*\n {4}store .* 2 versions, of our knowledge base\n {4}writing {6}works\n$/s,
    );
    expect(await json<RemoteCheck>(["remote", "check", "origin", "--no-write"])).toMatchObject({
      ok: true,
      writable: null,
      store: { isOurs: true, versions: 2 },
    });
    expect((await readdir(join(folder, "team"))).filter((name) => name.startsWith("probe"))).toEqual([]);
    expect(await json<RemoteCheck>(["remote", "check", "./empty"])).toMatchObject({ ok: true, store: null });
    expect(await readdir(folder)).not.toContain("empty");
    const stranger = await createStore(firstKb);
    const other = await run(["remote", "check", join(stranger.folder, "versions")]);
    expect([other.status, other.stdout]).toEqual([1, expect.stringContaining("another knowledge base")]);
  });
});

describe("kbvault push, pull and sync", () => {
  it("move what the other side lacks, say what, and then nothing", async () => {
    const sandbox = await createStore(firstKb, second);
    await sandbox.run(["remote", "add", "origin", "team"]);
    const dry = await sandbox.run(["push", "--dry-run"]);
    expect(dry.stdout).toMatch(
      /^Would push 2 versions, 0 events and 2 packs \(.*\) to .*team, which would be made\./,
    );
    expect(await readdir(sandbox.folder)).not.toContain("team");
    const pushed = await sandbox.run(["push"]);
    expect(pushed.stdout).toMatch(
      /^Pushed 2 versions, 0 events and 2 packs \(.*\) to .*team, a new store\.\n {4}v1_\S+\n {4}v2_/,
    );
    expect((await sandbox.run(["push"])).stdout).toMatch(/^Nothing to push: /);
    expect(await sandbox.json<SyncResult>(["sync", "origin"])).toMatchObject({
      pull: { moved: false },
      push: { moved: false },
    });
  });

  it("go through a clone and back, with labels", async () => {
    const sandbox = await createTeam();
    const { folder, run, json } = sandbox;
    expect(await readFile(join(folder, "luis", "kb.json"), "utf8")).toBe((await sandbox.read()).toString());
    await saveAsLuis(sandbox, third);
    await run(["-C", "luis", "label", "draft"]);
    expect((await run(["-C", "luis", "push"])).stdout).toMatch(/^Pushed 1 version, 1 event and 1 pack /);
    const pulled = await json<TransferResult>(["pull"]);
    expect(pulled.versions).toEqual([expect.stringMatching(/^v3_/)]);
    expect((await run(["show", "draft"])).stdout).toContain("By Luis");
    expect((await run(["verify", "--read-data"])).status).toBe(0);
    expect((await run(["audit"])).status).toBe(0);
  });

  it("stop with 5 at labels that moved on both sides, and go on with --labels", async () => {
    const sandbox = await createTeam();
    const { run, json } = sandbox;
    await saveAsLuis(sandbox, third);
    await run(["-C", "luis", "label", "known-good", "v3"]);
    await run(["-C", "luis", "push"]);
    await run(["label", "known-good", "v2"]);
    const { status, stderr } = await run(["sync"]);
    expect([status, stderr]).toEqual([
      5,
      expect.stringMatching(/known-good: ours v2_.* theirs v3_.*--labels ours/),
    ]);
    const dry = await run(["pull", "--dry-run"]);
    expect([dry.status, dry.stdout]).toEqual([
      5,
      expect.stringMatching(/conflict known-good: ours v2_\S+ \(Ana/),
    ]);
    const resolved = await run(["sync", "--labels", "theirs"]);
    expect([resolved.status, resolved.stdout]).toEqual([
      0,
      expect.stringContaining("kept theirs of known-good"),
    ]);
    await run(["-C", "luis", "sync"]);
    for (const where of [".", "luis"]) {
      const { labels } = await json<{ labels: { versionId: string }[] }>(["-C", where, "labels"]);
      expect(labels.map(({ versionId }) => versionId)).toEqual([expect.stringMatching(/^v3_/)]);
    }
  });

  it("name numbers that are shared, and versions that cannot be moved", async () => {
    const sandbox = await createTeam();
    const { run, folder } = sandbox;
    await saveAsLuis(sandbox, third);
    await run(["-C", "luis", "push"]);
    await sandbox.write({ ...third, router: { title: "Mine" } });
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await run(["snapshot", "-m", "Mine"]);
    expect((await run(["pull"])).stdout).toMatch(/v3_\d+_\d+ and v3_\d+_\d+ share the number 3/);
    const packs = join(folder, "versions", "packs");
    for (const name of await readdir(packs)) if (name.startsWith("v3_")) await rm(join(packs, name));
    const { status, stdout } = await run(["push"]);
    expect([status, stdout]).toEqual([
      3,
      expect.stringMatching(/v3_\S+ was not moved: nobody has all of its bytes/),
    ]);
  });

  it("say what to do where there is no remote, no store, or another knowledge base", async () => {
    const { run, folder } = await createStore(firstKb);
    expect(await run(["push"])).toMatchObject({
      status: 4,
      stderr: expect.stringContaining("kbvault remote add"),
    });
    expect(await run(["push", "nobody"])).toMatchObject({ status: 4 });
    expect(await run(["pull", "./nothing"])).toMatchObject({ status: 10 });
    expect(await run(["push", "./versions"])).toMatchObject({ status: 2 });
    const stranger = await createStore(firstKb);
    expect(await run(["push", join(stranger.folder, "versions")])).toMatchObject({
      status: 5,
      stderr: expect.stringContaining("STORE_FOREIGN"),
    });
    expect(await readdir(folder)).not.toContain("nothing");
  });
});

describe.skipIf(lacksServer("postgres"))("a team that shares a database", () => {
  it("pushes to it, which makes its tables, clones from it, and sees no password anywhere", async () => {
    const database = await testEngines.postgres.create();
    try {
      const url = new URL(`${database.url}?prefix=team_a`);
      url.password = "hunter2";
      const { run, json, folder } = await createStore(firstKb, second);
      const none = await run(["pull", url.href]);
      expect([none.status, none.stdout]).toEqual([10, ""]);
      const pushed = await run(["push", url.href]);
      expect([pushed.status, pushed.stdout]).toEqual([
        0,
        expect.stringMatching(/^Pushed 2 versions, .* a new store\./),
      ]);
      const check = await run(["remote", "check", url.href]);
      expect([check.status, check.stdout]).toEqual([0, expect.stringMatching(/many writers safe/)]);
      const refused = await run(["clone", url.href, "luis"]);
      expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining("PGPASSWORD")]);
      expect(await readdir(folder)).not.toContain("luis");

      url.password = "";
      const cloned = await run(["clone", url.href, "luis"]);
      expect([cloned.status, cloned.stderr]).toEqual([0, expect.stringContaining("kbvault -C luis log")]);
      expect(await json(["-C", "luis", "sync"])).toMatchObject({
        pull: { moved: false },
        push: { moved: false },
      });
      for (const { stdout, stderr } of [none, pushed, check, refused, cloned])
        expect(stdout + stderr).not.toContain("hunter2");
    } finally {
      await database.drop();
    }
  });
});

describe("kbvault clone", () => {
  it("makes store, live file and configuration, from which everything works", async () => {
    const { run, json, folder } = await createTeam();
    const { status, stdout, stderr } = await run(["clone", "team", "eva", "--kb", "support.json"]);
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(/^Cloned 2 versions of .*team to eva\.\nsupport\.json is v2_/),
    ]);
    expect(stderr).toContain("kbvault -C eva log");
    expect(JSON.parse(await readFile(join(folder, "eva", "kbvault.config.json"), "utf8"))).toEqual({
      kb: "support.json",
      store: "versions",
      remotes: { origin: "../team" },
    });
    expect(await json(["-C", "eva", "status"])).toMatchObject({ changed: false });
    expect((await run(["-C", "eva", "push"])).stdout).toMatch(/^Nothing to push/);
  });

  it("leaves a folder alone that is not empty, and makes none where there is no store", async () => {
    const { run, folder } = await createTeam();
    await mkdir(join(folder, "full"));
    await writeFile(join(folder, "full", "mine.txt"), "mine");
    expect((await run(["clone", "team", "full"])).status).toBe(5);
    expect(await readdir(join(folder, "full"))).toEqual(["mine.txt"]);
    expect((await run(["clone", "nowhere", "new"])).status).toBe(10);
    expect((await run(["clone", "team", "new", "--kb", "../kb.json"])).status).toBe(2);
    expect(await readdir(folder)).not.toContain("new");
  });
});
