/**
 * JSON values that lose nothing: numbers keep their text where a double would round them.
 *
 * @module
 */

/**
 * JsonNumber is a number whose text a JavaScript number cannot carry: `9007199254740993`, `1e400`, `1.0`, `-0`.
 * Its text is the value: two of them are equal when their texts are.
 */
export class JsonNumber {
  /** The number as it stands in the file. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** An object of JSON, without a prototype, so that keys such as `__proto__` are ordinary. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** Any JSON value. `JSON.stringify` prints a JsonNumber as an object; `stringifyJson` prints it as its text. */
export type JsonValue = null | boolean | string | number | JsonNumber | readonly JsonValue[] | JsonObject;
