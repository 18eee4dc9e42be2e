import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareDocuments } from "../../../src/knowledge-base/compare/documents.ts";
import {
  type ComparisonFilter,
  type EntryChangeKind,
  filterComparison,
} from "../../../src/knowledge-base/compare/filter.ts";
import type { Comparison, FieldChange } from "../../../src/knowledge-base/comparison.ts";
import { edit, randomFrom, randomModel, write } from "../random-documents.ts";

const entries = ["/problems/*"];
const long = "Restart the router beside the window, then wait for the green light to stop blinking";

const before = {
  meta: { updated_at: "Monday", version: 1 },
  problems: {
    same: { title: "Same" },
    stamped: { title: "Stamped", updated_at: "Monday" },
    edited: {
      title: "Edited",
      updated_at: "Monday",
      steps: [{ id: "w", title: "Wait", updated_at: "Monday" }],
    },
    old: { text: long, updated_at: "Monday" },
    gone: { title: "Gone" },
    spaced: { title: "Spaced", level: 1 },
  },
};
const after = {
  meta: { updated_at: "Friday", version: 2 },
  problems: {
    same: { title: "Same" },
    stamped: { title: "Stamped", updated_at: "Friday" },
    edited: {
      title: "Edited",
      updated_at: "Friday",
      steps: [{ id: "w", title: "Ask", updated_at: "Friday" }],
    },
    young: { text: long, updated_at: "Friday" },
    come: { title: "Come" },
    spaced: { level: 1, title: "Spaced" },
  },
};
const text = (document: unknown): Buffer => Buffer.from(JSON.stringify(document));
const whole = compareDocuments(text(before), text(after), { entries });

const pathsOf = (comparison: Comparison): string[] => [
  ...comparison.modified.flatMap(({ id, changes }) => changes.map(({ path }) => id + path)),
  ...comparison.renamed.flatMap(({ to, changes }) => changes.map(({ path }) => to + path)),
  ...comparison.outside.map(({ path }) => path),
];

describe("ignoring changes", () => {
  it("leaves nothing out without a pattern", () => {
    expect(filterComparison(whole, {})).toEqual(whole);
    expect(filterComparison(whole, { ignore: [] })).toEqual(whole);
    expect(whole.summary).toMatchObject({ modified: 2, renamed: 1, outside: 2, ignored: 0 });
  });

  it.each<[ignore: string[], left: string[], ignored: number, unchanged: number]>([
    [["updated_at"], ["edited/steps/0/title", "/meta/version"], 5, 2],
    [
      ["/updated_at"],
      ["edited/steps/0/title", "edited/steps/0/updated_at", "/meta/updated_at", "/meta/version"],
      3,
      2,
    ],
    [["/meta/updated_at"], pathsOf(whole).filter((path) => path !== "/meta/updated_at"), 1, 1],
    [["/steps/*/updated_at"], pathsOf(whole).filter((path) => path !== "edited/steps/0/updated_at"), 1, 1],
    [["steps", "meta"], ["stamped/updated_at", "edited/updated_at", "young/updated_at"], 4, 1],
    [[""], [], 7, 3],
    [["nothing_like_it"], pathsOf(whole), 0, 1],
  ])("by %j keeps the others", (ignore, left, ignored, unchanged) => {
    const comparison = filterComparison(whole, { ignore });
    expect(pathsOf(comparison)).toEqual(left);
    expect(comparison.summary.ignored).toBe(ignored);
    expect(comparison.unchangedCount).toBe(unchanged);
  });

  it("counts an entry as unchanged when nothing of it is left, and keeps it renamed", () => {
    const { modified, renamed, unchangedCount, summary } = filterComparison(whole, {
      ignore: ["updated_at"],
    });
    expect(modified.map(({ id }) => id)).toEqual(["edited"]);
    expect(renamed).toMatchObject([{ from: "old", to: "young", changes: [] }]);
    expect([unchangedCount, summary.unchanged, summary.modified]).toEqual([2, 2, 1]);
  });

  it("does not ignore what is added or removed around the place", () => {
    const one = compareDocuments(text({ a: {} }), text({ a: { meta: { updated_at: 1 } } }));
    expect(filterComparison(one, { ignore: ["updated_at"] })).toEqual(one);
  });

  it("keeps modified entries whose changes were not worked out", () => {
    const counted = compareDocuments(text(before), text(after), { entries, countOnly: true });
    expect(filterComparison(counted, { ignore: ["**"] }).summary.modified).toBe(2);
  });

  it("refuses a pattern that cannot be read", () => {
    expect(() => filterComparison(whole, { ignore: ["a~"] })).toThrow(
      expect.objectContaining({ code: "USAGE" }),
    );
  });
});

