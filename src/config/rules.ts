/**
 * Rules for values of the configuration, and how to put them together.
 *
 * @module
 */
import { parseDuration } from "../duration.ts";
import type { PointerToken } from "../json/pointer.ts";

/** Where a value breaks a rule, seen from the value that was looked at, and what is wrong there. */
export interface Misfit {
  readonly path: readonly PointerToken[];
  /** Completes `"key" ...`, such as `has to be a text that is not empty`. */
  readonly problem: string;
}

/** A rule looks at a value and returns what is wrong with it first, or null. */
export type Rule = (value: unknown) => Misfit | null;

/** A rule without inner places: `expected` completes "has to be". */
export function rule(expected: string, holds: (value: unknown) => boolean): Rule {
  const misfit: Misfit = { path: [], problem: `has to be ${expected}` };
  return (value) => (holds(value) ? null : misfit);
}

/** A text that is not empty. */
export const text: Rule = rule(
  "a text that is not empty",
  (value) => typeof value === "string" && value.trim() !== "",
);

/** true or false. */
export const flag: Rule = rule("true or false", (value) => typeof value === "boolean");

/** A duration, as `parseDuration` reads it. */
export const duration: Rule = rule(
  "a duration such as 30s, 5m or 36h",
  (value) => typeof value === "string" && parseDuration(value) !== null,
);

/** A whole number from `least`. */
export function wholeNumber(least: number): Rule {
  return rule(
    `a whole number from ${least}`,
    (value) => Number.isSafeInteger(value) && Number(value) >= least,
  );
}

/** One of these texts. */
export function oneOf(...texts: readonly string[]): Rule {
  return rule(`one of ${texts.join(", ")}`, (value) => texts.some((known) => known === value));
}

/** A list, each element of which follows `element`; `least` of them at least. */
export function listOf(element: Rule, least = 0): Rule {
  return (value) => {
    if (!Array.isArray(value)) return { path: [], problem: "has to be a list" };
    if (value.length < least) return { path: [], problem: `has to be a list of at least ${least}` };
    return firstMisfit(value.map((inner, index) => [index, element(inner)]));
  };
}

/**
 * An object with any keys, each value of which follows `member`, which is told its key, and each key `name` where that
 * is given.
 */
export function mapOf(member: (value: unknown, key: string) => Misfit | null, name?: Rule): Rule {
  return (value) => {
    if (!isObject(value)) return { path: [], problem: "has to be an object" };
    return firstMisfit(Object.entries(value).map(([key, inner]) => [key, name?.(key) ?? member(inner, key)]));
  };
}

/** An object with these keys, each of which may be missing, and no others. */
export function section(rules: Readonly<Record<string, Rule>>, required: readonly string[] = []): Rule {
  return (value) => {
    if (!isObject(value)) return { path: [], problem: "has to be an object" };
    const missing = required.find((key) => !Object.hasOwn(value, key));
    if (missing !== undefined) return { path: [], problem: `has to have the key "${missing}"` };
    return firstMisfit(
      Object.entries(value).map(([key, inner]) => [
        key,
        Object.hasOwn(rules, key) ? rules[key]!(inner) : unknownKey(Object.keys(rules)),
      ]),
    );
  };
}

/** What follows one of the rules; `expected` completes "has to be". */
function either(expected: string, ...rules: readonly Rule[]): Rule {
  return rule(expected, (value) => rules.some((one) => one(value) === null));
}

/** A path pattern, as `parsePathPattern` reads it. */
export const pathPattern: Rule = rule(
  "a path pattern such as updated_at or /steps/*, in which ~ is written ~0",
  (value) => typeof value === "string" && !/~(?![01])/.test(value),
);

/** A command, as `runCommand` takes it. */
export const command: Rule = either(
  "a text for the shell, or a list of texts: a program and its arguments",
  text,
  listOf(text, 1),
);

/** A URL of HTTP. */
export const httpUrl: Rule = rule(
  "a URL that begins with http:// or https://",
  (value) => typeof value === "string" && /^https?:\/\//.test(value) && URL.canParse(value),
);

/** The misfit of a key that is not among `known`. */
export function unknownKey(known: readonly string[]): Misfit {
  return { path: [], problem: `is unknown; the keys here are ${known.join(", ")}` };
}

function firstMisfit(members: readonly (readonly [PointerToken, Misfit | null])[]): Misfit | null {
  for (const [token, misfit] of members) {
    if (misfit !== null) return { path: [token, ...misfit.path], problem: misfit.problem };
  }
  return null;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
