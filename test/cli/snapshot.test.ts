import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Version } from "../../src/index.ts";
import { billing, createStore, firstKb, login, router } from "./sandbox.ts";

interface Snapshot {
  readonly created: boolean;
  readonly version: Version;
}

describe("snapshot", () => {
  it("keeps the bytes of now, with who, why and tags", async () => {
    const { json } = await createStore();
    expect(await json(["snapshot", "-m", "Primera", "--tag", "review", "--tag", "billing"])).toMatchObject({
      created: true,
      version: {
        versionId: expect.stringMatching(/^v1_\d{8}_\d{6}$/),
        sequence: 1,
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        author: "Ana",
        description: "Primera",
        tags: ["billing", "review"],
        labels: [],
        parent: null,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        entryCount: 3,
        changes: { added: 3, removed: 0, modified: 0 },
        valid: true,
        kind: "snapshot",
      },
      warnings: [],
    });
  });

  it("prints the row of the version and the comparison that fits next", async () => {
    const { run, write } = await createStore(firstKb);
    await write({ router, billing: { ...billing, level: "medio" }, login, extra: login });
    const { status, stdout, stderr } = await run(["snapshot", "-m", "Segunda"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^Saved\nv2 {2}v2_\d{8}_\d{6} {2}.* UTC \(just now\) {2}Ana {2}\+1 -0 ~1 {2}Segunda\n$/,
    );
    expect(stderr).toBe("Next: kbvault diff v1 v2\n");
  });

  it("says that unchanged bytes are kept already, writes nothing and exits with 0", async () => {
    const { json, run, folder } = await createStore(firstKb);
    const before = await readdir(join(folder, "versions"), { recursive: true });
    expect(await json<Snapshot>(["snapshot", "-m", "Again"])).toMatchObject({
      created: false,
      version: { sequence: 1, description: "Version 1" },
    });
    const { status, stdout } = await run(["snapshot", "-m", "Again"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Unchanged: /);
    expect(await readdir(join(folder, "versions"), { recursive: true })).toEqual(before);
  });

  it("takes a description that looks like an option", async () => {
    const { json } = await createStore();
    expect(await json<Snapshot>(["snapshot", "-m", "--json was wrong"])).toMatchObject({
      version: { description: "--json was wrong" },
    });
  });
});

describe("log", () => {
  const second = { router, billing };

  it("lists the versions, newest first", async () => {
    const { run, json } = await createStore(firstKb, second);
    const { status, stdout, stderr } = await run(["log"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout.split("\n").map((line) => line.slice(0, 5))).toEqual(["v2  v", "v1  v", ""]);
    expect(await json(["log"])).toMatchObject({ versions: [{ sequence: 2 }, { sequence: 1 }] });
  });

  it("says on stderr that there is nothing", async () => {
    const { run, json } = await createStore();
    expect(await run(["log"])).toMatchObject({ status: 0, stdout: "", stderr: "No version fits.\n" });
    expect(await json(["log"])).toEqual({ versions: [] });
  });

  it("filters by number, tag, author, time and label", async () => {
    const { run, json, write } = await createStore(firstKb);
    await write(second);
    await run(["snapshot", "-m", "By Bea", "--author", "Bea", "--tag", "review"]);
    await run(["label", "known-good", "v1"]);
    const numbers = async (...filter: string[]): Promise<number[]> => {
      const { versions } = await json<{ versions: Version[] }>(["log", ...filter]);
      return versions.map((version) => version.sequence);
    };
    expect(await numbers()).toEqual([2, 1]);
    expect(await numbers("-n", "1")).toEqual([2]);
    expect(await numbers("--tag", "review")).toEqual([2]);
    expect(await numbers("--author", "Ana")).toEqual([1]);
    expect(await numbers("--since", "1h")).toEqual([2, 1]);
    expect(await numbers("--until", "1h")).toEqual([]);
    expect(await numbers("--label", "known-good")).toEqual([1]);
  });

  it("does not filter by the author of the environment", async () => {
    const { json } = await createStore(firstKb);
    expect(await json(["log"], { KBVAULT_AUTHOR: "Bea" })).toMatchObject({ versions: [{ author: "Ana" }] });
  });

  it("refuses a time that it does not know", async () => {
    const { run } = await createStore();
    expect(await run(["log", "--since", "yesterday-ish"])).toMatchObject({ status: 2 });
  });
});
