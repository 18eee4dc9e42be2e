import { describe, expect, it } from "vitest";
import { filterVersions, type VersionFilter } from "../../src/knowledge-base/filter.ts";
import { makeCatalog } from "./make-catalog.ts";
import { makeRecord } from "./make-record.ts";

const now = new Date("2025-01-28T00:00:00Z");
const catalog = await makeCatalog(
  [
    makeRecord("v1_20250125_090000", { tags: ["old", "ñ"] }),
    makeRecord("v2_20250126_101500", { author: "Luis" }),
    makeRecord("v3_20250127_120000", { kind: "safety", author: "Luis" }),
    makeRecord("v4_20250127_235959"),
  ],
  [
    { op: "label", label: "known-good", versionId: "v2_20250126_101500", was: null },
    { op: "tag", versionId: "v4_20250127_235959", tags: ["old"] },
  ],
);

describe("filterVersions", () => {
  it.each<[VersionFilter, readonly number[]]>([
    [{}, [4, 3, 2, 1]],
    [{ limit: 2 }, [4, 3]],
    [{ limit: 100 }, [4, 3, 2, 1]],
    [{ tag: "old" }, [4, 1]],
    [{ tag: "old", limit: 1 }, [4]],
    [{ tag: "n\u0303" }, [1]],
    [{ tag: "none" }, []],
    [{ author: "Luis" }, [3, 2]],
    [{ author: "luis" }, []],
    [{ label: "known-good" }, [2]],
    [{ label: "none" }, []],
    [{ kind: "snapshot" }, [4, 2, 1]],
    [{ kind: "safety", author: "Luis" }, [3]],
    [{ since: "2025-01-26" }, [4, 3, 2]],
    [{ until: "2025-01-26" }, [2, 1]],
    [{ until: "2025-01-27" }, [4, 3, 2, 1]],
    [{ since: "2025-01-26T10:15:00Z", until: "2025-01-27T12:00:00Z" }, [3, 2]],
    [{ since: "2025-01-26T10:15:00.001Z", until: "2025-01-27T11:59" }, []],
    [{ since: "12h" }, [4, 3]],
    [{ since: "2d" }, [4, 3, 2]],
    [{ until: "2d" }, [1]],
    [{ since: "1w", limit: 1 }, [4]],
    [{ since: "999999w" }, [4, 3, 2, 1]],
  ])("%j: %j", (filter, sequences) => {
    expect(filterVersions(catalog, filter, now).map(({ sequence }) => sequence)).toEqual(sequences);
  });

  it.each<[VersionFilter, string]>([
    [{ since: "yesterday" }, "since"],
    [{ until: "2025-02-30" }, "until"],
    [{ since: "" }, "since"],
    [{ limit: 0 }, "limit"],
    [{ limit: -1 }, "limit"],
    [{ limit: 1.5 }, "limit"],
    [{ limit: Number.NaN }, "limit"],
  ])("refuses %j", (filter, option) => {
    expect(() => filterVersions(catalog, filter, now)).toThrow(
      expect.objectContaining({ code: "USAGE", data: expect.objectContaining({ option }) }),
    );
  });
});
