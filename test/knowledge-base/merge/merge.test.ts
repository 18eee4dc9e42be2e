import { describe, expect, it } from "vitest";
import { type MergeResult, mergeDocuments } from "../../../src/knowledge-base/merge/merge.ts";

const merge = (base: unknown, ours: unknown, theirs: unknown): MergeResult => {
  const text = (side: unknown): Buffer =>
    Buffer.from(typeof side === "string" ? side : JSON.stringify(side, null, 2));
  return mergeDocuments(text(base), text(ours), text(theirs));
};
const merged = (result: MergeResult): unknown => JSON.parse(result.text.toString());

/** A knowledge base with one entry, `wifi`, and one beside it. */
const kb = (wifi: unknown): unknown => ({ wifi, other: { title: "Other", steps: [] } });
const steps = (...texts: readonly string[]): unknown =>
  kb({ title: "Wi-Fi", steps: texts.map((step, index) => ({ step_number: index + 1, step })) });

describe("mergeDocuments merges", () => {
  it.each<[what: string, base: unknown, ours: unknown, theirs: unknown, result: unknown]>([
    [
      "different entries",
      { a: { x: 1 }, b: { x: 1 } },
      { a: { x: 2 }, b: { x: 1 } },
      { a: { x: 1 }, b: { x: 2 } },
      { a: { x: 2 }, b: { x: 2 } },
    ],
    [
      "different fields of one entry",
      kb({ a: 1, b: 1 }),
      kb({ a: 2, b: 1 }),
      kb({ a: 1, b: 2 }),
      kb({ a: 2, b: 2 }),
    ],
    ["an equal change of both", kb({ a: 1 }), kb({ a: 2 }), kb({ a: 2 }), kb({ a: 2 })],
    ["an equal removal by both", kb({ a: 1, b: 1 }), kb({ b: 1 }), kb({ b: 1 }), kb({ b: 1 })],
    [
      "entries that either side added",
      { a: { x: 1 } },
      { a: { x: 1 }, o: { x: 2 } },
      { t: { x: 3 }, a: { x: 1 } },
      { t: { x: 3 }, a: { x: 1 }, o: { x: 2 } },
    ],
    [
      "entries that both added, where their fields agree",
      { a: { x: 1 } },
      { a: { x: 1 }, n: { x: 1, o: 1 } },
      { a: { x: 1 }, n: { x: 1, t: 1 } },
      { a: { x: 1 }, n: { x: 1, o: 1, t: 1 } },
    ],
    [
      "an entry that theirs removed",
      { a: { x: 1 }, b: { x: 1 } },
      { a: { x: 2 }, b: { x: 1 } },
      { a: { x: 1 } },
      { a: { x: 2 } },
    ],
    [
      "elements by their id",
      [
        { id: "a", v: 1 },
        { id: "b", v: 1 },
      ],
      [
        { id: "a", v: 2 },
        { id: "b", v: 1 },
      ],
      [
        { id: "n", v: 1 },
        { id: "a", v: 1 },
        { id: "b", v: 2 },
      ],
      [
        { id: "n", v: 1 },
        { id: "a", v: 2 },
        { id: "b", v: 2 },
      ],
    ],
    [
      "a new order of entries with an edit inside",
      [
        { id: "a", v: 1 },
        { id: "b", v: 1 },
        { id: "c", v: 1 },
      ],
      [
        { id: "a", v: 1 },
        { id: "b", v: 1 },
        { id: "c", v: 2 },
      ],
      [
        { id: "c", v: 1 },
        { id: "a", v: 1 },
        { id: "b", v: 1 },
      ],
      [
        { id: "c", v: 2 },
        { id: "a", v: 1 },
        { id: "b", v: 1 },
      ],
    ],
    [
      "tags that both added",
      kb({ tags: ["a"] }),
      kb({ tags: ["a", "o"] }),
      kb({ tags: ["a", "t"] }),
      kb({ tags: ["a", "o", "t"] }),
    ],
    [
      "a tag that both added",
      kb({ tags: ["a"] }),
      kb({ tags: ["a", "n"] }),
      kb({ tags: ["n", "a"] }),
      kb({ tags: ["a", "n"] }),
    ],
    [
      "steps that both inserted on top, and counts them anew",
      steps("a", "b"),
      steps("o", "a", "b"),
      steps("t", "a", "b"),
      steps("o", "t", "a", "b"),
    ],
    [
      "a step inserted by one side and a step changed by the other",
      steps("Restart the router", "b"),
      steps("o", "Restart the router", "b"),
      steps("Restart the old router", "b"),
      steps("o", "Restart the old router", "b"),
    ],
    [
      "a step removed by one side and a step appended by the other",
      steps("a", "b", "c"),
      steps("b", "c"),
      steps("a", "b", "c", "t"),
      steps("b", "c", "t"),
    ],
    [
      "a step that theirs moved and one that ours inserted",
      steps("a", "b", "c"),
      steps("a", "b", "c", "o"),
      steps("c", "a", "b"),
      steps("c", "a", "b", "o"),
    ],
    [
      "a step that ours removed and theirs only moved",
      steps("a", "b", "c"),
      steps("a", "b"),
      steps("c", "a", "b"),
      steps("a", "b"),
    ],
    [
      "members outside all entries",
      { meta: { v: 1, w: 1 }, problems: [{ id: "a" }] },
      { meta: { v: 2, w: 1 }, problems: [{ id: "a" }] },
      { meta: { v: 1, w: 2 }, problems: [{ id: "a" }, { id: "b" }] },
      { meta: { v: 2, w: 2 }, problems: [{ id: "a" }, { id: "b" }] },
    ],
    [
      "a value that became another kind",
      kb({ a: 1 }),
      kb({ a: 1, o: 1 }),
      kb({ a: { b: 1 } }),
      kb({ a: { b: 1 }, o: 1 }),
    ],
    [
      "files that both added, over an empty base",
      "",
      { a: { x: 1 } },
      { b: { x: 1 } },
      { b: { x: 1 }, a: { x: 1 } },
    ],
    [
      "arrays of entries that both added, over an empty base",
      "\n",
      [{ id: "a" }],
      [{ id: "b" }],
      [{ id: "a" }, { id: "b" }],
    ],
    [
      "keys of every kind",
      { "": { a: 1 }, "a/b": { a: 1 }, "~": { a: 1 } },
      { "": { a: 1 }, "a/b": { a: 1 }, "~": { a: 1 } },
      { "": { a: 2 }, "a/b": { a: 2 }, "~": { a: 2 } },
      { "": { a: 2 }, "a/b": { a: 2 }, "~": { a: 2 } },
    ],
    [
      "entries without ids by what they hold",
      [[1, 2], [3]],
      [[1, 2], [3], "o"],
      [[1, 2, 9], [3]],
      [[1, 2, 9], [3], "o"],
    ],
    [
      "entries below groups",
      { g: { problems: [{ id: "a", v: 1 }] } },
      { g: { problems: [{ id: "a", v: 2 }] } },
      {
        g: {
          problems: [
            { id: "b", v: 1 },
            { id: "a", v: 1 },
          ],
        },
      },
      {
        g: {
          problems: [
            { id: "b", v: 1 },
            { id: "a", v: 2 },
          ],
        },
      },
    ],
  ])("%s", (_, base, ours, theirs, expected) => {
    const result = merge(base, ours, theirs);
    expect(result.conflicts).toEqual([]);
    expect(result.clean).toBe(true);
    expect(merged(result)).toEqual(expected);
  });
});

