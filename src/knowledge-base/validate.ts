/**
 * Validation of a knowledge base file: encoding, JSON, depth, duplicates, schema; each problem with its place.
 *
 * @module
 */
import { isKbvaultError } from "../errors.ts";
import { type DocumentFacts, describeDuplicate, placeDuplicates, readFacts } from "./duplicates.ts";
import { checkText, readLive } from "./live.ts";
import { layoutOf, type ReadingSettings } from "./prepare.ts";
import type { Schema, SchemaIssue } from "./schema.ts";

/** One problem of a document. */
export interface ValidationIssue {
  readonly code:
    | "KB_EMPTY"
    | "INVALID_JSON"
    | "INVALID_UTF8"
    | "DEPTH_LIMIT"
    | "DUPLICATE_KEY"
    | "DUPLICATE_ID"
    | "SCHEMA_VIOLATION";
  /** Duplicates are warnings, everything else is an error. */
  readonly severity: "error" | "warning";
  readonly message: string;
  /** JSON Pointer of the value, "" where there is none or it is not known. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  /** For a duplicate: where the key or id stood first. */
  readonly otherLine?: number;
  readonly otherColumn?: number;
}

/** What validation found. */
export interface ValidationResult {
  /** Whether there are no errors; warnings may be there. */
  readonly valid: boolean;
  readonly file: string;
  /** Null where the document cannot be read as JSON. */
  readonly entryCount: number | null;
  readonly errors: readonly ValidationIssue[];
  readonly warnings: readonly ValidationIssue[];
}

export interface ValidateDocumentOptions extends ReadingSettings {
  /** A schema to hold the document against; default none. */
  readonly schema?: Schema;
  /** What the result calls the document; default `document`. */
  readonly file?: string;
}

/**
 * Validates a document at hand. What is wrong with it is in the result; nothing is thrown for it.
 *
 * @example
 * ```ts
 * const { valid, errors } = await validateDocument(Buffer.from('{"a": 1,}'));
 * errors[0]; // {code: "INVALID_JSON", line: 1, column: 9, ...}
 * ```
 */
export async function validateDocument(
  bytes: Uint8Array,
  options: ValidateDocumentOptions = {},
): Promise<ValidationResult> {
  const file = options.file ?? "document";
  const facts = factsOrIssue(bytes, file, options);
  if ("code" in facts) return { valid: false, file, entryCount: null, errors: [facts], warnings: [] };
  const errors = options.schema === undefined ? [] : await schemaIssues(bytes, options.schema);
  const warnings = placeDuplicates(bytes, facts.duplicates).map(
    (duplicate): ValidationIssue => ({
      code: duplicate.kind === "id" ? "DUPLICATE_ID" : "DUPLICATE_KEY",
      severity: "warning",
      message: describeDuplicate(duplicate),
      path: "",
      line: duplicate.second.line,
      column: duplicate.second.column,
      otherLine: duplicate.first.line,
      otherColumn: duplicate.first.column,
    }),
  );
  return { valid: errors.length === 0, file, entryCount: facts.entryCount, errors, warnings };
}

/** Validates the file at `path`. Throws the KB_ errors of a file that cannot be read, and SCHEMA_INVALID. */
export async function validateFile(
  path: string,
  schemaPath: string | null,
  settings: ReadingSettings,
): Promise<ValidationResult> {
  const { bytes } = await readLive(path);
  const schema =
    schemaPath === null ? {} : { schema: await (await import("./schema.ts")).loadSchema(schemaPath) };
  return validateDocument(bytes, { ...settings, ...schema, file: path });
}

function factsOrIssue(
  bytes: Uint8Array,
  file: string,
  settings: ReadingSettings,
): DocumentFacts | ValidationIssue {
  try {
    checkText(bytes, file);
    return readFacts(bytes, layoutOf(bytes, settings), settings.maxDepth);
  } catch (error) {
    if (!isKbvaultError(error)) throw error;
    const { code, message, data } = error;
    if (code !== "KB_EMPTY" && code !== "INVALID_JSON" && code !== "INVALID_UTF8" && code !== "DEPTH_LIMIT")
      throw error;
    const { line, column } = data as { line?: number; column?: number };
    return { code, severity: "error", message, path: "", line: line ?? 1, column: column ?? 1 };
  }
}

async function schemaIssues(bytes: Uint8Array, schema: Schema): Promise<ValidationIssue[]> {
  const { validateAgainstSchema } = await import("./schema.ts");
  return validateAgainstSchema(schema, bytes).map(
    ({ path, message, line, column }: SchemaIssue): ValidationIssue => ({
      code: "SCHEMA_VIOLATION",
      severity: "error",
      message: `${path === "" ? "The document" : path} ${message}.`,
      path,
      line,
      column,
    }),
  );
}
