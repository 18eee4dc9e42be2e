import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { locateValues } from "../../src/json/locate.ts";
import { formatPointer, type PointerToken } from "../../src/json/pointer.ts";

/** Every pointer of `value` with the value that it names. */
function pointersIn(value: unknown, tokens: readonly PointerToken[] = []): [string, unknown][] {
  const inside =
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([key, child]) => pointersIn(child, [...tokens, key]))
      : [];
  return [[formatPointer(tokens), value], ...inside];
}

describe("locateValues", () => {
  test.each([
    ['{"a": 1}', "", 0],
    [' \n{"a": 1}', "", 2],
    ['\uFEFF{"a": 1}', "/a", 9],
    ['{"a": [true, {"b": "x"}]}', "/a/1/b", 19],
    ['{"a/b": {"~": 0}}', "/a~1b/~0", 14],
    ['{"": {"": 5}}', "//", 10],
    ['{"caf\\u00e9": 7}', "/café", 14],
    ['{"__proto__": 7}', "/__proto__", 14],
    ['{"a": 1, "b": 2, "a": {"c": 3}}', "/a/c", 28],
  ])("finds in %j the value at %j", (text, pointer, offset) => {
    expect(locateValues(Buffer.from(text), [pointer])).toEqual(new Map([[pointer, offset]]));
  });

  test("leaves out pointers that lead nowhere", () => {
    const pointers = ["/b", "/a/0", "/list/2", "/list/01", "/list/x"];
    expect(locateValues(Buffer.from('{"a": 1, "list": [1, 2]}'), pointers).size).toBe(0);
  });

  test("finds a value 5,000 levels down", () => {
    const text = `${"[".repeat(5000)}7${"]".repeat(5000)}`;
    const pointer = "/0".repeat(5000);
    expect(locateValues(Buffer.from(text), [pointer]).get(pointer)).toBe(5000);
  });

  test("finds every value of any document", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const bytes = Buffer.from(text);
        const plain: unknown = JSON.parse(text);
        const named = pointersIn(plain);
        const offsets = locateValues(
          bytes,
          named.map(([pointer]) => pointer),
        );
        for (const [pointer, child] of named) {
          const offset = offsets.get(pointer);
          expect(offset, pointer).toBeDefined();
          const start = JSON.stringify(child).charAt(0);
          expect(String.fromCharCode(bytes[offset ?? -1] ?? 0)).toBe(start);
        }
        expect(offsets.size).toBe(named.length);
      }),
    );
  });
});