describe("a conflict", () => {
  it.each<[what: string, base: unknown, ours: unknown, theirs: unknown, conflicts: unknown]>([
    [
      "is a field that both changed",
      kb({ a: { b: 1 }, c: 1 }),
      kb({ a: { b: 2 }, c: 1 }),
      kb({ a: { b: 3 }, c: 1 }),
      [{ id: "wifi", path: "/a/b", kind: "changed", base: 1, ours: 2, theirs: 3 }],
    ],
    [
      "is a number that differs by its text",
      kb({ a: 1 }),
      '{"wifi": {"a": 1.0}, "other": {"title": "Other", "steps": []}}',
      '{"wifi": {"a": 1.00}, "other": {"title": "Other", "steps": []}}',
      [expect.objectContaining({ path: "/a", kind: "changed" })],
    ],
    [
      "is an entry that theirs removed and ours changed",
      { a: { x: 1 }, b: { x: 1 } },
      { a: { x: 1 }, b: { x: 2 } },
      { a: { x: 1 } },
      [{ id: "b", path: "", kind: "removed", base: { x: 1 }, ours: { x: 2 } }],
    ],
    [
      "is an entry that ours removed and theirs changed",
      { a: { x: 1 }, b: { x: 1 } },
      { a: { x: 1 } },
      { a: { x: 1 }, b: { x: 2 } },
      [{ id: "b", path: "", kind: "removed", base: { x: 1 }, theirs: { x: 2 } }],
    ],
    [
      "is each field in which entries differ that both added",
      { a: { x: 1 } },
      { a: { x: 1 }, n: { x: 1, y: 1 } },
      { a: { x: 1 }, n: { x: 2, y: 1 } },
      [{ id: "n", path: "/x", kind: "added", ours: 1, theirs: 2 }],
    ],
    [
      "is a step that both changed, under its place in ours",
      steps("Restart the router", "b"),
      steps("o", "Restart the router now", "b"),
      steps("Restart the new router", "b"),
      [
        {
          id: "wifi",
          path: "/steps/1/step",
          kind: "changed",
          base: "Restart the router",
          ours: "Restart the router now",
          theirs: "Restart the new router",
        },
      ],
    ],
    [
      "is an order that both changed",
      kb({ tags: ["a", "b", "c", "d"] }),
      kb({ tags: ["a", "c", "b", "d"] }),
      kb({ tags: ["b", "c", "a", "d"] }),
      [
        {
          id: "wifi",
          path: "/tags",
          kind: "moved",
          base: ["a", "b", "c"],
          ours: ["a", "c", "b"],
          theirs: ["b", "c", "a"],
        },
      ],
    ],
    [
      "is an order of entries, named by their ids",
      [
        { id: "a", v: 1 },
        { id: "b", v: 1 },
        { id: "c", v: 1 },
      ],
      [
        { id: "b", v: 1 },
        { id: "a", v: 1 },
        { id: "c", v: 1 },
      ],
      [
        { id: "c", v: 1 },
        { id: "b", v: 1 },
        { id: "a", v: 1 },
      ],
      [
        {
          id: null,
          path: "",
          kind: "moved",
          base: ["a", "b", "c"],
          ours: ["b", "a", "c"],
          theirs: ["c", "b", "a"],
        },
      ],
    ],
    [
      "is outside all entries without an id",
      { v: 1, problems: [{ id: "a" }] },
      { v: 2, problems: [{ id: "a" }] },
      { v: 3, problems: [{ id: "a" }] },
      [{ id: null, path: "/v", kind: "changed", base: 1, ours: 2, theirs: 3 }],
    ],
    [
      "is a whole document of another kind",
      [1],
      { a: 1 },
      "7",
      [{ id: null, path: "", kind: "changed", base: [1], ours: { a: 1 }, theirs: 7 }],
    ],
    [
      "is an array that both added",
      kb({}),
      kb({ tags: ["o"] }),
      kb({ tags: ["t"] }),
      [{ id: "wifi", path: "/tags", kind: "added", ours: ["o"], theirs: ["t"] }],
    ],
  ])("%s", (_, base, ours, theirs, conflicts) => {
    const result = merge(base, ours, theirs);
    expect(result.conflicts).toEqual(conflicts);
    expect(result.clean).toBe(false);
    expect(merged(result)).toEqual(JSON.parse(typeof ours === "string" ? ours : JSON.stringify(ours)));
  });

  it("stops nothing else from being merged", () => {
    const result = merge(kb({ a: 1, b: 1, c: 1 }), kb({ a: 2, b: 1, c: 2 }), kb({ a: 3, b: 3, c: 1 }));
    expect(result.conflicts.map(({ path }) => path)).toEqual(["/a"]);
    expect(merged(result)).toEqual(kb({ a: 2, b: 3, c: 2 }));
    expect(result.taken).toEqual({ added: 0, removed: 0, modified: 1, outside: 0 });
  });
});

