import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { restore } from "../../src/cli/commands/restore.ts";
import { revert } from "../../src/cli/commands/revert.ts";
import type { RestoreEntriesResult } from "../../src/index.ts";
import { askedContext } from "./asked-context.ts";
import { billing, createStore, firstKb, login, router, type Sandbox } from "./sandbox.ts";

const changed = {
  router: { ...router, level: "difícil", steps: ["Apagar todo", "Encender"] },
  login: { ...login, title: "Login" },
  nuevo: { title: "Nuevo" },
};

/** Version 1 is `firstKb`; live is `changed`, not saved. */
async function makeChanged(): Promise<Sandbox> {
  const sandbox = await createStore(firstKb);
  await sandbox.write(changed);
  return sandbox;
}

async function live(sandbox: Sandbox): Promise<unknown> {
  return JSON.parse((await sandbox.read()).toString());
}

describe("restore --entry", () => {
  it("brings back these entries alone, says what became of them, and can be undone", async () => {
    const sandbox = await makeChanged();
    const before = await sandbox.read();
    const args = ["restore", "v1", "--entry", "router", "--entry", "billing", "--yes"];
    const { status, stdout, stderr } = await sandbox.run(args);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^Restored parts of v1_\S+ in kb\.json: \+1 -0 ~1, 2 unchanged; .*, read back and compared\.\n/,
    );
    expect(stdout).toMatch(/The previous bytes are v2_\d{8}_\d{6}\.\n$/);
    expect(stderr).toContain("kbvault undo");
    expect(await live(sandbox)).toEqual({ ...changed, router, billing });
    expect(await sandbox.run(args)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^Nothing to do: kb\.json has these parts as v1_\S+ has them\.\n$/),
    });
    expect(await sandbox.run(["undo", "--yes"])).toMatchObject({ status: 0 });
    expect(await sandbox.read()).toEqual(before);
  });

  it("prints with --dry-run every entry and field that would change, and changes nothing", async () => {
    const sandbox = await makeChanged();
    const before = await sandbox.read();
    const args = [
      "restore",
      "v1",
      "--entry",
      "router",
      "--entry",
      "billing",
      "--entry",
      "nuevo",
      "--dry-run",
    ];
    const { status, stdout } = await sandbox.run(args);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Plan\n {4}save .* as a safety version\n {4}edit {6}kb\.json: then /);
    expect(stdout).toContain("live -> edited: +1 -1 ~1, 1 unchanged\n- nuevo\n+ billing\n~ router");
    expect(stdout).toContain('/level  changed  "difícil" -> "medio"');
    expect(await sandbox.json<RestoreEntriesResult>(args)).toMatchObject({
      restored: false,
      plan: { saves: "safety-version", changes: { added: ["billing"], removed: ["nuevo"] } },
    });
    expect(await sandbox.read()).toEqual(before);
    expect(await sandbox.json(["log"])).toMatchObject({ versions: [{ sequence: 1 }] });
  });

  it("plans exactly what it does", async () => {
    const { json } = await makeChanged();
    const args = ["restore", "v1", "--entry", "login"];
    const { plan } = await json<RestoreEntriesResult>([...args, "--dry-run"]);
    expect(await json([...args, "--yes"])).toMatchObject({ restored: true, plan });
  });

  it("with --field brings back these fields alone", async () => {
    const sandbox = await makeChanged();
    const args = ["restore", "v1", "--entry", "router", "--field", "/steps/0", "--field", "/level", "--yes"];
    expect(await sandbox.run(args)).toMatchObject({ status: 0 });
    expect(await live(sandbox)).toEqual({ ...changed, router });
  });

  it("shows its plan and asks, naming what would be removed", async () => {
    const sandbox = await makeChanged();
    const { context, asked } = askedContext(sandbox, "yes");
    expect(await restore(context, "v1", { entry: ["login", "nuevo"] })).toMatchObject({
      value: { restored: true },
    });
    expect(asked).toEqual([
      {
        lines: expect.arrayContaining(["Plan", "- nuevo", "live -> edited: +0 -1 ~1, 1 unchanged"]),
        question: 'Change kb.json and remove "nuevo"?',
      },
    ]);
    const declining = askedContext(sandbox, "no");
    await expect(restore(declining.context, "v1", { entry: ["router"] })).rejects.toMatchObject({
      code: "INTERRUPTED",
    });
    expect(declining.asked).toMatchObject([{ question: "Change kb.json?" }]);
    expect(await live(sandbox)).toEqual({ router: changed.router, login });
  });

  it.each<[string, readonly string[], number, string]>([
    ["nobody can be asked", ["v1", "--entry", "login"], 2, "CONFIRMATION_REQUIRED"],
    ["neither side has the entry", ["v1", "--entry", "logn", "--yes"], 4, "ENTRY_NOT_FOUND"],
    [
      "neither side has the field",
      ["v1", "--entry", "login", "--field", "/x", "--yes"],
      4,
      "ENTRY_NOT_FOUND",
    ],
    ["nothing holds the field", ["v1", "--entry", "nuevo", "--field", "/a/b", "--yes"], 4, "ENTRY_NOT_FOUND"],
    ["the version does not exist", ["v9", "--entry", "login", "--yes"], 4, "REF_NOT_FOUND"],
    ["the ref is live", ["live", "--entry", "login", "--yes"], 2, "USAGE"],
    ["another file is named", ["v1", "--entry", "login", "--to", "x.json", "--yes"], 2, "USAGE"],
    ["no entry is named", ["v1", "--field", "/title", "--yes"], 2, "USAGE"],
    [
      "fields of two are wanted",
      ["v1", "--entry", "login", "--entry", "router", "--field", "/title"],
      2,
      "USAGE",
    ],
  ])("is refused where %s, and changes nothing", async (_, args, status, code) => {
    const sandbox = await makeChanged();
    const before = await sandbox.read();
    expect(await sandbox.run(["--json", "restore", ...args])).toMatchObject({
      status,
      stdout: expect.stringContaining(`"code": "${code}"`),
    });
    expect(await sandbox.read()).toEqual(before);
    expect(await readdir(join(sandbox.folder, "versions", "packs"))).toHaveLength(1);
  });

  it("escapes what the knowledge base holds", async () => {
    const sandbox = await createStore({ "\u001b[2J": { t: "\u001b[31m" }, other: { t: 1 } });
    await sandbox.write({ other: { t: 1 }, "\u202eevil": { t: 2 } });
    const args = ["restore", "v1", "--entry", "\u001b[2J", "--entry", "\u202eevil", "--dry-run"];
    const { stdout } = await sandbox.run(args);
    expect(stdout).toContain("+ \\u001b[2J");
    expect(stdout).toContain("- \\u202eevil");
    expect(stdout).not.toContain("\u001b");
    expect(stdout).not.toContain("\u202e");
  });
});

