import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { comeAfter, emptyJournal, foldEvents } from "../../src/knowledge-base/catalog-fold.ts";
import {
  appendEvent,
  compareEvents,
  decodeEvent,
  isEventName,
  isKnown,
  type JournalEvent,
  type StoreEnd,
} from "../../src/knowledge-base/journal.ts";
import type { EditChange, JournalChange } from "../../src/knowledge-base/journal-change.ts";
import { seal } from "../../src/knowledge-base/seal.ts";
import { MemoryStorage } from "../../src/knowledge-base/storage/memory.ts";
import { committerOf } from "./committer.ts";

const v1 = "v1_20250125_090000";
const v2 = "v2_20250126_101500";
const at = new Date("2025-01-27T12:00:00.250Z");
const restore: JournalChange = {
  op: "restore",
  versionId: v1,
  path: "/srv/kb.json",
  fromSha256: null,
  toSha256: "a".repeat(64),
  safetyVersion: null,
  newestSequence: 2,
  undoes: null,
};
const edit: EditChange = {
  op: "edit",
  purpose: "restore-entries",
  versionId: v1,
  entries: ["router"],
  fields: ["/steps/0"],
  path: "/srv/kb.json",
  fromSha256: "b".repeat(64),
  toSha256: "a".repeat(64),
  safetyVersion: v2,
  newestSequence: 2,
};
const changes: readonly JournalChange[] = [
  { op: "tag", versionId: v1, tags: ["a", "b"] },
  { op: "label", label: "good", versionId: v1, was: null },
  { op: "unlabel", label: "good", was: v1 },
  restore,
  { ...restore, fromSha256: "b".repeat(64), safetyVersion: v2, undoes: "journal/x" },
  { op: "describe", versionId: v1, description: "Two\nlines", was: "One" },
  edit,
  { ...edit, purpose: "revert", entries: [], fields: [] },
];

const emptyStore: StoreEnd = { lastEvent: null, heads: [] };

describe("appendEvent", () => {
  it.each(changes)("stores $op so that it can be read again", async (change) => {
    const storage = new MemoryStorage();
    const last = { number: 41, file: "journal/before.json" };
    const heads = [{ file: last.file, checksum: "c".repeat(64) }];
    const event = await appendEvent(
      storage,
      committerOf(storage),
      { lastEvent: last, heads },
      { at, by: "Ana", change },
    );
    expect(event).toEqual({
      ...change,
      number: 42,
      at: at.toISOString(),
      by: "Ana",
      previous: last.file,
      follows: heads,
      file: event.file,
      checksum: event.checksum,
    });
    expect(event.file).toMatch(/^journal\/20250127T120000250Z_000042_[0-9a-z]{8}\.json$/);
    expect(await storage.list("journal/")).toEqual([event.file]);
    expect(isEventName(event.file)).toBe(true);
    expect(decodeEvent((await storage.get(event.file)) ?? Buffer.alloc(0), event.file)).toEqual(event);
  });

  it("begins with number 1 and no event before", async () => {
    const storage = new MemoryStorage();
    const event = await appendEvent(storage, committerOf(storage), emptyStore, {
      at,
      by: "Ana",
      change: restore,
    });
    expect(event).toMatchObject({ number: 1, previous: null });
  });

  it("gives two events of one moment two names", async () => {
    const storage = new MemoryStorage();
    const append = (): Promise<JournalEvent> =>
      appendEvent(storage, committerOf(storage), emptyStore, { at, by: "Ana", change: restore });
    await Promise.all([append(), append(), append()]);
    expect(await storage.list("journal/")).toHaveLength(3);
  });
});

describe("decodeEvent", () => {
  const folder = join(import.meta.dirname, "..", "fixtures", "format-1", "journal");

  it("reads the events of format 1", async () => {
    const names = (await readdir(folder)).sort();
    const events = await Promise.all(
      names.map(async (name) => decodeEvent(await readFile(join(folder, name)), `journal/${name}`)),
    );
    expect(events.every(isKnown)).toBe(true);
    expect(events.filter(isKnown).map(({ number, op }) => [number, op])).toEqual([
      [1, "label"],
      [2, "restore"],
      [3, "tag"],
      [4, "label"],
      [5, "unlabel"],
    ]);
    expect(events.filter(isKnown).map((event) => event.previous)).toEqual([
      null,
      ...events.slice(0, -1).map((event) => event.file),
    ]);
  });

  const file = "journal/20250127T120000250Z_000001_abcdefgh.json";
  const head = { number: 1, at: at.toISOString(), by: "Ana", previous: null };
  it.each<[string, object]>([
    ["an operation that is no text", { ...head, op: 7 }],
    ["no operation", head],
    ["a tag without tags", { ...head, op: "tag", versionId: v1 }],
    ["a label for a path", { ...head, op: "label", label: "a", versionId: "../x", was: null }],
    ["a restore without checksum", { ...head, ...restore, toSha256: null }],
    ["an edit of no entries", { ...head, ...edit, entries: null }],
    ["an edit for no known purpose", { ...head, ...edit, purpose: "fun" }],
    ["a description that is none", { ...head, op: "describe", versionId: v1, description: null, was: "" }],
    ["another number than its name", { ...head, number: 2, op: "unlabel", label: "a", was: null }],
  ])("refuses %s", (_, members) => {
    expect(() => decodeEvent(seal(members), file)).toThrow(
      expect.objectContaining({ code: "STORE_DAMAGED" }),
    );
  });

  it.each(["explode", "constructor"])("knows that it does not know the operation %s", (op) => {
    const event = decodeEvent(seal({ ...head, op }), file);
    expect(event).toMatchObject({ file, unknownOp: op, follows: null });
    expect(isKnown(event)).toBe(false);
  });

  it.each(["journal/x.json", "20250127T120000250Z_000001_abcdefgh.json", `${file}.bak`, "journal/README.md"])(
    "%s is no name of an event",
    (name) => {
      expect(isEventName(name)).toBe(false);
    },
  );
});

