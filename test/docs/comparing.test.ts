import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parseConfig } from "../../src/config/parse.ts";
import { defaultReviewRules, reviewRules } from "../../src/knowledge-base/review/rules.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/comparing.md"), "utf8");

it("docs/comparing.md lists the review rules that apply by default", () => {
  const [, table = ""] = page.split("| rule | finds |");
  const listed = [...table.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name);
  expect(listed).toEqual(defaultReviewRules.map(({ name }) => name));
});

it("docs/comparing.md shows configurations that are accepted", () => {
  const examples = [...page.matchAll(/^```json\n(.*?)^```/gms)].map(([, text = ""]) => text);
  const configs = examples.map((text) => parseConfig(Buffer.from(text), "docs/comparing.md"));
  expect(configs.map((config) => Object.keys(config))).toEqual([["identityFields"], ["ignore"], ["review"]]);
  const names = reviewRules(configs[2]?.review).map(({ name, severity }) => `${name} ${severity}`);
  expect(names).toEqual([
    "removed-entry warn",
    "removed-step error",
    "changed-warning error",
    "changed-url warn",
    "new-title info",
    "new-url info",
  ]);
});
