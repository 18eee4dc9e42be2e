import { describe, expect, it } from "vitest";
import { parseTree } from "../../../src/json/parse.ts";
import type { Identity } from "../../../src/knowledge-base/diff/identity.ts";
import {
  type Candidate,
  diceOf,
  featuresOf,
  pairsByLikeness,
  sharedFeatures,
} from "../../../src/knowledge-base/diff/likeness.ts";

const features = (text: string, omitted: string | null = null, most?: number): string[] => [
  ...featuresOf(parseTree(text), omitted, most),
];

describe("the features of an element", () => {
  it.each<[string, string[]]>([
    ['"Hold the button, hold it"', ["Hold", "the", "button", "hold", "it"]],
    ['"路由器 ok"', ["路", "由", "器", "ok"]],
    ["7", ["=7"]],
    ['"?!"', ["=?!"]],
    ["null", ["=null"]],
    [
      '{"title":"Call us","count":2,"list":[2,{"deep":true}]}',
      ["Call", "us", "count=2", "list=2", "deep=true"],
    ],
  ])("%s are its words, and other scalars with their keys", (text, expected) => {
    expect(features(text)).toEqual(expected);
  });

  it("leave one member of the element out, and none further in", () => {
    expect(features('{"id":1,"inside":{"id":2},"text":"a"}', "id")).toEqual(["a", "id=2"]);
    expect(features('[{"id":1}]', "id")).toEqual(["id=1"]);
  });

  it("end with the text that fills the number wanted, and look at so many members", () => {
    expect(features('["a b","c d","e f"]', null, 3)).toEqual(["a", "b", "c", "d"]);
    expect(features('["a b c","d"]', null, 3)).toEqual(["a", "b", "c"]);
    expect(features('["a","a","a","b"]', null, 3)).toEqual(["a"]);
  });
});

describe("sets of features", () => {
  const sets = (...texts: string[]): Set<string>[] => texts.map((text) => new Set(text.split(" ")));

  it("are as alike as what they share is of both", () => {
    expect(diceOf(1, new Set("ab"), new Set("bc"))).toBe(0.5);
    expect(diceOf(2, new Set("ab"), new Set("ab"))).toBe(1);
    expect(diceOf(1, new Set("a"), new Set("abc"))).toBe(0.5);
  });

  it("that share some are told with how many", () => {
    expect([...sharedFeatures(sets("a b", "c", "a b c"), sets("b a", "x", "c"))]).toEqual([
      { before: 0, after: 0, count: 2 },
      { before: 1, after: 2, count: 1 },
      { before: 2, after: 0, count: 2 },
      { before: 2, after: 2, count: 1 },
    ]);
  });
});

describe("pairs of candidates", () => {
  const name = (mark: string): Identity => ({ kind: "name", field: "id", mark });
  const hint = (mark: string): Identity => ({ kind: "hint", field: "id", mark });
  const candidate = (
    index: number,
    words: string,
    identity: Identity | null = null,
    gap: number | null = 0,
  ): Candidate => ({ index, features: new Set(words.split(" ")), identity, gap });
  const pairs = (before: Candidate[], after: Candidate[]): string[] =>
    pairsByLikeness(before, after).map((pair) => `${pair.before}-${pair.after}`);

  it.each<[string, Candidate[], Candidate[], string[]]>([
    [
      "the most alike first, each once",
      [candidate(0, "a b c d")],
      [candidate(0, "a b c x"), candidate(1, "a b c d")],
      ["0-1"],
    ],
    ["none of what is hardly alike", [candidate(0, "a b c d e f")], [candidate(0, "a u v w x y")], []],
    [
      "of equally alike ones the nearest",
      [candidate(2, "a b")],
      [candidate(0, "a b"), candidate(1, "a b")],
      ["2-1"],
    ],
    [
      "of equally near ones the first",
      [candidate(1, "a b"), candidate(3, "a b")],
      [candidate(2, "a b")],
      ["1-2"],
    ],
    [
      "of equally near new ones the first",
      [candidate(1, "a b")],
      [candidate(2, "a b"), candidate(0, "a b")],
      ["1-0"],
    ],
    ["none of different gaps", [candidate(0, "a b")], [candidate(0, "a b", null, 1)], []],
    ["those outside all gaps", [candidate(0, "a b", null, null)], [candidate(5, "a b", null, null)], ["0-5"]],
    ["none of two names", [candidate(0, "a b", name("x"))], [candidate(0, "a b", name("y"))], []],
    ["a name and none", [candidate(0, "a b", name("x"))], [candidate(0, "a b")], ["0-0"]],
    ["none and a name", [candidate(0, "a b")], [candidate(0, "a b", name("x"))], ["0-0"]],
    ["a name and a hint", [candidate(0, "a b", name("x"))], [candidate(0, "a b", hint("y"))], ["0-0"]],
    ["a hint and a name", [candidate(0, "a b", hint("x"))], [candidate(0, "a b", name("y"))], ["0-0"]],
    ["two hints", [candidate(0, "a b", hint("x"))], [candidate(0, "a b", hint("y"))], ["0-0"]],
    [
      "one mark before more words",
      [candidate(0, "a b c d", hint("x"))],
      [candidate(0, "a b c f", hint("y")), candidate(1, "a b c e", hint("x"))],
      ["0-1"],
    ],
  ])("are %s", (_, before, after, expected) => {
    expect(pairs(before, after)).toEqual(expected);
  });

  it("do not rest on what more than 32 of one side have", () => {
    const crowd = (count: number): Candidate[] =>
      Array.from({ length: count }, (_, index) => candidate(index + 1, "common all"));
    const [one, other] = [candidate(0, "common all mine"), candidate(0, "common all yours")];
    expect(pairs([one], [other, ...crowd(31)])).toEqual(["0-1"]);
    expect(pairs([one], [other, ...crowd(32)])).toEqual([]);
    expect(pairs([one, ...crowd(32)], [other])).toEqual([]);
  });
});
