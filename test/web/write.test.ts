import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { useTemporaryFolder } from "../temporary-folder.ts";
import { firstKb, makePage, secondKb } from "./make-page.ts";

const folder = useTemporaryFolder();

describe("writing through the page", () => {
  it("restores what was planned, saves what was there, and takes it back", async () => {
    const { post, file } = await makePage(folder(), { allowRestore: true });
    const request = { what: "version", ref: "known-good" };
    const { body: planned } = await post("/api/restore/plan", request);
    expect(planned).toMatchObject({
      version: { sequence: 1 },
      nothingToDo: false,
      plan: { saves: "already-saved", from: { versionId: expect.stringMatching(/^v2_/) } },
      changes: { added: 1, removed: 1, modified: 1 },
    });
    expect(await readFile(file, "utf8")).toBe(secondKb);
    const expected = planned.plan.from.sha256;
    const { body: restored } = await post("/api/restore", { ...request, expected });
    expect(restored).toMatchObject({
      restored: true,
      version: { sequence: 1 },
      safetyVersion: { sequence: 2 },
    });
    expect(await readFile(file, "utf8")).toBe(firstKb);
    const undone = await post("/api/restore", { what: "undo", expected: restored.sha256 });
    expect(undone.body).toMatchObject({ restored: true, version: { sequence: 2 } });
    expect(await readFile(file, "utf8")).toBe(secondKb);
  });

  it("restores one entry, and one field of it, and leaves the rest", async () => {
    const { post, file, versioner } = await makePage(folder(), { allowRestore: true });
    const live = async (): Promise<string | null> => (await versioner.status()).live.sha256;
    const entry = { what: "entries", ref: "v1", entries: ["modem"] };
    expect((await post("/api/restore/plan", entry)).body).toMatchObject({
      changes: { added: 1, removed: 0 },
    });
    await post("/api/restore", { ...entry, expected: await live() });
    expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({ modem: {}, Printer: {} });
    const field = { what: "entries", ref: "v1", entries: ["router"], fields: ["/steps"] };
    await post("/api/restore", { ...field, expected: await live() });
    expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({ router: { steps: 1 }, Printer: {} });
  });

  it.each([[{ what: "version", ref: "v1" }], [{ what: "entries", ref: "v1", entries: ["modem"] }]])(
    "writes nothing for %j when live is another than the one that was seen",
    async (request) => {
      const { post, file, write } = await makePage(folder(), { allowRestore: true });
      const { body: planned } = await post("/api/restore/plan", request);
      await write('{"mine": {"title": "Just now"}}');
      const answer = await post("/api/restore", { ...request, expected: planned.plan.from.sha256 });
      expect(answer).toMatchObject({ status: 409, body: { error: { code: "LIVE_CHANGED" } } });
      expect(await readFile(file, "utf8")).toBe('{"mine": {"title": "Just now"}}');
    },
  );

  it("restores a file that is gone only when it was gone in the plan", async () => {
    const { post, file } = await makePage(folder(), { allowRestore: true });
    const order = { what: "version", ref: "v1", expected: null };
    expect(await post("/api/restore", order)).toMatchObject({ status: 409 });
    expect(await readFile(file, "utf8")).toBe(secondKb);
  });

  it("keeps a snapshot once, with what is to be said of it", async () => {
    const { post, write } = await makePage(folder(), { allowRestore: true });
    await write('{"a": {"title": "New"}}');
    const order = { description: "From the page", tags: ["review"], author: "Eva" };
    expect((await post("/api/snapshot", order)).body).toMatchObject({
      created: true,
      version: { sequence: 3, description: "From the page", tags: ["review"], author: "Eva" },
      warnings: [],
    });
    expect((await post("/api/snapshot", order)).body).toMatchObject({ created: false });
    expect(await post("/api/snapshot", { ...order, description: "" })).toMatchObject({
      status: 400,
      body: { error: { code: "INVALID_TEXT" } },
    });
  });

  it("is refused where it was not allowed, except for plans, which write nothing", async () => {
    const { post, file, versioner } = await makePage(folder());
    for (const [path, order] of [
      ["/api/restore", { what: "version", ref: "v1", expected: null }],
      ["/api/snapshot", { description: "No", tags: [] }],
    ] as const)
      expect(await post(path, order)).toMatchObject({ status: 403, body: { error: { code: "READ_ONLY" } } });
    expect(await post("/api/restore/plan", { what: "version", ref: "v1" })).toMatchObject({ status: 200 });
    expect(await readFile(file, "utf8")).toBe(secondKb);
    expect(await versioner.listVersions()).toHaveLength(2);
  });

  it.each([
    ["no object", "[]"],
    ["no JSON", "{"],
    ["an unknown key", '{"what": "undo", "force": true}'],
    ["a key of every object", '{"what": "undo", "__proto__": {"ref": "v1"}}'],
    ["an unknown deed", '{"what": "drop"}'],
    ["a number for a ref", '{"what": "version", "ref": 1}'],
    ["a text for a list", '{"what": "entries", "ref": "v1", "entries": "modem"}'],
  ])("takes %s for a bad request", async (_, body) => {
    const { ask, page, token } = await makePage(folder(), { allowRestore: true });
    const headers = {
      origin: page.url,
      "content-type": "application/json",
      authorization: `Bearer ${token}`,
    };
    expect(await ask("/api/restore/plan", { method: "POST", headers, body })).toMatchObject({
      status: 400,
      body: { error: { code: "BAD_REQUEST" } },
    });
  });
});
