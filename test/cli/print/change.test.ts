import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changeLines, shortenPair } from "../../../src/cli/print/change.ts";
import { page } from "./sample.ts";

describe("a change", () => {
  it("stands on one line where it is short", () => {
    expect(changeLines({ path: "/level", kind: "changed", before: "fácil", after: "medio" }, page())).toEqual(
      ['/level  changed  "fácil" -> "medio"'],
    );
  });

  it("shows what was added or removed", () => {
    expect(changeLines({ path: "/steps/2", kind: "added", after: { title: "Abrir" } }, page())).toEqual([
      '/steps/2  added  {"title":"Abrir"}',
    ]);
    expect(changeLines({ path: "/steps/2", kind: "removed", before: null }, page())).toEqual([
      "/steps/2  removed  null",
    ]);
  });

  it("stands on three lines where it is long", () => {
    const lines = changeLines(
      { path: "/a", kind: "changed", before: "b".repeat(40), after: "c".repeat(40) },
      page(),
    );
    expect(lines).toEqual(["/a  changed", `    - "${"b".repeat(40)}"`, `    + "${"c".repeat(40)}"`]);
  });

  it("of the whole entry says so", () => {
    expect(changeLines({ path: "", kind: "changed", before: 1, after: 2 }, page())).toEqual([
      "(whole value)  changed  1 -> 2",
    ]);
  });

  it("is escaped", () => {
    const [line] = changeLines({ path: "/\u001b", kind: "added", after: "\u202e\u009b" }, page());
    expect(line).toBe('/\\u001b  added  "\\u202e\\u009b"');
  });
});

describe("shortening", () => {
  it("leaves short texts as they are", () => {
    expect(shortenPair("one", "two")).toEqual(["one", "two"]);
  });

  it("hides what long texts share, but for 30 characters on either side", () => {
    const [before, after] = shortenPair(
      `${"a".repeat(100)}1${"z".repeat(90)}`,
      `${"a".repeat(100)}2${"z".repeat(90)}`,
    );
    expect(before).toBe(`[70 characters hidden]${"a".repeat(30)}1${"z".repeat(30)}[60 characters hidden]`);
    expect(after).toBe(before?.replace("1", "2"));
  });

  it("hides the middle of what is long and not shared", () => {
    const [before] = shortenPair("x".repeat(1000), "");
    expect(before).toBe(`${"x".repeat(90)}[820 characters hidden]${"x".repeat(90)}`);
  });

  it("never cuts a character in half", () => {
    const [before, after] = shortenPair(
      `${"👍".repeat(100)}a${"👍".repeat(100)}`,
      `${"👍".repeat(100)}${"👍".repeat(100)}`,
    );
    expect(before).toMatch(/^\[\d+ characters hidden\](👍)+a(👍)+\[\d+ characters hidden\]$/u);
    expect(after).toMatch(/^\[\d+ characters hidden\](👍)+\[\d+ characters hidden\]$/u);
  });

  it("accounts for every character", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 600 });
    const lengthOf = (shown: string): number =>
      shown.replaceAll(/\[\d+ characters hidden\]/g, "").length +
      [...shown.matchAll(/\[(\d+) characters hidden\]/g)].reduce((sum, match) => sum + Number(match[1]), 0);
    fc.assert(
      fc.property(text, text, text, text, (head, one, other, tail) => {
        const [before, after] = [head + one + tail, head + other + tail];
        expect(shortenPair(before, after).map(lengthOf)).toEqual([before.length, after.length]);
      }),
    );
  });
});
