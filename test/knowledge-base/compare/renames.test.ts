import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareDocuments } from "../../../src/knowledge-base/compare/documents.ts";
import { renamesBetween } from "../../../src/knowledge-base/compare/renames.ts";
import type { Comparison } from "../../../src/knowledge-base/comparison.ts";
import { randomEntry, randomFrom } from "../random-documents.ts";

const textOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

const compare = (before: unknown, after: unknown, options = {}): Comparison =>
  compareDocuments(textOf(before), textOf(after), options);

const wifi = {
  title: "The wireless network cannot be found",
  category: "Network",
  steps: ["Switch the adapter off and on", "Restart the router beside the window", "Call the provider"],
};
const printer = {
  title: "Pages come out blank",
  category: "Printing",
  steps: ["Replace the toner", "Clean the drum with a dry cloth", "Print a test page"],
};
const invoice = {
  title: "An invoice shows a wrong amount",
  category: "Billing",
  steps: ["Compare the contract", "Write to accounting", "Wait for a corrected document"],
};
const { title: _title, ...untitled } = wifi;
const { steps: _steps, ...withoutSteps } = wifi;

describe("an entry under another id", () => {
  it.each<[string, unknown, unknown, Partial<Comparison>]>([
    [
      "is renamed where its content is equal",
      { a: wifi, b: printer },
      { b: printer, c: wifi },
      {
        added: [],
        removed: [],
        renamed: [{ from: "a", to: "c", similarity: 1, changes: [] }],
        unchangedCount: 1,
      },
    ],
    [
      "is renamed with what changed in it where its content is alike",
      { a: wifi },
      { c: { ...wifi, steps: wifi.steps.slice(1) } },
      {
        added: [],
        removed: [],
        renamed: [
          {
            from: "a",
            to: "c",
            similarity: 0.84,
            changes: [{ path: "/steps/0", kind: "removed", before: "Switch the adapter off and on" }],
          },
        ],
        unchangedCount: 0,
      },
    ],
    [
      "is no other entry of that length",
      { a: wifi },
      { c: printer },
      { added: ["c"], removed: ["a"], renamed: [] },
    ],
    [
      "is told without the id inside the value",
      [{ id: "a", ...wifi }],
      [{ id: "c", ...wifi }],
      { added: [], removed: [], renamed: [{ from: "a", to: "c", similarity: 1, changes: [] }] },
    ],
    [
      "is told without a numeric id inside the value",
      [{ id: 7, ...wifi }],
      [{ id: 8, ...wifi, category: "Wireless" }],
      {
        renamed: [
          {
            from: "7",
            to: "8",
            similarity: 0.94,
            changes: [{ path: "/category", kind: "changed", before: "Network", after: "Wireless" }],
          },
        ],
      },
    ],
    [
      "is told without the id inside the value of a map's member",
      { a: { slug: "a", ...wifi } },
      { c: { slug: "c", ...wifi } },
      { renamed: [{ from: "a", to: "c", similarity: 1, changes: [] }] },
    ],
    [
      "keeps a field called id that says something else",
      { a: { id: "KB-7", ...wifi } },
      { c: { id: "KB-8", ...wifi } },
      {
        renamed: [
          {
            from: "a",
            to: "c",
            similarity: 0.95,
            changes: [{ path: "/id", kind: "changed", before: "KB-7", after: "KB-8" }],
          },
        ],
      },
    ],
    [
      "is renamed where key order changed and nothing else",
      { a: wifi },
      { c: { steps: wifi.steps, ...withoutSteps } },
      { renamed: [{ from: "a", to: "c", similarity: 1, changes: [] }] },
    ],
    [
      "may stand in another collection",
      { problems: { wifi }, articles: { printer } },
      { problems: { invoice }, articles: { printer, wifi } },
      {
        added: ["problems/invoice"],
        removed: [],
        renamed: [{ from: "problems/wifi", to: "articles/wifi", similarity: 1, changes: [] }],
      },
    ],
    [
      "may be an id's second entry",
      [
        { id: "a", ...wifi },
        { id: "a", ...printer },
      ],
      [
        { id: "a", ...wifi },
        { id: "c", ...printer },
      ],
      { added: [], removed: [], renamed: [{ from: "a#2", to: "c", similarity: 1, changes: [] }] },
    ],
    [
      "may be a text",
      { a: "Restart the router and wait" },
      { c: "Restart the router and wait" },
      { renamed: [{ from: "a", to: "c", similarity: 1, changes: [] }] },
    ],
  ])("%s", (_name, before, after, expected) => {
    const entries = "problems" in (before as object) ? { entries: ["/problems/*", "/articles/*"] } : {};
    expect(compare(before, after, entries)).toMatchObject(expected);
  });

  it("does not make entries look reordered", () => {
    expect(compare({ a: wifi, b: printer }, { b: printer, c: wifi }).reordered).toBe(false);
  });

  it("is listed in the order of the newer side", () => {
    const after = { z: invoice, y: printer, x: wifi };
    const { renamed, summary } = compare({ a: wifi, b: printer, c: invoice }, after);
    expect(renamed.map(({ from, to }) => from + to)).toEqual(["cz", "by", "ax"]);
    expect(summary).toMatchObject({ added: 0, removed: 0, renamed: 3, unchanged: 0 });
  });

  it("is taken by the configured id field", () => {
    const options = { entries: ["/*"], idField: "code" };
    const { renamed } = compare([{ code: "a", ...wifi }], [{ code: "c", ...wifi }], options);
    expect(renamed).toEqual([{ from: "a", to: "c", similarity: 1, changes: [] }]);
  });

  it("stays added and removed where only counts are wanted", () => {
    expect(compare({ a: wifi }, { c: wifi }, { countOnly: true })).toMatchObject({
      added: ["c"],
      removed: ["a"],
      renamed: [],
    });
  });
});

