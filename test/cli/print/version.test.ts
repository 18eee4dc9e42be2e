import { describe, expect, it } from "vitest";
import { versionRecord, versionRows } from "../../../src/cli/print/version.ts";
import { page, version } from "./sample.ts";

describe("a row", () => {
  it("holds number, id, both times, author, labels and tags, changes, description", () => {
    expect(versionRows([version()], page())).toEqual([
      "v3  v3_20250127_120000  2025-01-27 12:00 UTC (3 days ago)  Ana  [known-good] #review  +3 -1 ~5  Pasos para el router nuevo",
    ]);
  });

  it("leaves out the marks where no version has one", () => {
    expect(versionRows([version({ tags: [], labels: [] })], page())).toEqual([
      "v3  v3_20250127_120000  2025-01-27 12:00 UTC (3 days ago)  Ana  +3 -1 ~5  Pasos para el router nuevo",
    ]);
  });

  it("says in words what a safety version of a broken file is", () => {
    const [row] = versionRows(
      [version({ kind: "safety", valid: false, changes: null, tags: [], labels: [] })],
      page(),
    );
    expect(row).toContain("Ana  (safety) (not JSON)  ?  Pasos");
  });

  it("escapes what could steer the terminal", () => {
    const [row] = versionRows([version({ author: "A\u001b[2J", description: "\u202eevil" })], page());
    expect(row).toContain("A\\u001b[2J");
    expect(row).toContain("\\u202eevil");
  });
});

describe("rows", () => {
  it("are aligned by columns, wide characters included", () => {
    const rows = versionRows(
      [version(), version({ sequence: 12, versionId: "v12_20250128_120000", author: "日本" })],
      page(),
    );
    expect(rows).toEqual([
      "v3   v3_20250127_120000   2025-01-27 12:00 UTC (3 days ago)  Ana   [known-good] #review  +3 -1 ~5  Pasos para el router nuevo",
      "v12  v12_20250128_120000  2025-01-27 12:00 UTC (3 days ago)  日本  [known-good] #review  +3 -1 ~5  Pasos para el router nuevo",
    ]);
  });

  it("cut the description to the width of the terminal", () => {
    const [row] = versionRows([version({ description: "a".repeat(100) })], page(140));
    expect(row).toHaveLength(140);
    expect(row?.endsWith("a…")).toBe(true);
  });

  it("put the description on a line of its own where little room remains, and never cut the id", () => {
    expect(versionRows([version({ description: "b".repeat(100) })], page(60))).toEqual([
      "v3  v3_20250127_120000  2025-01-27 12:00 UTC (3 days ago)  Ana  [known-good] #review  +3 -1 ~5",
      `    ${"b".repeat(55)}…`,
    ]);
  });
});

it("a record has a line per member", () => {
  expect(versionRecord(version({ tags: [] }), page())).toEqual([
    "version     v3_20250127_120000 (number 3, snapshot)",
    "created     2025-01-27 12:00 UTC (3 days ago), 2025-01-27T12:00:00.000Z",
    "author      Ana",
    "description Pasos para el router nuevo",
    "labels      known-good",
    "tags        none",
    "parent      v2_20250126_090000",
    "changes     +3 -1 ~5",
    "content     20.1 kB, 5 entries",
    `sha256      ${"0123456789abcdef".repeat(4)}`,
  ]);
});
