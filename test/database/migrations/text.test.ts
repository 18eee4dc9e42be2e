import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checksumOf } from "../../../src/database/migrations/checksum.ts";
import { parseDirectives } from "../../../src/database/migrations/directives.ts";

describe("the checksum", () => {
  const text = "CREATE TABLE a (\n  x int\n);\n";
  it.each([
    ["Windows line ends", text.replaceAll("\n", "\r\n")],
    ["old Mac line ends", text.replaceAll("\n", "\r")],
    ["a byte order mark", `\uFEFF${text}`],
    ["white space at the end of lines", text.replaceAll("\n", " \t\n")],
    ["no line feed at the end", text.trimEnd()],
    ["empty lines at the end", `${text}\n\n`],
  ])("does not change with %s", (_what, other) => {
    expect(checksumOf(other)).toBe(checksumOf(text));
  });

  it.each([
    ["a word", text.replace("int", "bigint")],
    ["indentation", text.replace("  x", " x")],
    ["an empty line inside", text.replace("(\n", "(\n\n")],
    ["a comment", `-- note\n${text}`],
  ])("changes with %s", (_what, other) => {
    expect(checksumOf(other)).not.toBe(checksumOf(text));
  });

  it("is the same however often line ends are converted", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (lines) => {
        expect(checksumOf(lines.join("\n"))).toBe(checksumOf(lines.join("\r\n")));
      }),
    );
  });
});

describe("directives", () => {
  it("are read from the comments on top", () => {
    const { directives, problems } = parseDirectives(
      "-- A note.\n-- kbvault: no-transaction\r\n--kbvault: description Adds notes\n\n-- kbvault: requires initial_schema\n-- kbvault: requires 002_tags\n  -- kbvault: irreversible data is gone\nSELECT 1;\n-- kbvault: allow drop-table nobody reads it\nDROP TABLE x;",
    );
    expect(problems).toEqual([]);
    expect(directives).toEqual({
      noTransaction: true,
      description: "Adds notes",
      requires: ["initial_schema", "002_tags"],
      irreversible: "data is gone",
      allowed: [{ rule: "drop-table", reason: "nobody reads it", line: 9 }],
    });
  });

  it.each([
    ["-- kbvault: no-transactions", /"no-transactions" is unknown/, 1],
    ["-- kbvault:", /"" is unknown/, 1],
    ["-- kbvault: no-transaction please", /takes nothing/, 1],
    ["-- kbvault: irreversible", /needs a reason/, 1],
    ["-- kbvault: requires", /needs the name/, 1],
    ["-- kbvault: allow drop-table", /needs a rule and a reason/, 1],
    ["SELECT 1;\n-- kbvault: no-transaction", /above the first statement/, 2],
  ])("%j is an error", (text, message, line) => {
    expect(parseDirectives(text).problems).toEqual([{ line, message: expect.stringMatching(message) }]);
  });
});
