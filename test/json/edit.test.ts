import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isKbvaultError } from "../../src/errors.ts";
import { editJson, type JsonEdit } from "../../src/json/edit.ts";
import { formatPointer } from "../../src/json/pointer.ts";

const text = (value: string): Uint8Array => Buffer.from(value);
const edited = (before: string, ...edits: readonly JsonEdit[]): string =>
  editJson(text(before), edits).toString();
const replace = (pointer: string, value: string): JsonEdit => ({
  op: "replace",
  pointer,
  value: text(value),
});
const remove = (pointer: string): JsonEdit => ({ op: "remove", pointer });
const put = (parent: string, key: string, value: string, after: string | null): JsonEdit => ({
  op: "insert",
  parent,
  key,
  value: text(value),
  after,
});
const push = (parent: string, value: string, after: number | null): JsonEdit => ({
  op: "insert",
  parent,
  key: null,
  value: text(value),
  after,
});

describe("editJson", () => {
  it.each<[string, string, readonly JsonEdit[], string]>([
    ["replaces a scalar", '{ "a" : 1 , "b":2}', [replace("/a", "9")], '{ "a" : 9 , "b":2}'],
    ["replaces the whole document", " \n[1]\n", [replace("", "{}")], " \n{}\n"],
    ["keeps a byte order mark", '\uFEFF{"a": 1}\r\n', [replace("/a", "2")], '\uFEFF{"a": 2}\r\n'],
    [
      "finds a key by its value, however it is written",
      '{"caf\\u00e9": 1}',
      [replace("/café", "2")],
      '{"caf\\u00e9": 2}',
    ],
    [
      "changes several places",
      '[{"a": 1}, {"a": 1}]',
      [replace("/1/a", "2"), replace("/0/a", "3")],
      '[{"a": 3}, {"a": 2}]',
    ],

    ["removes the first member", '{"a": 1, "b": 2}', [remove("/a")], '{"b": 2}'],
    ["removes the last member", '{"a": 1, "b": 2}', [remove("/b")], '{"a": 1}'],
    ["removes a member between others", "[1, 2,3]", [remove("/1")], "[1,3]"],
    ["removes neighbours", "[\n  1,\n  2,\n  3,\n  4\n]", [remove("/2"), remove("/1")], "[\n  1,\n  4\n]"],
    ["removes the first two", "[\n  1,\n  2,\n  3\n]", [remove("/0"), remove("/1")], "[\n  3\n]"],
    ["leaves a clean empty array", '{"a": [\n  1,\n  2\n]}', [remove("/a/0"), remove("/a/1")], '{"a": []}'],
    ["leaves a clean empty object", '{\r\n\t"a": 1\r\n}\r\n', [remove("/a")], "{}\r\n"],

    [
      "inserts first",
      '{\n  "b": 2,\n  "c": 3\n}',
      [put("", "a", "1", null)],
      '{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}',
    ],
    [
      "inserts behind a member",
      '{\n  "a": 1,\n  "c": 3\n}',
      [put("", "b", "2", "a")],
      '{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}',
    ],
    ["inserts last", '{\n\t"a":  1\n}', [put("", "b", "2", "a")], '{\n\t"a":  1,\n\t"b":  2\n}'],
    ["inserts several in their order", "[1, 4]", [push("", "2", 0), push("", "3", 0)], "[1, 2, 3, 4]"],
    ["inserts several first", "[3]", [push("", "1", null), push("", "2", null)], "[1,2,3]"],
    ["keeps minified text minified", '{"a":1}', [put("", "b", "[2]", "a")], '{"a":1,"b":[2]}'],
    [
      "takes the space of the colon where one member shows no comma",
      '{"a": 1}',
      [put("", "b", "2", "a")],
      '{"a": 1, "b": 2}',
    ],
    ["keeps commas in front", "[ 1\n, 2 ]", [push("", "3", 1)], "[ 1\n, 2\n, 3 ]"],
    ["keeps CRLF", "[\r\n  1\r\n]", [push("", "2", 0)], "[\r\n  1,\r\n  2\r\n]"],
    ["escapes keys", "{}", [put("", 'a"\n', "1", null)], '{"a\\"\\n":1}'],
    [
      "inserts into an empty document",
      "{}",
      [put("", "a", "1", null), put("", "b", "2", null)],
      '{"a":1,"b":2}',
    ],
    ["inserts into a document with room inside", "{\n}\n", [put("", "a", "1", null)], '{\n  "a": 1\n}\n'],
    [
      "indents what it puts into an empty container as the text around it",
      '{\n\t"a": {\n\t\t"b": []\n\t}\n}',
      [push("/a/b", "1", null), push("/a/b", "2", null)],
      '{\n\t"a": {\n\t\t"b": [\n\t\t\t1,\n\t\t\t2\n\t\t]\n\t}\n}',
    ],
    ["fills an empty container of a minified text", '{"a":{}}', [put("/a", "b", "1", null)], '{"a":{"b":1}}'],
    [
      "fills an empty array on a line with others",
      '{"a": [], "b": 1}',
      [push("/a", "1", null), push("/a", "2", null)],
      '{"a": [1, 2], "b": 1}',
    ],

    [
      "puts what is inserted behind a removed member in its place",
      "[1, 2,  3]",
      [remove("/1"), push("", "9", 1)],
      "[1, 9,  3]",
    ],
    ["exchanges the only member", '{\n  "a": 1\n}', [remove("/a"), put("", "b", "2", "a")], '{\n  "b": 2\n}'],
    ["moves a member", '{"a": 1, "b": 2}', [remove("/a"), put("", "a", "1", "b")], '{"b": 2, "a": 1}'],
    [
      "edits beside and inside",
      "[[1], [2], [3]]",
      [remove("/0"), push("/1", "9", 0), push("", "[4]", 2)],
      "[[2, 9], [3], [4]]",
    ],
    ["inserts before what it replaces", "[1, 2]", [replace("/0", "8"), push("", "7", null)], "[7, 8, 2]"],
    [
      "edits __proto__ as any key",
      '{"__proto__": 1}',
      [replace("/__proto__", "2"), put("", "toString", "3", null)],
      '{"toString": 3, "__proto__": 2}',
    ],
    ["does nothing without edits", "[1 ,2]", [], "[1 ,2]"],
  ])("%s", (_, before, edits, after) => {
    expect(edited(before, ...edits)).toBe(after);
  });

  it.each<[string, string, readonly JsonEdit[], string]>([
    ["a pointer that leads nowhere", '{"a": 1}', [replace("/b", "1")], "/b"],
    ["an index behind the end", "[1]", [remove("/1")], "/1"],
    ["an index with a zero in front", "[1]", [remove("/00")], "/00"],
    ["a pointer into a scalar", '{"a": 1}', [replace("/a/b", "1")], "/a"],
    ["an insertion into a scalar", "7", [push("", "1", null)], ""],
    ["an insertion behind nothing", "[]", [push("", "1", 0)], ""],
    ["a key in an array", "[]", [put("", "a", "1", null)], ""],
    ["an element in an object", "{}", [push("", "1", null)], ""],
    ["a key that is there", '{"a": 1}', [put("", "a", "1", null)], ""],
    ["a key that is inserted twice", "{}", [put("", "a", "1", null), put("", "a", "2", null)], ""],
    ["removal of the document", "[]", [remove("")], ""],
    ["two edits of one place", "[1]", [remove("/0"), replace("/0", "2")], "/0"],
    ["an edit inside what is replaced", "[[1]]", [replace("/0", "2"), remove("/0/0")], "/0"],
    ["a replacement of what is edited inside", "[[1]]", [remove("/0/0"), replace("/0", "2")], "/0"],
    ["an insertion into what is removed", "[[1]]", [remove("/0"), push("/0", "2", null)], "/0"],
  ])("refuses %s", (_, before, edits, pointer) => {
    const attempt = (): unknown => edited(before, ...edits);
    expect(attempt).toThrow(expect.objectContaining({ code: "USAGE", data: { pointer } }));
  });

  it("refuses to choose between two members with one key, and names both", () => {
    const before = '{"a": 1,\n "b": 2, "a": 3}';
    for (const edit of [replace("/a", "1"), remove("/a"), put("", "c", "1", "a")]) {
      try {
        edited(before, edit);
        expect.unreachable();
      } catch (error) {
        expect(isKbvaultError(error, "DUPLICATES") && error.data).toEqual({
          kind: "key",
          name: "a",
          first: { offset: 1, line: 1, column: 2 },
          second: { offset: 18, line: 2, column: 10 },
        });
      }
    }
    expect(edited(before, replace("/b", "9"))).toBe('{"a": 1,\n "b": 9, "a": 3}');
  });
});

