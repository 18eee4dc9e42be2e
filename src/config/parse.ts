/**
 * Strict reading of the configuration's text: every mistake is named with its place.
 *
 * @module
 */
import { KbvaultError, type TextPlace } from "../errors.ts";
import { byteOrderMarkLength } from "../json/encoding.ts";
import { locateValues } from "../json/locate.ts";
import { placeOf } from "../json/place.ts";
import { formatPointer, type PointerToken } from "../json/pointer.ts";
import { JsonScanner } from "../json/scan.ts";
import { backupRule } from "./backup.ts";
import type { Config } from "./config.ts";
import { healthRule } from "./health.ts";
import { hooks } from "./hooks.ts";
import { knowledgeBaseRules, knowledgeBases } from "./knowledge-base-rules.ts";
import { type Rule, text, unknownKey } from "./rules.ts";
import { updateRule } from "./update.ts";

/** Rules of every key at the root of the configuration. */
export const configRules: Readonly<Record<keyof Config, Rule>> = {
  ...knowledgeBaseRules,
  knowledgeBases,
  author: text,
  hooks,
  backup: backupRule,
  health: healthRule,
  update: updateRule,
};

/**
 * The configuration that stands in `bytes`, paths as written. `file` is named in errors only.
 *
 * @throws KbvaultError CONFIG_INVALID, with `data` = `{file, line, column, key}`; `key` is null where the text is not JSON.
 */
export function parseConfig(bytes: Uint8Array, file: string): Config {
  const values: Record<string, unknown> = {};
  for (const { key, value, keyOffset, valueOffset } of membersOf(bytes, file)) {
    const known = Object.hasOwn(configRules, key) ? configRules[key as keyof Config] : undefined;
    if (known === undefined)
      throw invalid(file, placeOf(bytes, keyOffset), [key], unknownKey(Object.keys(configRules)).problem);
    const misfit = known(value);
    if (misfit !== null) {
      const inside = formatPointer(misfit.path);
      const offset = locateValues(bytes.subarray(valueOffset), [inside]).get(inside) ?? 0;
      throw invalid(file, placeOf(bytes, valueOffset + offset), [key, ...misfit.path], misfit.problem);
    }
    values[key] = value;
  }
  return values;
}

interface Member {
  readonly key: string;
  readonly value: unknown;
  readonly keyOffset: number;
  readonly valueOffset: number;
}

function membersOf(bytes: Uint8Array, file: string): Member[] {
  const repeated: number[] = [];
  const scanner = new JsonScanner(bytes, { onDuplicateKey: (_, second) => repeated.push(second) });
  try {
    const members = scanMembers(scanner);
    const [second] = repeated;
    if (second === undefined) return members;
    throw invalid(file, placeOf(bytes, second), [scanner.readString(second)], "occurs a second time");
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
      keyOffset: at,
      valueOffset: valueStart,
    });
    const comma = scanner.skipWhiteSpace(valueEnd);
    at = bytes[comma] === 0x2c ? scanner.skipWhiteSpace(comma + 1) : comma;
  }
  return members;
}

/** `path` leads to the value from the root; the innermost key or index is what the message names. */
function invalid(
  file: string,
  { line, column }: TextPlace,
  path: readonly PointerToken[],
  problem: string,
): KbvaultError {
  const key = path.join(".");
  return new KbvaultError(
    "CONFIG_INVALID",
    `${file}, line ${line}, column ${column}: "${key}" ${problem}. Correct the file; nothing was changed.`,
    { file, line, column, key },
  );
}
