/**
 * Applies field changes to the value that they start from: the independent reading of what they mean.
 */
import { formatPointer, type PointerToken, parsePointer } from "../../../src/json/pointer.ts";
import { JsonNumber, type JsonObject, type JsonValue } from "../../../src/json/value.ts";
import type { FieldChange } from "../../../src/knowledge-base/comparison.ts";

/** The value that `changes` make of `before`. Members with one key cannot be told apart and must not occur. */
export function applyChanges(before: JsonValue, changes: readonly FieldChange[]): JsonValue {
  return applyAt(before, [], [], changes);
}

function applyAt(
  value: JsonValue,
  oldPath: readonly PointerToken[],
  newPath: readonly PointerToken[],
  changes: readonly FieldChange[],
): JsonValue {
  if (changes.length === 0) return value;
  const changed = changes.find((change) => isOtherValue(change) && change.path === formatPointer(newPath));
  if (changed?.after !== undefined) return changed.after;
  if (value === null || typeof value !== "object" || value instanceof JsonNumber) return value;
  return Array.isArray(value)
    ? applyToArray(value, oldPath, newPath, changes)
    : applyToObject(value as JsonObject, oldPath, newPath, changes);
}

function isOtherValue({ kind }: FieldChange): boolean {
  return kind === "changed" || kind === "renumbered";
}

/** Changes of one kind that stand directly below `path`, with their last step. */
function directly(
  changes: readonly FieldChange[],
  kind: FieldChange["kind"],
  path: readonly PointerToken[],
): Map<string, FieldChange> {
  const found = new Map<string, FieldChange>();
  const parent = formatPointer(path);
  for (const change of changes) {
    const last = parsePointer(change.path).at(-1);
    if (change.kind === kind && last !== undefined && change.path === parent + formatPointer([last])) {
      found.set(last, change);
    }
  }
  return found;
}

/** Changes inside one element or member. */
function below(
  changes: readonly FieldChange[],
  oldPath: readonly PointerToken[],
  newPath: readonly PointerToken[],
): FieldChange[] {
  const oldPointer = formatPointer(oldPath);
  const newPointer = formatPointer(newPath);
  return changes.filter((change) => {
    const pointer = change.kind === "removed" ? oldPointer : newPointer;
    const isInside = change.path.startsWith(`${pointer}/`);
    return isInside || (isOtherValue(change) && change.path === pointer);
  });
}

function applyToObject(
  value: JsonObject,
  oldPath: readonly PointerToken[],
  newPath: readonly PointerToken[],
  changes: readonly FieldChange[],
): JsonObject {
  const result: Record<string, JsonValue> = Object.create(null);
  const removed = directly(changes, "removed", oldPath);
  for (const [key, member] of Object.entries(value)) {
    if (removed.has(key)) continue;
    const inside = below(changes, [...oldPath, key], [...newPath, key]);
    result[key] = applyAt(member, [...oldPath, key], [...newPath, key], inside);
  }
  for (const [key, change] of directly(changes, "added", newPath)) {
    if (Object.hasOwn(result, key)) throw new Error(`${change.path} is added where a member stands.`);
    result[key] = change.after ?? null;
  }
  return result;
}

function applyToArray(
  value: readonly JsonValue[],
  oldPath: readonly PointerToken[],
  newPath: readonly PointerToken[],
  changes: readonly FieldChange[],
): JsonValue[] {
  const removed = directly(changes, "removed", oldPath);
  const added = directly(changes, "added", newPath);
  const oldIndices = new Map(
    [...directly(changes, "moved", newPath).values()].map((move) => [move.after, move.before]),
  );
  const movedAway = new Set(oldIndices.values());
  const staying = [...value.keys()].filter((index) => !removed.has(String(index)) && !movedAway.has(index));
  const length = value.length - removed.size + added.size;
  return Array.from({ length }, (_, index) => {
    const addition = added.get(String(index));
    if (addition !== undefined) return addition.after ?? null;
    const old = Number(oldIndices.get(index) ?? staying.shift());
    const paths = [
      [...oldPath, old],
      [...newPath, index],
    ] as const;
    return applyAt(value[old] ?? null, ...paths, below(changes, ...paths));
  });
}
