import { describe, expect, it } from "vitest";
import { type BlamedField, blameGroups } from "../../../src/web/page/views/entry/blame-groups.ts";

function field(path: string, versionId: string | null): BlamedField {
  return { path, value: "1", versionId, author: null, createdAt: null, id: "a" };
}

function inShort(...versions: readonly (string | null)[]): string[] {
  const fields = versions.map((versionId, at) => field(`/${at}`, versionId));
  return blameGroups(fields).map(
    ({ origin, fields: own, isNewest }) =>
      `${origin.versionId ?? "live"}: ${own.map(({ path }) => path).join(" ")}${isNewest ? " newest" : ""}`,
  );
}

describe("the fields of an entry", () => {
  it("are grouped where they stand together and have one origin, and the newest are marked", () => {
    expect(inShort("v9_a", "v9_a", "v10_a", "v9_a")).toEqual(["v9_a: /0 /1", "v10_a: /2 newest", "v9_a: /3"]);
  });

  it("are newest where no version holds them", () => {
    expect(inShort("v2_a", null, "v3_a")).toEqual(["v2_a: /0", "live: /1 newest", "v3_a: /2"]);
    expect(inShort(null, "v3_a")).toEqual(["live: /0 newest", "v3_a: /1"]);
  });

  it("may be none", () => {
    expect(inShort()).toEqual([]);
  });
});
