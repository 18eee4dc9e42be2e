import { describe, expect, it } from "vitest";
import { textPieces } from "../../../src/web/page/parts/control-characters.ts";
import { safeLink } from "../../../src/web/page/views/entry/safe-link.ts";

describe("a text of the knowledge base", () => {
  it.each([
    ["https://example.com/a?b=c#d", "https://example.com/a?b=c#d"],
    ["HTTP://EXAMPLE.COM", "http://example.com/"],
    ["mailto:help@example.com", "mailto:help@example.com"],
    ["javascript:alert(1)", null],
    ["JavaScript:alert(1)", null],
    ["java\nscript:alert(1)", null],
    [" javascript:alert(1)", null],
    ["\u0001javascript:alert(1)", null],
    ["data:text/html,<script>alert(1)</script>", null],
    ["vbscript:x", null],
    ["file:///etc/passwd", null],
    ["blob:https://example.com/1", null],
    ["//example.com", null],
    ["/compare", null],
    ["https://", null],
    ["see https://example.com", null],
    ["", null],
  ])("%j becomes the link %j", (text, link) => {
    expect(safeLink(text)).toBe(link);
  });

  it("shows by name what would not be seen, or would reorder what is", () => {
    expect(textPieces("plain\ttext\n")).toEqual([{ kind: "text", text: "plain\ttext\n" }]);
    expect(textPieces("a\u202eb\u0000")).toEqual([
      { kind: "text", text: "a" },
      { kind: "control", name: "U+202E" },
      { kind: "text", text: "b" },
      { kind: "control", name: "U+0000" },
    ]);
    expect(textPieces("\u{e0041}")).toEqual([{ kind: "control", name: "U+E0041" }]);
  });

  it("keeps what scripts and emoji need", () => {
    for (const text of ["نص عربي\u200f", "क\u200dष", "👩\u200d💻", "日本語", ""])
      expect(textPieces(text)).toEqual([{ kind: "text", text }]);
  });
});
