/**
 * Strict reading of the configuration's text: every mistake is named with its place.
 *
 * @module
 */
import { KbvaultError, type TextPlace } from "../errors.ts";
import { byteOrderMarkLength } from "../json/encoding.ts";
import { placeOf } from "../json/place.ts";
import { JsonScanner } from "../json/scan.ts";
import type { Config } from "./config.ts";

interface Rule {
  /** What the value has to be, as the error message ends. */
  readonly expected: string;
  readonly holds: (value: unknown) => boolean;
}

const text: Rule = {
  expected: "a text that is not empty",
  holds: (value) => typeof value === "string" && value.trim() !== "",
};

const patterns: Rule = {
  expected: 'a list of JSON Pointer patterns such as ["/problems/*"]',
  holds: (value) => Array.isArray(value) && value.length > 0 && value.every(isPattern),
};

const depth: Rule = {
  expected: "a whole number from 1",
  holds: (value) => Number.isSafeInteger(value) && Number(value) >= 1,
};

const rules: Readonly<Record<keyof Config, Rule>> = {
  kb: text,
  store: text,
  schema: text,
  entries: patterns,
  idField: text,
  author: text,
  maxDepth: depth,
};

function isPattern(value: unknown): boolean {
  return typeof value === "string" && value.startsWith("/");
}

/**
 * The configuration that stands in `bytes`, paths as written. `file` is named in errors only.
 *
 * @throws KbvaultError CONFIG_INVALID, with `data` = `{file, line, column, key}`; `key` is null where the text is not JSON.
 */
export function parseConfig(bytes: Uint8Array, file: string): Config {
  const values = new Map<string, unknown>();
  for (const { key, value, keyPlace, valuePlace } of membersOf(bytes, file)) {
    const rule = Object.hasOwn(rules, key) ? rules[key as keyof Config] : undefined;
    if (rule === undefined)
      throw invalid(
        file,
        keyPlace,
        key,
        `unknown key "${key}"; the keys are ${Object.keys(rules).join(", ")}`,
      );
    if (values.has(key)) throw invalid(file, keyPlace, key, `"${key}" occurs a second time`);
    if (!rule.holds(value)) throw invalid(file, valuePlace, key, `"${key}" has to be ${rule.expected}`);
    values.set(key, value);
  }
  return Object.fromEntries(values);
}

interface Member {
  readonly key: string;
  readonly value: unknown;
  readonly keyPlace: TextPlace;
  readonly valuePlace: TextPlace;
}

function membersOf(bytes: Uint8Array, file: string): Member[] {
  try {
    return scanMembers(new JsonScanner(bytes));
  } catch (error) {
    if (!(error instanceof KbvaultError)) throw error;
    throw new KbvaultError(
      "CONFIG_INVALID",
      `${file}: ${error.message}`,
      { file, key: null, ...error.data },
      { cause: error },
    );
  }
}

/** The members of the object that is the whole text, repeated keys included. */
function scanMembers(scanner: JsonScanner): Member[] {
  const { bytes } = scanner;
  const start = scanner.skipWhiteSpace(byteOrderMarkLength(bytes));
  if (bytes[start] !== 0x7b) scanner.fail(start, "an object, '{'");
  const end = scanner.skipWhiteSpace(scanner.skipValue(start));
  if (end < bytes.length) scanner.fail(end, "the end of the text");
  const members: Member[] = [];
  let at = scanner.skipWhiteSpace(start + 1);
  while (bytes[at] === 0x22) {
    const valueStart = scanner.skipKey(at);
    const valueEnd = scanner.skipValue(valueStart);
    members.push({
      key: scanner.readString(at),
      value: JSON.parse(Buffer.from(bytes.subarray(valueStart, valueEnd)).toString("utf8")),
      keyPlace: placeOf(bytes, at),
      valuePlace: placeOf(bytes, valueStart),
    });
    const comma = scanner.skipWhiteSpace(valueEnd);
    at = bytes[comma] === 0x2c ? scanner.skipWhiteSpace(comma + 1) : comma;
  }
  return members;
}

function invalid(file: string, place: TextPlace, key: string, problem: string): KbvaultError {
  const { line, column } = place;
  return new KbvaultError(
    "CONFIG_INVALID",
    `${file}, line ${line}, column ${column}: ${problem}. Correct the file; nothing was changed.`,
    { file, line, column, key },
  );
}
