import { readdir, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Status } from "../../src/index.ts";
import { createSandbox, createStore, firstKb, router } from "./sandbox.ts";

describe("status", () => {
  it("says that live holds the latest version", async () => {
    const { run, json } = await createStore(firstKb);
    const { status, stdout } = await run(["status"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^Live file {2}kb\.json\n {4}valid JSON, \d+ bytes, 3 entries\n {4}the same bytes as v1_/,
    );
    expect(stdout).toMatch(/\nCurrent version, latest snapshot\n {4}v1 {2}v1_/);
    expect(await json<Status>(["status"])).toMatchObject({
      live: { exists: true, valid: true, entryCount: 3, error: null },
      latest: { sequence: 1 },
      current: { sequence: 1 },
      changed: false,
      knownGood: null,
      labels: [],
    });
  });

  it("says what changed since the version that live came from", async () => {
    const { run, json, write } = await createStore(firstKb, { router });
    await run(["label", "known-good", "v1"]);
    await run(["restore", "v1", "--yes"]);
    await write({ ...firstKb, extra: router });
    const { stdout, stderr } = await run(["status"]);
    expect(stdout).toMatch(/changed since v1_\d{8}_\d{6}: \+1 -0 ~0, 3 unchanged\n/);
    expect(stdout).toMatch(/Current version, known good\n {4}v1 {2}/);
    expect(stdout).toMatch(/Latest snapshot\n {4}v2 {2}/);
    expect(stdout).toMatch(/Labels\n {4}known-good {2}v1 {2}/);
    expect(stderr).toBe("Next: kbvault diff v1\n");
    expect(await json(["status"])).toMatchObject({
      changed: true,
      changes: { added: 1 },
      knownGood: { sequence: 1 },
    });
  });

  it("says that live is broken, where, and which version to restore", async () => {
    const { run, json, write } = await createStore(firstKb, { router });
    await run(["label", "known-good", "v1"]);
    await write('{\n  "a": oops\n}');
    const { status, stdout, stderr } = await run(["status"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/not valid, 15 bytes: .*line 2, column 8/);
    expect(stderr).toBe("Next: kbvault restore v1 --dry-run\n");
    expect(await json(["status"])).toMatchObject({
      live: { valid: false, error: { code: "INVALID_JSON" } },
      changed: true,
      changes: null,
    });
  });

  it("says that live is missing", async () => {
    const { run, kb } = await createStore(firstKb);
    await rm(kb);
    const { status, stdout } = await run(["status"]);
    expect(status).toBe(0);
    expect(stdout).toContain("    missing\n");
  });
});

describe("validate", () => {
  it("finds nothing in a good file", async () => {
    const { run, json } = await createStore();
    expect(await run(["validate"])).toMatchObject({
      status: 0,
      stdout: "kb.json: valid, 3 entries, 0 errors, 0 warnings\n",
    });
    expect(await json(["validate"])).toMatchObject({ valid: true, errors: [], warnings: [], entryCount: 3 });
  });

  it("names line and column, as editors read them, and exits with 1", async () => {
    const { run, json, write } = await createStore();
    await write('{\n  "a": oops\n}');
    const { status, stdout } = await run(["validate"]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^kb\.json:2:8: error INVALID_JSON: /);
    expect(await json(["validate"])).toMatchObject({
      valid: false,
      errors: [{ code: "INVALID_JSON", line: 2, column: 8 }],
    });
  });

  it("warns of repeated keys, which stay valid", async () => {
    const { run, write } = await createStore();
    await write('{"a": {},\n "a": {}}');
    const { status, stdout } = await run(["validate"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^kb\.json:2:2: warning DUPLICATE_(KEY|ID): /m);
  });

  it("checks any file, and needs no configuration for that", async () => {
    const { run, folder } = await createSandbox();
    await writeFile(join(folder, "draft.json"), "[");
    expect(await run(["validate", "draft.json"])).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/^draft\.json:1:2: error INVALID_JSON: /),
    });
  });
});

describe("verify", () => {
  it("finds a good store intact", async () => {
    const { run, json } = await createStore(firstKb, { router });
    expect(await run(["verify", "--read-data"])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^intact: 2 versions checked, .* read\n$/),
    });
    expect(await json(["verify"])).toMatchObject({ ok: true, problems: [], versionsChecked: 2 });
  });

  it("names the damaged file, the versions it affects and the next command, and exits with 12", async () => {
    const { run, json, folder } = await createStore(firstKb, { router });
    const packs = join(folder, "versions", "packs");
    const [pack] = (await readdir(packs)).sort();
    await truncate(join(packs, pack ?? ""), 40);
    const { status, stdout } = await run(["verify", "--read-data"]);
    expect(status).toBe(12);
    expect(stdout).toContain(pack);
    expect(stdout).toMatch(/ {4}affects {3}.*v1_\d{8}_\d{6}/);
    expect(stdout).toMatch(/\n {4}next {6}./);
    expect(await json(["verify", "--read-data"])).toMatchObject({ ok: false });
  });
});
