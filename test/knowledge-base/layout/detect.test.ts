import { describe, expect, it } from "vitest";
import { detectLayout } from "../../../src/knowledge-base/layout/detect.ts";

const detect = (document: unknown, idField?: string): readonly string[] =>
  detectLayout(Buffer.from(JSON.stringify(document)), idField).entries;

const entry = { title: "Reset the router", steps: [] };

describe("the layout of a document", () => {
  it.each<[string, unknown, readonly string[]]>([
    ["a map of entries", { a: entry, b: entry, c: entry }, ["/*"]],
    ["a map whose entries differ a little", { a: entry, b: { title: 1 }, c: { other: 1 } }, ["/*"]],
    ["a map of entries that are maps themselves", { a: { x: { t: 1 } }, b: { x: { t: 2 } } }, ["/*"]],
    ["a map of entries with a version beside them", { version: 3, a: entry, b: entry }, ["/*"]],
    ["an array of objects", [{ id: 1 }, { id: 2 }], ["/*"]],
    ["an array of scalars", [1, 2, 3], ["/*"]],
    ["one collection", { meta: { version: 1 }, problems: [{ id: "a" }, { id: "b" }] }, ["/problems/*"]],
    ["a collection without anything beside it", { problems: [{ id: "a" }] }, ["/problems/*"]],
    [
      "several collections, arrays and maps",
      { problems: [{ id: "a" }], tail: [1], articles: { x: { t: 1 }, y: { u: 2 } } },
      ["/problems/*", "/articles/*"],
    ],
    ["a collection with a slash and a tilde in its name", { "a/b~c": [{ id: 1 }] }, ["/a~1b~0c/*"]],
    ["a collection whose ids are called key or slug", { p: [{ key: "a" }, { slug: "b" }] }, ["/p/*"]],
    ["an array of objects without ids in an object", { list: [{ name: "a" }, { name: "b" }] }, ["/*"]],
    ["an array of mixed values in an object", { list: [{ id: 1 }, 2] }, ["/*"]],
    ["one entry", { a: entry }, ["/*"]],
    ["an empty object", {}, ["/*"]],
    ["an empty array", [], ["/*"]],
    ["empty collections", { problems: [], articles: {} }, ["/*"]],
    ["scalars in an object", { a: 1, b: "x", c: null }, ["/*"]],
    ["a number", 12, ["/*"]],
    ["a string", "text", ["/*"]],
  ])("that is %s", (_, document, entries) => {
    expect(detect(document)).toEqual(entries);
    expect(detectLayout(Buffer.from(`\ufeff \n${JSON.stringify(document, null, 3)}\n`)).entries).toEqual(
      entries,
    );
  });

  it("follows a configured id field", () => {
    const document = { problems: [{ code: 1 }, { code: 2 }] };
    expect(detect(document)).toEqual(["/*"]);
    expect(detect(document, "code")).toEqual(["/problems/*"]);
    expect(detectLayout(Buffer.from("[]"), "code").idField).toBe("code");
  });

  it("rests on the first 64 members", () => {
    const members = (first: number, other: unknown): unknown =>
      Object.fromEntries(
        Array.from({ length: 200 }, (_, index) => [`k${index}`, index < first ? entry : other]),
      );
    expect(detect({ meta: 1, articles: members(64, 5) })).toEqual(["/articles/*"]);
    expect(detect({ meta: 1, articles: members(63, 5) })).toEqual(["/*"]);
  });
});
