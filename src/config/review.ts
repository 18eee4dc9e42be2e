/**
 * The rule for the section `review` of the configuration.
 *
 * @module
 */
import { defaultReviewRules, reviewSeverities } from "../knowledge-base/review/rules.ts";
import { flag, listOf, mapOf, oneOf, pathPattern, type Rule, section, text } from "./rules.ts";

const severity = oneOf("off", ...reviewSeverities);

const condition = {
  severity,
  kinds: listOf(oneOf("added", "removed", "changed", "moved"), 1),
  paths: listOf(pathPattern, 1),
  urls: flag,
  message: text,
};

const changedRule = section(condition);
const ownRule = section(condition, ["severity"]);
const defaultNames = new Set(defaultReviewRules.map(({ name }) => name));

/** Review rules by name: a severity or a section for one that exists by default, a section for an own one. */
export const review: Rule = mapOf((value, name) => {
  if (!defaultNames.has(name)) return ownRule(value);
  return typeof value === "string" ? severity(value) : changedRule(value);
});