describe("revert", () => {
  it("takes back what a version changed, keeps what is newer, and can be undone", async () => {
    const sandbox = await createStore(firstKb, changed);
    await sandbox.write({ ...changed, extra: 1 });
    const before = await sandbox.read();
    const planned = await sandbox.run(["revert", "v2", "--dry-run"]);
    expect(planned).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Plan\n/) });
    expect(planned.stdout).toContain("- nuevo\n+ billing\n");
    expect(await sandbox.read()).toEqual(before);
    const { status, stdout } = await sandbox.run(["revert", "v2", "--yes"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^Reverted v2_\S+ in kb\.json: \+1 -1 ~2, 1 unchanged; .*read back and compared\.\n/,
    );
    expect(await live(sandbox)).toEqual({ ...firstKb, extra: 1 });
    expect(await sandbox.run(["revert", "v2", "--yes"])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^Nothing to do: kb\.json has nothing of what v2_\S+ changed\.\n$/),
    });
    expect(await sandbox.run(["undo", "--yes"])).toMatchObject({ status: 0 });
    expect(await sandbox.read()).toEqual(before);
  });

  it("names what was changed again since, with all three values, writes nothing and exits with 5", async () => {
    const sandbox = await createStore(firstKb, changed);
    await sandbox.write({ ...changed, login: { ...login, title: "Otro\u001b" }, router });
    const before = await sandbox.read();
    const { status, stdout } = await sandbox.run(["revert", "v2", "--yes"]);
    expect(status).toBe(5);
    expect(stdout).toMatch(
      /^! login {2}\/title {2}changed in two ways\n {4}v2_\S+ +"Login"\n {4}live +"Otro\\u001b"\n {4}before, v1_\S+ +"No puedo entrar"\n/,
    );
    expect(stdout).toMatch(/Not reverted: 1 place was changed again since v2_\S+\. Nothing was changed\.\n$/);
    expect(await sandbox.json(["revert", "v2"])).toMatchObject({
      reverted: false,
      conflicts: [{ id: "login", path: "/title", base: "Login", theirs: "No puedo entrar" }],
    });
    expect(await sandbox.read()).toEqual(before);
    expect(await sandbox.json(["log"])).toMatchObject({ versions: [{ sequence: 2 }, { sequence: 1 }] });
  });

  it("asks, and needs no answer where there is nothing to do", async () => {
    const sandbox = await createStore(firstKb, changed);
    const { context, asked } = askedContext(sandbox, "yes");
    expect(await revert(context, "v2", {})).toMatchObject({ value: { reverted: true } });
    expect(await revert(context, "v2", {})).toMatchObject({ value: { reverted: false } });
    expect(asked).toMatchObject([{ question: 'Change kb.json and remove "nuevo"?' }]);
    expect(JSON.parse(await readFile(sandbox.kb, "utf8"))).toEqual(firstKb);
  });

  it.each<[string, number, string]>([
    ["v1", 2, "USAGE"],
    ["live", 2, "USAGE"],
    ["v9", 4, "REF_NOT_FOUND"],
  ])("of %s exits with %i", async (ref, status, code) => {
    const { run } = await createStore(firstKb, changed);
    expect(await run(["revert", ref, "--yes"])).toMatchObject({
      status,
      stderr: expect.stringContaining(`error ${code}:`),
    });
  });

  it("of a live file that is no JSON says where, and that a whole restore works", async () => {
    const sandbox = await createStore(firstKb, changed);
    await sandbox.write("{ broken");
    const { status, stderr } = await sandbox.run(["revert", "v2", "--yes"]);
    expect(status).toBe(1);
    expect(stderr).toContain("error INVALID_JSON:");
    expect(await sandbox.read()).toEqual(Buffer.from("{ broken"));
  });
});
