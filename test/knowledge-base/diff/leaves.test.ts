import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseTree } from "../../../src/json/parse.ts";
import { keyOf, leavesOf, originsOf, pathOf } from "../../../src/knowledge-base/diff/leaves.ts";

/** Origins as `NEW < OLD`. */
const origins = (before: string, after: string, options?: Parameters<typeof originsOf>[2]): string[] =>
  [...originsOf(parseTree(before), parseTree(after), options)].map(([to, from]) => `${to} < ${from}`).sort();

describe("the leaves of a value", () => {
  it.each<[string, readonly string[]]>([
    ["1", [""]],
    ["[]", [""]],
    ['{"a": 1, "b": [true, {}, []], "c": {"d~/": null}}', ["/a", "/b/0", "/b/1", "/b/2", "/c/d~0~1"]],
  ])("of %s are its scalars and empty containers, in the order of the text", (text, paths) => {
    expect([...leavesOf(parseTree(text))].map(pathOf)).toEqual(paths);
  });

  it("have keys of their own, also where members have one key", () => {
    const leaves = [...leavesOf(parseTree('{"a": {"b": 1, "b": 2}, "a": 3, "a": [4, 5]}'))];
    expect(leaves.map(pathOf)).toEqual(["/a/b", "/a/b", "/a", "/a/0", "/a/1"]);
    expect(leaves.map(keyOf)).toEqual(["/a/b", "/a/b~21", "/a~21", "/a~22/0", "/a~22/1"]);
  });
});

describe("the origins of leaves", () => {
  it.each<[string, string, string, readonly string[]]>([
    ["equal values", '{"a":[1,2]}', '{"a":[1,2]}', ["/a/0 < /a/0", "/a/1 < /a/1"]],
    ["scalars that changed", '{"a":1,"b":2}', '{"a":1,"b":3}', ["/a < /a"]],
    ["members that came", '{"a":1}', '{"b":1,"a":1}', ["/a < /a"]],
    ["elements that moved on", '["one","two"]', '["zero","one","two"]', ["/1 < /0", "/2 < /1"]],
    [
      "elements that changed where they moved on",
      '[{"id":"x","t":1,"u":2}]',
      '[{"id":"w"},{"id":"x","t":1,"u":3}]',
      ["/1/id < /0/id", "/1/t < /0/t"],
    ],
    [
      "members with one key",
      '{"a":1,"a":{"b":2,"c":3}}',
      '{"a":1,"a":{"b":2,"c":4}}',
      ["/a < /a", "/a~21/b < /a~21/b"],
    ],
    ["another value", "1", '{"a":1}', []],
  ])("are found in %s", (_, before, after, expected) => {
    expect(origins(before, after)).toEqual(expected);
  });

  it("follow elements by the fields that name them", () => {
    const element = (code: number, text: string): object => ({ code, text });
    const before = JSON.stringify([element(1, "Hold the button"), element(2, "Call the provider")]);
    const after = JSON.stringify([element(2, "Hold the button"), element(1, "Call the provider")]);
    expect(origins(before, after, { identityFields: ["code"] })).toContain("/0/code < /1/code");
    expect(origins(before, after)).toContain("/0/text < /0/text");
  });

  it("are the leaf itself, for each leaf of a value that did not change", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const tree = parseTree(text);
        const keys = [...leavesOf(tree)].map(keyOf);
        expect(new Set(keys).size).toBe(keys.length);
        expect([...originsOf(tree, parseTree(text))]).toEqual(keys.map((key) => [key, key]));
      }),
    );
  });
});