describe("what is ambiguous is not guessed:", () => {
  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ["one removed, two added of its content", { a: wifi }, { c: wifi, d: wifi }],
    ["two removed of one content, one added", { a: wifi, b: wifi }, { c: wifi }],
    ["two of one content on either side", { a: wifi, b: wifi }, { c: wifi, d: wifi }],
    [
      "two that are alike, none clearly more",
      { a: wifi },
      { c: { ...wifi, title: "No wireless" }, d: { ...wifi, title: "No network" } },
    ],
    ["content of a few words", { a: { title: "Slow router" } }, { c: { title: "Slow modem router" } }],
    ["nothing but an id", { a: {} }, { c: {} }],
    ["a bare number", { a: 1 }, { c: 1 }],
    ["an empty text", { a: "" }, { c: "" }],
  ])("%s", (_name, before, after) => {
    const both = { x: printer };
    expect(compare({ ...both, ...before }, { ...both, ...after })).toMatchObject({
      added: Object.keys(after),
      removed: Object.keys(before),
      renamed: [],
    });
  });

  it("but equal content is clear beside content that is alike", () => {
    const { added, renamed } = compare({ a: wifi }, { c: untitled, d: wifi });
    expect(renamed).toMatchObject([{ from: "a", to: "d", similarity: 1 }]);
    expect(added).toEqual(["c"]);
  });

  it("and what is alike is clear where it is so by a tenth", () => {
    const { added, renamed } = compare({ a: wifi }, { c: { ...untitled, steps: [] }, d: untitled });
    expect(renamed).toMatchObject([{ from: "a", to: "d" }]);
    expect(added).toEqual(["c"]);
  });
});

describe("the search for renames", () => {
  it("looks for likeness among 1,000 entries of a side, and for equal content among any number", () => {
    const entries = (prefix: string, count: number): { id: string; value: Buffer }[] =>
      Array.from({ length: count }, (_unused, index) => ({
        id: prefix + index,
        value: textOf({ words: Array.from({ length: 10 }, (_none, word) => `${prefix}${index}w${word}`) }),
      }));
    const alike = { id: "alike", value: textOf(untitled) };
    const equal = { id: "equal", value: textOf(printer) };
    const removed = [
      { id: "a", value: textOf(wifi) },
      { id: "b", value: textOf(printer) },
    ];
    const tosOf = (added: number): string[] =>
      renamesBetween(removed, [...entries("n", added), alike, equal]).map(({ to }) => to);
    expect(tosOf(999)).toEqual(["alike", "equal"]);
    expect(tosOf(1000)).toEqual(["equal"]);
  });

  it("gives the same renames in the other direction, with sides exchanged", () => {
    const side = fc.array(fc.tuple(fc.nat(12), fc.nat(3)), { maxLength: 6 });
    const variant = (seed: number, edits: number): unknown => {
      const { title, text, steps } = randomEntry(randomFrom(seed), "");
      return { title: `${title} t${seed}`, text: text.slice(0, 300), steps: steps.slice(edits), edits };
    };
    const entriesOf = (prefix: string, list: [number, number][]): { id: string; value: Buffer }[] =>
      list.map(([seed, edits], index) => ({ id: prefix + index, value: textOf(variant(seed, edits)) }));
    let found = 0;
    fc.assert(
      fc.property(side, side, (before, after) => {
        const [removed, added] = [entriesOf("a", before), entriesOf("b", after)];
        const forth = renamesBetween(removed, added);
        const back = renamesBetween(added, removed);
        const named = (list: typeof forth, isBack: boolean): string[] =>
          list
            .map(({ from, to, similarity, changes }) =>
              [isBack ? to : from, isBack ? from : to, similarity, changes.length].join(" "),
            )
            .sort();
        expect(named(back, true)).toEqual(named(forth, false));
        expect(new Set(forth.map(({ from }) => from)).size).toBe(forth.length);
        found += forth.length;
      }),
    );
    expect(found).toBeGreaterThan(0);
  });
});