describe("foldEvents", () => {
  const event = (number: number, change: JournalChange, file = `journal/${number}`): JournalEvent => ({
    number,
    at: new Date(at.getTime() + number).toISOString(),
    by: "Ana",
    previous: null,
    follows: null,
    checksum: "d".repeat(64),
    file,
    ...change,
  });

  it("moves and deletes labels, gathers tags, and keeps the last restore", () => {
    const state = foldEvents(emptyJournal, [
      event(1, { op: "label", label: "good", versionId: v1, was: null }),
      event(2, { op: "label", label: "draft", versionId: v1, was: null }),
      event(3, { op: "label", label: "good", versionId: v2, was: v1 }),
      event(4, { op: "unlabel", label: "draft", was: v1 }),
      event(5, { op: "tag", versionId: v1, tags: ["b", "a"] }),
      event(6, { op: "tag", versionId: v1, tags: ["c", "a"] }),
      event(7, restore),
      event(8, { ...restore, versionId: v2, undoes: "journal/7" } as JournalChange),
    ]);
    expect([...state.labels]).toEqual([
      ["good", { versionId: v2, movedAt: "2025-01-27T12:00:00.253Z", movedBy: "Ana" }],
    ]);
    expect([...state.addedTags]).toEqual([[v1, ["a", "b", "c"]]]);
    expect(state.lastWrite).toMatchObject({ number: 8, versionId: v2, undoes: "journal/7" });
    expect(state.lastEvent).toEqual({ number: 8, file: "journal/8" });
    expect(state.events).toHaveLength(8);
  });

  it("keeps the newest description of each version, and the last edit or restore", () => {
    const state = foldEvents(emptyJournal, [
      event(1, { op: "describe", versionId: v1, description: "Second", was: "First" }),
      event(2, { op: "describe", versionId: v1, description: "Third", was: "Second" }),
      event(3, restore),
      event(4, edit),
    ]);
    expect([...state.descriptions]).toEqual([[v1, "Third"]]);
    expect(state.lastWrite).toMatchObject({ number: 4, op: "edit" });
  });

  it("orders by number, then time, then name, so that merged clones agree", () => {
    const [a, b] = [event(1, restore, "journal/a"), event(1, restore, "journal/b")];
    const later = { ...event(1, restore, "journal/0"), at: "2026-01-01T00:00:00.000Z" };
    expect([event(2, restore), later, b, a].sort(compareEvents).map(({ file }) => file)).toEqual([
      "journal/a",
      "journal/b",
      "journal/0",
      "journal/2",
    ]);
  });

  it("comes to the same in any order, and piece by piece", () => {
    const label = fc.constantFrom("x", "y");
    const version = fc.constantFrom(v1, v2);
    const change: fc.Arbitrary<JournalChange> = fc.oneof(
      fc.record({ op: fc.constant("tag" as const), versionId: version, tags: fc.array(label) }),
      fc.record({ op: fc.constant("label" as const), label, versionId: version, was: fc.constant(null) }),
      fc.record({ op: fc.constant("unlabel" as const), label, was: fc.constant(null) }),
      fc.record({
        op: fc.constant("describe" as const),
        versionId: version,
        description: label,
        was: fc.constant(""),
      }),
      fc.constantFrom(restore, edit),
    );
    fc.assert(
      fc.property(fc.array(change), fc.nat(), (list, cut) => {
        const events = list.map((one, index) => event(index + 1, one));
        const whole = foldEvents(emptyJournal, events);
        const half = foldEvents(emptyJournal, events.slice(0, cut));
        const rest = events.slice(cut);
        expect(comeAfter(half, rest)).toBe(true);
        expect(foldEvents(half, rest)).toEqual(whole);
        expect(foldEvents(emptyJournal, events.toReversed())).toEqual(whole);
      }),
    );
  });

  it("knows when events come too late to be folded in", () => {
    const state = foldEvents(emptyJournal, [event(5, restore)]);
    expect(comeAfter(state, [event(6, restore)])).toBe(true);
    expect(comeAfter(state, [event(6, restore), event(5, restore)])).toBe(false);
    expect(comeAfter(emptyJournal, [event(1, restore)])).toBe(true);
  });
});
