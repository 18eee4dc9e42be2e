import { rm } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { DatabaseMigrator } from "../../src/index.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";
import { firstKb, makePage, secondKb } from "./make-page.ts";

const folder = useTemporaryFolder();

const v1 = "v1_20250127_120100";

describe("the server of the page", () => {
  it("says what it is", async () => {
    const { ask } = await makePage(folder());
    const { status, body } = await ask("/api/session");
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        version: "1.2.3",
        knowledgeBase: "kb.json",
        mayWrite: false,
        tokenToRead: false,
        signedIn: false,
        hasDatabase: false,
      },
    });
  });

  it("says how live stands, and notices when it does no more", async () => {
    const { ask, write, versioner } = await makePage(folder());
    expect((await ask("/api/status")).body).toMatchObject({
      live: { valid: true, entryCount: 2 },
      latest: { sequence: 2 },
      current: { sequence: 2 },
      changed: false,
      knownGood: { versionId: v1, labels: ["known-good"] },
      canUndo: false,
    });
    await write("{ broken");
    expect((await ask("/api/status")).body).toMatchObject({
      live: { valid: false, error: { code: "INVALID_JSON" } },
      changed: true,
      changes: null,
    });
    expect(await ask("/api/compare?from=live&to=known-good")).toMatchObject({
      status: 422,
      body: { error: { code: "INVALID_JSON" } },
    });
    await versioner.restoreVersion("known-good");
    expect((await ask("/api/status")).body).toMatchObject({
      live: { valid: true },
      current: { versionId: v1 },
      canUndo: true,
    });
  });

  it("lists the versions, newest first, with what was labelled since", async () => {
    const { ask, versioner } = await makePage(folder());
    expect((await ask("/api/versions")).body.versions).toMatchObject([
      { sequence: 2, changes: { added: 1, removed: 1, modified: 1 }, labels: [] },
      { sequence: 1, labels: ["known-good"] },
    ]);
    await versioner.setLabel("known-good", "v2");
    expect((await ask("/api/versions")).body.versions).toMatchObject([
      { labels: ["known-good"] },
      { labels: [] },
    ]);
  });

  it("compares two refs: counts and entries first, details of one when asked", async () => {
    const { ask } = await makePage(folder());
    const { status, body } = await ask("/api/compare?from=known-good&to=live");
    expect(status).toBe(200);
    expect(body).toMatchObject({
      from: { ref: v1, version: { sequence: 1 }, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      to: { ref: "live", version: null, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      summary: { added: 1, removed: 1, modified: 1 },
      sections: [
        { kind: "removed", entries: [{ id: "modem", counts: {} }] },
        { kind: "added", entries: [{ id: "Printer" }] },
        { kind: "modified", entries: [{ id: "router", renamedFrom: null, counts: { changed: 1 } }] },
      ],
      reformatted: [],
      reordered: false,
    });
    expect((await ask(`/api/compare/entry?from=${v1}&to=live&id=router`)).body).toMatchObject({
      kind: "modified",
      id: "router",
      changes: [{ path: "/steps", kind: "changed", body: { kind: "values", before: "1", after: "2" } }],
    });
    expect((await ask("/api/compare/entry?from=v1&to=v1&id=router")).body).toMatchObject({
      kind: "unchanged",
      changes: [],
    });
    expect(await ask("/api/compare/entry?from=v1&to=v1&id=fax")).toMatchObject({
      status: 404,
      body: { error: { code: "ENTRY_NOT_FOUND" } },
    });
  });

  it("hides the long unchanged part of a text unless the whole of it is asked for", async () => {
    const { ask, save } = await makePage(folder());
    const long = "word ".repeat(200);
    await save(`{"a": {"text": "one ${long} two"}}`);
    await save(`{"a": {"text": "uno ${long} two"}}`);
    const path = "/api/compare/entry?from=v3&to=v4&id=a";
    const [folded, whole] = [await ask(path), await ask(`${path}&whole=1`)];
    expect(whole.text.length).toBeGreaterThan(folded.text.length + 500);
  });

  it("sees the live file of now also right after it was compared", async () => {
    const { ask, write } = await makePage(folder());
    const sections = async (): Promise<unknown> => (await ask("/api/compare?from=v2&to=live")).body.sections;
    expect(await sections()).toEqual([]);
    await write(firstKb);
    expect(await sections()).toHaveLength(3);
    await write(secondKb);
    expect(await sections()).toEqual([]);
  });

  it.each([
    ["html", "text/html; charset=utf-8", /\.html"$/, /^<!doctype html>/i],
    ["markdown", "text/markdown; charset=utf-8", /\.md"$/, /router/],
    ["json-patch", "application/json-patch+json; charset=utf-8", /\.json"$/, /"op": "replace"/],
  ])("gives a comparison as %s to keep, under a harmless name", async (format, type, name, content) => {
    const { ask } = await makePage(folder());
    const { status, headers, text } = await ask(`/api/compare/download?from=v1&to=live&format=${format}`);
    expect({ status, type: headers["content-type"] }).toEqual({ status: 200, type });
    expect(headers["content-disposition"]).toMatch(/^attachment; filename="[\w.-]+"$/);
    expect(headers["content-disposition"]).toMatch(name);
    expect(text).toMatch(content);
  });

  it("finds ids whatever their case, at most as many as wanted, and counts all", async () => {
    const { ask } = await makePage(folder());
    expect((await ask("/api/entries?q=R")).body).toEqual({ ids: ["router", "Printer"], total: 2 });
    expect((await ask("/api/entries?limit=1")).body).toEqual({ ids: ["router"], total: 2 });
    expect((await ask("/api/entries?ref=v1&q=MOD")).body).toEqual({ ids: ["modem"], total: 1 });
  });

  it("gives one entry byte for byte, its history, and where its fields come from", async () => {
    const { ask } = await makePage(folder());
    expect((await ask("/api/entry?ref=v1&id=modem")).body).toEqual({
      ref: v1,
      id: "modem",
      text: '{"title": "Modem"}',
    });
    expect((await ask("/api/entry/history?id=modem")).body).toMatchObject({
      id: "modem",
      events: [
        { kind: "removed", version: { sequence: 2 } },
        { kind: "added", version: { sequence: 1 }, changes: [] },
      ],
    });
    expect((await ask("/api/entry/blame?id=router")).body).toMatchObject({
      id: "router",
      fields: [
        { path: "/title", value: '"Router"', versionId: v1 },
        { path: "/steps", value: "2", author: "Ana López" },
      ],
    });
  });

  it("keeps numbers that JavaScript would round", async () => {
    const { ask, save } = await makePage(folder());
    await save('{"a": {"n": 9007199254740993}}');
    expect((await ask("/api/entry/blame?id=a")).body.fields[0].value).toBe("9007199254740993");
    expect((await ask("/api/entry?id=a")).body.text).toBe('{"n": 9007199254740993}');
  });

  it("gives a health report, and answers monitors at their own addresses", async () => {
    const { ask } = await makePage(folder());
    expect((await ask("/api/health")).body).toMatchObject({
      checks: { knowledge_base: { status: "healthy" } },
    });
    for (const path of ["/livez", "/readyz", "/health", "/metrics", "/maintenance"])
      expect(await ask(path)).toMatchObject({ status: 200 });
    expect(await ask("/livez", { headers: { host: "10.1.2.3" } })).toMatchObject({ status: 200 });
  });

  it.each([
    ["/api/compare?from=v1", 400, "BAD_REQUEST"],
    ["/api/compare/download?from=v1&to=v2&format=exe", 400, "BAD_REQUEST"],
    ["/api/entries?limit=-1", 400, "BAD_REQUEST"],
    ["/api/compare?from=v1&to=nowhere", 404, "REF_NOT_FOUND"],
    ["/api/compare?from=/etc/passwd&to=live", 404, "REF_NOT_FOUND"],
    ["/api/entry?id=fax", 404, "ENTRY_NOT_FOUND"],
    ["/api/entry/history?id=__proto__", 404, "ENTRY_NOT_FOUND"],
    ["/api/migrations", 404, "DATABASE_NOT_FOUND"],
    ["/api/nothing", 404, "NOT_FOUND"],
  ])("%s fails with %i %s", async (path, status, code) => {
    const { ask, mistakes } = await makePage(folder());
    const answer = await ask(path);
    expect(answer).toMatchObject({ status, body: { error: { code, message: expect.any(String) } } });
    expect(Object.keys(answer.body.error)).toEqual(["code", "message"]);
    expect(mistakes).toEqual([]);
  });

  it("says that live is gone, as an error of its own", async () => {
    const { ask, file } = await makePage(folder());
    await rm(file);
    expect(await ask("/api/entries")).toMatchObject({ body: { error: { code: "KB_NOT_FOUND" } } });
    expect((await ask("/api/status")).body).toMatchObject({ live: { exists: false } });
  });
});

describe("migrations on the page", () => {
  it("are listed without making a database, and tried without changing it", async () => {
    const url = `sqlite:${folder()}/app.db`;
    const migrations = `${folder()}/migrations`;
    const own = new DatabaseMigrator({ url, folder: migrations });
    await own.createMigration("notes", "CREATE TABLE notes (body text);", {
      rollbackSql: "DROP TABLE notes;",
    });
    const database = {
      url,
      open: (purpose: "look" | "try") =>
        new DatabaseMigrator({ url, folder: migrations, readOnly: purpose === "look" }),
    };
    const { ask, post } = await makePage(folder(), { database });
    expect(await ask("/api/migrations")).toMatchObject({ body: { error: { code: "DATABASE_NOT_FOUND" } } });
    await own.init();
    await own.close();
    const row = { id: expect.stringMatching(/_notes$/), state: "pending", appliedAt: null };
    expect((await ask("/api/migrations")).body).toMatchObject({
      database: url,
      migrations: [row],
      history: [],
    });
    expect((await post("/api/migrations/dry-run", {})).body).toMatchObject({
      ok: true,
      steps: [{ outcome: "tried", statements: 1 }],
      failure: null,
    });
    expect((await own.getStatus()).map(({ state }) => state)).toEqual(["pending"]);
    await own.createMigration("wrong", "CREATE TABL x;", { rollbackSql: "SELECT 1;" });
    await own.close();
    expect((await post("/api/migrations/dry-run", {})).body).toMatchObject({
      ok: false,
      failure: { code: "MIGRATION_FAILED" },
    });
  });
});
