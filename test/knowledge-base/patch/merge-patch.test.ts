import fc from "fast-check";
import { apply } from "json8-merge-patch";
import { describe, expect, it } from "vitest";
import { isKbvaultError } from "../../../src/errors.ts";
import { stringifyJson } from "../../../src/json/stringify.ts";
import { createMergePatch } from "../../../src/knowledge-base/patch/merge-patch.ts";
import { largeDocuments, similarDocuments } from "./documents.ts";

function patchOf(before: string, after: string): string {
  return stringifyJson(createMergePatch(Buffer.from(before), Buffer.from(after)));
}

/** What json8-merge-patch, an independent library, makes of `before`, as plain data. */
function patched(before: string, patch: string): unknown {
  return JSON.parse(JSON.stringify(apply(JSON.parse(before), JSON.parse(patch))));
}

describe("a merge patch", () => {
  it.each<[before: string, after: string, patch: string]>([
    ["{}", "{}", "{}"],
    ['{"a":1}', '{"a":1,"b":[null]}', '{"b":[null]}'],
    ['{"a":1,"b":2}', '{"b":3}', '{"b":3,"a":null}'],
    ['{"a":{"b":1,"c":2}}', '{"a":{"c":2}}', '{"a":{"b":null}}'],
    ['{"a":1}', '{"a":{"b":{}}}', '{"a":{"b":{}}}'],
    ['{"a":{"b":1}}', '{"a":[1]}', '{"a":[1]}'],
    ['{"a":null}', '{"a":null,"b":1}', '{"b":1}'],
    ['{"a":null}', "{}", '{"a":null}'],
    ["[1]", "[1]", "[1]"],
    ["1", "null", "null"],
    ['{"a":1}', "[null]", "[null]"],
    ['{"n":1}', '{"n":1.0,"m":9007199254740993}', '{"n":1.0,"m":9007199254740993}'],
    ['{"n":1}', '{"n":1,"__proto__":{"a":2}}', '{"__proto__":{"a":2}}'],
  ])("of %s and %s is %s", (before, after, patch) => {
    expect(patchOf(before, after)).toBe(patch);
    if (!patch.includes("__proto__")) expect(patched(before, patch)).toEqual(JSON.parse(after));
  });

  it.each<[before: string, after: string, path: string, reason: RegExp]>([
    ['{"a":1}', '{"a":null}', "/a", /null/],
    ["{}", '{"a":{"b":null}}', "/a/b", /null/],
    ['{"a":[]}', '{"a":{"b":null}}', "/a/b", /null/],
    ['{"a":{"steps":[1]}}', '{"a":{"steps":[1,2]}}', "/a/steps", /inside an array/],
    ["[1]", "[2]", "", /inside an array/],
    ['{"a":1,"a":2}', '{"a":1,"a":3}', "", /occurs twice/],
    ["{}", '{"a":[{"b":1,"b":2}]}', "/a", /occurs twice/],
  ])("cannot express %s against %s", (before, after, path, reason) => {
    expect(() => patchOf(before, after)).toThrow(
      expect.objectContaining({
        code: "NOT_EXPRESSIBLE",
        data: { format: "merge-patch", path, reason: expect.stringMatching(reason) },
      }),
    );
  });

  const keys = ["a", "b", "", "constructor"];
  it.each([
    ["small", similarDocuments(keys)],
    ["large", largeDocuments(keys)],
  ])(
    "of %s documents, applied by an independent library, yields the newer one, or is refused",
    (_, documents) => {
      let expressed = 0;
      fc.assert(
        fc.property(documents, ([before, after]) => {
          try {
            expect(patched(before, patchOf(before, after))).toEqual(JSON.parse(after));
            expressed++;
          } catch (error) {
            if (!isKbvaultError(error, "NOT_EXPRESSIBLE")) throw error;
          }
        }),
        { numRuns: 200 },
      );
      expect(expressed).toBeGreaterThan(30);
    },
  );
});
