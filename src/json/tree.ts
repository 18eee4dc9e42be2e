/**
 * JsonTree is JSON text as it was written: where a JsonValue keeps one member for each key, and moves keys that look
 * like integers to the front, a tree keeps every member, repeated keys included, in the order of the text.
 *
 * @module
 */
import { JsonNumber, type JsonObject, type JsonValue } from "./value.ts";

/** The members of an object in the order of the text: `keys[i]` belongs to `values[i]`, and keys may repeat. */
export class JsonMembers {
  readonly keys: readonly string[];
  readonly values: readonly JsonTree[];

  constructor(keys: readonly string[], values: readonly JsonTree[]) {
    this.keys = keys;
    this.values = values;
  }
}

/** Any JSON value as it was written; scalars and arrays are as in JsonValue, objects are lists of members. */
export type JsonTree = null | boolean | string | number | JsonNumber | readonly JsonTree[] | JsonMembers;

/** An array or object of a tree. */
export type JsonContainer = readonly JsonTree[] | JsonMembers;

/** Whether `tree` is an array or object. */
export function isContainer(tree: JsonTree): tree is JsonContainer {
  return typeof tree === "object" && tree !== null && !(tree instanceof JsonNumber);
}

/** What stands directly in `container`, in order. */
export function childrenOf(container: JsonContainer): readonly JsonTree[] {
  return container instanceof JsonMembers ? container.values : container;
}

/** The arrays and objects in `tree`, itself included; those inside another come before it. Any depth is safe. */
export function containersInnermostFirst(tree: JsonTree): readonly JsonContainer[] {
  const found: JsonContainer[] = isContainer(tree) ? [tree] : [];
  for (const container of found) {
    for (const child of childrenOf(container)) if (isContainer(child)) found.push(child);
  }
  return found.reverse();
}

/** The value of `tree`; of members with one key the last wins, as in `JSON.parse`. */
export function valueOfTree(tree: JsonTree): JsonValue {
  const values = new Map<JsonContainer, JsonValue>();
  const built = (child: JsonTree): JsonValue => (isContainer(child) ? values.get(child)! : child);
  for (const container of containersInnermostFirst(tree)) {
    const inside = childrenOf(container).map(built);
    values.set(container, container instanceof JsonMembers ? objectOf(container.keys, inside) : inside);
  }
  return built(tree);
}

/** The object with these members; of members with one key the last wins. */
export function objectOf(keys: readonly string[], values: readonly JsonValue[]): JsonObject {
  const object: Record<string, JsonValue> = Object.create(null);
  for (let index = 0; index < keys.length; index++) object[keys[index]!] = values[index]!;
  return object;
}
