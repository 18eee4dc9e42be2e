import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonNumber } from "../../src/json/value.ts";
import type { FieldChange } from "../../src/knowledge-base/comparison.ts";
import { compareTexts } from "../../src/knowledge-base/diff/words.ts";
import { type ChangeBody, reportedChange } from "../../src/report/change.ts";
import { linesOf, type ReportLine } from "../../src/report/lines.ts";
import { foldedSentences } from "../../src/report/phrase.ts";
import { everything, reportOfChange, reportWith } from "./make-report.ts";

function bodyOf(change: FieldChange): ChangeBody | undefined {
  return reportOfChange(change).sections[0]?.entries[0]?.changes[0]?.body;
}

/** A line in short: `[note]`, `- removed`, `+ added`, or parts with their marks. */
function inShort(line: ReportLine): string {
  if (line.kind === "note") return `[${line.text}]`;
  const texts = line.parts.map(({ kind, text }) => {
    if (kind === "note") return `[${text}]`;
    if (line.kind !== "mixed" || kind === "common") return text;
    return kind === "removed" ? `[-${text}-]` : `{+${text}+}`;
  });
  const sign = line.kind === "removed" ? "- " : line.kind === "added" ? "+ " : "";
  return sign + texts.join("");
}

function linesBetween(before: string, after: string): string[] {
  return linesOf(compareTexts(before, after)).map(inShort);
}

describe("a report", () => {
  it("has its sections in the order of reading, without empty ones", () => {
    const kinds = reportWith(everything).sections.map(({ kind }) => kind);
    expect(kinds).toEqual(["removed", "added", "renamed", "modified", "outside"]);
    expect(reportWith({}).sections).toEqual([]);
  });

  it("counts kinds of changes, and says how alike renamed entries are", () => {
    const entries = reportWith(everything).sections.flatMap((section) => section.entries);
    expect(entries.map(({ id, counts, renamed }) => [id, counts, renamed])).toEqual([
      ["gone", "", null],
      ["new", "", null],
      ["new name", "1 changed", { from: "old name", percent: 93 }],
      ["router", "1 added, 1 removed, 2 changed, 1 moved", null],
      [null, "1 changed", null],
    ]);
  });

  it("shows findings where they belong, and counts them", () => {
    const { sections, findingCounts } = reportWith(everything);
    expect(findingCounts).toBe("2 warn");
    expect(sections[0]?.entries[0]?.findings).toMatchObject([{ rule: "removed-entry" }]);
    const found = sections[3]?.entries[0]?.changes.map(({ path, findings }) => [path, findings.length]);
    expect(found).toEqual([
      ["/title", 0],
      ["/steps/0", 0],
      ["/steps/1", 1],
      ["/steps/0", 0],
      ["/text", 0],
    ]);
  });

  it("has counts only where that is asked for", () => {
    const { sections } = reportWith(everything, { stat: true });
    expect(sections.flatMap(({ entries }) => entries.flatMap(({ changes }) => changes))).toEqual([]);
    expect(sections[3]?.entries[0]?.counts).toBe("1 added, 1 removed, 2 changed, 1 moved");
  });

  it("counts elements that were only renumbered, without a line for each", () => {
    const changes: FieldChange[] = [
      { path: "/steps/1/step_number", kind: "renumbered", before: 1, after: 2 },
    ];
    const entry = reportWith({ modified: [{ id: "a", changes }] }).sections[0]?.entries[0];
    expect(entry).toMatchObject({ counts: "1 renumbered", changes: [] });
  });

  it("shows all findings of one entry", () => {
    const changes: FieldChange[] = ["/steps/0", "/steps/1"].map((path) => ({
      path,
      kind: "removed",
      before: "Call us",
    }));
    const { findingCounts, sections } = reportWith({ modified: [{ id: "a", changes }] });
    expect(findingCounts).toBe("2 warn");
    expect(sections[0]?.entries[0]?.changes.map(({ findings }) => findings.length)).toEqual([1, 1]);
  });

  it.each([
    [1, ["1 entry reformatted, same values: a", "1 change ignored."]],
    [
      7,
      [
        "7 entries reformatted, same values: a, a, a, a, a and 2 more",
        "The entries stand in another order.",
        "7 changes ignored.",
      ],
    ],
  ])("says in sentences what is no difference of values, %i times", (count, sentences) => {
    const reformatted = Array.from({ length: count }, () => "a");
    const summary = { ...reportWith({ reformatted }).summary, ignored: count };
    const report = reportWith({ reformatted, reordered: count > 1, summary });
    expect(foldedSentences(report, (id) => id)).toEqual(sentences);
  });

  it("names a few reformatted entries and counts the rest", () => {
    expect(reportWith(everything).folded).toEqual({
      reformatted: ["a", "b", "c", "d", "e"],
      moreReformatted: 1,
      reordered: true,
    });
  });
});