/** A document as text, with the pointers of all its values. */
const documents = fc
  .tuple(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom("", "  ", "\t"), fc.boolean())
  .map(([value, indent, isWindows]) => {
    const written = JSON.stringify(value, null, indent);
    return isWindows ? written.replaceAll("\n", "\r\n") : written;
  });

function pointersIn(value: unknown, tokens: readonly string[] = []): string[] {
  if (typeof value !== "object" || value === null) return [formatPointer(tokens)];
  return [
    formatPointer(tokens),
    ...Object.entries(value).flatMap(([key, child]) => pointersIn(child, [...tokens, key])),
  ];
}

function valueAt(value: unknown, pointer: string): unknown {
  const tokens = pointer
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
  return tokens.reduce<unknown>(
    (inside, token) => Object.entries(inside ?? {}).find(([key]) => key === token)?.[1],
    value,
  );
}

describe("the laws of editJson", () => {
  it("replacing a value changes the value, and no byte around it", () => {
    fc.assert(
      fc.property(documents, fc.nat(), (before, choice) => {
        const pointers = pointersIn(JSON.parse(before));
        const pointer = pointers[choice % pointers.length]!;
        const after = edited(before, replace(pointer, '"\u{1F511} new"'));
        expect(valueAt(JSON.parse(after), pointer)).toBe("\u{1F511} new");
        const start = after.indexOf('"\u{1F511} new"');
        expect(before.startsWith(after.slice(0, start))).toBe(true);
        expect(before.endsWith(after.slice(start + '"\u{1F511} new"'.length))).toBe(true);
      }),
    );
  });

  it("inserting adds one member, and removing it gives back the text", () => {
    fc.assert(
      fc.property(documents, fc.nat(), fc.nat(), (before, choice, where) => {
        const root: unknown = JSON.parse(before);
        const containers = pointersIn(root).filter((pointer) => {
          const value = valueAt(root, pointer);
          return typeof value === "object" && value !== null;
        });
        fc.pre(containers.length > 0);
        const parent = containers[choice % containers.length]!;
        const container = valueAt(root, parent) as object;
        const tokens = [null, ...Object.keys(container)];
        const after = tokens[where % tokens.length]!;
        const isArray = Array.isArray(container);
        const key = isArray ? null : "\u{1F511}";
        const value = text("[true]");
        const withIt = editJson(text(before), [{ op: "insert", parent, key, value, after }]);

        const added = valueAt(JSON.parse(withIt.toString()), parent) as object;
        const expected = Object.entries(container);
        expected.splice(tokens.indexOf(after), 0, [key ?? "", [true]]);
        if (isArray) expect(added).toEqual(expected.map(([, element]) => element));
        else expect(Object.fromEntries(Object.entries(added))).toEqual(Object.fromEntries(expected));

        const place = isArray ? String(tokens.indexOf(after)) : "\u{1F511}";
        const back = editJson(withIt, [remove(parent + formatPointer([place]))]).toString();
        if (Object.keys(container).length > 0) expect(back).toBe(before);
        else expect(JSON.parse(back)).toEqual(root);
      }),
    );
  });

  it("removing any of an array's elements leaves the others", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.jsonValue({ maxDepth: 1 }), fc.boolean())),
        fc.constantFrom("", " "),
        (elements, indent) => {
          const before = JSON.stringify(
            elements.map(([element]) => element),
            null,
            indent,
          );
          const removals = elements.flatMap(([, goes], index) => (goes ? [remove(`/${index}`)] : []));
          const left = elements.filter(([, goes]) => !goes).map(([element]) => element);
          expect(edited(before, ...removals)).toBe(JSON.stringify(left, null, indent));
        },
      ),
    );
  });
});
