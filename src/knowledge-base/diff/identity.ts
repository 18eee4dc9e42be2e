/**
 * Identity of an array's elements: the member that says which one it is, and how far that can be trusted.
 *
 * @module
 */
import { JsonMembers, type JsonTree } from "../../json/tree.ts";
import { JsonNumber } from "../../json/value.ts";

/**
 * - `name`: a text that stays with the element. The same name is the same element, two names are two elements.
 * - `hint`: an address that may be corrected, or a number that may be counted anew.
 * - `position`: a number that is counted anew whenever an element is inserted before it.
 */
export type IdentityKind = "name" | "hint" | "position";

/** What an element says of which one it is. */
export interface Identity {
  readonly kind: IdentityKind;
  /** Key of the member that says it. */
  readonly field: string;
  /** Key and value as one text: elements with the same mark say that they are the same one. */
  readonly mark: string;
}

/** The fields of identity, in order of preference, and what a text in them is worth. */
const FIELDS: readonly (readonly [field: string, kind: IdentityKind])[] = [
  ["id", "name"],
  ["key", "name"],
  ["slug", "name"],
  ["url", "hint"],
  ["step_number", "position"],
];

const DIGITS = /^\d+$/;

/** The identity of `element`, or null where it has none. */
export function identityOf(element: JsonTree): Identity | null {
  if (!(element instanceof JsonMembers)) return null;
  for (const [field, kind] of FIELDS) {
    const value = element.values[element.keys.indexOf(field)];
    const isNumber = typeof value === "number" || value instanceof JsonNumber;
    if (!isNumber && typeof value !== "string") continue;
    const isCounted = kind === "name" && (isNumber || DIGITS.test(value));
    return { kind: isCounted ? "hint" : kind, field, mark: `${field}=${value}` };
  }
  return null;
}