describe("a change", () => {
  it.each<[string, FieldChange, ChangeBody]>([
    [
      "of short values is before and after",
      { path: "/level", kind: "changed", before: "fácil", after: 2 },
      { kind: "values", before: '"fácil"', after: "2" },
    ],
    [
      "of one side has the other null",
      { path: "/level", kind: "added", after: null },
      { kind: "values", before: null, after: "null" },
    ],
    [
      "of the place counts from 1",
      { path: "/steps/0", kind: "moved", before: 2, after: 0 },
      { kind: "moved", from: 3, to: 1 },
    ],
    [
      "of a long text is marked by words",
      { path: "/a", kind: "changed", before: `${"x ".repeat(40)}one`, after: `${"x ".repeat(40)}two` },
      {
        kind: "lines",
        lines: [
          {
            kind: "mixed",
            parts: [
              { kind: "note", text: "50 characters hidden" },
              { kind: "common", text: "x ".repeat(15) },
              { kind: "removed", text: "one" },
              { kind: "added", text: "two" },
            ],
          },
        ],
      },
    ],
    [
      "that adds lines of text shows them",
      { path: "/a", kind: "added", after: "one\ntwo" },
      {
        kind: "lines",
        lines: ["one", "two"].map((text) => ({ kind: "added", parts: [{ kind: "added", text }] })),
      },
    ],
    [
      "that adds a large value shows its first members, each shortened",
      { path: "/a", kind: "added", after: { title: "t".repeat(300), list: [1, 2], n: 1 } },
      {
        kind: "lines",
        lines: [
          {
            kind: "added",
            parts: [
              { kind: "added", text: `title: "${"t".repeat(82)}` },
              { kind: "note", text: "129 characters hidden" },
              { kind: "added", text: `${"t".repeat(89)}"` },
            ],
          },
          { kind: "added", parts: [{ kind: "added", text: "list: [1,2]" }] },
          { kind: "added", parts: [{ kind: "added", text: "n: 1" }] },
        ],
      },
    ],
  ])("%s", (_, change, body) => {
    expect(bodyOf(change)).toEqual(body);
  });

  it("that adds a number of very many digits shows where it begins and ends", () => {
    const body = bodyOf({ path: "/a", kind: "added", after: new JsonNumber("7".repeat(300)) });
    const lines = body?.kind === "lines" ? body.lines.map(inShort) : [];
    expect(lines).toEqual([expect.stringMatching(/^\+ 7+\[\d+ characters hidden\]7+$/)]);
  });

  it("that removes a long list shows twelve elements and counts the others", () => {
    const body = bodyOf({ path: "/a", kind: "removed", before: Array.from({ length: 100 }, (_, at) => at) });
    const lines = body?.kind === "lines" ? body.lines.map(inShort) : [];
    expect(lines).toHaveLength(13);
    expect(lines.slice(-2)).toEqual(["- 11", "[88 lines hidden]"]);
  });
});

