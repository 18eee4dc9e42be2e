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

/** Tells the identity of an element, or null where it has none. */
export type IdentityOf = (element: JsonTree) => Identity | null;

/** A field of identity, and what its values are worth. */
interface IdentityField {
  readonly field: string;
  /** What a text is worth. */
  readonly text: IdentityKind;
  /** What a number, or a text of digits alone, is worth. */
  readonly count: IdentityKind;
}

/** The fields of identity, in order of preference. */
const FIELDS: readonly IdentityField[] = [
  { field: "id", text: "name", count: "hint" },
  { field: "key", text: "name", count: "hint" },
  { field: "slug", text: "name", count: "hint" },
  { field: "url", text: "hint", count: "hint" },
  { field: "step_number", text: "position", count: "position" },
];

/** Fields whose numbers are counted anew whenever an element is inserted before theirs. */
const POSITIONS: ReadonlySet<string> = new Set(
  FIELDS.filter(({ count }) => count === "position").map(({ field }) => field),
);

const DIGITS = /^\d+$/;

/** Identity by `configured` fields first, which are trusted to be names also where they are numbers, then by the usual. */
export function identityBy(configured: readonly string[]): IdentityOf {
  const trusted = configured.map((field): IdentityField => ({ field, text: "name", count: "name" }));
  const fields = [...trusted, ...FIELDS];
  return (element) => identityIn(fields, element);
}

/** Whether the field `key` of an array's element says where in the array it stands. */
export function isPosition(key: string | number): boolean {
  return typeof key === "string" && POSITIONS.has(key);
}

/** The place that an element says it has, from the value of such a field; null where that is no count. */
export function placeIn(value: JsonTree): number | null {
  const isCount = typeof value === "number" || (typeof value === "string" && DIGITS.test(value));
  return isCount && Number.isSafeInteger(Number(value)) ? Number(value) : null;
}

function identityIn(fields: readonly IdentityField[], element: JsonTree): Identity | null {
  if (!(element instanceof JsonMembers)) return null;
  for (const { field, text, count } of fields) {
    const value = element.values[element.keys.indexOf(field)];
    const isNumber = typeof value === "number" || value instanceof JsonNumber;
    if (!isNumber && typeof value !== "string") continue;
    const isCount = isNumber || DIGITS.test(value);
    return { kind: isCount ? count : text, field, mark: `${field}=${value}` };
  }
  return null;
}
