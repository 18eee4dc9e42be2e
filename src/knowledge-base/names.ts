/**
 * Rules for what users may write into a store: descriptions, authors, tags and labels.
 *
 * Tags and labels follow git's rules for one part of a ref name, so that either can become the other.
 *
 * @module
 * @see git check-ref-format: https://git-scm.com/docs/git-check-ref-format
 */
import { KbvaultError } from "../errors.ts";

/** What a text is given for. */
export type TextKind = "description" | "author" | "tag" | "label";

/** One demand on a text: `rule` completes "it". */
interface Rule {
  readonly rule: string;
  readonly holds: (text: string) => boolean;
}

/** Rules for every kind. Characters that turn the direction of text could make a listing lie (CVE-2021-42574). */
const always: readonly Rule[] = [
  { rule: "must not be empty", holds: (text) => text !== "" },
  { rule: "must not hold half of a surrogate pair", holds: (text) => !/\p{Cs}/u.test(text) },
  {
    rule: "must not hold characters that turn the direction of text",
    holds: (text) => !/[\u202a-\u202e\u2066-\u2069]/.test(text),
  },
];

const oneLine: Rule = {
  rule: "must not hold control characters or line breaks",
  holds: (text) => !/[\p{Cc}\u2028\u2029]/u.test(text),
};

/** What a ref can be besides a name; a tag or label of that form could never be found. */
const otherRefs = /^(latest|live|v?\d+|v\d+_\d*(_\d*)?)$/i;

const refName: readonly Rule[] = [
  oneLine,
  { rule: "must not be longer than 100 bytes in UTF-8", holds: (text) => Buffer.byteLength(text) <= 100 },
  {
    rule: "must not hold white space or invisible characters",
    holds: (text) => !/[\s\u00ad\u200b-\u200f\u2060-\u2064]/.test(text),
  },
  { rule: "must not hold any of / ~ ^ : ? * [ \\", holds: (text) => !/[/~^:?*[\\]/.test(text) },
  { rule: "must not begin with - . or @", holds: (text) => !/^[-.@]/.test(text) },
  // What ends with .json is the path of a file where either may be given.
  { rule: "must not end with . or .lock or .json", holds: (text) => !/\.(lock|json)?$/i.test(text) },
  { rule: "must not hold .. or @{", holds: (text) => !/\.\.|@\{/.test(text) },
  {
    rule: "must not look like latest, live, a version number or a version id",
    holds: (text) => !otherRefs.test(text),
  },
];

const rules: Readonly<Record<TextKind, readonly Rule[]>> = {
  description: [
    ...always,
    { rule: "must not be longer than 1000 characters", holds: (text) => lengthOf(text) <= 1000 },
    {
      rule: "must not hold control characters besides line feed and tab",
      holds: (text) => !/[^\P{Cc}\n\t]/u.test(text),
    },
  ],
  author: [
    ...always,
    oneLine,
    { rule: "must not be longer than 200 characters", holds: (text) => lengthOf(text) <= 200 },
  ],
  tag: [...always, ...refName],
  label: [...always, ...refName],
};

/**
 * The text as it is stored, once it obeys the rules of its kind. Descriptions and authors lose white space at both
 * ends, descriptions get plain line feeds; tags and labels are brought to Unicode normalisation form C.
 *
 * @throws KbvaultError INVALID_TEXT (`data`: `what`, `value`, `rule`)
 * @example
 * ```ts
 * checkText("tag", "known-good"); // "known-good"
 * checkText("tag", "a..b"); // throws INVALID_TEXT: must not hold .. or @{
 * ```
 */
export function checkText(what: TextKind, value: string): string {
  const text = normalize(what, value);
  const broken = rules[what].find(({ holds }) => !holds(text));
  if (broken === undefined) return text;
  throw new KbvaultError(
    "INVALID_TEXT",
    `The ${what} ${quote(value)} cannot be used: it ${broken.rule}. Nothing was changed. Correct the ${what}.`,
    { what, value, rule: broken.rule },
  );
}

/** Tags as they are stored: each checked, sorted, without repetition. Throws INVALID_TEXT as `checkText` does. */
export function checkTags(tags: readonly string[]): readonly string[] {
  return [...new Set(tags.map((tag) => checkText("tag", tag)))].sort();
}

function normalize(what: TextKind, value: string): string {
  switch (what) {
    case "description":
      return value.replaceAll("\r\n", "\n").trim();
    case "author":
      return value.trim();
    default:
      return value.normalize("NFC");
  }
}

/** In characters (code points), so that one emoji is not two. */
function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

/** The beginning of a text in quotes, escaped, so that a message stays on one line and in one direction. */
function quote(text: string): string {
  const shown = text.length > 60 ? `${text.slice(0, 60)}...` : text;
  const escaped = (character: string): string =>
    `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(shown).replaceAll(/[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g, escaped);
}
