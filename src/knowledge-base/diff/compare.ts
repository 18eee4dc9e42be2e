/**
 * Comparison of two JSON texts, member by member: of the two states of one entry, or of what is outside all entries.
 *
 * @module
 */
import { parseTree } from "../../json/parse.ts";
import type { FieldChange } from "../comparison.ts";
import { ValueNumbers } from "./equality.ts";
import { changesIn } from "./fields.ts";
import { identityBy } from "./identity.ts";
import { slotOf } from "./slots.ts";

export interface CompareValuesOptions {
  /** Deepest nesting of either text; default 1000. Values nested deeper than 1,000 levels are compared as wholes. */
  readonly maxDepth?: number | undefined;
  /** Fields that name elements of arrays, before all others; see `identityBy`. Default: none. */
  readonly identityFields?: readonly string[] | undefined;
}

/**
 * The changes that make the value of `after` out of the value of `before`, in the order in which a reader of `after`
 * meets them; none where the two differ in white space, order of keys or escapes only.
 *
 * - Numbers are compared as text: `1.0` against `1` is a change, as is `9007199254740993` against `9007199254740992`.
 * - Elements of arrays are followed wherever they go (see `alignArrays`): an inserted step is one `added` element,
 *   though every step behind it may have a `changed` `step_number`.
 * - `moved` is an element that changed its place among the elements that stayed: `before` and `after` are its indices.
 *   What changed inside it is reported besides.
 * - `removed` paths lead through `before`, all others through `after`.
 * - Of several members with one key, the first is compared with the first and so on, all under the same path.
 *
 * @throws KbvaultError INVALID_JSON, INVALID_UTF8, DEPTH_LIMIT or KB_TOO_LARGE, as `parseJson` does.
 * @example
 * ```ts
 * compareValues(Buffer.from('{"steps": ["a", "c"]}'), Buffer.from('{"steps": ["a", "b", "c"]}'));
 * // [{ path: "/steps/1", kind: "added", after: "b" }]
 * ```
 */
export function compareValues(
  before: Uint8Array,
  after: Uint8Array,
  options: CompareValuesOptions = {},
): FieldChange[] {
  const oldTree = parseTree(before, options);
  const newTree = parseTree(after, options);
  const numbers = new ValueNumbers(oldTree, newTree);
  return changesIn(slotOf(oldTree, newTree, numbers, identityBy(options.identityFields ?? [])), numbers);
}

/** Whether `compareValues` would find nothing, in less time. Throws as it does. */
export function equalValues(
  before: Uint8Array,
  after: Uint8Array,
  options: CompareValuesOptions = {},
): boolean {
  const oldTree = parseTree(before, options);
  const newTree = parseTree(after, options);
  const numbers = new ValueNumbers(oldTree, newTree);
  return numbers.of(oldTree) === numbers.of(newTree);
}
