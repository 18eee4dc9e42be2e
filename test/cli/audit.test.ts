import { execFileSync } from "node:child_process";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { AuditResult, VerifyResult } from "../../src/index.ts";
import { findExecutable } from "../../src/processes/find-executable.ts";
import { createStore, firstKb, router, type Sandbox } from "./sandbox.ts";

const canSign = (await findExecutable("ssh-keygen")) !== null;
if (!canSign) console.warn("Signatures are not tested: ssh-keygen is not on PATH.");

/** A store in which Ana saved two versions, Luis labelled one and Ana restored it. */
async function makeStore(): Promise<Sandbox> {
  const sandbox = await createStore(firstKb, { router });
  await sandbox.run(["label", "known-good", "v1", "--author", "Luis"]);
  await sandbox.run(["restore", "v1", "--yes"]);
  return sandbox;
}

describe("audit", () => {
  it("lists who did what, newest first, and how far the chain reaches", async () => {
    const { run } = await makeStore();
    const { status, stdout, stderr } = await run(["audit"]);
    expect(status).toBe(0);
    expect(stdout.split("\n")).toEqual([
      expect.stringMatching(
        /^\S+ \d\d:\d\d UTC {2}Ana {3}restore {3}newest {2}v1_\d+_\d+ {2}before: v2_\d+_\d+$/,
      ),
      expect.stringMatching(/ {2}Luis {2}label {5}proven {2}v1_\d+_\d+ {2}\[known-good\]$/),
      expect.stringMatching(/ {2}Ana {3}snapshot {2}proven {2}v2_\d+_\d+ {2}Version 2$/),
      expect.stringMatching(/ {2}Ana {3}snapshot {2}proven {2}v1_\d+_\d+ {2}Version 1$/),
      "chain holds: 4 records and events, each as the next one names it",
      expect.stringMatching(/^ {4}from {2}v1_\d+_\d+\.json$/),
      expect.stringMatching(/^ {4}head {2}\d{8}T\d{9}Z_000002_[0-9a-z]{8}:[0-9a-f]{64}$/),
      "",
    ]);
    expect(stderr).toMatch(/^Next: kbvault audit --expect \S+\n$/);
  });

  it("takes the same filters as log, and prints data with --json", async () => {
    const { json } = await makeStore();
    const ops = async (...filter: string[]): Promise<unknown> =>
      (await json<AuditResult>(["audit", ...filter])).acts.map(({ op }) => op);
    expect(await ops("--by", "Luis")).toEqual(["label"]);
    expect(await ops("--op", "snapshot", "--since", "1h")).toEqual(["snapshot", "snapshot"]);
    expect(await ops("--until", "2020-01-01")).toEqual([]);
    expect(await json(["audit", "--since", "soon"])).toMatchObject({ error: { code: "USAGE" } });
  });

  it("proves with a head that was kept, and ends with 12 when the newest event was removed", async () => {
    const { run, json, folder } = await makeStore();
    const { head } = (await json<AuditResult>(["audit"])).chain;
    const expecting = ["audit", "--expect", head ?? ""];
    const sound = await run(expecting);
    expect(sound).toMatchObject({ status: 0, stderr: "" });
    expect(sound.stdout).toContain("Nothing up to the head that was expected was changed or removed.\n");
    const journal = join(folder, "versions", "journal");
    const newest = (await readdir(journal)).sort().at(-1) ?? "";
    await rm(join(journal, newest));
    const { status, stdout } = await run(expecting);
    expect(status).toBe(12);
    expect(stdout).toContain(`missing  journal/${newest}: it is the head that was expected\n`);
    expect(stdout).toContain("broken: 1 record or event missing, changed or damaged\n");
  });

  it("lists the migrations of a database that is named, and goes on without one that only the environment names", async () => {
    const { run, json, folder } = await makeStore();
    const migrations = join(folder, "migrations");
    await mkdir(migrations);
    await writeFile(join(migrations, "001_problems.sql"), "CREATE TABLE problems (id TEXT);\n");
    const url = "sqlite:app.db";
    expect(await run(["migrate", "up", "--url", url, "--folder", migrations])).toMatchObject({ status: 0 });
    const { acts } = await json<AuditResult>(["audit", "--url", url]);
    expect(acts).toHaveLength(5);
    expect(acts[0]).toMatchObject({ op: "migrate", migration: "001_problems", by: "Ana", proof: "table" });
    expect((await run(["audit", "--op", "migrate"], { DATABASE_URL: url })).stdout).toMatch(
      / {2}Ana {2}migrate {2}table {2}001_problems\n/,
    );
    const without = await run(["audit"], { DATABASE_URL: "sqlite:nowhere/app.db" });
    expect(without).toMatchObject({
      status: 0,
      stderr: expect.stringContaining("The migrations are left out: "),
    });
    expect((await run(["audit", "--url", "sqlite:nowhere/app.db"])).status).not.toBe(0);
  });

  it("does not let names and descriptions write on the terminal", async () => {
    const { run } = await createStore(firstKb);
    await run(["describe", "v1", "-m", "plain\u001b[31mred", "--author", "Ana\u001b[2J"]);
    expect((await run(["audit"])).stdout).not.toContain("\u001b");
  });
});

describe.skipIf(!canSign)("snapshot --sign", () => {
  it("signs with a key, and verify says whose signature it is, or ends with 12", async () => {
    const { run, json, write, folder } = await createStore(firstKb);
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, "key")]);
    await writeFile(join(folder, "allowed"), `ana ${await readFile(join(folder, "key.pub"), "utf8")}`);
    await write({ router });
    expect(await run(["snapshot", "-m", "Signed", "--sign", "key"])).toMatchObject({ status: 0 });
    await write(firstKb);
    expect(await run(["snapshot", "-m", "Not signed", "--no-sign"])).toMatchObject({ status: 0 });

    const verify = ["verify", "--signatures", "--allowed-signers", "allowed"];
    const sound = await run(verify);
    expect(sound.status).toBe(0);
    expect(sound.stdout).toMatch(/^unsigned {2}v1_\d+_\d+, author Ana\n/);
    expect(sound.stdout).toMatch(/\nsigned {2}v2_\d+_\d+, author Ana: by ana with SHA256:\S+\n/);

    await writeFile(join(folder, "allowed"), "");
    expect(await run(verify)).toMatchObject({ status: 12 });
    const { signatures = [] } = await json<VerifyResult>(["verify", "--signatures"]);
    expect(signatures.map(({ state }) => state)).toEqual(["unsigned", "unknown-signer", "unsigned"]);
    expect(await run(["verify", "--allowed-signers", "allowed"])).toMatchObject({ status: 2 });
  });
});
