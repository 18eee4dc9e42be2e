import { describe, expect, it } from "vitest";
import { isLiveRef, resolveRef } from "../../src/knowledge-base/refs.ts";
import { makeCatalog } from "./make-catalog.ts";
import { makeRecord } from "./make-record.ts";

const v1 = "v1_20250125_090000";
const v2 = "v2_20250126_101500";
const v3 = "v3_20250127_120000";
const v4 = "v4_20250127_180000";
const v12 = "v12_20250201_080000";

/** v3 is a safety version; v12 has the newest number. */
const catalog = await makeCatalog(
  [
    makeRecord(v1, { tags: ["baseline", "reviewed"] }),
    makeRecord(v2, { tags: ["reviewed", "2025-01-25"] }),
    makeRecord(v3, { kind: "safety" }),
    makeRecord(v4, { tags: ["latest-good"] }),
    makeRecord(v12, { tags: ["ñandú"] }),
  ],
  [
    { op: "label", label: "known-good", versionId: v2, was: null },
    { op: "label", label: "baseline", versionId: v4, was: null },
    { op: "label", label: "lost", versionId: "v7_20250129_000000", was: null },
    { op: "tag", versionId: v1, tags: ["added-later"] },
  ],
);

describe("resolveRef", () => {
  it.each([
    [v3, v3],
    ["v3", v3],
    ["3", v3],
    ["003", v3],
    ["12", v12],
    ["v12", v12],
    ["latest", v12],
    ["latest~0", v12],
    ["latest~1", v4],
    ["latest~", v4],
    ["latest~2", v2],
    ["latest~1~1", v2],
    ["latest~~", v2],
    ["v4~1", v2],
    ["v3~1", v2],
    ["12~3", v1],
    ["known-good", v2],
    ["known-good~1", v1],
    [" known-good ", v2],
    ["latest-good", v4],
    ["added-later", v1],
    ["ñandú", v12],
    ["n\u0303andu\u0301", v12],
    ["v3_202501", v3],
    ["v1_", v1],
    ["v1_2", v1],
    ["@2025-01-27", v4],
    ["@2025-01-27T12:00:00Z", v2],
    ["2025-01-27T18:00", v4],
    ["2025-01-27T17:59:59.999Z", v2],
    ["@2025-01-27T19:00+01:00", v4],
    ["@2025-01-25T09:00:00Z", v1],
    ["@2099-01-01", v12],
    ["@2025-01-27~1", v2],
    ["2025-01-26", v2],
  ])("%s is %s", (ref, versionId) => {
    expect(resolveRef(catalog, ref).versionId).toBe(versionId);
  });

  it("takes a label before a tag, and either before a date of that form", () => {
    expect(resolveRef(catalog, "baseline").versionId).toBe(v4);
    expect(resolveRef(catalog, "2025-01-25").versionId).toBe(v2);
    expect(resolveRef(catalog, "@2025-01-25").versionId).toBe(v1);
  });

  it("goes by sequence and not by time where clocks went backwards", async () => {
    const backwards = await makeCatalog([makeRecord("v1_20250301_000000"), makeRecord("v2_20250101_000000")]);
    expect(resolveRef(backwards, "latest").versionId).toBe("v2_20250101_000000");
    expect(resolveRef(backwards, "latest~1").versionId).toBe("v1_20250301_000000");
    expect(resolveRef(backwards, "@2025-06-01").versionId).toBe("v2_20250101_000000");
  });

  it.each<[string, readonly string[]]>([
    ["v5", [v4, v3, v2]],
    ["99", [v12, v4, v3]],
    ["v9_20250101_000000", [v12, v4, v3]],
    ["known-godo", ["known-good"]],
    ["lastest", ["latest"]],
    ["basel", ["baseline"]],
    ["nothing like it", []],
    ["", ["2025-01-25", "added-later", "baseline", "known-good", "latest"]],
    ["@", []],
    ["@yesterday", []],
    ["@2025-02-30", []],
    ["@2020-01-01", []],
    ["@2025-01-25T08:59:59Z", []],
    ["latest~x", ["latest"]],
    ["../../etc/passwd", []],
    ["v3_2026", [v3, v2, v4]],
    ["known-good~2", [v1]],
    ["v1~1", []],
    ["latest~99999999999999999999", [v1]],
  ])("finds nothing for %j and offers %j", (ref, candidates) => {
    expect(() => resolveRef(catalog, ref)).toThrow(
      expect.objectContaining({ code: "REF_NOT_FOUND", data: { ref, candidates } }),
    );
  });

  it.each(["live", "live~1"])("says that %s is no version", (ref) => {
    expect(() => resolveRef(catalog, ref)).toThrow(
      expect.objectContaining({ code: "USAGE", data: { ref: "live" } }),
    );
  });

  it("says that the version of a label is gone", () => {
    expect(() => resolveRef(catalog, "lost")).toThrow(
      expect.objectContaining({
        code: "REF_NOT_FOUND",
        data: { ref: "lost", versionId: "v7_20250129_000000", candidates: [] },
      }),
    );
  });

  it("calls a tag of several versions ambiguous, with the newest first among the candidates", () => {
    expect(() => resolveRef(catalog, "reviewed")).toThrow(
      expect.objectContaining({ code: "REF_AMBIGUOUS", data: { ref: "reviewed", candidates: [v2, v1] } }),
    );
  });

  it("names what it did not find where steps back were asked for", () => {
    expect(() => resolveRef(catalog, "nope~2")).toThrow(
      expect.objectContaining({ code: "REF_NOT_FOUND", data: { ref: "nope", candidates: [] } }),
    );
  });

  it("reaches versions that share a number by their full ids, or as much of them as is unique", async () => {
    const [a, b] = ["v1_20250125_090000", "v1_20250126_090000"];
    const merged = await makeCatalog([makeRecord(a), makeRecord(b), makeRecord("v10_20250127_090000")]);
    for (const ref of ["1", "v1", "v1_2025"]) {
      expect(() => resolveRef(merged, ref)).toThrow(
        expect.objectContaining({ code: "REF_AMBIGUOUS", data: { ref, candidates: [b, a] } }),
      );
    }
    expect(resolveRef(merged, a).versionId).toBe(a);
    expect(resolveRef(merged, "v1_20250126").versionId).toBe(b);
    expect(resolveRef(merged, "latest~1").versionId).toBe(b);
  });

  it("shows ten candidates at most and says that there are more", async () => {
    const many = Array.from({ length: 30 }, (_, n) =>
      makeRecord(`v${n + 1}_20250125_090000`, { tags: ["t"] }),
    );
    const crowded = await makeCatalog(many);
    const refusal = (): unknown => resolveRef(crowded, "t");
    expect(refusal).toThrow(/30 versions.*\.\.\./);
    expect(refusal).toThrow(
      expect.objectContaining({ data: { ref: "t", candidates: expect.toSatisfy((c) => c.length === 10) } }),
    );
  });

  it.each(["latest", "v1", "x", "@2025-01-27"])("finds no %s in an empty store", async (ref) => {
    const empty = await makeCatalog([]);
    expect(() => resolveRef(empty, ref)).toThrow(
      expect.objectContaining({ code: "REF_NOT_FOUND", data: { ref, candidates: [] } }),
    );
  });
});

describe("isLiveRef", () => {
  it.each([
    ["live", true],
    ["latest", false],
    ["Live", false],
  ])("%s: %s", (ref, expected) => {
    expect(isLiveRef(ref)).toBe(expected);
  });
});
