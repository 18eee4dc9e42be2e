/**
 * Equality of values by number: equal values get the same number, so that comparing two of them, however large,
 * is one comparison of integers.
 *
 * @module
 * @see Hash consing: A. P. Ershov, "On programming of arithmetic operations", Communications of the ACM 1 (8), 1958.
 */
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
 * ValueNumbers gives every value of the trees it was made from a number; two values have the same number exactly when
 * they are equal. Numbers of JSON are equal when their texts are; objects when they have the same members in any order,
 * where members with one key stand in the same order. It takes time in proportion to the size of the trees.
 */
export class ValueNumbers {
  readonly #ofScalar = new Map<Exclude<JsonTree, JsonContainer>, number>();
  readonly #ofNumberText = new Map<string, number>();
  readonly #ofShape = new Map<string, number>();
  readonly #ofContainer = new Map<JsonContainer, number>();
  #count = 0;

  constructor(...trees: readonly JsonTree[]) {
    for (const tree of trees) {
      for (const container of containersInnermostFirst(tree)) {
        this.#ofContainer.set(container, this.#numbered(this.#ofShape, this.#shapeOf(container)));
      }
    }
  }

  /** The number of `value`, which is a scalar or a part of one of the trees. */
  of(value: JsonTree): number {
    if (value instanceof JsonNumber) return this.#numbered(this.#ofNumberText, value.text);
    if (!isContainer(value)) return this.#numbered(this.#ofScalar, value);
    const number = this.#ofContainer.get(value);
    if (number === undefined) throw new RangeError("The value is not a part of the numbered trees.");
    return number;
  }

  /** The number of an object like `members`, a part of one of the trees, but without its members with this key. */
  without(members: JsonMembers, key: string): number {
    return this.#numbered(this.#ofShape, this.#shapeOf(members, key));
  }

  /** A text that two containers share exactly when they are equal, given that what is in them is numbered. */
  #shapeOf(container: JsonContainer, omittedKey: string | null = null): string {
    const values = childrenOf(container).map((child) => this.of(child));
    if (!(container instanceof JsonMembers)) return `[${values.join()}`;
    const keys = container.keys.map((key) => this.of(key));
    const order = isIncreasing(keys)
      ? keys.keys()
      : [...keys.keys()].sort((one, other) => keys[one]! - keys[other]!);
    let shape = "{";
    for (const index of order) {
      if (container.keys[index] !== omittedKey) shape += `${keys[index]}:${values[index]},`;
    }
    return shape;
  }

  #numbered<Key>(numbers: Map<Key, number>, key: Key): number {
    let number = numbers.get(key);
    if (number === undefined) {
      number = this.#count++;
      numbers.set(key, number);
    }
    return number;
  }
}

function isIncreasing(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => index === 0 || numbers[index - 1]! < number);
}
