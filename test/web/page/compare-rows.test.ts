import { describe, expect, it } from "vitest";
import type { ComparedEntry, CompareSection } from "../../../src/web/api.ts";
import { indexOfPlace, neighbour, rowsOf } from "../../../src/web/page/views/compare/rows.ts";

function entry(id: string | null, renamedFrom: string | null = null): ComparedEntry {
  return { id, renamedFrom, percent: null, counts: {}, severity: null };
}

const sections: readonly CompareSection[] = [
  { kind: "removed", entries: [entry("printer_jam")] },
  { kind: "renamed", entries: [entry("network", "Printer_offline")] },
  { kind: "modified", entries: [entry("login"), entry("")] },
  { kind: "outside", entries: [entry(null)] },
];

function inShort(search: string): (string | null)[] {
  return rowsOf(sections, search).map((row) =>
    row.kind === "heading" ? `${row.section} ${row.entries}` : row.entry.id,
  );
}

describe("the list of a comparison", () => {
  it("has a heading for each section", () => {
    expect(inShort("")).toEqual([
      "removed 1",
      "printer_jam",
      "renamed 1",
      "network",
      "modified 2",
      "login",
      "",
      "outside 1",
      null,
    ]);
  });

  it("is searched by present and former ids, whatever the case", () => {
    expect(inShort(" PRINTER")).toEqual(["removed 1", "printer_jam", "renamed 1", "network"]);
    expect(inShort("nothing like it")).toEqual([]);
  });

  it("goes from entry to entry, over headings, and ends at the ends", () => {
    const rows = rowsOf(sections, "");
    const ids: (string | null)[] = [];
    for (let at = neighbour(rows, -1, 1); at !== null; at = neighbour(rows, indexOfPlace(rows, at), 1))
      ids.push(at.id);
    expect(ids).toEqual(["printer_jam", "network", "login", "", null]);
    expect(neighbour(rows, indexOfPlace(rows, { id: "printer_jam" }), -1)).toBeNull();
    expect(neighbour(rows, indexOfPlace(rows, { id: "network" }), -1)?.id).toBe("printer_jam");
  });

  it("knows no row for what it does not show", () => {
    const rows = rowsOf(sections, "printer");
    expect([indexOfPlace(rows, { id: "login" }), indexOfPlace(rows, null)]).toEqual([-1, -1]);
  });
});
