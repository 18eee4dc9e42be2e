import { constants } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isKbvaultError, type KbvaultError } from "../../src/errors.ts";
import { parseJson, parseTree } from "../../src/json/parse.ts";
import { stringifyJson } from "../../src/json/stringify.ts";
import { JsonMembers, valueOfTree } from "../../src/json/tree.ts";
import { JsonNumber } from "../../src/json/value.ts";
import { accepted, rejected } from "./hostile-json.ts";

function errorOf(act: () => unknown): KbvaultError {
  try {
    act();
  } catch (error) {
    if (isKbvaultError(error)) return error;
    throw error;
  }
  throw new Error("Nothing was thrown.");
}

/** Parses with the platform's parser, then prints: the reading that ours must agree with. */
function asThePlatformReads(text: string): unknown {
  return JSON.parse(text);
}

describe("parsing JSON", () => {
  it("is tried on at least 120 difficult texts of both kinds", () => {
    expect(accepted.length + rejected.length).toBeGreaterThanOrEqual(220);
    expect(new Set([...accepted, ...rejected]).size).toBe(accepted.length + rejected.length);
  });

  it.each(accepted)("accepts %j, and reads it as the platform does", (text) => {
    const expected = asThePlatformReads(text);
    for (const value of [parseJson(text), valueOfTree(parseTree(text))]) {
      expect(JSON.stringify(asThePlatformReads(stringifyJson(value)))).toBe(JSON.stringify(expected));
    }
  });

  it.each(accepted)("reads %j from bytes as from text", (text) => {
    expect(parseJson(Buffer.from(text))).toEqual(parseJson(text));
  });

  it.each(rejected)("refuses %j, as the platform does, and says what was expected", (text) => {
    expect(() => asThePlatformReads(text)).toThrow(SyntaxError);
    for (const parse of [parseJson, parseTree]) {
      const error = errorOf(() => parse(text));
      expect(error.code).toBe("INVALID_JSON");
      expect(error.data).toEqual({
        offset: expect.any(Number),
        line: expect.any(Number),
        column: expect.any(Number),
        found: expect.any(String),
        expected: expect.any(String),
      });
    }
  });

  it.each<[string, string]>([
    ["a long array", `[${"1,".repeat(50_000)}1]`],
    ["a long string", `"${"x".repeat(100_000)}"`],
    ["a string of escapes", `"${"\\u0041".repeat(10_000)}"`],
    ["much white space", `${" ".repeat(100_000)}1`],
    ["many members", `{${Array.from({ length: 50_000 }, (_, index) => `"k${index}":${index}`).join()}}`],
  ])("reads %s as the platform does", (_, text) => {
    expect(stringifyJson(parseJson(text))).toBe(JSON.stringify(asThePlatformReads(text)));
  });

  it("agrees with the platform on whether a text is JSON, whatever one character of it is replaced by", () => {
    const characters = fc.constantFrom(...'{}[]:,"\\/eE+-.0123456789tfnu \n\u0000x');
    fc.assert(
      fc.property(fc.json(), fc.nat(), characters, (text, position, character) => {
        const at = position % text.length;
        const damaged = text.slice(0, at) + character + text.slice(at + 1);
        expect(succeeds(() => parseJson(damaged))).toBe(succeeds(() => asThePlatformReads(damaged)));
      }),
    );
  });

  it("gives any value of the platform back", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "binary" }), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(asThePlatformReads(stringifyJson(parseJson(text)))).toEqual(asThePlatformReads(text));
      }),
    );
  });

  it("names line, column and byte offset of a mistake behind characters of several bytes", () => {
    expect(errorOf(() => parseJson('{\n  "é😀": tru\n}')).data).toMatchObject({
      offset: 17,
      line: 2,
      column: 13,
    });
  });
});

function succeeds(act: () => unknown): boolean {
  try {
    act();
    return true;
  } catch {
    return false;
  }
}

describe("a number", () => {
  it.each([
    "0",
    "7",
    "-1",
    "123456789012345",
    "9007199254740991",
    "0.1",
    "1.5e+300",
    "1e+21",
    "1e-7",
    "5e-324",
  ])("whose text %s JavaScript prints again is a JavaScript number", (text) => {
    expect(parseJson(text)).toBe(Number(text));
  });

  it.each([
    "-0",
    "1.0",
    "1.10",
    "1e5",
    "1E400",
    "1e400",
    "9007199254740993",
    "1e-400",
    "0.10",
    "-0.0",
    "1e21",
  ])("whose text %s JavaScript would print otherwise keeps that text", (text) => {
    expect(parseJson(text)).toEqual(new JsonNumber(text));
  });

  it("prints as it was written, whatever it is", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^-?(0|[1-9]\d{0,30})(\.\d{1,30})?([eE][+-]?\d{1,4})?$/), (text) => {
        expect(stringifyJson(parseJson(text))).toBe(text);
      }),
    );
  });
});

