/**
 * JSON Pointer: the text that names a place in a JSON value, such as `/steps/2/title`.
 *
 * @module
 * @see RFC 6901: https://www.rfc-editor.org/rfc/rfc6901
 */
import { KbvaultError } from "../errors.ts";
import { JsonNumber, type JsonValue } from "./value.ts";

/** One step of a pointer: the key of an object's member or the index of an array's element. */
export type PointerToken = string | number;

const ARRAY_INDEX = /^(?:0|[1-9]\d*)$/;

/**
 * The pointer that leads through `tokens`, from the outermost inwards; no tokens give "", the whole value.
 *
 * @example
 * ```ts
 * formatPointer(["resources", 0, "a/b"]); // "/resources/0/a~1b"
 * ```
 */
export function formatPointer(tokens: readonly PointerToken[]): string {
  let pointer = "";
  for (const token of tokens) pointer += `/${escapeToken(String(token))}`;
  return pointer;
}

function escapeToken(token: string): string {
  return /[~/]/.test(token) ? token.replaceAll("~", "~0").replaceAll("/", "~1") : token;
}

/**
 * The tokens of `pointer`, unescaped. Array indices stay text: a pointer does not say what it leads through.
 *
 * @throws KbvaultError USAGE, with `data` = `{pointer}`, when the text does not start with `/` (and is not empty),
 *   or holds a `~` without a 0 or 1 behind it.
 * @example
 * ```ts
 * parsePointer("/resources/0/a~1b"); // ["resources", "0", "a/b"]
 * ```
 */
export function parsePointer(pointer: string): string[] {
  if (pointer === "") return [];
  if (!pointer.startsWith("/") || /~(?![01])/.test(pointer)) {
    throw new KbvaultError(
      "USAGE",
      `${JSON.stringify(pointer)} is not a JSON Pointer: each part starts with "/", and "~" is written "~0", "/" inside a key "~1".`,
      { pointer },
    );
  }
  return pointer
    .slice(1)
    .split("/")
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/**
 * The value at `pointer` inside `value`, or undefined where nothing stands. Only own members count.
 *
 * @throws KbvaultError USAGE when `pointer` is not a JSON Pointer.
 * @example
 * ```ts
 * getAtPointer({ steps: [{ title: "Restart" }] }, "/steps/0/title"); // "Restart"
 * ```
 */
export function getAtPointer(value: JsonValue, pointer: string): JsonValue | undefined {
  let current: JsonValue | undefined = value;
  for (const token of parsePointer(pointer)) {
    if (current === undefined) return undefined;
    current = memberOf(current, token);
  }
  return current;
}

function memberOf(value: JsonValue, token: string): JsonValue | undefined {
  if (value === null || typeof value !== "object" || value instanceof JsonNumber) return undefined;
  if (isArray(value)) return ARRAY_INDEX.test(token) ? value[Number(token)] : undefined;
  return Object.hasOwn(value, token) ? value[token] : undefined;
}

/** `Array.isArray`, which by itself does not narrow readonly arrays away. */
function isArray(value: object): value is readonly JsonValue[] {
  return Array.isArray(value);
}
