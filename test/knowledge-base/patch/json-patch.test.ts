import fc from "fast-check";
import { applyPatch, type Operation } from "rfc6902";
import { describe, expect, it } from "vitest";
import { formatPointer } from "../../../src/json/pointer.ts";
import { stringifyJson } from "../../../src/json/stringify.ts";
import { createJsonPatch, type JsonPatchOperation } from "../../../src/knowledge-base/patch/json-patch.ts";
import { largeDocuments, similarDocuments } from "./documents.ts";

function patchOf(before: string, after: string): JsonPatchOperation[] {
  return createJsonPatch(Buffer.from(before), Buffer.from(after));
}

/** The value that rfc6902, an independent library, makes of `before`; it cannot replace a root, so this is a member. */
function patched(before: string, patch: readonly JsonPatchOperation[]): unknown {
  const holder = { root: JSON.parse(before) };
  const below = (path: string): string => `/root${path}`;
  const operations = JSON.parse(stringifyJson(patch)).map((operation: { path: string; from?: string }) => ({
    ...operation,
    path: below(operation.path),
    ...(operation.from === undefined ? {} : { from: below(operation.from) }),
  })) as Operation[];
  expect(applyPatch(holder, operations).filter((error) => error !== null)).toEqual([]);
  return holder.root;
}

/** Before, after, and the operations one way and back. */
const cases: readonly (readonly [string, string, readonly object[], readonly object[]])[] = [
  ["1", "1", [], []],
  ["1", "[]", [{ op: "replace", path: "", value: [] }], [{ op: "replace", path: "", value: 1 }]],
  ['{"a":1,"b":2}', '{ "b": 2, "a": 1 }', [], []],
  [
    '{"a":1}',
    '{"b":1}',
    [
      { op: "add", path: "/b", value: 1 },
      { op: "remove", path: "/a" },
    ],
    [
      { op: "add", path: "/a", value: 1 },
      { op: "remove", path: "/b" },
    ],
  ],
  [
    '{"":1,"a/b":{"~":2}}',
    '{"":null,"a/b":{"~":3}}',
    [
      { op: "replace", path: "/", value: null },
      { op: "replace", path: "/a~1b/~0", value: 3 },
    ],
    [
      { op: "replace", path: "/", value: 1 },
      { op: "replace", path: "/a~1b/~0", value: 2 },
    ],
  ],
  [
    '["a","b","c","d"]',
    '["a","d"]',
    [
      { op: "remove", path: "/2" },
      { op: "remove", path: "/1" },
    ],
    [
      { op: "add", path: "/1", value: "b" },
      { op: "add", path: "/2", value: "c" },
    ],
  ],
  [
    '["a","b","c"]',
    '["b","c","a"]',
    [{ op: "move", from: "/0", path: "/2" }],
    [{ op: "move", from: "/2", path: "/0" }],
  ],
  [
    '[{"id":"a","n":1},{"id":"b","n":1}]',
    '[{"id":"c"},{"id":"b","n":1},{"id":"a","n":2}]',
    [
      { op: "move", from: "/0", path: "/1" },
      { op: "add", path: "/0", value: { id: "c" } },
      { op: "replace", path: "/2/n", value: 2 },
    ],
    [
      { op: "remove", path: "/0" },
      { op: "move", from: "/1", path: "/0" },
      { op: "replace", path: "/0/n", value: 1 },
    ],
  ],
];

