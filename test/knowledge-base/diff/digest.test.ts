import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseTree } from "../../../src/json/parse.ts";
import { digestOfTree } from "../../../src/knowledge-base/diff/digest.ts";
import { ValueNumbers } from "../../../src/knowledge-base/diff/equality.ts";

const digest = (text: string, omitted: string | null = null): string =>
  digestOfTree(parseTree(text), omitted);

describe("the digest of a value", () => {
  it("is the SHA-256 of a text of it that does not depend on white space or the order of keys", () => {
    // printf '{"a":[1.0,"x",{}],"b":null}' | sha256sum
    expect(digest('{ "b": null, "a": [1.0, "x", {}] }')).toBe(
      "de1d2a85698187dc451bbd78a09a5b7f46a5a92751e126ae724621be0525cef3",
    );
  });

  it.each([
    ["another order of keys", '{"a":1,"b":2}', '{"b":2,"a":1}', true],
    ["another order of elements", "[1,2]", "[2,1]", false],
    ["another text of a number", "[1]", "[1.0]", false],
    ["another number beyond doubles", "[9007199254740993]", "[9007199254740992]", false],
    ["a text for a number", '["1"]', "[1]", false],
    ["members with one key in another order", '{"a":1,"a":2}', '{"a":2,"a":1}', false],
    ["members with one key around another", '{"a":1,"a":2,"b":3}', '{"a":1,"b":3,"a":2}', true],
    ["nothing for null", "[]", "[null]", false],
    ["an array for an object", "[]", "{}", false],
  ])("with %s", (_, one, other, isEqual) => {
    expect(digest(one) === digest(other)).toBe(isEqual);
  });

  it("leaves a member of the whole out, wherever it stands, but none inside", () => {
    expect(digest('{"id":"x","t":{"id":1}}', "id")).toBe(digest('{"t":{"id":1}}'));
    expect(digest('{"id":"x","t":{"id":1}}', "id")).not.toBe(digest('{"t":{}}'));
    expect(digest('["id"]', "id")).toBe(digest('["id"]'));
  });

  it("is equal exactly where values are", () => {
    const value = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom(null, 1, "1", "a"),
        fc.array(tie("value"), { maxLength: 2 }),
        fc.dictionary(fc.constantFrom("a", "b"), tie("value")),
      ),
    })).value;
    fc.assert(
      fc.property(value, value, (one, other) => {
        const trees = [parseTree(JSON.stringify(one)), parseTree(JSON.stringify(other))] as const;
        const numbers = new ValueNumbers(...trees);
        expect(digestOfTree(trees[0], null) === digestOfTree(trees[1], null)).toBe(
          numbers.of(trees[0]) === numbers.of(trees[1]),
        );
      }),
    );
  });
});

describe("the numbers of values", () => {
  it("are not asked of a value that is no part of them", () => {
    const stranger = parseTree("[1]");
    expect(() => new ValueNumbers(parseTree("[2]")).of(stranger)).toThrow("not a part of the numbered trees");
  });

  it.each([
    ['{"a":1,"b":2,"c":3}', '{"c":3,"a":1,"b":2}', true],
    ['{"a":1,"b":2}', '{"b":1,"a":2}', false],
    ['{"a":1,"a":2}', '{"a":2,"a":1}', false],
    ['{"b":0,"a":1,"a":2}', '{"a":1,"a":2,"b":0}', true],
    ['{"a":1}', '["a",1]', false],
    ["{}", "[]", false],
    ["[1,[2]]", "[[1],2]", false],
    ['["1"]', "[1]", false],
    ["[1.0]", "[1]", false],
  ])("tell whether %s and %s are equal: %s", (one, other, isEqual) => {
    const trees = [parseTree(one), parseTree(other)] as const;
    const numbers = new ValueNumbers(...trees);
    expect(numbers.of(trees[0]) === numbers.of(trees[1])).toBe(isEqual);
    expect(numbers.of(trees[0])).toBe(numbers.of(trees[0]));
  });
});
