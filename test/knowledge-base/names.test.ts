import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isKbvaultError } from "../../src/errors.ts";
import { checkTags, checkText, type TextKind } from "../../src/knowledge-base/names.ts";

describe("checkText", () => {
  it.each<[TextKind, string, string]>([
    ["description", "Fix the steps", "Fix the steps"],
    ["description", "  two\r\nlines\twith a tab \n", "two\nlines\twith a tab"],
    ["description", "😀".repeat(1000), "😀".repeat(1000)],
    ["author", " Ana López <ana@example.org> ", "Ana López <ana@example.org>"],
    ["tag", "known-good", "known-good"],
    ["tag", "2025-01-27", "2025-01-27"],
    ["tag", "v1.2.3", "v1.2.3"],
    ["tag", "ñandú", "ñandú"],
    ["tag", "n\u0303", "ñ"],
    ["tag", "日本語", "日本語"],
    ["tag", "a".repeat(100), "a".repeat(100)],
    ["label", "release@2", "release@2"],
    ["label", "versions", "versions"],
    ["label", "latest-good", "latest-good"],
  ])("takes the %s %j", (what, value, stored) => {
    expect(checkText(what, value)).toBe(stored);
  });

  it.each<[TextKind, string, string]>([
    ["description", "", "empty"],
    ["description", " \n\t ", "empty"],
    ["description", "x".repeat(1001), "1000"],
    ["description", "a\u0000b", "control"],
    ["description", "a\u001b[31mred", "control"],
    ["description", "a\rb", "control"],
    ["description", "a\u0085b", "control"],
    ["description", "\ud800", "surrogate"],
    ["description", "a\u202eb", "direction"],
    ["author", "", "empty"],
    ["author", "two\nlines", "line breaks"],
    ["author", "x".repeat(201), "200"],
    ["tag", "", "empty"],
    ["tag", "a b", "white space"],
    ["tag", "a\u00a0b", "white space"],
    ["tag", "a\u200bb", "invisible"],
    ["tag", "a\nb", "control"],
    ["tag", "a\u007fb", "control"],
    ["tag", "..", "begin with"],
    ["tag", "a..b", ".."],
    ["tag", "../a", "/"],
    ["tag", "a/../b", "/"],
    ["tag", "/etc/passwd", "/"],
    ["tag", "-rf", "begin with -"],
    ["tag", ".hidden", "begin with - ."],
    ["tag", "@", "begin with"],
    ["tag", "@2025", "begin with"],
    ["tag", "a@{b", "@{"],
    ["tag", "a.", "end with"],
    ["tag", "a.lock", "end with"],
    ["label", "good.json", "end with"],
    ...["~", "^", ":", "?", "*", "[", "\\"].map((sign): [TextKind, string, string] => [
      "tag",
      `a${sign}b`,
      "any of",
    ]),
    ["tag", "a\u202eb", "direction"],
    ["tag", "a\u2066b", "direction"],
    ["tag", "a".repeat(101), "100 bytes"],
    ["tag", "ñ".repeat(51), "100 bytes"],
    ["tag", "x".repeat(300), "100 bytes"],
    ["label", "latest", "look like"],
    ["label", "Latest", "look like"],
    ["label", "live", "look like"],
    ["label", "v3", "look like"],
    ["label", "007", "look like"],
    ["label", "v3_20250127_120000", "look like"],
    ["label", "v3_2025", "look like"],
  ])("refuses the %s %j and says which rule it breaks", (what, value, rule) => {
    expect(() => checkText(what, value)).toThrow(
      expect.objectContaining({
        code: "INVALID_TEXT",
        data: { what, value, rule: expect.stringContaining(rule) },
      }),
    );
  });

  it("shows hostile characters escaped, on one line", () => {
    const message = messageOf(() => checkText("tag", "a\u202eb\u001b[2J\n\u200e"));
    expect(message).toContain("\\u202e");
    expect(message).not.toMatch(/[\p{Cc}\u202e\u200e]/u);
  });

  it("takes no tag that git would refuse", () => {
    const signs = fc.constantFrom(..."ab.-/~^:?*[\\@{} lock\u007f\t");
    fc.assert(
      fc.property(fc.string({ unit: signs, minLength: 1, maxLength: 8 }), (name) => {
        if (messageOf(() => checkText("tag", name)) !== null) return;
        execFileSync("git", ["check-ref-format", `refs/tags/${name}`], { stdio: "pipe" });
      }),
      { numRuns: 200 },
    );
  });

  it("is content with what it returned", () => {
    const kinds = fc.constantFrom<TextKind>("description", "author", "tag", "label");
    fc.assert(
      fc.property(kinds, fc.string({ unit: "binary", maxLength: 20 }), (what, value) => {
        if (messageOf(() => checkText(what, value)) !== null) return;
        const stored = checkText(what, value);
        expect(checkText(what, stored)).toBe(stored);
      }),
    );
  });
});

describe("checkTags", () => {
  it("sorts tags and drops repetitions, also of other normal forms", () => {
    expect(checkTags(["b", "a", "b", "ñ", "n\u0303"])).toEqual(["a", "b", "ñ"]);
  });

  it("refuses a list with one tag that breaks a rule", () => {
    expect(() => checkTags(["a", "b c"])).toThrow(expect.objectContaining({ code: "INVALID_TEXT" }));
  });
});

/** Message of the INVALID_TEXT error, or null. */
function messageOf(check: () => unknown): string | null {
  try {
    check();
    return null;
  } catch (error) {
    if (!isKbvaultError(error, "INVALID_TEXT")) throw error;
    return error.message;
  }
}