describe("naming entries", () => {
  it("shows those alone, renamed ones by either id", () => {
    expect(filterComparison(whole, { entries: ["edited", "old", "spaced", "gone"] })).toMatchObject({
      added: [],
      removed: ["gone"],
      renamed: [{ from: "old", to: "young" }],
      modified: [{ id: "edited" }],
      reformatted: ["spaced"],
      outside: [],
      unchangedCount: 0,
      summary: { added: 0, removed: 1, renamed: 1, modified: 1, reformatted: 1, unchanged: 0, outside: 0 },
    });
    expect(filterComparison(whole, { entries: ["young"] }).renamed).toHaveLength(1);
  });

  it("counts the others as unchanged, each once", () => {
    expect(filterComparison(whole, { entries: ["same", "same", "come"] })).toMatchObject({
      added: ["come"],
      unchangedCount: 1,
    });
  });
});

describe("naming kinds", () => {
  it.each<[EntryChangeKind[], object]>([
    [["added"], { added: ["come"], removed: [], renamed: [], modified: [] }],
    [["removed"], { added: [], removed: ["gone"], renamed: [], modified: [] }],
    [["renamed"], { added: [], removed: [], renamed: [{ to: "young" }], modified: [] }],
    [["modified", "added"], { added: ["come"], modified: [{ id: "stamped" }, { id: "edited" }] }],
    [[], { added: [], removed: [], renamed: [], modified: [] }],
  ])("%j shows those lists alone", (only, expected) => {
    expect(filterComparison(whole, { only })).toMatchObject({
      ...expected,
      reformatted: [],
      reordered: false,
      outside: [],
      unchangedCount: whole.unchangedCount,
    });
  });
});

describe("any filter", () => {
  const keys = ["title", "problem_title", "description", "steps", "step", "step_number", "version", "meta"];
  const pattern = fc.oneof(
    fc.constantFrom(...keys, "/*", "steps/*/step", "/steps/1", "**", "/a/b"),
    fc.constantFrom("/meta/version", "/description/**"),
  );
  const filter: fc.Arbitrary<ComparisonFilter> = fc.record(
    {
      ignore: fc.array(pattern, { maxLength: 3 }),
      only: fc.subarray<EntryChangeKind>(["added", "removed", "renamed", "modified"]),
      entries: fc.array(
        fc.nat(30).map((number) => `p${number}`),
        { maxLength: 6 },
      ),
    },
    { requiredKeys: [] },
  );
  const comparison = fc.integer().map((seed) => {
    const random = randomFrom(seed);
    const older = randomModel(random, seed % 2 === 0 ? "collections" : "map", 20);
    const newer = edit(edit(older, random), random);
    const patterns = older.shape === "map" ? ["/*"] : ["/problems/*", "/articles/*"];
    return compareDocuments(write(older), write(newer), { entries: patterns });
  });

  it("changes nothing when it is applied a second time", () => {
    fc.assert(
      fc.property(comparison, filter, (one, wanted) => {
        const once = filterComparison(one, wanted);
        expect(filterComparison(once, wanted)).toEqual(once);
      }),
    );
  });

  it("counts what it shows, and loses no change without counting it", () => {
    fc.assert(
      fc.property(comparison, fc.array(pattern, { maxLength: 3 }), (one, ignore) => {
        const { summary, ...rest } = filterComparison(one, { ignore });
        expect(summary).toMatchObject({
          added: rest.added.length,
          removed: rest.removed.length,
          renamed: rest.renamed.length,
          modified: rest.modified.length,
          outside: rest.outside.length,
          unchanged: rest.unchangedCount,
        });
        expect(pathsOf({ ...rest, summary }).length + summary.ignored).toBe(pathsOf(one).length);
        expect(rest.unchangedCount + rest.modified.length).toBe(one.unchangedCount + one.modified.length);
      }),
    );
  });

  it("that ignores one path never hides another", () => {
    fc.assert(
      fc.property(comparison, fc.nat(), (one, choice) => {
        const changes: readonly FieldChange[] = one.modified.flatMap((entry) => entry.changes);
        const chosen = changes[choice % Math.max(1, changes.length)]?.path;
        if (chosen === undefined || chosen === "") return;
        const hidden = (path: string): boolean => path === chosen || path.startsWith(`${chosen}/`);
        const left = filterComparison(one, { ignore: [chosen] }).modified.flatMap((entry) => entry.changes);
        expect(left).toEqual(changes.filter(({ path }) => !hidden(path)));
      }),
    );
  });
});
