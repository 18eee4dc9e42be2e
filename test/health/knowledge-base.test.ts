import { appendFile, mkdir, readdir, readFile, rm, unlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { acquireLock } from "../../src/files/lock.ts";
import { type HealthStatus, KnowledgeBaseVersioner } from "../../src/index.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";
import { at, type HealthSandbox, makeHealth } from "./make-health.ts";

const folder = useTemporaryFolder();

/** What was done to a sound knowledge base, what becomes of the check, and what it says. */
type Case = readonly [
  what: string,
  prepare: (sandbox: HealthSandbox) => Promise<unknown>,
  status: HealthStatus,
  message: RegExp,
];

describe("knowledge_base", () => {
  const two = '{"a": {"title": "One"}, "b": {"title": "Two"}}';
  const cases: Case[] = [
    ["with entries", async () => {}, "healthy", /^1 entries\.$/],
    ["that is gone", ({ file }) => unlink(file), "unhealthy", /does not exist/],
    ["that is a folder", ({ file }) => unlink(file).then(() => mkdir(file)), "unhealthy", /folder/],
    ["that is empty", ({ write }) => write(""), "unhealthy", /is empty/],
    ["that is not UTF-8", ({ write }) => write(Buffer.from([0x7b, 0xff, 0x7d])), "unhealthy", /UTF-8/],
    [
      "that is not JSON",
      ({ write }) => write('{"a": 1,}'),
      "unhealthy",
      /cannot be read.*restore known-good/,
    ],
    ["without entries", ({ write }) => write("{}"), "unhealthy", /has no entries/],
    [
      "with an id twice",
      ({ write }) => write('[{"id": "a", "t": 1}, {"id": "a", "t": 2}]'),
      "degraded",
      /1 duplicates .*`kbvault validate`/,
    ],
  ];
  it.each(cases)("%s", async (_, prepare, status, message) => {
    const sandbox = await makeHealth(folder());
    await prepare(sandbox);
    expect(await sandbox.ask("knowledge_base")).toMatchObject({
      status,
      message: expect.stringMatching(message),
    });
  });

  it("asks for as many entries as are configured, and counts them", async () => {
    const { ask, write } = await makeHealth(folder());
    await write(two);
    expect(await ask("knowledge_base", { settings: { minimumEntries: 3 } })).toMatchObject({
      status: "degraded",
      message: expect.stringContaining("2 entries instead of at least 3"),
      observedValue: 2,
    });
    expect(await ask("knowledge_base", { settings: { minimumEntries: 2 } })).toMatchObject({
      status: "healthy",
    });
  });

  it("is degraded when it does not follow its schema, and says where", async () => {
    const { ask, file, store } = await makeHealth(folder());
    const schema = join(folder(), "schema.json");
    await writeFile(schema, '{"additionalProperties": {"required": ["level"]}}');
    const knowledgeBase = { path: file, options: { versionsFolder: store, schema } };
    expect(await ask("knowledge_base", { knowledgeBase })).toMatchObject({
      status: "degraded",
      message: expect.stringContaining("1 violations of its schema"),
      details: { issues: [{ code: "SCHEMA_VIOLATION", line: 1 }] },
    });
  });
});

describe("unsaved_changes", () => {
  it("are none, young, old, and young again by another setting", async () => {
    const { ask, file, write } = await makeHealth(folder());
    expect(await ask("unsaved_changes")).toMatchObject({ status: "healthy", observedValue: 0 });
    await write('{"a": {"title": "Other"}}');
    await utimes(file, at("12:30:00")(), at("12:30:00")());
    expect(await ask("unsaved_changes")).toMatchObject({ status: "healthy", observedValue: 1800 });
    const settings = { maximumUnsavedAge: "29m" };
    expect(await ask("unsaved_changes", { settings })).toMatchObject({
      status: "degraded",
      message: expect.stringMatching(/last changed 30 minutes ago.*kbvault snapshot/),
      details: { entries: { added: 0, removed: 0, modified: 1 } },
    });
    expect(await ask("unsaved_changes", { settings: { maximumUnsavedAge: "30m" } })).toMatchObject({
      status: "healthy",
    });
  });

  it("are left to others where the file or the store is missing", async () => {
    const { ask, file, store } = await makeHealth(folder());
    await unlink(file);
    expect(await ask("unsaved_changes")).toEqual({ leftOut: expect.stringContaining("knowledge_base") });
    await rm(store, { recursive: true });
    expect(await ask("unsaved_changes")).toEqual({ leftOut: expect.stringContaining("versions") });
  });
});

describe("versions", () => {
  const packOf = async (store: string): Promise<string> => {
    const [name = ""] = await readdir(join(store, "packs"));
    return join(store, "packs", name);
  };
  const cases: Case[] = [
    ["that are whole", async () => {}, "healthy", /1 version, the newest (59|60) minutes|1 hour/],
    ["without a store", ({ store }) => rm(store, { recursive: true }), "unhealthy", /no store/],
    [
      "with a pack missing",
      async ({ store }) => unlink(await packOf(store)),
      "unhealthy",
      /packs\/v1_.*\.pack/,
    ],
    [
      "with a longer pack",
      async ({ store }) => appendFile(await packOf(store), "x"),
      "unhealthy",
      /damaged.*verify --read-data/,
    ],
  ];
  it.each(cases)("%s", async (_, prepare, status, message) => {
    const sandbox = await makeHealth(folder());
    await prepare(sandbox);
    expect(await sandbox.ask("versions")).toMatchObject({ status, message: expect.stringMatching(message) });
  });

  it("none of which are there yet are degraded", async () => {
    const { ask, file } = await makeHealth(folder());
    const versionsFolder = join(folder(), "new");
    await new KnowledgeBaseVersioner(file, { versionsFolder }).createStore();
    const knowledgeBase = { path: file, options: { versionsFolder } };
    expect(await ask("versions", { knowledgeBase })).toMatchObject({
      status: "degraded",
      message: expect.stringContaining("no version yet"),
    });
  });

  it("may be asked to be young", async () => {
    const { ask } = await makeHealth(folder());
    expect(await ask("versions", { settings: { maximumVersionAge: "30m" } })).toMatchObject({
      status: "degraded",
    });
    expect(await ask("versions", { settings: { maximumVersionAge: "2h" } })).toMatchObject({
      status: "healthy",
    });
  });

  it("read a part of the data that the hour chooses, so that a day finds a changed byte", async () => {
    const { ask, store } = await makeHealth(folder());
    const pack = await packOf(store);
    const bytes = await readFile(pack);
    bytes[20]! ^= 0xff;
    await writeFile(pack, bytes);
    const hours = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, "0")}:30:00`);
    const found = await Promise.all(hours.map((time) => ask("versions", { clock: at(time) })));
    const finders = hours.filter((_, hour) => found[hour]?.status === "unhealthy");
    expect(finders).toEqual(["00:30:00"]);
    expect(await ask("versions", {}, { deep: true })).toMatchObject({ status: "unhealthy" });
  });
});

describe("known_good", () => {
  const cases: Case[] = [
    ["that comes back", async () => {}, "healthy", /v1_20250127_\d+, and its bytes come back exactly/],
    [
      "that nobody named",
      ({ versioner }) => versioner.deleteLabel("known-good"),
      "degraded",
      /No version has the label/,
    ],
    [
      "whose record is gone",
      async ({ store, save }) => {
        const { versionId } = await save('{"a": {"title": "Two"}}');
        await rm(join(store, "catalog.json"), { force: true });
        const [first = ""] = (await readdir(store)).filter((name) => /^v1_.*json$/.test(name));
        await unlink(join(store, first));
        return versionId;
      },
      "unhealthy",
      /names v1_.*missing or damaged/,
    ],
    [
      "whose bytes are gone",
      async ({ store }) => rm(join(store, "packs"), { recursive: true }),
      "unhealthy",
      /v1_/,
    ],
  ];
  it.each(cases)("%s", async (_, prepare, status, message) => {
    const sandbox = await makeHealth(folder());
    await prepare(sandbox);
    expect(await sandbox.ask("known_good")).toMatchObject({
      status,
      message: expect.stringMatching(message),
    });
  });
});

describe("locks", () => {
  it("are free, held, held for too long, and held by a process that died", async () => {
    const { ask, store } = await makeHealth(folder());
    expect(await ask("locks")).toMatchObject({ status: "healthy", message: "Nobody holds a lock." });
    const lock = await acquireLock(join(store, ".lock"), { timeoutMs: 0, purpose: "snapshot" });
    const later = (minutes: number) => () => new Date(Date.now() + minutes * 60_000);
    expect(await ask("locks", { clock: later(1) })).toMatchObject({
      status: "healthy",
      message: expect.stringContaining(`Process ${process.pid}`),
      details: { held: [{ purpose: "snapshot", state: "alive" }] },
    });
    expect(await ask("locks", { clock: later(11) })).toMatchObject({
      status: "degraded",
      message: expect.stringMatching(/has held .* for 11 minutes/),
    });
    await lock.release();
    const dead = {
      token: "x",
      pid: 2_147_483_000,
      host: (await import("node:os")).hostname(),
      startedAt: "2025-01-27T12:00:00Z",
      purpose: "tag",
    };
    await writeFile(join(store, ".lock"), JSON.stringify(dead));
    expect(await ask("locks")).toMatchObject({
      status: "degraded",
      message: expect.stringContaining("died holding"),
    });
    await writeFile(join(store, ".lock"), "something else");
    expect(await ask("locks")).toMatchObject({
      status: "unhealthy",
      message: expect.stringContaining("no lock file"),
    });
  });
});

describe("clock", () => {
  it.each([
    ["after everything that was recorded", at("13:00:00"), "healthy"],
    ["a little behind, as two machines are", at("12:01:30"), "healthy"],
    ["far behind what was recorded", at("10:00:00"), "degraded"],
    ["in a year that cannot be", () => new Date("1970-01-01T00:05:00Z"), "unhealthy"],
  ] as const)("%s", async (_, clock, status) => {
    const { ask } = await makeHealth(folder());
    expect(await ask("clock", { clock })).toMatchObject({ status });
  });
});