describe("lines of a text", () => {
  const text = (edit: (line: string, at: number) => string): string =>
    Array.from({ length: 20 }, (_, at) => edit(`line ${at}`, at)).join("\n");

  it("far from changes are hidden, but for three on either side", () => {
    const lines = linesBetween(
      text((line) => line),
      text((line, at) => (at === 10 ? "line ten" : line)),
    );
    expect(lines).toEqual([
      "[7 lines hidden]",
      ...["line 7", "line 8", "line 9", "line [-10-]{+ten+}", "line 11", "line 12", "line 13"],
      "[6 lines hidden]",
    ]);
  });

  it("are not hidden where a note would take as much room", () => {
    const lines = linesBetween(
      text((line) => line),
      text((line, at) => (at === 4 ? "line four" : line)),
    );
    expect(lines[0]).toBe("line 0");
  });

  it.each<[string, string, string[]]>([
    ["one\ntwo", "one\nand a half\ntwo", ["one", "+ and a half", "two"]],
    ["one\ntwo\n", "one\n", ["one", "- two", ""]],
    ["one\ntwo", "one two", ["one[-↵-]", "{+ +}two"]],
    ["all gone", "entirely new", ["- all gone", "+ entirely new"]],
  ])("%j and %j are %j", (before, after, lines) => {
    expect(linesBetween(before, after)).toEqual(lines);
  });

  it("are bounded in number", () => {
    const numbers = (sign: string): string => Array.from({ length: 5000 }, (_, at) => sign + at).join("\n");
    const lines = linesBetween(numbers("a"), numbers("b"));
    expect(lines.length).toBeLessThan(100);
    expect(lines.at(-1)).toMatch(/^\[\d+ lines hidden\]$/);
  });

  it("are all there, and whole, where that is asked for", () => {
    const text = (word: string): string => `${"many words ".repeat(50)}${word}\n${"more\n".repeat(200)}end`;
    const lines = linesOf(compareTexts(text("old"), text("new")), true);
    const newer = lines.map((line) =>
      line.kind === "note"
        ? ""
        : line.parts.flatMap((part) => (part.kind === "removed" ? [] : part.text)).join(""),
    );
    expect(newer.join("\n")).toBe(text("new"));
  });

  it("hold every member and all of a value, where that is asked for", () => {
    const steps = Array.from({ length: 30 }, (_, at) => `step ${at} `.repeat(20));
    const added = reportedChange({ path: "/steps", kind: "added", after: steps }, [], true).body;
    expect(added.kind === "lines" && added.lines.length).toBe(30);
    const [long, longer] = [{ text: "a".repeat(500) }, { text: "b".repeat(500) }];
    const changed = reportedChange({ path: "", kind: "changed", before: long, after: longer }, [], true).body;
    expect(changed).toEqual({
      kind: "values",
      before: `{"text":"${long.text}"}`,
      after: `{"text":"${longer.text}"}`,
    });
  });

  it("never cut a character in half", () => {
    const [line] = linesBetween(
      `${"👍".repeat(100)} a ${"👍".repeat(100)}`,
      `${"👍".repeat(100)} b ${"👍".repeat(100)}`,
    );
    expect(line).toMatch(/^\[\d+ characters hidden\](👍)+ \[-a-\]\{\+b\+\} (👍)+\[\d+ characters hidden\]$/u);
  });

  it("account for every character", () => {
    const words = (most: number): fc.Arbitrary<string> =>
      fc
        .array(fc.constantFrom("one ", "two ", "three, ", "four. "), { maxLength: most })
        .map((list) => list.join(""));
    fc.assert(
      fc.property(words(60), words(10), words(10), words(60), (head, one, other, tail) => {
        const [before, after] = [head + one + tail, head + other + tail];
        const parts = linesOf(compareTexts(before, after)).flatMap((line) =>
          line.kind === "note" ? [] : line.parts,
        );
        const lengthWithout = (kind: string): number =>
          parts
            .filter((part) => part.kind !== kind)
            .map((part) => (part.kind === "note" ? Number.parseInt(part.text, 10) : part.text.length))
            .reduce((sum, length) => sum + length, 0);
        expect([lengthWithout("added"), lengthWithout("removed")]).toEqual([before.length, after.length]);
      }),
    );
  });
});
