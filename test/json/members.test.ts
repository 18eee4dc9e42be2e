import { describe, expect, it } from "vitest";
import { membersAt } from "../../src/json/members.ts";
import { JsonScanner } from "../../src/json/scan.ts";

/** Each member of the container that begins `text` as `TOKEN START-VALUE-END`. */
function members(text: string): string[] {
  const found = membersAt(new JsonScanner(Buffer.from(text)), 0);
  return [...found].map(({ token, start, value, end }) => `${token} ${start}-${value}-${end}`);
}

describe("the members of a container", () => {
  it.each<[string, readonly string[]]>([
    ['{"a": 1, "a": [2]}', ["a 1-6-7", "a 9-14-17"]],
    ['[ "x" ,{}]', ["0 2-2-5", "1 7-7-9"]],
    ["{ }", []],
    ["[]", []],
    ["12", []],
  ])("%s are found one after the other", (text, expected) => {
    expect(members(text)).toEqual(expected);
  });

  it.each([
    ["[1 2]", 3, "',' or ']'"],
    ["[1}", 2, "',' or ']'"],
    ['{"a":1]', 6, "',' or '}'"],
  ])("%s end where another sign stands", (text, offset, expected) => {
    expect(() => members(text)).toThrow(
      expect.objectContaining({
        code: "INVALID_JSON",
        data: expect.objectContaining({ offset, expected }),
      }),
    );
  });
});
