import { describe, expect, it } from "vitest";
import { nearest } from "../../src/knowledge-base/nearest.ts";

describe("nearest", () => {
  const names = ["known-good", "release", "release-2", "draft", "latest"];

  it.each([
    ["known-godo", ["known-good"]],
    ["knowngood", ["known-good"]],
    ["relese", ["release"]],
    ["rel", ["release", "release-2"]],
    ["lates", ["latest"]],
    ["daft", ["draft"]],
    ["something else entirely", []],
    ["x", []],
  ])("%s: %j", (text, expected) => {
    expect(nearest(text, names)).toEqual(expected);
  });

  it("shows five at most", () => {
    const many = Array.from({ length: 20 }, (_, n) => `tag-${n}`);
    expect(nearest("tag-", many)).toHaveLength(5);
  });
});