describe("the merged text", () => {
  it("is that of ours but for what was taken, which is as theirs wrote it", () => {
    const base = '{"a": {"x": 1, "y": "caf\u00e9"}, "b": {"x": 1}}';
    const ours = '{\r\n\t"b" : {"x":1},\r\n\t"a" : {"y":"caf\\u00e9",   "x":1}\r\n}\r\n';
    const theirs = '{"a": {"x": 1.50, "y": "caf\u00e9"}, "b": {"x": 1}, "c": { "x" : [ 2 ] }}';
    const result = merge(base, ours, theirs);
    expect(result.text.toString()).toBe(
      '{\r\n\t"b" : {"x":1},\r\n\t"c" : { "x" : [ 2 ] },\r\n\t"a" : {"y":"caf\\u00e9",   "x":1.50}\r\n}\r\n',
    );
    expect(result.taken).toEqual({ added: 1, removed: 0, modified: 1, outside: 0 });
  });

  it("takes no white space, order of keys or escapes from theirs", () => {
    const ours = '{"a": {"x": 1, "y": "é"}, "b": {"x": 2}}';
    const result = merge(
      '{"a": {"x": 1, "y": "é"}, "b": {"x": 1}}',
      ours,
      '{ "b":{"x":1}, "a":{"y":"\\u00e9","x":1} }',
    );
    expect(result.text.toString()).toBe(ours);
    expect(result.taken).toEqual({ added: 0, removed: 0, modified: 0, outside: 0 });
  });

  it("puts a member where theirs has it, also beside a step number", () => {
    const text = (...list: readonly object[]): string =>
      JSON.stringify({ w: { t: 1, steps: list }, v: { t: 1 } });
    const [first, second] = [
      { step_number: 1, step: "Apagar el router" },
      { step_number: 2, step: "Encender" },
    ];
    const theirs = { step_number: 1, note: "!", step: "Apagar el router" };
    const result = merge(text(first, second), text(first, second), text(theirs, second));
    expect(result.text.toString()).toBe(text(theirs, second));
  });

  it("keeps what ours put in a place before what theirs put there", () => {
    const result = merge(
      '{"a": {"x": 1}, "z": {"x": 1}}',
      '{"a": {"x": 1}, "o": {"x": 2}, "z": {"x": 1}}',
      '{"a": {"x": 1}, "t": {"x": 3}, "z": {"x": 1}}',
    );
    expect(result.text.toString()).toBe('{"a": {"x": 1}, "o": {"x": 2}, "t": {"x": 3}, "z": {"x": 1}}');
  });
});

