import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isKbvaultError, type KbvaultError } from "../../src/errors.ts";
import { hashBytes } from "../../src/json/hash.ts";
import { JsonScanner } from "../../src/json/scan.ts";
import { accepted, rejected } from "./hostile-json.ts";

/** Offset behind the whole text: one value with white space around it. */
function scanText(text: string | Uint8Array): number {
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  const scanner = new JsonScanner(bytes);
  const end = scanner.skipWhiteSpace(scanner.skipValue(scanner.skipWhiteSpace(0)));
  if (end < bytes.length) scanner.fail(end, "the end of the text");
  return end;
}

function errorOf(act: () => unknown): KbvaultError {
  try {
    act();
  } catch (error) {
    if (isKbvaultError(error)) return error;
    throw error;
  }
  throw new Error("Nothing was thrown.");
}

/** Pairs of decoded keys that were reported as repeated. */
function repeatedKeys(text: string): readonly (readonly [first: number, second: number])[] {
  const pairs: (readonly [number, number])[] = [];
  const bytes = Buffer.from(text);
  new JsonScanner(bytes, { onDuplicateKey: (first, second) => pairs.push([first, second]) }).skipValue(0);
  return pairs;
}

describe("scanning difficult texts", () => {
  it.each(accepted)("accepts %j to its end", (text) => {
    expect(scanText(text)).toBe(Buffer.byteLength(text));
  });

  it.each(rejected)("refuses %j with a place and what was expected", (text) => {
    const error = errorOf(() => scanText(text));
    expect(error.code).toBe("INVALID_JSON");
    const { offset, line, column, found, expected } = error.data as Record<string, unknown>;
    expect(offset).toBeLessThanOrEqual(Buffer.byteLength(text));
    expect(line).toBe(Buffer.from(text).toString("latin1", 0, Number(offset)).split("\n").length);
    expect(column).toBeGreaterThan(0);
    expect([typeof found, typeof expected]).toEqual(["string", "string"]);
    expect(error.message).toContain(`line ${line}, column ${column}: found ${found}, expected ${expected}`);
  });

  it("says so where no string begins", () => {
    const error = errorOf(() => new JsonScanner(Buffer.from("12")).skipString(0));
    expect(error).toMatchObject({ code: "INVALID_JSON", data: { offset: 0, expected: "a string" } });
  });

  it.each([
    ["[1,]", 3, "a value"],
    ['{"a":1,}', 7, "a key in double quotes"],
    ['{"a" 1}', 5, "':' after the key"],
    ["[1 2]", 3, "',' or ']'"],
    ['{"a":1 "b":2}', 7, "',' or '}'"],
    ["[tru]", 4, "the word true"],
    ["[1.]", 3, "a digit"],
    ["[-]", 2, "a digit"],
    ['"a', 2, "'\"' to end the string"],
    ['["\\x"]', 3, 'an escape such as \\n, \\" or \\u00e9'],
    ['["\\u00g0"]', 6, "four hexadecimal digits after \\u"],
    ['["a\nb"]', 3, "no control character in a string"],
    ["[] x", 3, "the end of the text"],
  ])("says of %j that at byte %i it expected %s", (text, offset, expected) => {
    expect(errorOf(() => scanText(text)).data).toMatchObject({ offset, expected });
  });

  it("names the character that it found, also one of several bytes", () => {
    expect(errorOf(() => scanText("[ñ]")).data).toMatchObject({ found: '"ñ"' });
    expect(errorOf(() => scanText("[")).data).toMatchObject({ found: "the end of the text" });
  });
});

describe("ends of values", () => {
  it.each([
    ['"a" ,', 3],
    ["12,", 2],
    ["-0.5e+3]", 7],
    ["true}", 4],
    ["[1, [2]] ", 8],
    ['{"a": {"b": []}}, 1', 16],
    ["{}1", 2],
  ])("stops behind the value at the start of %j", (text, end) => {
    expect(new JsonScanner(Buffer.from(text)).skipValue(0)).toBe(end);
  });

  it("finds the value of a key, and reads keys with escapes", () => {
    const scanner = new JsonScanner(Buffer.from('{"a\\u0062\\n" :\t[1]}'));
    expect(scanner.skipKey(1)).toBe(15);
    expect(scanner.readString(1)).toBe("ab\n");
  });
});

