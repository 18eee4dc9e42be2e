/**
 * Digests of values: equal values have the same digest, however they are written, so that many values can be compared
 * without holding them.
 *
 * @module
 */
import { hash } from "node:crypto";
import {
  childrenOf,
  containersInnermostFirst,
  isContainer,
  type JsonContainer,
  JsonMembers,
  type JsonTree,
} from "../../json/tree.ts";
import { JsonNumber } from "../../json/value.ts";

/**
 * SHA-256 of `tree` without its member `omitted`; values are equal as ValueNumbers takes them: numbers by their text,
 * objects in any order of keys, where members with one key stand in the same order.
 */
export function digestOfTree(tree: JsonTree, omitted: string | null): string {
  const texts = new Map<JsonContainer, string>();
  const textOf = (value: JsonTree): string => {
    if (isContainer(value)) return texts.get(value)!;
    return value instanceof JsonNumber ? value.text : JSON.stringify(value);
  };
  for (const container of containersInnermostFirst(tree)) {
    const children = childrenOf(container).map(textOf);
    const isMembers = container instanceof JsonMembers;
    const inside = isMembers
      ? inOrderOfKeys(container.keys, children, container === tree ? omitted : null)
      : children;
    texts.set(container, isMembers ? `{${inside.join()}}` : `[${inside.join()}]`);
  }
  return hash("sha256", textOf(tree));
}

/** Members as text, sorted by key; those with one key stay in their order. */
function inOrderOfKeys(keys: readonly string[], values: readonly string[], omitted: string | null): string[] {
  return [...keys.keys()]
    .filter((index) => keys[index] !== omitted)
    .sort((one, other) => compareTexts(keys[one]!, keys[other]!))
    .map((index) => `${JSON.stringify(keys[index])}:${values[index]}`);
}

function compareTexts(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
