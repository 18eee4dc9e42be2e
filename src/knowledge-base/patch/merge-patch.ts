/**
 * JSON Merge Patch: what changed between two documents as a document of the new members.
 *
 * @module
 * @see RFC 7396: https://www.rfc-editor.org/rfc/rfc7396
 */
import type { PointerToken } from "../../json/pointer.ts";
import { isContainer, JsonMembers, type JsonTree, objectOf } from "../../json/tree.ts";
import type { JsonValue } from "../../json/value.ts";
import { ValueNumbers } from "../diff/equality.ts";
import { differingTrees } from "./differing-trees.ts";
import { assertUniqueKeys, expressibleValue, notExpressible } from "./expressible.ts";
import type { PatchOptions } from "./json-patch.ts";

/**
 * The merge patch that makes the value of `after` out of the value of `before`: an object of the members that changed, in
 * which null removes one. Two equal objects give `{}`.
 *
 * A merge patch knows no other null, and no place inside an array: a change that sets a null, or one inside an array,
 * is refused. `createJsonPatch` expresses both. Numbers are as there.
 *
 * @throws KbvaultError NOT_EXPRESSIBLE, with `data` = `{format, path, reason}`; else as `createJsonPatch`.
 * @example
 * ```ts
 * stringifyJson(createMergePatch(Buffer.from('{"a": 1, "b": 2}'), Buffer.from('{"a": 1, "c": 3}'))); // '{"c":3,"b":null}'
 * createMergePatch(Buffer.from('{"a": 1}'), Buffer.from('{"a": null}')); // throws NOT_EXPRESSIBLE: null removes
 * ```
 */
export function createMergePatch(
  before: Uint8Array,
  after: Uint8Array,
  options: PatchOptions = {},
): JsonValue {
  const [oldTree, newTree] = differingTrees(before, after, options, false);
  const numbers = new ValueNumbers(oldTree, newTree);
  return patchAt([], oldTree, newTree, numbers);
}

function patchAt(
  path: readonly PointerToken[],
  before: JsonTree,
  after: JsonTree,
  numbers: ValueNumbers,
): JsonValue {
  if (!(after instanceof JsonMembers)) return replacement(path, before, after, numbers);
  assertUniqueKeys("merge-patch", path, after);
  const old = before instanceof JsonMembers ? before : new JsonMembers([], []);
  assertUniqueKeys("merge-patch", path, old);
  const oldValues = new Map(old.keys.map((key, index) => [key, old.values[index]!]));
  const keys: string[] = [];
  const values: JsonValue[] = [];
  for (const [index, key] of after.keys.entries()) {
    const value = after.values[index]!;
    const oldValue = oldValues.get(key);
    oldValues.delete(key);
    if (oldValue !== undefined && numbers.of(oldValue) === numbers.of(value)) continue;
    keys.push(key);
    values.push(memberAt([...path, key], oldValue ?? null, value, numbers));
  }
  return objectOf([...keys, ...oldValues.keys()], [...values, ...Array.from(oldValues, () => null)]);
}

function memberAt(
  path: readonly PointerToken[],
  before: JsonTree,
  after: JsonTree,
  numbers: ValueNumbers,
): JsonValue {
  if (after !== null) return patchAt(path, before, after, numbers);
  throw notExpressible(
    "merge-patch",
    path,
    "its new value is null, and null in a merge patch removes a member",
    "Use `--format json-patch`.",
  );
}

/** What is no object replaces what was there. */
function replacement(
  path: readonly PointerToken[],
  before: JsonTree,
  after: JsonTree,
  numbers: ValueNumbers,
): JsonValue {
  const isInArray = isContainer(before) && !(before instanceof JsonMembers) && isContainer(after);
  if (isInArray && numbers.of(before) !== numbers.of(after))
    throw notExpressible(
      "merge-patch",
      path,
      "it is inside an array, which a merge patch could only replace as a whole",
      "Use `--format json-patch`.",
    );
  return expressibleValue("merge-patch", path, after);
}
