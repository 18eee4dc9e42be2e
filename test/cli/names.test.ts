import { describe, expect, it } from "vitest";
import { createStore, firstKb, router } from "./sandbox.ts";

describe("tag", () => {
  it("adds tags to those that the version has", async () => {
    const { run, json } = await createStore(firstKb);
    expect(await json(["tag", "v1", "review", "billing"])).toMatchObject({
      version: { sequence: 1, tags: ["billing", "review"] },
    });
    const { status, stdout, stderr } = await run(["tag", "v1", "urgent"]);
    expect(status).toBe(0);
    expect(stdout).toContain("#billing #review #urgent");
    expect(stderr).toContain("Next: kbvault log --tag urgent");
  });
});

describe("label", () => {
  it("names the latest version unless a ref is given, and moves", async () => {
    const { run, json } = await createStore(firstKb, { router });
    expect(await json(["label", "known-good"])).toMatchObject({
      label: "known-good",
      version: { sequence: 2, labels: ["known-good"] },
    });
    const { status, stdout } = await run(["label", "known-good", "v1"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^known-good now names\nv1 {2}v1_/);
    expect(await json(["show", "known-good"])).toMatchObject({ version: { sequence: 1 } });
    expect(await json(["show", "v2"])).toMatchObject({ version: { labels: [] } });
  });

  it("is deleted with --delete", async () => {
    const { run, json } = await createStore(firstKb);
    await run(["label", "draft"]);
    expect(await json(["label", "--delete", "draft"])).toEqual({ deleted: "draft" });
    expect(await json(["labels"])).toEqual({ labels: [] });
    expect(await run(["label", "--delete", "draft"])).toMatchObject({ status: 4 });
  });

  it("takes no ref together with --delete", async () => {
    const { run } = await createStore(firstKb);
    expect(await run(["label", "--delete", "draft", "v1"])).toMatchObject({ status: 2 });
  });
});

describe("labels", () => {
  it("lists all by name", async () => {
    const { run, json } = await createStore(firstKb, { router });
    await run(["label", "known-good", "v1"]);
    await run(["label", "draft", "v2"]);
    expect(await json(["labels"])).toMatchObject({
      labels: [
        { name: "draft", sequence: 2, movedBy: "Ana" },
        { name: "known-good", sequence: 1, movedBy: "Ana" },
      ],
    });
    const { stdout } = await run(["labels"]);
    expect(stdout).toMatch(/^draft {7}v2 {2}v2_\d{8}_\d{6} {2}.*\(just now\) by Ana\nknown-good {2}v1 /);
  });

  it("says on stderr that there is none", async () => {
    const { run } = await createStore();
    expect(await run(["labels"])).toMatchObject({
      status: 0,
      stdout: "",
      stderr: expect.stringContaining("no labels"),
    });
  });
});
