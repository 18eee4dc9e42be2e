import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutToWidth, padToWidth, widthOf } from "../../../src/cli/print/width.ts";

describe("width in columns", () => {
  const cases: [text: string, columns: number][] = [
    ["", 0],
    ["router", 6],
    ["fácil", 5],
    ["fa\u0301cil", 5],
    ["日本語", 6],
    ["ﾊﾝｶｸ", 4],
    ["ＡＢ", 4],
    ["한국어", 6],
    ["👍", 2],
  ];
  it.each(cases)("of %s is %i", (text, columns) => {
    expect(widthOf(text)).toBe(columns);
  });
});

describe("cutting", () => {
  it("leaves a text that fits", () => {
    expect(cutToWidth("router", 6)).toBe("router");
  });

  it("marks the cut with an ellipsis", () => {
    expect(cutToWidth("router nuevo", 9)).toBe("router n…");
  });

  it("never cuts a wide character in half", () => {
    expect(cutToWidth("日本語", 4)).toBe("日…");
    expect(cutToWidth("日本語", 5)).toBe("日本…");
  });

  it("never takes more columns than it may", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 40 }), (text, columns) => {
        expect(widthOf(cutToWidth(text, columns))).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

it("pads by columns and not by characters", () => {
  expect(padToWidth("日本", 6)).toBe("日本  ");
  expect(padToWidth("too long", 3)).toBe("too long");
});
