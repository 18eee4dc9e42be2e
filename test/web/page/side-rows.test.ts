import { describe, expect, it } from "vitest";
import { compareTexts } from "../../../src/knowledge-base/diff/words.ts";
import { linesOf } from "../../../src/report/lines.ts";
import { sideRows, type TextLine } from "../../../src/web/page/parts/side-rows.ts";

function textOf(line: TextLine | null): string | null {
  return line === null ? null : line.parts.map(({ text }) => text).join("");
}

function rowsBetween(before: string, after: string): (string | null)[][] {
  return sideRows(linesOf(compareTexts(before, after), true)).map((row) =>
    row.kind === "note" ? [row.text] : [textOf(row.before), textOf(row.after)],
  );
}

describe("two texts side by side", () => {
  it("stand with their lines beside each other, what was removed beside what came instead", () => {
    expect(rowsBetween("same\nold words here\nend", "same\nnew words here\nend")).toEqual([
      ["same", "same"],
      ["old words here", "new words here"],
      ["end", "end"],
    ]);
    expect(rowsBetween("same\nend", "same\nadded\nend")).toEqual([
      ["same", "same"],
      [null, "added"],
      ["end", "end"],
    ]);
  });

  it("pair removed lines with the added ones that follow, and leave the rest alone", () => {
    const line = (kind: "removed" | "added", text: string): TextLine => ({ kind, parts: [{ kind, text }] });
    const rows = sideRows([
      line("removed", "one"),
      line("removed", "two"),
      line("added", "1"),
      line("removed", "three"),
      { kind: "note", text: "5 lines hidden" },
      line("added", "4"),
    ]);
    expect(
      rows.map((row) => (row.kind === "note" ? row.text : [textOf(row.before), textOf(row.after)])),
    ).toEqual([["one", "1"], ["two", null], ["three", null], "5 lines hidden", [null, "4"]]);
  });
});
