import { describe, expect, it } from "vitest";
import { compareDocuments } from "../../../src/knowledge-base/compare/documents.ts";
import {
  findingsAtLeast,
  type ReviewFinding,
  reviewComparison,
} from "../../../src/knowledge-base/review/review.ts";
import { type ReviewSettings, reviewRules } from "../../../src/knowledge-base/review/rules.ts";

/** Findings between two states of one entry, or of a document with the given patterns. */
function review(before: unknown, after: unknown, settings: ReviewSettings = {}): ReviewFinding[] {
  const text = (value: unknown): Buffer => Buffer.from(JSON.stringify({ e: value }));
  return reviewComparison(compareDocuments(text(before), text(after)), reviewRules(settings));
}

const shortOf = ({ rule, kind, path }: ReviewFinding): string => `${rule} ${kind} ${path}`;

const step = (title: string, more: object = {}): object => ({ title, ...more });

describe("the default rules", () => {
  it.each<[name: string, before: unknown, after: unknown, findings: string[]]>([
    [
      "a removed step",
      { steps: [step("a"), step("b")] },
      { steps: [step("b")] },
      ["removed-step removed /steps/0"],
    ],
    [
      "a removed step that is a text",
      { steps: ["a", "b"] },
      { steps: ["b"] },
      ["removed-step removed /steps/0"],
    ],
    ["all steps removed at once", { steps: ["a"], t: 1 }, { t: 1 }, ["removed-step removed /steps"]],
    [
      "a removed step further in",
      { parts: [{ solution_steps: ["a", "b"] }] },
      { parts: [{ solution_steps: ["a"] }] },
      ["removed-step removed /parts/0/solution_steps/1"],
    ],
    [
      "steps that became a text",
      { steps: ["a"] },
      { steps: "see the manual" },
      ["removed-step changed /steps"],
    ],
    ["an added step", { steps: ["a"] }, { steps: ["b", "a"] }, []],
    ["a step that moved", { steps: ["a", "b", "c"] }, { steps: ["b", "c", "a"] }, []],
    ["a changed step", { steps: [step("a", { n: 1 })] }, { steps: [step("a", { n: 2 })] }, []],
    ["a step that loses a field", { steps: [step("a", { n: 1 })] }, { steps: [step("a")] }, []],
    ["a changed warning", { warning: "Hot" }, { warning: "Warm" }, ["changed-warning changed /warning"]],
    ["a removed warning", { warning: "Hot", t: 1 }, { t: 1 }, ["changed-warning removed /warning"]],
    [
      "one warning of several",
      { warnings: ["Hot", "Wet"] },
      { warnings: ["Wet"] },
      ["changed-warning removed /warnings/0"],
    ],
    [
      "a change inside a warning",
      { warnings: [{ id: "a", text: "Hot" }] },
      { warnings: [{ id: "a", text: "Warm" }] },
      ["changed-warning changed /warnings/0/text"],
    ],
    ["an added warning", { t: 1 }, { t: 1, warnings: ["Hot"] }, []],
    ["no warning where there was none", { t: 1, warnings: [], warning: "" }, { t: 1 }, []],
    [
      "a removed step with a warning and a URL in it",
      { steps: [step("a", { warnings: ["Hot"], resources: [{ url: "https://a.example/x" }] }), "b"] },
      { steps: ["b"] },
      ["removed-step removed /steps/0", "changed-warning removed /steps/0", "changed-url removed /steps/0"],
    ],
    [
      "a removed step whose warnings are empty",
      { steps: [step("a", { warnings: [] }), "b"] },
      { steps: ["b"] },
      ["removed-step removed /steps/0"],
    ],
    [
      "a changed URL",
      { link: "https://a.example/x" },
      { link: "https://a.example/y" },
      ["changed-url changed /link"],
    ],
    ["a removed URL", { link: "HTTP://a.example", t: 1 }, { t: 1 }, ["changed-url removed /link"]],
    [
      "a URL that became another value",
      { link: "https://a.example/x" },
      { link: null },
      ["changed-url changed /link"],
    ],
    [
      "a URL inside a text",
      { text: "See https://a.example/x." },
      { text: "See https://a.example/z." },
      ["changed-url changed /text"],
    ],
    [
      "a text around a URL",
      { text: "See https://a.example/x for more." },
      { text: "More is at https://a.example/x" },
      [],
    ],
    ["an added URL", { t: 1 }, { t: 1, link: "https://a.example" }, []],
    ["a URL of another kind", { link: "ftp://a.example" }, { link: "ftp://b.example" }, []],
    [
      "a changed category",
      { category: "Network" },
      { category: "Billing" },
      ["changed-category changed /category"],
    ],
    [
      "one category of several",
      { categories: ["a", "b"] },
      { categories: ["a"] },
      ["changed-category removed /categories/1"],
    ],
    ["an added category", { t: 1 }, { t: 1, category: "Network" }, []],
    ["a changed title", { title: "a" }, { title: "b" }, []],
  ])("see %s as they should", (_name, before, after, findings) => {
    expect(review(before, after).map(shortOf)).toEqual(findings);
  });

  it("name a removed entry, without a path, and no added one", () => {
    const before = Buffer.from('{"a": {"steps": ["x"]}, "b": 1}');
    const after = Buffer.from('{"b": 1, "c": {"steps": ["y"]}}');
    expect(reviewComparison(compareDocuments(before, after))).toEqual([
      {
        rule: "removed-entry",
        severity: "warn",
        entry: "a",
        path: null,
        kind: "removed",
        message: "removed entry",
      },
    ]);
  });

  it("look into renamed entries, by their newer id, and do not call them removed", () => {
    const text = "Restart the router beside the window, then wait for the green light to stop blinking";
    const before = Buffer.from(JSON.stringify({ old: { text, category: "Network" } }));
    const after = Buffer.from(JSON.stringify({ young: { text, category: "Billing" } }));
    expect(reviewComparison(compareDocuments(before, after))).toMatchObject([
      { rule: "changed-category", entry: "young", path: "/category" },
    ]);
  });

  it("look at what is outside all entries, without an entry", () => {
    const before = Buffer.from('{"meta": {"home": "https://a.example/"}, "problems": [{"id": 1}]}');
    const after = Buffer.from('{"meta": {"home": "https://b.example/"}, "problems": [{"id": 1}]}');
    expect(reviewComparison(compareDocuments(before, after))).toMatchObject([
      { rule: "changed-url", entry: null, path: "/meta/home", kind: "changed" },
    ]);
  });

  it("find nothing between a document and itself", () => {
    const all = { steps: ["a"], warnings: ["b"], url: "https://a.example", category: "c" };
    expect(review(all, all)).toEqual([]);
  });
});

