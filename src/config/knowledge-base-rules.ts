/**
 * Rules for what the configuration says of a knowledge base, at its root and under `knowledgeBases`.
 *
 * @module
 */
import type { KnowledgeBaseConfig, KnowledgeBaseSection } from "./config.ts";
import { remotesRule } from "./remotes.ts";
import { retentionRule } from "./retention.ts";
import { review } from "./review.ts";
import {
  listOf,
  type Misfit,
  mapOf,
  pathPattern,
  type Rule,
  rule,
  section,
  text,
  wholeNumber,
} from "./rules.ts";

import { signingRule } from "./signing.ts";
import { storeRule } from "./store-location.ts";

const pattern = rule(
  "a JSON Pointer pattern such as /problems/*",
  (value) => typeof value === "string" && value.startsWith("/"),
);

/** Rules of the keys that each knowledge base may have of its own. */
export const knowledgeBaseRules: Readonly<Record<keyof KnowledgeBaseConfig, Rule>> = {
  kb: text,
  store: storeRule,
  schema: text,
  entries: listOf(pattern, 1),
  idField: text,
  identityFields: listOf(text, 1),
  ignore: listOf((value) => text(value) ?? pathPattern(value)),
  review,
  retention: retentionRule,
  maxDepth: wholeNumber(1),
  signing: signingRule,
  remotes: remotesRule,
};

const name = rule(
  "a name without white space, /, \\ and a - in front, and with at most one *",
  (value) =>
    typeof value === "string" && /^(?!-)[^\s/\\\p{Cc}]+$/u.test(value) && value.split("*").length <= 2,
);

const named = mapOf(section(knowledgeBaseRules, ["kb"]), name);

/** The rule for the section `knowledgeBases`: sections by name; in one whose name has a `*`, the paths have it too. */
export const knowledgeBases: Rule = (value) => named(value) ?? firstWithoutStar(value as Sections);

type Sections = Readonly<Record<string, KnowledgeBaseSection>>;

function firstWithoutStar(sections: Sections): Misfit | null {
  for (const [key, { kb, store }] of Object.entries(sections)) {
    if (!key.includes("*")) continue;
    const wrong = (path: string | undefined): boolean => path !== undefined && path.split("*").length !== 2;
    const member = wrong(kb) ? "kb" : wrong(store) ? "store" : null;
    if (member !== null)
      return { path: [key, member], problem: "has to hold exactly one *, as the name of its section does" };
  }
  return null;
}
