/**
 * Rules for reviewers: which changes of a knowledge base deserve a second look.
 *
 * @module
 */
import { KbvaultError } from "../../errors.ts";
import type { FieldChangeKind } from "../comparison.ts";

/** How much a finding matters, from little to much. */
export type ReviewSeverity = (typeof reviewSeverities)[number];

/** The severities, from little to much. */
export const reviewSeverities: readonly ["info", "warn", "error"] = ["info", "warn", "error"];

/** What a rule looks for; every key may be missing. */
export interface ReviewCondition {
  /** Kinds of change; default: all. */
  readonly kinds?: readonly FieldChangeKind[];
  /**
   * Path patterns of the places that matter, inside an entry or, outside all entries, inside the document; default:
   * every place. `*` is any one token, `**` any number of them, also none; without a slash at the front a pattern
   * starts at any depth: `steps/*` is each element of any `steps`, `warnings/**` any `warnings` and what is in it.
   * "" is the whole entry.
   */
  readonly paths?: readonly string[];
  /** Only changes by which the address of a web page goes, in a text or as the whole text; default false. */
  readonly urls?: boolean;
  /** What the finding says; default: the rule's name with spaces. */
  readonly message?: string;
}

/** A rule that is ready to be applied. */
export interface ReviewRule extends Required<Omit<ReviewCondition, "paths">> {
  readonly name: string;
  readonly severity: ReviewSeverity;
  /** Null is every place. */
  readonly paths: readonly string[] | null;
}

/**
 * Changes to the default rules, and own ones, by name: `off`, a severity, or what else is different. A rule of a new
 * name has to have its severity.
 */
export type ReviewSettings = Readonly<Record<string, ReviewSetting>>;

/** What ReviewSettings say of one rule. */
export type ReviewSetting =
  | "off"
  | ReviewSeverity
  | (ReviewCondition & { readonly severity?: "off" | ReviewSeverity });

/**
 * The rules that apply without a configuration, all of severity `warn`: `removed-entry`, `removed-step` (an element of
 * `steps`, `solution_steps`, `troubleshooting_steps` or `instructions`), and `changed-warning`, `changed-url` and
 * `changed-category`, which are also found where they are removed.
 */
export const defaultReviewRules: readonly ReviewRule[] = [
  ruleOf("removed-entry", "warn", { kinds: ["removed"], paths: [""] }),
  ruleOf("removed-step", "warn", {
    kinds: ["removed"],
    paths: ["steps/*", "solution_steps/*", "troubleshooting_steps/*", "instructions/*"],
  }),
  ruleOf("changed-warning", "warn", { kinds: ["changed", "removed"], paths: ["warning/**", "warnings/**"] }),
  ruleOf("changed-url", "warn", { kinds: ["changed", "removed"], urls: true, message: "changed URL" }),
  ruleOf("changed-category", "warn", { kinds: ["changed", "removed"], paths: ["category", "categories/**"] }),
];

/**
 * The default rules as `settings` change them, and the own rules of `settings`.
 *
 * @throws KbvaultError USAGE, with `data` = `{rule}`, for an own rule without a severity
 * @example
 * ```ts
 * reviewRules({ "removed-step": "error", "changed-url": "off" }).length; // 4
 * ```
 */
export function reviewRules(settings: ReviewSettings = {}): ReviewRule[] {
  const changed = new Map(Object.entries(settings));
  const rules = defaultReviewRules.flatMap((rule) => {
    const setting = changed.get(rule.name);
    changed.delete(rule.name);
    return setting === undefined ? [rule] : ruleBy(setting, rule);
  });
  for (const [name, setting] of changed) {
    if (typeof setting === "string" || setting.severity === undefined) throw incomplete(name);
    if (setting.severity !== "off") rules.push(ruleOf(name, setting.severity, setting));
  }
  return rules;
}

function ruleBy(setting: ReviewSetting, rule: ReviewRule): ReviewRule[] {
  const { severity = rule.severity, ...condition } =
    typeof setting === "string" ? { severity: setting } : setting;
  return severity === "off" ? [] : [{ ...rule, ...condition, severity }];
}

function ruleOf(name: string, severity: ReviewSeverity, condition: ReviewCondition): ReviewRule {
  const { kinds = ["added", "removed", "changed", "moved"], paths = null, urls = false } = condition;
  return { name, severity, kinds, paths, urls, message: condition.message ?? name.replaceAll("-", " ") };
}

function incomplete(rule: string): KbvaultError {
  const known = defaultReviewRules.map(({ name }) => name).join(", ");
  return new KbvaultError(
    "USAGE",
    `There is no review rule ${JSON.stringify(rule)} of which only the severity could be set. Nothing was changed. The rules are ${known}; an own one is written as {"severity": "warn", "paths": ["/title"]}.`,
    { rule },
  );
}
