import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isKbvaultError } from "../../src/errors.ts";
import { parseJson } from "../../src/json/parse.ts";
import { formatPointer, getAtPointer, parsePointer } from "../../src/json/pointer.ts";

describe("a JSON Pointer", () => {
  // The document and its pointers of RFC 6901, section 5.
  const document = parseJson(
    '{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\\\j":5,"k\\"l":6," ":7,"m~n":8}',
  );
  it.each([
    ["/foo/0", "bar"],
    ["/", 0],
    ["/a~1b", 1],
    ["/c%d", 2],
    ["/e^f", 3],
    ["/g|h", 4],
    ["/i\\j", 5],
    ['/k"l', 6],
    ["/ ", 7],
    ["/m~0n", 8],
  ])("of the RFC, %j, leads to %j", (pointer, expected) => {
    expect(getAtPointer(document, pointer)).toBe(expected);
  });

  it("that is empty names the whole value", () => {
    expect(getAtPointer(document, "")).toBe(document);
  });

  it.each([
    "/missing",
    "/foo/2",
    "/foo/-",
    "/foo/01",
    "/foo/1e0",
    "/foo/ 0",
    "/foo/length",
    "/foo/0/deeper",
    "/missing/deeper",
    "/toString",
    "/__proto__",
    "/~01/text",
  ])("to nothing, %j, gives undefined", (pointer) => {
    expect(getAtPointer(document, pointer)).toBeUndefined();
  });

  it("does not look inside a number that keeps its text", () => {
    expect(getAtPointer(parseJson("[1.0]"), "/0/text")).toBeUndefined();
  });

  it("finds an own member named __proto__", () => {
    expect(getAtPointer(parseJson('{"__proto__": {"x": 1}}'), "/__proto__/x")).toBe(1);
  });

  it.each(["foo", "foo/bar", " /foo", "#/foo", "/~", "/a~2", "/~~0"])(
    "is refused as usage when it is %j",
    (text) => {
      expect(() => parsePointer(text)).toThrow(
        expect.toSatisfy((error) => isKbvaultError(error, "USAGE") && error.data["pointer"] === text),
      );
    },
  );

  it("decodes ~01 to ~1, not to a slash", () => {
    expect(parsePointer("/~01")).toEqual(["~1"]);
  });

  it("keeps any tokens through text and back", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" })), (tokens) => {
        expect(parsePointer(formatPointer(tokens))).toEqual(tokens);
      }),
    );
  });
});