describe("a JSON Patch", () => {
  it.each(cases)("of %s and %s has these operations, and others back", (before, after, forth, back) => {
    expect(patchOf(before, after)).toEqual(forth);
    expect(patchOf(after, before)).toEqual(back);
    expect(patched(before, patchOf(before, after))).toEqual(JSON.parse(after));
    expect(patched(after, patchOf(after, before))).toEqual(JSON.parse(before));
  });

  it("keeps the text of numbers", () => {
    const patch = patchOf('{"n":9007199254740992,"m":1}', '{"n":9007199254740993,"m":1.0}');
    expect(stringifyJson(patch)).toBe(
      '[{"op":"replace","path":"/n","value":9007199254740993},{"op":"replace","path":"/m","value":1.0}]',
    );
  });

  it("names keys that other libraries would stumble on like any other", () => {
    const patch = patchOf('{"constructor":1}', '{"__proto__":{"toString":2},"constructor":3}');
    expect(stringifyJson(patch)).toBe(
      '[{"op":"add","path":"/__proto__","value":{"toString":2}},{"op":"replace","path":"/constructor","value":3}]',
    );
  });

  const keys = ["a", "b", "", "/", "~1", "é", "0", "id", "step_number"];
  it.each([
    ["small", similarDocuments(keys)],
    ["large", largeDocuments(keys)],
  ])("of %s documents, applied by an independent library, yields the newer one", (_, documents) => {
    fc.assert(
      fc.property(documents, ([before, after]) => {
        expect(patched(before, patchOf(before, after))).toEqual(JSON.parse(after));
      }),
      { numRuns: 200 },
    );
  });

  it("of large documents is the same wherever the difference stands", () => {
    const entry = (id: number, text: string): object => ({
      id: `p${id}`,
      text,
      more: { list: [id, { text: "x".repeat(400) }] },
    });
    const problems = Array.from({ length: 50 }, (_, id) => entry(id, "same"));
    const edited = [
      entry(99, "new"),
      ...problems.map((one, id) => (id === 20 ? entry(20, "other") : one)).slice(1),
    ];
    const document = (list: readonly object[]): string =>
      JSON.stringify({ meta: { version: 1 }, problems: list });
    const patch = patchOf(document(problems), document(edited));
    expect(patch).toEqual([
      { op: "remove", path: "/problems/0" },
      { op: "add", path: "/problems/0", value: entry(99, "new") },
      { op: "replace", path: "/problems/20/text", value: "other" },
    ]);
  });

  it("moves elements of any permutation with as few moves as elements left their order", () => {
    const order = fc.shuffledSubarray(
      Array.from({ length: 12 }, (_, index) => index),
      { minLength: 12 },
    );
    fc.assert(
      fc.property(order, order, (one, other) => {
        const [before, after] = [JSON.stringify(one), JSON.stringify(other)];
        const patch = patchOf(before, after);
        expect(patched(before, patch)).toEqual(other);
        expect(patch.every(({ op }) => op === "move")).toBe(true);
        expect(patch.length).toBeLessThan(12);
      }),
    );
  });

  it("of a long array in another order takes no quadratic time", () => {
    const numbers = Array.from({ length: 20_000 }, (_, index) => index);
    const reversed = JSON.stringify(numbers.toReversed());
    const patch = patchOf(JSON.stringify(numbers), reversed);
    expect(patch).toHaveLength(19_999);
    expect(JSON.stringify(patched(JSON.stringify(numbers), patch))).toBe(reversed);
  });
});

describe("keys that occur twice", () => {
  const refused: readonly (readonly [before: string, after: string, path: string])[] = [
    ['{"a":1,"a":2}', '{"a":1,"a":3}', ""],
    ['{"a":1}', '{"a":1,"a":1}', ""],
    ['{"x":{"a":1,"a":2}}', '{"x":{"a":2}}', "/x"],
    ["{}", '{"x":[{"a":1,"a":2}]}', "/x"],
    ["[1]", '[1,{"a":1,"a":2}]', "/1"],
    [`{"x":"${"y".repeat(5000)}","a":1,"a":2}`, `{"x":"${"y".repeat(5000)}","a":2}`, ""],
  ];
  it.each(refused)("make %s against %s inexpressible", (before, after, path) => {
    expect(() => patchOf(before, after)).toThrow(
      expect.objectContaining({
        code: "NOT_EXPRESSIBLE",
        data: { format: "json-patch", path, reason: 'the key "a" occurs twice in one object' },
      }),
    );
  });

  it("do no harm where nothing changed", () => {
    expect(patchOf('{"x":{"a":1,"a":2},"y":1}', '{"x":{"a":1,"a":2},"y":2}')).toEqual([
      { op: "replace", path: formatPointer(["y"]), value: 2 },
    ]);
  });
});