describe("repeated keys", () => {
  it.each([
    ["in a small object", '{"a":1,"b":2,"a":3}', [[1, 13]]],
    ["written with an escape", '{"a":1,"\\u0061":2}', [[1, 7]]],
    [
      "three times: each against the ones before",
      '{"a":1,"a":2,"a":3}',
      [
        [1, 7],
        [1, 13],
        [7, 13],
      ],
    ],
    ["in an inner object only", '{"a":{"b":1,"b":2},"b":{"a":1}}', [[6, 12]]],
    ["but not in two objects", '[{"a":1},{"a":1}]', []],
    ["empty", '{"":1,"":2}', [[1, 6]]],
    [
      "as lone surrogates, which are not the replacement character",
      '{"\\ud800":1,"\ufffd":2,"\\ud800":3}',
      [[1, 20]],
    ],
  ])("are reported %s", (_, text, pairs) => {
    expect(repeatedKeys(text)).toEqual(pairs);
  });

  it("are found in objects of every size, with inner objects in between", () => {
    for (const size of [1, 2, 11, 12, 13, 14, 100, 1000]) {
      const members = Array.from({ length: size }, (_, index) => `"k${index}":{"k0":[],"x":{"k0":1}}`);
      const text = `{${members.join(",")},"k${size - 1}":0}`;
      const first = Buffer.from(text).indexOf(`"k${size - 1}"`);
      expect(repeatedKeys(text), `${size} keys`).toEqual([[first, text.lastIndexOf(`"k${size - 1}"`)]]);
    }
  });

  it("are told from different keys with the same hash", () => {
    const [one, other] = keysWithEqualHash();
    expect(hashBytes(Buffer.from(one))).toBe(hashBytes(Buffer.from(other)));
    const many = Array.from({ length: 20 }, (_, index) => `"k${index}":0`).join(",");
    for (const rest of ["", `,${many}`]) {
      expect(repeatedKeys(`{"${one}":1${rest},"${other}":2}`)).toEqual([]);
      expect(repeatedKeys(`{"${one}":1${rest},"${other}":2,"${other}":3}`)).toHaveLength(1);
    }
  });

  it("are not looked for when nobody listens", () => {
    expect(scanText('{"a":1,"a":2}')).toBe(13);
  });
});

/** Two keys with one FNV-1a hash: by the birthday paradox among a few hundred thousand. */
function keysWithEqualHash(): readonly [string, string] {
  const seen = new Map<number, string>();
  for (let number = 0; ; number++) {
    const key = `key ${number.toString(36)}`;
    const hash = hashBytes(Buffer.from(key));
    const earlier = seen.get(hash);
    if (earlier !== undefined) return [earlier, key];
    seen.set(hash, key);
  }
}

describe("the depth limit", () => {
  const nested = (depth: number): Buffer => Buffer.from("[".repeat(depth) + "]".repeat(depth));

  it("is 1000 unless the caller says otherwise", () => {
    expect(new JsonScanner(nested(1000)).skipValue(0)).toBe(2000);
    expect(errorOf(() => new JsonScanner(nested(1001)).skipValue(0))).toMatchObject({
      code: "DEPTH_LIMIT",
      data: { offset: 1000, line: 1, column: 1001, maxDepth: 1000 },
    });
  });

  it.each([0, 1, 7])("holds at %i", (maxDepth) => {
    const scan = (depth: number): number => new JsonScanner(nested(depth), { maxDepth }).skipValue(0);
    if (maxDepth > 0) expect(scan(maxDepth)).toBe(2 * maxDepth);
    expect(errorOf(() => scan(maxDepth + 1)).code).toBe("DEPTH_LIMIT");
    expect(new JsonScanner(Buffer.from("1"), { maxDepth }).skipValue(0)).toBe(1);
  });

  it("lets a text of great depth through when it is raised, without recursion", () => {
    expect(new JsonScanner(nested(200_000), { maxDepth: 200_000 }).skipValue(0)).toBe(400_000);
  });
});

describe("any text", () => {
  const whiteSpace = fc.stringMatching(/^[ \t\r\n]{0,3}$/);
  const spaced = fc
    .tuple(fc.jsonValue({ maxDepth: 4 }), fc.array(whiteSpace, { minLength: 1, maxLength: 20 }))
    .map(([value, spaces]) => {
      let next = 0;
      const space = (): string => spaces[next++ % spaces.length] ?? "";
      // White space is legal around the signs of structure; inside strings these signs stay as they are.
      return JSON.stringify(value).replace(/"(?:[^"\\]|\\.)*"|[[\]{},:]/g, (part) =>
        part.startsWith('"') ? part : space() + part + space(),
      );
    });

  function platformAccepts(text: string): boolean {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  }

  function scannerAccepts(text: string): boolean {
    try {
      scanText(text);
      return true;
    } catch (error) {
      if (isKbvaultError(error, "INVALID_JSON")) return false;
      throw error;
    }
  }

  it("that the platform's parser accepts is accepted, to its end", () => {
    fc.assert(
      fc.property(spaced, (text) => {
        expect(scanText(text)).toBe(Buffer.byteLength(text));
      }),
      { numRuns: 300 },
    );
  });

  it("with one character changed is accepted exactly when the platform's parser accepts it", () => {
    const replacement = fc.oneof(
      fc.constantFrom(...'{}[],:"\\ \n01.eE+-tfnu/', ""),
      fc.string({ minLength: 1, maxLength: 1, unit: "grapheme" }),
    );
    fc.assert(
      fc.property(spaced, fc.nat(), replacement, (text, place, character) => {
        const at = place % (text.length + 1);
        const changed = text.slice(0, at) + character + text.slice(at + 1);
        if (Buffer.from(changed).toString() !== changed) return; // half a surrogate pair
        expect(scannerAccepts(changed), JSON.stringify(changed)).toBe(platformAccepts(changed));
      }),
      { numRuns: 2000 },
    );
  });
});
