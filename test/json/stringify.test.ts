import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJson } from "../../src/json/parse.ts";
import { stringifyJson } from "../../src/json/stringify.ts";
import { JsonNumber } from "../../src/json/value.ts";

describe("printing JSON", () => {
  it.each<[string, unknown]>([
    ["an empty object", {}],
    ["an empty array", []],
    ["nested empty containers", { a: {}, b: [[], {}] }],
    ["undefined members", { a: undefined, b: 1, c: [undefined, 2] }],
    ["functions and symbols", { a: () => 1, b: Symbol("b"), c: [() => 1, Symbol("c")] }],
    ["a date", { at: new Date(Date.UTC(2025, 0, 27, 12)) }],
    ["an invalid date", [new Date(Number.NaN)]],
    ["toJSON with a key", { a: { toJSON: (key: string) => [key] } }],
    ["toJSON that gives nothing", { a: { toJSON: () => undefined }, b: 1 }],
    ["numbers that JSON does not have", [Number.NaN, Number.POSITIVE_INFINITY, -0]],
    ["lone surrogates", ["\ud800", { "\udc00": 1 }]],
    ["a sparse array", Object.assign([], { 2: 1 })],
    ["an own __proto__", JSON.parse('{"__proto__": {"x": 1}}')],
    ["keys like integers", { b: 1, 10: 2, 2: 3 }],
    ["text", 'a"\\\n\u0000\u2028'],
    ["one object twice, not inside itself", ((shared) => [shared, { shared }])({ a: 1 })],
  ])("prints %s as the platform does, at any indentation", (_, value) => {
    for (const indent of [0, 1, 2, 4]) {
      expect(stringifyJson(value, indent)).toBe(JSON.stringify(value, null, indent));
    }
  });

  it("prints any plain value as the platform does", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "binary" }), fc.nat(4), (value, indent) => {
        expect(stringifyJson(value, indent)).toBe(JSON.stringify(value, null, indent));
      }),
    );
  });

  it("prints a JsonNumber as its text, at any place", () => {
    const number = new JsonNumber("9007199254740993");
    expect(stringifyJson(number)).toBe("9007199254740993");
    expect(stringifyJson({ a: [number, new JsonNumber("-0")] })).toBe('{"a":[9007199254740993,-0]}');
    expect(stringifyJson(parseJson('{"b": 1.10, "a": 1e400}'), 2)).toBe('{\n  "b": 1.10,\n  "a": 1e400\n}');
  });

  it("prints undefined as null where there is nothing to leave out of", () => {
    expect(stringifyJson(undefined)).toBe("null");
  });

  it("refuses a value that contains itself, and a bigint, as the platform does", () => {
    const cycle: { self?: unknown } = {};
    cycle.self = [cycle];
    expect(() => stringifyJson(cycle)).toThrow(TypeError);
    expect(() => stringifyJson({ a: 1n })).toThrow(TypeError);
  });
});
