import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isKbvaultError } from "../../../src/errors.ts";
import {
  type Container,
  containerKey,
  UnitCursor,
  type UnitCursorOptions,
} from "../../../src/knowledge-base/layout/unit-cursor.ts";
import { accepted, rejected } from "../../json/hostile-json.ts";

interface Unit {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly container: Container | null;
  readonly entry: { readonly id: string | null; readonly value: string } | null;
  readonly isAtEntry: boolean;
}

function unitsOf(
  document: string | Uint8Array,
  entries: readonly string[],
  options: UnitCursorOptions & { readonly idField?: string } = {},
): Unit[] {
  const bytes = Buffer.from(document);
  const cursor = new UnitCursor(bytes, { entries, idField: options.idField ?? null }, options);
  const units: Unit[] = [];
  while (cursor.next()) {
    const { start, end, container, isEntry, id, valueStart, valueEnd, isAtEntry } = cursor;
    const entry = isEntry ? { id, value: bytes.toString("utf8", valueStart, valueEnd) } : null;
    units.push({ text: bytes.toString("utf8", start, end), start, end, container, entry, isAtEntry });
  }
  return units;
}

const texts = (document: string, ...entries: string[]): readonly string[] =>
  unitsOf(document, entries).map((unit) => unit.text);

const ids = (document: string, entries: readonly string[], idField?: string): readonly (string | null)[] =>
  unitsOf(document, entries, idField === undefined ? {} : { idField }).flatMap((unit) =>
    unit.entry ? [unit.entry.id] : [],
  );

describe("the units of a document", () => {
  it.each<[string, string, readonly string[], readonly string[]]>([
    ["a map", '{ "a": 1,\n "b": [2] }\n', ["/*"], ["{ ", '"a": 1,\n ', '"b": [2]', " }\n"]],
    ["an array", "[1, {} ,2]", ["/*"], ["[", "1, ", "{} ,", "2", "]"]],
    ["a byte order mark", '\ufeff{"a":1}', ["/*"], ["\ufeff{", '"a":1', "}"]],
    ["an empty map", " {} ", ["/*"], [" {} "]],
    ["a scalar", " 12\n", ["/*"], [" 12\n"]],
    [
      "a collection between other members",
      '{"m":1,"p":[1,2],"t":[3]}',
      ["/p/*"],
      ['{"m":1,"p":[', "1,", "2", '],"t":[3]}'],
    ],
    [
      "two collections, one of them empty",
      '{"p":[],"q":{"a":1}}',
      ["/p/*", "/q/*"],
      ['{"p":[],"q":{', '"a":1', "}}"],
    ],
    [
      "a wildcard on the way",
      '{"api":{"x":{"a":1,"b":2},"y":5,"z":{"c":3}}}',
      ["/api/*/*"],
      ['{"api":{"x":{', '"a":1,', '"b":2', '},"y":5,"z":{', '"c":3', "}}}"],
    ],
    ["a collection that is not there", '{"a":{"b":1}}', ["/p/*"], ['{"a":{"b":1}}']],
    ["a collection that is a scalar", '{"p":5}', ["/p/*"], ['{"p":5}']],
    ["a repeated collection", '{"p":[1],"p":{"a":2}}', ["/p/*"], ['{"p":[', "1", '],"p":{', '"a":2', "}}"]],
  ])("with %s are cut around entries", (_, document, entries, expected) => {
    expect(texts(document, ...entries)).toEqual(expected);
  });

  it("name the container of each entry, and where text outside leads", () => {
    const units = unitsOf('{"p":[[1],{"a":2}],"e":0}', ["/p/*/*"]);
    expect(units.map((unit) => unit.container)).toEqual([
      { pointer: "/p/0", kinds: "oaa" },
      { pointer: "/p/0", kinds: "oaa" },
      { pointer: "/p/1", kinds: "oao" },
      { pointer: "/p/1", kinds: "oao" },
      null,
    ]);
    expect(units.map((unit) => unit.isAtEntry)).toEqual([true, false, true, false, false]);
    const keys = units.flatMap(({ container }) => (container === null ? [] : [containerKey(container)]));
    expect(keys).toEqual(["oaa /p/0", "oaa /p/0", "oao /p/1", "oao /p/1"]);
  });
});

