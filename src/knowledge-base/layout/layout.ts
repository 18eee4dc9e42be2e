/**
 * Layout says where in a document the entries are: JSON Pointer patterns such as `/*` or `/problems/*`.
 *
 * @module
 */
import { KbvaultError } from "../../errors.ts";
import { parsePointer } from "../../json/pointer.ts";

/** Where the entries of a document are and which field of an array's objects is their id. */
export interface Layout {
  /**
   * JSON Pointers in which the token `*` stands for any key or position; each ends with it.
   * `/*`: the members of the root; `/problems/*`: those of `problems`; a `*` may also stand further up.
   */
  readonly entries: readonly string[];
  /** The id field of entries that stand in arrays; null takes the first of `id`, `key` and `slug` that an entry has. */
  readonly idField: string | null;
}

/** Id fields of entries in arrays, tried in this order where the layout names none. */
export const defaultIdFields: readonly string[] = ["id", "key", "slug"];

/** A pattern as tokens; `*` is a wildcard. */
export type Pattern = readonly string[];

/** The patterns of `layout` as tokens. Throws USAGE for one that is no JSON Pointer or does not end with `*`. */
export function patternsOf(layout: Layout): readonly Pattern[] {
  return layout.entries.map((text) => {
    const tokens = parsePointer(text);
    if (tokens.at(-1) !== "*") {
      throw new KbvaultError("USAGE", `The entries pattern ${JSON.stringify(text)} must end with "/*".`, {
        pattern: text,
      });
    }
    return tokens;
  });
}

/** Whether two layouts find the same entries under the same ids. */
export function sameLayout(one: Layout, other: Layout): boolean {
  return one.idField === other.idField && one.entries.join("\n") === other.entries.join("\n");
}
