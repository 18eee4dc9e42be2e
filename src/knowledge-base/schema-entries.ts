/**
 * The part of a schema that applies to entries, so that a changed entry can be checked without its document.
 *
 * @module
 */
import { formatPointer, parsePointer } from "../json/pointer.ts";

/** A JSON Schema: an object of keywords, or true (anything) or false (nothing). */
export type SchemaDocument = boolean | { readonly [keyword: string]: unknown };

/** Schema of a collection that holds one entry. */
export interface EntrySchema {
  /** Whether the entry stands in an object under its key, or alone in an array. */
  readonly container: "object" | "array";
  /** Schema of that object or array. It refers into the document's schema by `$ref`. */
  readonly document: SchemaDocument;
}

/** Base URI of a schema without `$id`. */
const ANONYMOUS = "kbvault:schema";

/** Keywords of an object or array that say something about one member; the others count or pair members. */
const OBJECT_KEYWORDS = ["properties", "patternProperties", "additionalProperties", "propertyNames"] as const;

/** The URI under which the schema `document` refers to itself. */
export function baseUriOf(document: SchemaDocument): string {
  const id = typeof document === "object" ? document["$id"] : undefined;
  return typeof id === "string" ? id.replace(/#$/, "") : ANONYMOUS;
}

/**
 * The schema that applies to the entries of the layout pattern `pattern` (such as `/*` or `/problems/*`): followed
 * through `$ref` inside the schema, `allOf`, `properties`, `patternProperties`, `additionalProperties` and `items`.
 *
 * Null where the schema says nothing about a single entry, or where what it says depends on more than the entry and
 * its key: entries are then checked with their whole document only.
 *
 * @throws KbvaultError USAGE when `pattern` is not a JSON Pointer.
 * @example
 * ```ts
 * entrySchemaOf({ type: "object", additionalProperties: { type: "string" } }, "/*");
 * // { container: "object", document: { additionalProperties: { $ref: "kbvault:schema#/additionalProperties" } } }
 * ```
 */
export function entrySchemaOf(schema: SchemaDocument, pattern: string): EntrySchema | null {
  let holders = expand(schema, [[]]);
  for (const token of parsePointer(pattern).slice(0, -1)) {
    const members = holders.map((holder) => memberOf(schema, holder, token));
    if (members.includes("ambiguous")) return null;
    holders = expand(
      schema,
      members.filter((member): member is Location => Array.isArray(member)),
    );
  }
  const maps = holders.map((holder) => collectionOf(schema, holder, OBJECT_KEYWORDS)).filter(isDefined);
  const arrays = holders.map((holder) => collectionOf(schema, holder, ["items"])).filter(isDefined);
  if (maps.length > 0 && arrays.length > 0) return null;
  const [container, parts] = maps.length > 0 ? (["object", maps] as const) : (["array", arrays] as const);
  const [first] = parts;
  if (first === undefined) return null;
  return { container, document: parts.length === 1 ? first : { allOf: parts } };
}

/** Tokens from the root of the schema to a schema in it. */
type Location = readonly string[];

/** `locations` and everything that applies together with them: targets of `$ref`, members of `allOf`. */
function expand(schema: SchemaDocument, locations: readonly Location[]): Location[] {
  const found = new Map(locations.map((location) => [formatPointer(location), location]));
  for (const location of found.values()) {
    const keywords = keywordsAt(schema, location);
    const all = keywords["allOf"];
    const together = Array.isArray(all) ? all.map((_, index) => [...location, "allOf", String(index)]) : [];
    const target = targetOf(schema, keywords["$ref"]);
    if (target !== null) together.push(target);
    // A Map visits what is added while it is walked, and a place that it has seen only once.
    for (const next of together) {
      const pointer = formatPointer(next);
      if (!found.has(pointer)) found.set(pointer, next);
    }
  }
  return [...found.values()];
}

/** Where a `$ref` into the same schema by JSON Pointer leads; null for any other. */
function targetOf(schema: SchemaDocument, reference: unknown): string[] | null {
  if (typeof reference !== "string") return null;
  const [uri, fragment = ""] = reference.split("#", 2);
  if (uri !== "" && uri !== baseUriOf(schema)) return null;
  return fragment === "" || fragment.startsWith("/") ? parsePointer(decodeURIComponent(fragment)) : null;
}

/** Location of the schema of the member `token` (`*`: of every member); null where `holder` says nothing about it. */
function memberOf(schema: SchemaDocument, holder: Location, token: string): Location | "ambiguous" | null {
  const keywords = keywordsAt(schema, holder);
  const named = (keyword: string, applies: (key: string) => boolean): Location[] =>
    keysOf(keywords[keyword])
      .filter(applies)
      .map((key) => [...holder, keyword, key]);
  const isAny = token === "*";
  const candidates = [
    ...named("properties", (key) => isAny || key === token),
    ...named("patternProperties", (source) => isAny || new RegExp(source, "u").test(token)),
  ];
  if ((isAny || candidates.length === 0) && "additionalProperties" in keywords)
    candidates.push([...holder, "additionalProperties"]);
  if ("items" in keywords) candidates.push([...holder, "items"]);
  return candidates.length > 1 ? "ambiguous" : (candidates[0] ?? null);
}

/** What `holder` says about single members by `names`, as references; undefined where it says nothing. */
function collectionOf(
  schema: SchemaDocument,
  holder: Location,
  names: readonly string[],
): SchemaDocument | undefined {
  const keywords = keywordsAt(schema, holder);
  const present = names.filter((name) => name in keywords);
  if (present.length === 0) return undefined;
  return Object.fromEntries(
    present.map((name) => {
      if (name !== "properties" && name !== "patternProperties")
        return [name, reference(schema, [...holder, name])];
      const members = keysOf(keywords[name]).map((key) => [key, reference(schema, [...holder, name, key])]);
      return [name, Object.fromEntries(members)];
    }),
  );
}

function reference(schema: SchemaDocument, location: Location): SchemaDocument {
  const target = valueAt(schema, location);
  // Written out, since Ajv words errors of `additionalProperties: false` better than those of a reference to it.
  if (typeof target === "boolean") return target;
  // RFC 6901, section 6: a pointer in a URI's fragment is percent-encoded; encodeURI leaves "#" as it is.
  const fragment = encodeURI(formatPointer(location)).replaceAll("#", "%23");
  return { $ref: `${baseUriOf(schema)}#${fragment}` };
}

function valueAt(schema: SchemaDocument, location: Location): unknown {
  let value: unknown = schema;
  for (const token of location)
    value = isObject(value) && Object.hasOwn(value, token) ? value[token] : undefined;
  return value;
}

function keywordsAt(schema: SchemaDocument, location: Location): Readonly<Record<string, unknown>> {
  const value = valueAt(schema, location);
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function keysOf(value: unknown): string[] {
  return isObject(value) ? Object.keys(value) : [];
}

function isDefined<Value>(value: Value | undefined): value is Value {
  return value !== undefined;
}
