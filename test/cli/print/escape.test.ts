import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeLines, escapeText } from "../../../src/cli/print/escape.ts";

describe("text on one line", () => {
  const cases: [name: string, text: string, shown: string][] = [
    ["plain text as it is", "Conexión a Internet 日本語 👍🏽", "Conexión a Internet 日本語 👍🏽"],
    ["a colour sequence", "\u001b[31mred", "\\u001b[31mred"],
    ["the one-byte form of CSI", "\u009b2J", "\\u009b2J"],
    ["line ends and tabs", "a\r\n\tb", "a\\u000d\\u000a\\u0009b"],
    ["NUL and DEL", "\u0000\u007f", "\\u0000\\u007f"],
    ["a right-to-left override", "\u202egpj.exe", "\\u202egpj.exe"],
    ["an isolate", "\u2066a\u2069", "\\u2066a\\u2069"],
    ["separators of lines", "a\u2028b\u2029", "a\\u2028b\\u2029"],
    ["half of a surrogate pair", "a\ud83d", "a\\ud83d"],
  ];
  it.each(cases)("shows %s", (_, text, shown) => {
    expect(escapeText(text)).toBe(shown);
  });
});

describe("text of several lines", () => {
  it("keeps line ends and tabs", () => {
    expect(escapeLines("{\n\t1\r\n}\u001b")).toBe("{\n\t1\n}\\u001b");
  });

  it("leaves any JSON the same JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "binary" }), (value) => {
        const text = JSON.stringify(value, null, 2);
        expect(JSON.parse(escapeLines(text))).toEqual(JSON.parse(text));
      }),
    );
  });
});
