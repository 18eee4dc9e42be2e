/**
 * Reading and compiling of schema files.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import type { Ajv2020, Options } from "ajv/dist/2020.js";
import { isKbvaultError, KbvaultError } from "../errors.ts";
import { parsePlainJson } from "../json/plain.ts";
import { formatPointer } from "../json/pointer.ts";
import { baseUriOf, type SchemaDocument } from "./schema-entries.ts";
import { type Finding, findingsOf, placeFindings } from "./schema-issue.ts";

/** A schema that was read, checked and compiled. */
export interface Schema {
  /** Path of its file, as it was given. */
  readonly path: string;
  readonly document: SchemaDocument;
  /** Compiler that knows the schema; its validators report all errors. */
  readonly thorough: Ajv2020;
  /** The same, with validators that stop at the first error. */
  readonly hasty: Ajv2020;
}

/**
 * Reads, checks and compiles the schema in the file `path`. Ajv is loaded by the first call, in 35 ms or more.
 * References must stay inside the file; nothing is fetched. Unknown keywords and formats are ignored.
 *
 * @throws KbvaultError SCHEMA_INVALID, with `data` = `{path}` and, where a place is known, `{line, column, pointer}`.
 * @example
 * ```ts
 * import { validateAgainstSchema } from "./schema.ts";
 *
 * const schema = await loadSchema("data/support_troubleshooting_kb.schema.json");
 * validateAgainstSchema(schema, Buffer.from("[]"))[0]?.message; // "must be object"
 * ```
 */
export async function loadSchema(path: string): Promise<Schema> {
  const bytes = await readSchema(path);
  const document = parseSchema(path, bytes);
  const [{ Ajv2020 }, { default: formats }] = await Promise.all([
    import("ajv/dist/2020.js"),
    import("ajv-formats"),
  ]);
  const compilerWith = (options: Options): Ajv2020 => {
    const compiler = new Ajv2020({ ...options, strict: false, logger: false, ownProperties: true });
    formats.default(compiler);
    return compiler;
  };
  const thorough = compilerWith({ allErrors: true });
  const hasty = compilerWith({});
  refuseOtherDialects(path, document, thorough);
  if (!(await thorough.validateSchema(document))) {
    const [issue] = placeFindings(bytes, findingsOf(thorough.errors ?? []));
    if (issue !== undefined) failSchema(path, `${issue.path} ${issue.message}`, issue);
  }
  try {
    for (const compiler of [thorough, hasty]) compiler.addSchema(document, baseUriOf(document));
    thorough.compile(document);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const [place] = placeFindings(bytes, culpritsOf(document, message));
    failSchema(path, message, place, error);
  }
  return { path, document, thorough, hasty };
}

async function readSchema(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    failSchema(path, `the file cannot be read: ${reason}`, undefined, error);
  }
}

function parseSchema(path: string, bytes: Uint8Array): SchemaDocument {
  let document: unknown;
  try {
    document = parsePlainJson(bytes);
  } catch (error) {
    if (!isKbvaultError(error)) throw error;
    const { line, column } = error.data as { readonly line?: number; readonly column?: number };
    const place = line === undefined || column === undefined ? undefined : { path: "", line, column };
    failSchema(path, error.message, place, error);
  }
  if (isSchemaDocument(document)) return document;
  failSchema(path, "its root must be an object, true or false", { path: "", line: 1, column: 1 });
}

function isSchemaDocument(value: unknown): value is SchemaDocument {
  return typeof value === "boolean" || (typeof value === "object" && value !== null && !Array.isArray(value));
}

function refuseOtherDialects(path: string, document: SchemaDocument, compiler: Ajv2020): void {
  const dialect = typeof document === "object" ? document["$schema"] : undefined;
  if (typeof dialect === "string" && compiler.getSchema(dialect) === undefined)
    failSchema(
      path,
      `it is written in ${dialect}, and only https://json-schema.org/draft/2020-12/schema is known`,
    );
}

/** The references and regular expressions that `message`, an error of the compiler, quotes. */
function culpritsOf(value: unknown, message: string, pointer = ""): Finding[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const here = pointer + formatPointer([key]);
    if (key === "patternProperties" && typeof member === "object" && member !== null) {
      const wrong = Object.keys(member).find((source) => message.includes(`/${source}/`));
      if (wrong !== undefined) return [{ pointer: here + formatPointer([wrong]), message }];
    }
    if (typeof member !== "string") return culpritsOf(member, message, here);
    const isQuoted =
      (key === "pattern" && message.includes(`/${member}/`)) ||
      (key === "$ref" && message.includes(` ${member} `));
    return isQuoted ? [{ pointer: here, message }] : [];
  });
}

function failSchema(
  path: string,
  reason: string,
  place?: { readonly path: string; readonly line: number; readonly column: number },
  cause?: unknown,
): never {
  const where = place === undefined ? "" : ` (line ${place.line}, column ${place.column})`;
  throw new KbvaultError(
    "SCHEMA_INVALID",
    `The schema ${path} cannot be used: ${reason}${where}. Nothing was changed. Correct the file, or remove "schema" from the configuration.`,
    { path, ...(place && { line: place.line, column: place.column, pointer: place.path }) },
    { cause },
  );
}
