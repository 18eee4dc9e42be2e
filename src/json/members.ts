/**
 * Members: what stands directly in an array or object of JSON text, as places in its bytes.
 *
 * @module
 */
import type { JsonScanner } from "./scan.ts";

const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;

/** A member of an object or an element of an array; offsets of bytes. */
export interface Member {
  /** Its key, decoded, or its index as text. */
  readonly token: string;
  /** Where it begins: its key, or in an array its value. */
  readonly start: number;
  /** Where its value begins. */
  readonly value: number;
  /** Behind its value. */
  readonly end: number;
}

/** Every member of the array or object at `container`, in the order of the text; a scalar has none. */
export function* membersAt(scanner: JsonScanner, container: number): Generator<Member> {
  const kind = scanner.bytes[container];
  if (kind !== OPEN_BRACE && kind !== OPEN_BRACKET) return;
  const isObject = kind === OPEN_BRACE;
  let start = scanner.skipWhiteSpace(container + 1);
  // A closing bracket is two code points behind its opening one.
  if (scanner.bytes[start] === kind + 2) return;
  for (let index = 0; ; index++) {
    const value = isObject ? scanner.skipKey(start) : start;
    const end = scanner.skipValue(value);
    yield { token: isObject ? scanner.readString(start) : String(index), start, value, end };
    const separator = scanner.skipWhiteSpace(end);
    if (scanner.bytes[separator] !== COMMA) {
      if (scanner.bytes[separator] !== kind + 2)
        scanner.fail(separator, isObject ? "',' or '}'" : "',' or ']'");
      return;
    }
    start = scanner.skipWhiteSpace(separator + 1);
  }
}
