import { constants } from "node:buffer";
import { describe, expect, it } from "vitest";
import { parsePlainJson } from "../../src/json/plain.ts";

describe("a plain value", () => {
  it.each([
    ['{"price": 1.10, "tags": ["a", null]}', { price: 1.1, tags: ["a", null] }],
    ["\uFEFF[9007199254740993]", [9007199254740992]],
    ['"路由器"', "路由器"],
  ])("of %j is what JSON.parse gives", (text, expected) => {
    expect(parsePlainJson(Buffer.from(text))).toEqual(expected);
  });

  it.each([
    ["text that is cut off", Buffer.from('{"a": '), { code: "INVALID_JSON", data: { line: 1, column: 7 } }],
    [
      "text that is not UTF-8",
      Buffer.from([0x22, 0xff, 0x22]),
      { code: "INVALID_UTF8", data: { offset: 1 } },
    ],
  ])("is refused for %s, with its place", (_, bytes, refusal) => {
    expect(() => parsePlainJson(bytes)).toThrow(expect.objectContaining({ code: refusal.code }));
    expect(() => parsePlainJson(bytes)).toThrow(
      expect.objectContaining({ data: expect.objectContaining(refusal.data) }),
    );
  });

  it("is refused for text that no string can hold, before it is read", () => {
    const bytes = Buffer.alloc(constants.MAX_STRING_LENGTH + 1);
    expect(() => parsePlainJson(bytes)).toThrow(
      expect.objectContaining({
        code: "KB_TOO_LARGE",
        data: { bytes: bytes.length, limit: constants.MAX_STRING_LENGTH },
      }),
    );
  });
});