describe("configured rules", () => {
  const before = { title: "a", steps: ["x", "y"], warning: "Hot" };
  const after = { title: "b", steps: ["y"], warning: "Warm" };

  it.each<[name: string, settings: ReviewSettings, findings: string[]]>([
    ["can be turned off", { "removed-step": "off" }, ["changed-warning warn"]],
    [
      "can be made more severe",
      { "changed-warning": "error" },
      ["changed-warning error", "removed-step warn"],
    ],
    [
      "can be narrowed",
      { "removed-step": { paths: ["/solution/*"] }, "changed-warning": { kinds: ["removed"] } },
      [],
    ],
    ["can be turned off inside a section", { "removed-step": { severity: "off" } }, ["changed-warning warn"]],
    [
      "can be added",
      { "no-new-title": { severity: "info", paths: ["/title"] } },
      ["changed-warning warn", "no-new-title info", "removed-step warn"],
    ],
    [
      "can look at everything",
      { any: { severity: "info" }, "removed-step": "off", "changed-warning": "off" },
      ["any info", "any info", "any info"],
    ],
    [
      "can be added and be off",
      { later: { severity: "off" }, "removed-step": "off", "changed-warning": "off" },
      [],
    ],
  ])("%s", (_name, settings, findings) => {
    const found = review(before, after, settings).map(({ rule, severity }) => `${rule} ${severity}`);
    expect(found.sort()).toEqual(findings);
  });

  it("say what they are told to say, or their name", () => {
    const messages = (settings: ReviewSettings): string[] =>
      review({ title: "a" }, { title: "b" }, settings).map(({ message }) => message);
    expect(messages({ "no-new-title": { severity: "warn" } })).toEqual(["no new title"]);
    expect(messages({ x: { severity: "warn", message: "Ask Ana first" } })).toEqual(["Ask Ana first"]);
  });

  it("can look for whole entries that were added, and for URLs that come", () => {
    const rules = reviewRules({
      "new-entry": { severity: "info", kinds: ["added"], paths: [""] },
      "new-url": { severity: "info", kinds: ["added"], urls: true },
    });
    const older = Buffer.from('{"a": {"t": 1}}');
    const newer = Buffer.from('{"a": {"t": 1, "links": [{"url": "https://a.example"}]}, "b": {"t": 2}}');
    expect(reviewComparison(compareDocuments(older, newer), rules).map(shortOf)).toEqual([
      "new-entry added null",
      "new-url added /links",
    ]);
  });

  it("follow a moved element only where they say so", () => {
    const [one, other] = [{ steps: ["a", "b", "c"] }, { steps: ["b", "c", "a"] }];
    const moved: ReviewSettings = { moved: { severity: "info", kinds: ["moved"], paths: ["steps/*"] } };
    expect(review(one, other, moved).map(shortOf)).toEqual(["moved moved /steps/2"]);
  });

  it.each<[string, ReviewSettings]>([
    ["a severity alone", { "removed-setp": "error" }],
    ["no severity", { own: { paths: ["/title"] } }],
  ])("refuse an unknown name with %s", (_name, settings) => {
    expect(() => reviewRules(settings)).toThrow(
      expect.objectContaining({ code: "USAGE", data: { rule: Object.keys(settings)[0] } }),
    );
  });
});

it("findings can be chosen by their least severity", () => {
  const settings: ReviewSettings = { any: { severity: "info" }, "changed-warning": "error" };
  const found = review({ warning: "Hot", steps: ["a"] }, { warning: "Warm", steps: [] }, settings);
  const rulesAt = (severity: "info" | "warn" | "error"): string[] =>
    findingsAtLeast(found, severity)
      .map(({ rule }) => rule)
      .sort();
  expect(rulesAt("error")).toEqual(["changed-warning"]);
  expect(rulesAt("warn")).toEqual(["changed-warning", "removed-step"]);
  expect(rulesAt("info")).toEqual(["any", "any", "changed-warning", "removed-step"]);
});
