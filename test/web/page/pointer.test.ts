import { describe, expect, it } from "vitest";
import { readablePointer, steadyField } from "../../../src/web/page/parts/pointer.ts";

describe("a pointer on the page", () => {
  it.each([
    ["", ""],
    ["/title", "title"],
    ["/steps/2/text", "steps › [2] › text"],
    ["/a~1b/c~0d", "a/b › c~d"],
    ["/~01", "~1"],
    ["/", ""],
  ])("%j reads %j", (pointer, text) => {
    expect(readablePointer(pointer)).toBe(text);
  });

  it.each([
    ["/title", "/title"],
    ["/links/official/url", "/links/official/url"],
    ["/steps/2/text", "/steps"],
    ["/a/0/b/1", "/a"],
    ["/0", null],
    ["", null],
  ])("%j is restored with %j, which means the same on both sides", (pointer, field) => {
    expect(steadyField(pointer)).toBe(field);
  });
});
