/**
 * JSON Patch: what changed between two documents as a list of operations.
 *
 * @module
 * @see RFC 6902: https://www.rfc-editor.org/rfc/rfc6902
 */
import { formatPointer, type PointerToken } from "../../json/pointer.ts";
import { JsonMembers } from "../../json/tree.ts";
import type { JsonValue } from "../../json/value.ts";
import { ValueNumbers } from "../diff/equality.ts";
import { type CommonSlot, type Slot, slotOf } from "../diff/slots.ts";
import { type ArrayStep, arraySteps } from "./array-steps.ts";
import { differingTrees } from "./differing-trees.ts";
import { assertUniqueKeys, expressibleValue } from "./expressible.ts";

/** One operation of a JSON Patch; paths are JSON Pointers into the document as the operations before have left it. */
export type JsonPatchOperation =
  | { readonly op: "add" | "replace"; readonly path: string; readonly value: JsonValue }
  | { readonly op: "remove"; readonly path: string }
  | { readonly op: "move"; readonly from: string; readonly path: string };

export interface PatchOptions {
  /** Deepest nesting of either document; default 1000. */
  readonly maxDepth?: number;
}

/**
 * The operations that make the value of `after` out of the value of `before`; none where the two are equal. Elements of
 * arrays are followed wherever they go, so an inserted step is one `add` and a step that changed its place one `move`.
 * The order of keys, white space and escapes are no part of a JSON Patch.
 *
 * Numbers whose text a double would change are JsonNumbers: print the operations with `stringifyJson`.
 *
 * @throws KbvaultError NOT_EXPRESSIBLE, with `data` = `{format, path, reason}`, where a key occurs twice in an object
 *   that changed; INVALID_JSON, INVALID_UTF8, DEPTH_LIMIT or KB_TOO_LARGE when a document cannot be read.
 * @example
 * ```ts
 * createJsonPatch(Buffer.from('{"steps": ["a", "c"]}'), Buffer.from('{"steps": ["a", "b", "c"]}'));
 * // [{ op: "add", path: "/steps/1", value: "b" }]
 * ```
 */
export function createJsonPatch(
  before: Uint8Array,
  after: Uint8Array,
  options: PatchOptions = {},
): JsonPatchOperation[] {
  const [oldTree, newTree] = differingTrees(before, after, options, true);
  const numbers = new ValueNumbers(oldTree, newTree);
  return [...operationsAt([], slotOf(oldTree, newTree, numbers), numbers)];
}

/** The operations inside a value at `path`, which leads through the new side: what is above it has changed already. */
function* operationsAt(
  path: readonly PointerToken[],
  slot: CommonSlot,
  numbers: ValueNumbers,
): Generator<JsonPatchOperation> {
  if (numbers.of(slot.before.value) === numbers.of(slot.after.value)) return;
  if (slot.inside.length === 0) {
    yield {
      op: "replace",
      path: formatPointer(path),
      value: expressibleValue("json-patch", path, slot.after.value),
    };
    return;
  }
  if (slot.before.value instanceof JsonMembers && slot.after.value instanceof JsonMembers) {
    assertUniqueKeys("json-patch", path, slot.before.value);
    assertUniqueKeys("json-patch", path, slot.after.value);
    yield* memberOperations(path, slot.inside);
  } else {
    for (const step of arraySteps(slot.inside)) yield operationOf(path, step);
  }
  for (const inner of slot.inside) {
    if (inner.kind === "common") yield* operationsAt([...path, inner.after.token], inner, numbers);
  }
}

function* memberOperations(
  path: readonly PointerToken[],
  slots: readonly Slot[],
): Generator<JsonPatchOperation> {
  for (const slot of slots) {
    if (slot.kind === "removed") yield { op: "remove", path: formatPointer([...path, slot.before.token]) };
    if (slot.kind !== "added") continue;
    const place = [...path, slot.after.token];
    yield {
      op: "add",
      path: formatPointer(place),
      value: expressibleValue("json-patch", place, slot.after.value),
    };
  }
}

function operationOf(path: readonly PointerToken[], step: ArrayStep): JsonPatchOperation {
  const at = (index: number): string => formatPointer([...path, index]);
  switch (step.kind) {
    case "remove":
      return { op: "remove", path: at(step.index) };
    case "move":
      return { op: "move", from: at(step.from), path: at(step.to) };
    case "add": {
      const value = expressibleValue("json-patch", [...path, step.index], step.value);
      return { op: "add", path: at(step.index), value };
    }
  }
}