describe("an object", () => {
  it("has no prototype, so that every key is its own", () => {
    const value = parseJson('{"__proto__": {"polluted": true}, "toString": 1}');
    expect(Object.getPrototypeOf(value)).toBeNull();
    expect(Object.keys(Object(value))).toEqual(["__proto__", "toString"]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("takes the last of its members with one key, and tells where both stand", () => {
    const duplicates: [number, number][] = [];
    const text = '{"é": 1, "a": 2, "\\u0061": 3}';
    const value = parseJson(text, { onDuplicateKey: (first, second) => duplicates.push([first, second]) });
    expect(value).toEqual(Object.assign(Object.create(null), { é: 1, a: 3 }));
    expect(duplicates).toEqual([[10, 18]]);
  });

  it("keeps every member, in the order of the text, as a tree", () => {
    expect(parseTree('{"10": 1, "2": 2, "10": [], "": {}}')).toEqual(
      new JsonMembers(["10", "2", "10", ""], [1, 2, [], new JsonMembers([], [])]),
    );
  });
});

describe("text that is not plain UTF-8", () => {
  it("may start with a byte order mark, though the platform refuses it", () => {
    expect(() => asThePlatformReads("\ufeff[1]")).toThrow(SyntaxError);
    expect(parseJson("\ufeff[1]")).toEqual([1]);
    expect(parseJson(Buffer.from("\ufeff[1]"))).toEqual([1]);
  });

  it("may hold lone surrogates where it is given as a string", () => {
    expect(parseJson('"a\ud800b"')).toBe("a\ud800b");
    expect(parseJson('"\\ud800"')).toBe("\ud800");
  });

  it.each<[string, number[], number]>([
    ["a lone continuation byte", [0x22, 0x80, 0x22], 1],
    ["a sequence cut short", [0x22, 0xe2, 0x82, 0x22], 1],
    ["an overlong slash", [0x22, 0x61, 0xc0, 0xaf, 0x22], 2],
    ["an overlong sequence of three", [0x22, 0xe0, 0x80, 0xaf, 0x22], 1],
    ["an encoded surrogate", [0x22, 0xed, 0xa0, 0x80, 0x22], 1],
    ["a character beyond the last", [0x22, 0xc3, 0xa9, 0xf4, 0x90, 0x80, 0x80, 0x22], 3],
    ["a byte that UTF-8 never uses", [0x22, 0xff, 0x22], 1],
    ["a sequence cut by the end", [0x22, 0xf0, 0x9f], 1],
    ["UTF-16", [0xff, 0xfe, 0x5b, 0x00, 0x5d, 0x00], 0],
  ])("is refused where bytes are %s, naming the first wrong byte", (_, bytes, offset) => {
    const error = errorOf(() => parseJson(Uint8Array.from(bytes)));
    expect([error.code, error.data["offset"]]).toEqual(["INVALID_UTF8", offset]);
  });

  it("is refused where it is too long for a string of JavaScript", () => {
    const bytes = Buffer.alloc(constants.MAX_STRING_LENGTH + 1);
    expect(errorOf(() => parseJson(bytes)).code).toBe("KB_TOO_LARGE");
  });
});

describe("nesting", () => {
  const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

  it("may be 1,000 levels deep and no deeper, unless the caller says otherwise", () => {
    expect(stringifyJson(parseJson(nested(1000)))).toBe(nested(1000));
    const error = errorOf(() => parseJson(nested(1001)));
    expect(error.code).toBe("DEPTH_LIMIT");
    expect(error.data).toMatchObject({ offset: 1000, line: 1, column: 1001, maxDepth: 1000 });
    expect(errorOf(() => parseJson("[[[]]]", { maxDepth: 2 })).data).toMatchObject({ offset: 2 });
  });

  it("of 100,000 levels is read, converted and printed without exhausting the stack", () => {
    const text = nested(100_000);
    expect(stringifyJson(parseJson(text, { maxDepth: 100_000 }))).toBe(text);
    expect(stringifyJson(valueOfTree(parseTree(text, { maxDepth: 100_000 })))).toBe(text);
  });

  it("of 100,000 levels is refused by default with its place", () => {
    expect(errorOf(() => parseJson('{"a":'.repeat(100_000))).code).toBe("DEPTH_LIMIT");
  });
});