describe("the id of an entry", () => {
  it.each<[string, string, readonly string[], readonly (string | null)[]]>([
    ["is the key in a map", '{"a":1,"b\\u0062":2}', ["/*"], ["a", "bb"]],
    ["is the field id before key and slug", '[{"slug":"s","key":"k","id":"i"}]', ["/*"], ["i"]],
    ["is key before slug", '[{"slug":"s","key":"k"}]', ["/*"], ["k"]],
    ["is slug where there is nothing else", '[{"name":"n","slug":"s"}]', ["/*"], ["s"]],
    [
      "may be a number, as it is written",
      '[{"id":12},{"id":1.0},{"id":-3e2}]',
      ["/*"],
      ["12", "1.0", "-3e2"],
    ],
    ["may hold escapes", '[{"id":"a\\/b\\u00e9"}]', ["/*"], ["a/bé"]],
    [
      "is none without such a field",
      '[{"name":"n"},5,"text",[],null]',
      ["/*"],
      [null, null, null, null, null],
    ],
    [
      "is none where the field is no text and no number",
      '[{"id":null},{"id":{}},{"id":true}]',
      ["/*"],
      [null, null, null],
    ],
    ["falls to the next field where the first is no id", '[{"id":null,"key":"k"}]', ["/*"], ["k"]],
    ["is found behind large members", `[{"x":${JSON.stringify("y".repeat(5000))},"id":"i"}]`, ["/*"], ["i"]],
    ["is that of the first of two fields", '[{"id":"a","id":"b"}]', ["/*"], ["a"]],
    ["is not that of an inner object", '[{"x":{"id":"inner"},"id":"outer"}]', ["/*"], ["outer"]],
    [
      "is led by the collection where there are several patterns",
      '{"p":[{"id":"a"}],"q":{"a":1}}',
      ["/p/*", "/q/*"],
      ["p/a", "q/a"],
    ],
    [
      "is led by what a wildcard stands for",
      '{"api":{"x":{"a":1},"y":{"a":2}}}',
      ["/api/*/*"],
      ["x/a", "y/a"],
    ],
    [
      "is led by the position where the wildcard stands for one",
      '[[{"id":"a"}],[{"id":"a"}]]',
      ["/*/*"],
      ["0/a", "1/a"],
    ],
    ["escapes slashes and tildes where it has several parts", '{"x/y":{"a~b":1}}', ["/*/*"], ["x~1y/a~0b"]],
    ["does not where it has one", '{"a/b~":1}', ["/*"], ["a/b~"]],
  ])("%s", (_, document, entries, expected) => {
    expect(ids(document, entries)).toEqual(expected);
  });

  it("is that of the configured field, and of no other", () => {
    expect(ids('[{"code":"c","id":"i"},{"id":"i"}]', ["/*"], "code")).toEqual(["c", null]);
  });
});

describe("reading units", () => {
  it.each(accepted)("accepts %j and covers it without gaps", (text) => {
    for (const entries of [["/*"], ["/*/*"], ["/a/*"], ["/a/*", "/*/*"]]) {
      expect(
        unitsOf(text, entries)
          .map((unit) => unit.text)
          .join(""),
      ).toBe(text);
    }
  });

  it.each(rejected)("refuses %j", (text) => {
    for (const entries of [["/*"], ["/*/*"], ["/a/*"]]) {
      expect(() => unitsOf(text, entries)).toThrow(expect.objectContaining({ code: "INVALID_JSON" }));
    }
  });

  it.each([
    ['{"a":[1] "b":2}', 9, "',' or '}'"],
    ["[[1] 2]", 5, "',' or ']'"],
    ["[[1]}", 4, "',' or ']'"],
  ])("refuses %s behind a collection, with what was expected", (text, offset, expected) => {
    expect(() => unitsOf(text, ["/a/*", "/*/*"])).toThrow(
      expect.objectContaining({
        code: "INVALID_JSON",
        data: expect.objectContaining({ offset, expected }),
      }),
    );
  });

  it("reports keys that are repeated outside entries and inside them", () => {
    const document = '{"m":1,"p":[{"a":1,"a":2}],"m":2}';
    const pairs: [number, number][] = [];
    unitsOf(document, ["/p/*"], { onDuplicateKey: (first, second) => pairs.push([first, second]) });
    expect(pairs).toEqual([
      [document.indexOf('"a":1'), document.indexOf('"a":2')],
      [1, document.lastIndexOf('"m"')],
    ]);
  });
});

describe("reading any document", () => {
  const documents = fc.tuple(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(undefined, 1, "\t"));
  const patterns = fc.constantFrom(["/*"], ["/*/*"], ["/*/*/*"], ["/*", "/*/*"], ["/a/*", "/*/0/*"]);
  const resumed = fc.property(documents, patterns, ([value, indent], entries) => {
    const document = Buffer.from(JSON.stringify({ a: value, b: [value, { id: 1, c: value }] }, null, indent));
    const units = unitsOf(document, entries);
    expect(units.map((unit) => unit.text).join("")).toBe(document.toString());
    for (const [index, unit] of units.entries()) {
      const { container } = unit;
      if (unit.entry === null || container === null) continue;
      const rest = unitsOf(document, entries, { from: { offset: unit.start, container } });
      expect(rest).toEqual(units.slice(index));
      const part = unitsOf(document.subarray(unit.start, unit.end), entries, {
        from: { offset: 0, container },
        partial: true,
      });
      expect(part.map(({ text, entry }) => ({ text, entry }))).toEqual([
        { text: unit.text, entry: unit.entry },
      ]);
    }
  });

  it("from a separator on begins with it", () => {
    const from = { offset: 2, container: { pointer: "", kinds: "a" } };
    const units = unitsOf("[1, 2]", ["/*"], { from });
    expect(units.map(({ text, entry }) => [text, entry?.value ?? null])).toEqual([
      [", ", null],
      ["2", "2"],
      ["]", null],
    ]);
  });

  it("from any entry on gives the same units as reading it from the start", () => {
    fc.assert(resumed, { numRuns: 300 });
  });

  it("with one byte changed never breaks, and accepts what the platform's parser accepts", () => {
    fc.assert(
      fc.property(
        documents,
        patterns,
        fc.nat(),
        fc.constantFrom(...'{}[],:" 1'),
        ([value, indent], entries, place, sign) => {
          const text = JSON.stringify({ a: value, b: [1] }, null, indent).replaceAll(
            /[^\x20-\x7e\n\t]/g,
            "?",
          );
          const changed = text.slice(0, place % text.length) + sign + text.slice((place % text.length) + 1);
          expect(isAccepted(() => unitsOf(changed, entries))).toBe(isAccepted(() => JSON.parse(changed)));
        },
      ),
      { numRuns: 1000 },
    );
  });
});

function isAccepted(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (error instanceof SyntaxError || isKbvaultError(error, "INVALID_JSON")) return false;
    throw error;
  }
}
