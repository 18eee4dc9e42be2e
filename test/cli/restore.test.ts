import { access, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RestoreResult, Version } from "../../src/index.ts";
import { createStore, firstKb, router, type Sandbox } from "./sandbox.ts";

const second = { router };

async function contentOf({ run }: Sandbox, ref: string): Promise<Buffer> {
  return (await run(["show", ref, "--content"])).bytes;
}

describe("restore", () => {
  it("puts the bytes back, keeps the previous ones as a safety version, and says how to undo", async () => {
    const store = await createStore(firstKb);
    const original = await store.read();
    await store.write("{ broken");
    const { status, stdout, stderr } = await store.run(["restore", "v1", "--yes"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Restored v1_\d{8}_\d{6} to kb\.json: .*, read back and compared\.\n/);
    expect(stdout).toMatch(/The previous bytes are v2_\d{8}_\d{6}\.\n$/);
    expect(stderr).toContain("kbvault undo");
    expect(await store.read()).toEqual(original);
    expect(await contentOf(store, "v2")).toEqual(Buffer.from("{ broken"));
  });

  it("returns the result as data", async () => {
    const { json, write } = await createStore(firstKb);
    await write(second);
    const result = await json<RestoreResult>(["restore", "v1", "--yes"]);
    expect(result).toMatchObject({
      restored: true,
      version: { sequence: 1 },
      safetyVersion: { sequence: 2, kind: "safety" },
      plan: { path: expect.stringContaining("kb.json"), saves: "safety-version", changes: { added: 2 } },
    });
    expect(result.sha256).toBe(result.version.sha256);
  });

  it("refuses without --yes where nobody can be asked, and changes nothing", async () => {
    const { run, json, write, read } = await createStore(firstKb);
    await write(second);
    const before = await read();
    const { status, stdout, stderr } = await run(["restore", "v1"]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain("error CONFIRMATION_REQUIRED");
    expect(await json(["restore", "v1"])).toMatchObject({ error: { code: "CONFIRMATION_REQUIRED" } });
    expect(await read()).toEqual(before);
    expect(await json(["log"])).toMatchObject({ versions: [{ sequence: 1 }] });
  });

  it("prints the plan with --dry-run, and changes nothing", async () => {
    const { run, json, write, read } = await createStore(firstKb);
    await write(second);
    const before = await read();
    const { status, stdout } = await run(["restore", "v1", "--dry-run"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Plan\n {4}save .* as a safety version\n {4}replace {3}kb\.json by v1_/);
    expect(stdout).toContain("    changes   +2 -0 ~0, 1 unchanged\n");
    expect(await json(["restore", "v1", "--dry-run"])).toMatchObject({ restored: false });
    expect(await read()).toEqual(before);
    expect(await json(["log"])).toMatchObject({ versions: [{ sequence: 1 }] });
  });

  it("plans exactly what it does", async () => {
    const { json, write } = await createStore(firstKb);
    await write(second);
    const { plan } = await json<RestoreResult>(["restore", "v1", "--dry-run"]);
    expect(await json(["restore", "v1", "--yes"])).toMatchObject({ plan });
  });

  it("has nothing to do, and needs no --yes, where live holds these bytes", async () => {
    const { run, json } = await createStore(firstKb);
    const { status, stdout } = await run(["restore", "v1"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Nothing to do: kb\.json already holds the bytes of v1_/);
    expect(await json(["restore", "v1"])).toMatchObject({ restored: false });
  });

  it("brings a lost file back", async () => {
    const { run, json, kb, read } = await createStore(firstKb);
    const original = await read();
    await rm(kb);
    expect(await json(["restore", "latest", "--yes"])).toMatchObject({ restored: true, safetyVersion: null });
    expect(await read()).toEqual(original);
    expect(await run(["status"])).toMatchObject({ status: 0 });
  });
});

describe("restore --to", () => {
  it("writes exact bytes to stdout for -", async () => {
    const { run, read, write } = await createStore(firstKb);
    const original = await read();
    await write(second);
    const live = await read();
    const { status, bytes, stderr } = await run(["restore", "v1", "--to", "-"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(bytes).toEqual(original);
    expect(await read()).toEqual(live);
    expect(await run(["restore", "v1", "--to", "-", "--json"])).toMatchObject({ status: 2 });
  });

  it("writes to another file and leaves the live one alone", async () => {
    const { run, json, folder, read, write } = await createStore(firstKb);
    const original = await read();
    await write(second);
    const live = await read();
    expect(await run(["restore", "v1", "--to", "copy.json"])).toMatchObject({ status: 0 });
    expect(await readFile(join(folder, "copy.json"))).toEqual(original);
    expect(await json<{ version: Version }>(["restore", "v1", "--to", "other.json"])).toMatchObject({
      restored: false,
      file: "other.json",
      version: { sequence: 1 },
      safetyVersion: null,
      plan: null,
    });
    expect(await read()).toEqual(live);
  });

  it("replaces an existing file only with --yes", async () => {
    const { run, folder, read } = await createStore(firstKb);
    const copy = join(folder, "copy.json");
    await writeFile(copy, "mine");
    expect(await run(["restore", "v1", "--to", "copy.json"])).toMatchObject({ status: 2 });
    expect(await readFile(copy, "utf8")).toBe("mine");
    expect(await run(["restore", "v1", "--to", "copy.json", "--yes"])).toMatchObject({ status: 0 });
    expect(await readFile(copy)).toEqual(await read());
  });

  it("never replaces the live file, nor what is no file, behind the back of the store", async () => {
    const { run, write, read, folder } = await createStore(firstKb);
    await write(second);
    const live = await read();
    await symlink(folder, join(folder, "link"));
    for (const target of ["kb.json", "link/kb.json", folder, "/dev/null"]) {
      const { status, stderr } = await run(["restore", "v1", "--to", target, "--yes"]);
      expect({ target, status }).toEqual({ target, status: 2 });
      expect(stderr).toMatch(/error USAGE: --to .* names (the live|no regular) file/);
    }
    expect(await read()).toEqual(live);
  });

  it("only says what it would write with --dry-run", async () => {
    const { run, folder } = await createStore(firstKb);
    const { status, stdout } = await run(["restore", "v1", "--to", "copy.json", "--dry-run"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Would write v1_\S+ to copy\.json\.\n$/);
    await expect(access(join(folder, "copy.json"))).rejects.toThrow();
  });
});

describe("undo", () => {
  it("goes back to before the last restore, and back again", async () => {
    const { run, json, write, read } = await createStore(firstKb);
    const original = await read();
    await write("{ broken");
    await run(["restore", "v1", "--yes"]);
    expect(await json(["undo", "--yes"])).toMatchObject({ restored: true });
    expect(await read()).toEqual(Buffer.from("{ broken"));
    expect(await run(["undo", "--yes"])).toMatchObject({ status: 0 });
    expect(await read()).toEqual(original);
  });

  it("prints its plan with --dry-run and asks for --yes like restore", async () => {
    const { run, write, read } = await createStore(firstKb);
    await write("{ broken");
    await run(["restore", "v1", "--yes"]);
    const restored = await read();
    expect(await run(["undo", "--dry-run"])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^Plan\n/),
    });
    expect(await run(["undo"])).toMatchObject({ status: 2 });
    expect(await read()).toEqual(restored);
  });

  it("exits with 4 when there is nothing to undo", async () => {
    const { run } = await createStore(firstKb);
    const { status, stderr } = await run(["undo", "--yes"]);
    expect(status).toBe(4);
    expect(stderr).toContain("error NOTHING_TO_UNDO");
  });
});
