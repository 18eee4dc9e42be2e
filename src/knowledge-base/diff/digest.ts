/**
 * Digests of values: equal values have the same digest, however they are written, so that many values can be compared
 * without holding them.
 *
 * @module
 */
import { createHash } from "node:crypto";
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
    const omittedHere = container === tree ? omitted : null;
    texts.set(container, textOfContainer(container, childrenOf(container).map(textOf), omittedHere));
    for (const child of childrenOf(container)) if (isContainer(child)) texts.delete(child);
  }
  return createHash("sha256").update(textOf(tree)).digest("hex");
}

function textOfContainer(
  container: JsonContainer,
  children: readonly string[],
  omitted: string | null,
): string {
  if (!(container instanceof JsonMembers)) return `[${children.join()}]`;
  const members = container.keys.map((key, index) => ({ key, text: children[index]! }));
  return `{${members
    .filter(({ key }) => key !== omitted)
    .sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0))
    .map(({ key, text }) => `${JSON.stringify(key)}:${text}`)
    .join()}}`;
}