describe("what occurs twice", () => {
  const twice = (value: number): string => `{"a": {"x": 1}, "b": {"x": 1}, "a": {"x": ${value}}}`;

  it("stays as ours has it, where theirs did not change it", () => {
    const result = merge(twice(1), twice(5), '{"a": {"x": 1}, "b": {"x": 2}, "a": {"x": 1}}');
    expect(result.text.toString()).toBe('{"a": {"x": 1}, "b": {"x": 2}, "a": {"x": 5}}');
  });

  it.each<[string, string, string, string, object]>([
    [
      "a key",
      twice(1),
      twice(1),
      twice(2),
      {
        kind: "key",
        name: "a",
        side: "ours",
        first: { offset: 6, line: 1, column: 7 },
        second: { offset: 36, line: 1, column: 37 },
      },
    ],
    [
      "an id",
      '[{"id": "a"}, {"id": "a"}]',
      '[{"id": "a"}, {"id": "a"}]',
      '[{"id": "a"}]',
      {
        kind: "id",
        name: "a",
        side: "ours",
        first: { offset: 1, line: 1, column: 2 },
        second: { offset: 14, line: 1, column: 15 },
      },
    ],
  ])("is refused where theirs changed it: %s", (_, base, ours, theirs, data) => {
    expect(() => merge(base, ours, theirs)).toThrow(expect.objectContaining({ code: "DUPLICATES", data }));
  });
});

describe("a document that cannot be merged", () => {
  it.each([
    ["base", "{", "{}", "{}", "INVALID_JSON"],
    ["ours", "{}", "{} x", "{}", "INVALID_JSON"],
    ["ours", "{}", "", "{}", "INVALID_JSON"],
    ["theirs", "{}", "{}", "[1,]", "INVALID_JSON"],
    ["theirs", "{}", "{}", `${"[".repeat(1001)}${"]".repeat(1001)}`, "DEPTH_LIMIT"],
  ])("is named: %s", (side, base, ours, theirs, code) => {
    expect(() => merge(base, ours, theirs)).toThrow(
      expect.objectContaining({ code, data: expect.objectContaining({ side }) }),
    );
  });

  it("is named where it is not UTF-8", () => {
    const wrong = Buffer.from([0x22, 0xff, 0x22]);
    expect(() => mergeDocuments(Buffer.from("1"), Buffer.from("1"), wrong)).toThrow(
      expect.objectContaining({ code: "INVALID_UTF8", data: expect.objectContaining({ side: "theirs" }) }),
    );
  });
});
