import { describe, expect, it } from "vitest";
import { statusOf } from "../../src/database/status.ts";
import { makeMigration, makeRow } from "./make-situation.ts";

/** Each status as `ID STATE PROBLEM ...`. */
const told = (...given: Parameters<typeof statusOf>): string[] =>
  statusOf(...given).map(({ id, state, problems }) => [id, state, ...problems].join(" "));

describe("the status of migrations", () => {
  it("lays files and rows side by side, in the order of stamps as numbers", () => {
    const files = ["10_c", "9_b", "20250127_120000_d"].map((id) => makeMigration(id));
    const rows = [makeRow("1_a", 1), makeRow("009_b", 2)];
    const statuses = statusOf(files, rows);
    expect(statuses.map(({ id, stamp, name, state }) => [id, stamp, name, state])).toEqual([
      ["1_a", "1", "a", "applied"],
      ["9_b", "9", "b", "applied"],
      ["10_c", "10", "c", "pending"],
      ["20250127_120000_d", "20250127_120000", "d", "pending"],
    ]);
    expect(statuses.map(({ migration, row }) => [migration?.id ?? null, row?.version ?? null])).toEqual([
      [null, "1"],
      ["9_b", "009"],
      ["10_c", null],
      ["20250127_120000_d", null],
    ]);
  });

  it.each([
    ["applied, and its file is as it was", makeRow("001_a", 1), "applied"],
    ["applied from another text", makeRow("001_a", 1, { checksum: "other" }), "applied edited"],
    [
      "applied from a text that another algorithm summed",
      makeRow("001_a", 1, { checksum: "other", checksumAlgorithm: "sha256-text-2" }),
      "applied",
    ],
    [
      "there again, after somebody accepted that it is gone",
      makeRow("001_a", 1, { checksum: null }),
      "applied edited",
    ],
    ["being applied", makeRow("001_a", 1, { state: "applying" }), "half-applied"],
    ["being rolled back", makeRow("001_a", 1, { state: "reverting" }), "half-applied"],
  ])("tells of a migration that is %s", (_, row, expected) => {
    expect(told([makeMigration("001_a")], [row])).toEqual([`001_a ${expected}`]);
  });

  it("tells of a file that is gone, unless somebody accepted that", () => {
    expect(told([], [makeRow("001_a", 1)])).toEqual(["001_a applied missing-file"]);
    expect(told([], [makeRow("001_a", 1, { checksum: null })])).toEqual(["001_a applied"]);
    expect(told([], [makeRow("001_a", 1, { state: "applying" })])).toEqual([
      "001_a half-applied missing-file",
    ]);
  });

  it("tells of pending migrations below the newest applied one", () => {
    const files = ["001_a", "002_b", "003_c"].map((id) => makeMigration(id));
    expect(told(files, [makeRow("002_b", 1)])).toEqual([
      "001_a pending out-of-order",
      "002_b applied",
      "003_c pending",
    ]);
    expect(told([makeMigration("0_zero")], [])).toEqual(["0_zero pending"]);
  });

  it("tells of migrations that can neither be rolled back nor say why", () => {
    const irreversible = "-- kbvault: irreversible the data is gone\nDROP TABLE t;";
    expect(
      told(
        [makeMigration("001_a", "SELECT 1;", null), makeMigration("002_b", irreversible, null)],
        [makeRow("001_a", 1, { checksumAlgorithm: "other" })],
      ),
    ).toEqual(["001_a applied missing-rollback", "002_b pending"]);
  });
});
