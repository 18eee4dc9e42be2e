/**
 * Validation of a knowledge base against a JSON Schema of the 2020-12 dialect.
 *
 * Schemas are trusted input: a schema may hold a regular expression or a combination of `anyOf` and `uniqueItems`
 * that takes for ever. Use your own schemas only, never one that a stranger sent.
 *
 * @module
 * @see JSON Schema 2020-12: https://json-schema.org/draft/2020-12/schema
 * @see Ajv, which compiles it: https://ajv.js.org
 */
import type { ValidateFunction } from "ajv/dist/2020.js";
import { parsePlainJson } from "../json/plain.ts";
import { formatPointer } from "../json/pointer.ts";
import { type EntrySchema, entrySchemaOf } from "./schema-entries.ts";
import type { Schema } from "./schema-file.ts";
import { type Finding, findingsOf, placeFindings, type SchemaIssue } from "./schema-issue.ts";

export { entrySchemaOf, type SchemaDocument } from "./schema-entries.ts";
export { loadSchema, type Schema } from "./schema-file.ts";
export type { SchemaIssue } from "./schema-issue.ts";

/** An entry to be checked by itself. */
export interface SchemaEntry {
  readonly id: string;
  /** The entry's value: JSON text in UTF-8, known to be valid. */
  readonly text: Uint8Array;
  /** Key of the entry in its map, which a schema may restrict; default `id`. */
  readonly key?: string;
}

/** Most issues that one validation reports. */
export const MAX_SCHEMA_ISSUES = 1000;

/**
 * Ajv takes quadratic time to collect the errors of many members of one object or array (a minute for 100,000), so
 * containers larger than this are checked member by member once they are known to be wrong.
 */
const LARGE_CONTAINER = 1000;

/** How far below the root such containers are looked for. */
const LARGE_CONTAINER_DEPTH = 2;

/**
 * The places where `bytes`, JSON text in UTF-8, do not follow `schema`: up to 1000, in the order of the text.
 * Numbers are checked as JavaScript numbers.
 *
 * Where an object or array of more than 1000 members holds an error, its members are reported one by one, and of
 * what else is wrong in the document only the first place.
 *
 * @throws KbvaultError KB_TOO_LARGE above 512 MB, the longest string of JavaScript: check such a document entry by
 *   entry, with `validateEntries`.
 * @throws KbvaultError INVALID_JSON or INVALID_UTF8 for text that was not validated before.
 */
export function validateAgainstSchema(schema: Schema, bytes: Uint8Array): SchemaIssue[] {
  const value = parsePlainJson(bytes);
  const large = largeContainers(value);
  const findings =
    large.length === 0
      ? findingsIn(schema.thorough.compile(schema.document), value)
      : findingsInLarge(schema, value, large);
  return placeFindings(bytes, findings.slice(0, MAX_SCHEMA_ISSUES));
}

/**
 * The places where `entries` of the layout pattern `pattern` (such as `/problems/*`) do not follow `schema`: up to
 * 1000, after which no further entry is read. `path` leads through the entry and starts with its id
 * (`/recuperar_cuenta/steps/0/title`); `line` and `column` are those in the entry's own text.
 *
 * There are none where the schema says nothing about a single entry (`entrySchemaOf` is null) and none for what it says
 * about the collection as a whole, such as `required` or `minItems`: `validateAgainstSchema` checks that.
 *
 * @throws KbvaultError as `validateAgainstSchema`, for the text of one entry.
 */
export function validateEntries(
  schema: Schema,
  pattern: string,
  entries: Iterable<SchemaEntry>,
): SchemaIssue[] {
  const check = entryCheckOf(schema, pattern);
  const issues: SchemaIssue[] = [];
  if (check === null) return issues;
  for (const { id, text, key = id } of entries) {
    for (const issue of placeFindings(text, check(key, parsePlainJson(text)))) {
      issues.push({ ...issue, path: formatPointer([id]) + issue.path });
      if (issues.length === MAX_SCHEMA_ISSUES) return issues;
    }
  }
  return issues;
}

/** Findings in the value of one entry, with pointers inside it. */
type EntryCheck = (key: string, value: unknown) => Finding[];

function entryCheckOf(schema: Schema, pattern: string): EntryCheck | null {
  const entrySchema = entrySchemaOf(schema.document, pattern);
  if (entrySchema === null) return null;
  const validate = schema.thorough.compile(entrySchema.document);
  return (key, value) => {
    const member = formatPointer([entrySchema.container === "object" ? key : 0]);
    return findingsIn(validate, collectionOfOne(entrySchema, key, value)).map((finding) => ({
      ...finding,
      pointer: finding.pointer.slice(member.length),
    }));
  };
}

function collectionOfOne({ container }: EntrySchema, key: string, value: unknown): unknown {
  // `fromEntries` defines its members, so that a key such as `__proto__` is one like any other.
  return container === "object" ? Object.fromEntries([[key, value]]) : [value];
}

function findingsIn(validate: ValidateFunction, value: unknown): Finding[] {
  try {
    return validate(value) ? [] : findingsOf(validate.errors ?? []);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [
      { pointer: "", message: "is nested too deeply to be checked against a schema that refers to itself" },
    ];
  }
}

/** Findings in a document with large containers: those of their members, and the first of all others. */
function findingsInLarge(schema: Schema, value: unknown, large: readonly LargeContainer[]): Finding[] {
  const first = findingsIn(schema.hasty.compile(schema.document), value);
  if (first.length === 0) return [];
  const findings: Finding[] = [];
  for (const { pointer, members } of large) {
    const check = entryCheckOf(schema, `${pointer}/*`);
    if (check === null) continue;
    for (const [key, member] of members) {
      const prefix = pointer + formatPointer([key]);
      findings.push(...check(key, member).map((one) => ({ ...one, pointer: prefix + one.pointer })));
      if (findings.length >= MAX_SCHEMA_ISSUES) return findings;
    }
  }
  const isKnown = (one: Finding): boolean => findings.some((other) => other.pointer === one.pointer);
  return [...first.filter((one) => !isKnown(one)), ...findings];
}

interface LargeContainer {
  readonly pointer: string;
  readonly members: readonly (readonly [string, unknown])[];
}

/** The outermost objects and arrays with more than 1000 members. */
function largeContainers(value: unknown, pointer = "", depth = 0): LargeContainer[] {
  if (typeof value !== "object" || value === null) return [];
  const members = Object.entries(value);
  if (members.length > LARGE_CONTAINER) return [{ pointer, members }];
  if (depth === LARGE_CONTAINER_DEPTH) return [];
  return members.flatMap(([key, member]) =>
    largeContainers(member, pointer + formatPointer([key]), depth + 1),
  );
}
