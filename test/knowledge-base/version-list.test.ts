import { describe, expect, it } from "vitest";
import { emptyJournal, type VersionSummary } from "../../src/knowledge-base/catalog-fold.ts";
import { VersionList } from "../../src/knowledge-base/version-list.ts";
import { VersionLookup } from "../../src/knowledge-base/version-lookup.ts";
import { pageLength, VersionPage } from "../../src/knowledge-base/version-page.ts";
import { makeRecord } from "./make-record.ts";

/** What a catalog keeps of the version `versionId`. */
function summaryOf(versionId: string, members: Partial<VersionSummary> = {}): VersionSummary {
  const {
    layout: _l,
    entries: _e,
    duplicates: _d,
    pack: _p,
    follows: _f,
    signed: _s,
    ...summary
  } = makeRecord(versionId);
  return { ...summary, ...members };
}

function idOf(sequence: number, second = 0): string {
  return `v${sequence}_20250127_1200${String(second).padStart(2, "0")}`;
}

function versionsUpTo(sequence: number): VersionSummary[] {
  return Array.from({ length: sequence }, (_, index) => summaryOf(idOf(index + 1)));
}

const idsOf = (versions: Iterable<VersionSummary>): string[] =>
  Array.from(versions, ({ versionId }) => versionId);

describe("VersionList", () => {
  const sizes = [0, 1, pageLength - 1, pageLength, pageLength + 1, 2 * pageLength, 2 * pageLength + 5];

  it.each(sizes)("of %i versions is in order, from either end, and knows its length", (size) => {
    const versions = versionsUpTo(size);
    const list = VersionList.of(versions.toReversed());
    expect(list.length).toBe(size);
    expect(list.last).toEqual(versions.at(-1));
    expect([...list]).toEqual(versions);
    expect([...list.newestFirst()]).toEqual(versions.toReversed());
    expect(list.pages.slice(0, -1).every(({ length }) => length === pageLength)).toBe(true);
  });

  it("finds each of its versions, on each side of the borders of pages, and no other", () => {
    const list = VersionList.of(versionsUpTo(2 * pageLength + 5));
    for (const sequence of [
      1,
      2,
      pageLength,
      pageLength + 1,
      2 * pageLength,
      2 * pageLength + 1,
      2 * pageLength + 5,
    ]) {
      expect(list.find(idOf(sequence))?.sequence).toBe(sequence);
      expect(list.find(idOf(sequence, 1))).toBeUndefined();
    }
    for (const missing of [idOf(2 * pageLength + 6), "known-good", ""])
      expect(list.find(missing)).toBeUndefined();
  });

  it("finds all versions of a number, also where a page ends between them", () => {
    const shared = Array.from({ length: 3 }, (_, second) => summaryOf(idOf(pageLength, second)));
    const list = VersionList.of([
      ...versionsUpTo(pageLength - 1),
      ...shared,
      summaryOf(idOf(pageLength + 1)),
    ]);
    expect(list.pages[0]?.versions.at(-1)?.sequence).toBe(pageLength);
    expect(list.withSequence(pageLength)).toEqual(shared);
    expect(shared.map(({ versionId }) => list.find(versionId))).toEqual(shared);
  });

  it("keeps its full pages where versions are added behind them", () => {
    const list = VersionList.of(versionsUpTo(pageLength + 2));
    const more = list.with([summaryOf(idOf(pageLength + 4)), summaryOf(idOf(pageLength + 3))]);
    expect(more.pages[0]).toBe(list.pages[0]);
    expect(idsOf(more)).toEqual(idsOf(versionsUpTo(pageLength + 4)));
    expect(list.length).toBe(pageLength + 2);
    expect(list.with([])).toBe(list);
  });

  it("is the same list, however versions came into it", () => {
    const all = versionsUpTo(pageLength + 20);
    const [late, rest] = [
      all.filter((_, index) => index % 7 === 3),
      all.filter((_, index) => index % 7 !== 3),
    ];
    const list = VersionList.of(rest).with(late);
    expect(list.pages.map(({ text }) => text)).toEqual(VersionList.of(all).pages.map(({ text }) => text));
  });

  it("goes without versions that are given up", () => {
    const list = VersionList.of(versionsUpTo(pageLength + 2)).without(
      new Set([idOf(1), idOf(pageLength + 2)]),
    );
    expect(idsOf(list)).toEqual(idsOf(versionsUpTo(pageLength + 1)).slice(1));
    expect(list.pages).toHaveLength(1);
  });
});

describe("VersionPage", () => {
  it("is read from its text as it was, with the names of the records before the rows", () => {
    const versions = versionsUpTo(pageLength).map((one) => ({
      ...one,
      description: 'Ñandú\n\u2028 "quoted"',
    }));
    const page = VersionPage.of(versions);
    const read = VersionPage.read(page.text, "0".repeat(64));
    expect([read.length, read.first]).toEqual([pageLength, 1]);
    expect(read.recordNames).toBe(versions.map(({ versionId }) => `${versionId}.json`).join(" "));
    expect(read.recordNames).toBe(page.recordNames);
    expect(read.versions).toEqual(versions);
    expect(read.text).toEqual(page.text);
  });
});

describe("VersionLookup", () => {
  const list = VersionList.of(versionsUpTo(5));
  const taken = { parent: null, at: "2025-01-27T12:00:00.000Z", by: "Ana", emptied: false };
  const lookup = new VersionLookup(list, {
    ...emptyJournal,
    addedTags: new Map([[idOf(2), ["b", "a"]]]),
    descriptions: new Map([[idOf(2), "Said anew"]]),
    pruned: new Map([[idOf(4), taken]]),
  });

  it("hides what was pruned, from whatever side one looks", () => {
    const seen = [1, 2, 3, 5].map((sequence) => idOf(sequence));
    expect(idsOf(lookup.all())).toEqual(seen);
    expect(idsOf(lookup.newestFirst())).toEqual(seen.toReversed());
    expect(lookup.find(idOf(4))).toBeUndefined();
    expect(lookup.withSequence(4)).toEqual([]);
    expect(lookup.newest(({ sequence }) => sequence < 5)?.sequence).toBe(3);
    expect(lookup.newest(({ sequence }) => sequence > 5)).toBeNull();
  });

  it("tells the newest tags and description", () => {
    expect(lookup.find(idOf(2))).toMatchObject({ tags: ["a", "b"], description: "Said anew" });
    expect(lookup.find(idOf(1))).toEqual(summaryOf(idOf(1)));
  });
});
