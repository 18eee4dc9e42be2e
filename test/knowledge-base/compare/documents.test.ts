import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CompareDocumentsOptions,
  compareDocuments,
} from "../../../src/knowledge-base/compare/documents.ts";
import type { Comparison } from "../../../src/knowledge-base/comparison.ts";

const compare = (before: unknown, after: unknown, options?: CompareDocumentsOptions): Comparison =>
  compareDocuments(textOf(before), textOf(after), options);

const textOf = (document: unknown): Buffer =>
  Buffer.from(typeof document === "string" ? document : JSON.stringify(document, null, 2));

const nothing = {
  added: [],
  removed: [],
  renamed: [],
  modified: [],
  reformatted: [],
  reordered: false,
  outside: [],
};

describe("comparing documents", () => {
  it("names what was added, removed and modified by id, and counts the rest", () => {
    const before = { a: { t: 1 }, b: { t: 2 }, c: { t: 3 }, d: { t: 4 } };
    const after = { a: { t: 1 }, b: { t: 5 }, e: { t: 6 }, d: { t: 4 } };
    expect(compare(before, after, { from: "v1", to: "v2" })).toEqual({
      from: "v1",
      to: "v2",
      added: ["e"],
      removed: ["c"],
      renamed: [],
      modified: [{ id: "b", changes: [{ path: "/t", kind: "changed", before: 2, after: 5 }] }],
      reformatted: [],
      reordered: false,
      outside: [],
      unchangedCount: 2,
      summary: {
        added: 1,
        removed: 1,
        renamed: 0,
        modified: 1,
        reformatted: 0,
        unchanged: 2,
        outside: 0,
        ignored: 0,
      },
    });
  });

  it("finds nothing between a document and itself, whatever it is", () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 4 }),
        fc.constantFrom(undefined, ["/*"], ["/*/*"], ["/a/*", "/*/*/*"]),
        (value, entries) => {
          const options = entries === undefined ? {} : { entries };
          const comparison = compare(
            { a: value, b: [value, { id: 1 }] },
            { a: value, b: [value, { id: 1 }] },
            options,
          );
          expect(comparison).toMatchObject(nothing);
          expect(comparison.summary.unchanged).toBe(comparison.unchangedCount);
        },
      ),
    );
  });

  it("calls shuffled entries reordered and nothing else", () => {
    const entries = Object.entries({ a: { t: 1 }, b: { t: 2 }, c: { t: 3 } });
    const shuffled = fc.shuffledSubarray(entries, { minLength: 3 });
    fc.assert(
      fc.property(shuffled, (list) => {
        const isMoved = list.map(([id]) => id).join("") !== "abc";
        expect(compare(Object.fromEntries(entries), Object.fromEntries(list))).toMatchObject({
          ...nothing,
          reordered: isMoved,
          unchangedCount: 3,
        });
      }),
    );
  });

  it("calls entries reformatted whose text differs and whose value does not", () => {
    expect(
      compare('{"a":{"t":1,"u":"é"},"b":{"t":2}}', '{"a": {"u": "\\u00e9", "t": 1}, "b":{"t":2}}'),
    ).toMatchObject({
      ...nothing,
      reformatted: ["a"],
      unchangedCount: 1,
    });
  });

  it("does not see white space between entries, nor the separators of the last one", () => {
    expect(compare('{"a":{"t":1},"b":{"t":2}}', '\ufeff{ "a":{"t":1} ,\r\n"b":{"t":2}\n}\n')).toMatchObject({
      ...nothing,
      unchangedCount: 2,
    });
    expect(compare([{ id: 1 }, { id: 2 }], [{ id: 1 }])).toMatchObject({
      ...nothing,
      removed: ["2"],
      unchangedCount: 1,
    });
    expect(compare([{ id: 1 }], [{ id: 1 }, { id: 2 }])).toMatchObject({
      ...nothing,
      added: ["2"],
      unchangedCount: 1,
    });
  });

  it("compares numbers as they are written", () => {
    const changesOf = (before: string, after: string): number =>
      compare(`{"a":{"n":${before}}}`, `{"a":{"n":${after}}}`).modified.length;
    expect(changesOf("9007199254740992", "9007199254740993")).toBe(1);
    expect(changesOf("1e400", "1e401")).toBe(1);
    expect(changesOf("1.0", "1")).toBe(1);
    expect(changesOf("-0", "0")).toBe(1);
    expect(changesOf("12", "12")).toBe(0);
  });

  it("finds keys that overwrite one another, and keys that name a prototype", () => {
    expect(compare('{"a":{"k":1,"k":2}}', '{"a":{"k":3,"k":2}}').modified).toHaveLength(1);
    expect(compare('{"a":{"x":1}}', '{"a":{"x":1,"__proto__":2}}').modified).toHaveLength(1);
    expect(
      compare('{"a":{"t":1},"b":{"t":2}}', '{"a":{"t":1},"b":{"t":2},"__proto__":{"t":3}}').added,
    ).toEqual(["__proto__"]);
  });

  it("never loses a change outside the entries", () => {
    const before = { meta: { version: "1", by: "Ana" }, problems: [{ id: "a" }] };
    const after = { meta: { version: "2", by: "Ana" }, problems: [{ id: "a" }] };
    expect(compare(before, after)).toMatchObject({
      ...nothing,
      outside: [{ path: "/meta/version", kind: "changed", before: "1", after: "2" }],
      summary: { outside: 1, unchanged: 1 },
    });
    expect(compare(before, { problems: [{ id: "a" }] }).outside).toMatchObject([
      { path: "/meta", kind: "removed" },
    ]);
  });

  it("counts ids that occur twice by occurrence", () => {
    const before = [
      { id: "a", t: 1 },
      { id: "a", t: 2 },
      { id: "b", t: 1 },
    ];
    const after = [
      { id: "a", t: 1 },
      { id: "a", t: 3 },
      { id: "b", t: 1 },
      { id: "b", t: 1 },
    ];
    expect(compare(before, after)).toMatchObject({
      added: ["b#2"],
      modified: [{ id: "a#2", changes: [{ path: "/t" }] }],
      unchangedCount: 2,
    });
  });

  it("pairs entries without an id by equality first, then by place", () => {
    expect(compare([{ t: 1 }, { t: 2 }, { t: 3 }], [{ t: 3 }, { t: 1 }, { t: 5 }])).toMatchObject({
      added: ["#2+"],
      removed: ["#1"],
      modified: [],
      reordered: true,
      unchangedCount: 2,
    });
    expect(compare([1, 2], [1, 3]).modified).toEqual([
      { id: "#1", changes: [{ path: "", kind: "changed", before: 2, after: 3 }] },
    ]);
  });

  it("reads both documents by the layout of the newer one, or by the configured one", () => {
    const before = { x: { t: 1 }, y: { t: 2 } };
    const after = { meta: 1, problems: [{ id: "x", t: 1 }] };
    expect(compare(before, after)).toMatchObject({ added: ["x"], removed: [] });
    expect(compare(before, after, { entries: ["/*"] })).toMatchObject({
      added: ["meta", "problems"],
      removed: ["x", "y"],
    });
    expect(compare([{ code: 1, t: 1 }], [{ code: 1, t: 2 }], { idField: "code" }).modified).toMatchObject([
      { id: "1" },
    ]);
  });

  it("compares collections that change between list and map", () => {
    const before = { p: [{ id: "a", t: 1 }] };
    const after = { p: { a: { id: "a", t: 1 } } };
    expect(compare(before, after, { entries: ["/p/*"] })).toMatchObject({
      added: [],
      removed: [],
      unchangedCount: 1,
      outside: [{ path: "/p" }],
    });
  });

  it("sorts without working out fields when only counts are wanted", () => {
    const [before, after] = [
      '{"a":{"t":1},"b":{"t":1},"c":{"t": 1}}',
      '{"a":{"t":2},"b":{"t":1},"c":{"t":1}}',
    ];
    expect(compare(before, after, { countOnly: true })).toEqual({
      ...compare(before, after),
      modified: [{ id: "a", changes: [] }],
    });
  });

  it.each([
    ['{"a":1', "INVALID_JSON"],
    [`{"a":${"[".repeat(1001)}${"]".repeat(1001)}}`, "DEPTH_LIMIT"],
  ])("refuses %j", (text, code) => {
    const good = '{"a":1}';
    expect(() => compare(text, good)).toThrow(expect.objectContaining({ code }));
    expect(() => compare(good, text)).toThrow(expect.objectContaining({ code }));
    expect(() => compare(good, good, { entries: ["/a"] })).toThrow(
      expect.objectContaining({ code: "USAGE" }),
    );
  });
});
