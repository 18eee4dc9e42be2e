import { describe, expect, it } from "vitest";
import { changeLines } from "../../../src/cli/print/change.ts";
import type { FieldChange } from "../../../src/knowledge-base/comparison.ts";
import { reportedChange } from "../../../src/report/change.ts";
import { colouredPage, page } from "./sample.ts";

function linesOf(change: FieldChange): string[] {
  return changeLines(reportedChange(change, []), page());
}

describe("a change", () => {
  it("stands on one line where it is short", () => {
    expect(linesOf({ path: "/level", kind: "changed", before: "fácil", after: "medio" })).toEqual([
      '/level  changed  "fácil" -> "medio"',
    ]);
  });

  it("shows what was added or removed", () => {
    expect(linesOf({ path: "/steps/2", kind: "added", after: { title: "Abrir" } })).toEqual([
      '/steps/2  added  {"title":"Abrir"}',
    ]);
    expect(linesOf({ path: "/steps/2", kind: "removed", before: null })).toEqual(["/steps/2  removed  null"]);
  });

  it("says from where to where an element moved, counted from 1", () => {
    expect(linesOf({ path: "/steps/0", kind: "moved", before: 2, after: 0 })).toEqual([
      "/steps/0  moved from position 3 to 1",
    ]);
  });

  it("of a long text marks words", () => {
    const text = (word: string): string =>
      `Espere ${word} y vuelva a encender el aparato, primero el de la pared.`;
    expect(
      linesOf({ path: "/a", kind: "changed", before: text("un minuto"), after: text("una hora") }),
    ).toEqual([
      "/a  changed",
      "      Espere [-un minuto-]{+una hora+} y vuelva a encender el aparato, primero el de la pared.",
    ]);
  });

  it("shows whole lines with their sign", () => {
    const before = "Apagar el aparato\nEsperar un minuto entero\nEncender el aparato de la pared\n";
    const after = "Apagar el aparato\nEncender el aparato de la pared\nMirar la luz\n";
    expect(linesOf({ path: "/a", kind: "changed", before, after })).toEqual([
      "/a  changed",
      "      Apagar el aparato",
      "    - Esperar un minuto entero",
      "      Encender el aparato de la pared",
      "    + Mirar la luz",
      "      ",
    ]);
  });

  it("of the whole entry says so", () => {
    expect(linesOf({ path: "", kind: "changed", before: 1, after: 2 })).toEqual([
      "(whole value)  changed  1 -> 2",
    ]);
  });

  it("shows what a review found", () => {
    const change = reportedChange({ path: "/steps/1", kind: "removed", before: 1 }, [
      {
        rule: "removed-step",
        severity: "warn",
        entry: "a",
        path: "/steps/1",
        kind: "removed",
        message: "removed step",
      },
    ]);
    expect(changeLines(change, page())).toEqual(["/steps/1  removed  1  warn: removed step"]);
  });

  it("is escaped, in short and in long", () => {
    expect(linesOf({ path: "/\u001b", kind: "added", after: "\u202e\u009b" })).toEqual([
      '/\\u001b  added  "\\u202e\\u009b"',
    ]);
    const long = linesOf({
      path: "/a",
      kind: "changed",
      before: `${"a ".repeat(40)}\u001b[31m`,
      after: `${"a ".repeat(40)}\u202e`,
    });
    expect(long.join("\n")).toMatch(/^[^\p{Cc}\u202e]*\n[^\p{Cc}\u202e]*$/u);
  });

  it("marks words on a coloured page by lines through and under them", () => {
    const change = reportedChange(
      {
        path: "/a",
        kind: "changed",
        before: `${"a ".repeat(30)}one end`,
        after: `${"a ".repeat(30)}two end`,
      },
      [],
    );
    expect(changeLines(change, colouredPage()).join("\n")).toContain(
      "\u001b[31m\u001b[9mone\u001b[29m\u001b[39m\u001b[32m\u001b[4mtwo\u001b[24m\u001b[39m end",
    );
  });
});
