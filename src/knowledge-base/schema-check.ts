/**
 * Schema violations of a prepared version: of the whole document where it is small, else of the entries that changed.
 *
 * @module
 */
import { parsePointer } from "../json/pointer.ts";
import { JsonScanner } from "../json/scan.ts";
import { type Layout, patternsOf } from "./layout/layout.ts";
import type { Container } from "./layout/unit-cursor.ts";
import type { PreparedVersion } from "./prepare.ts";
import type { SchemaEntry, SchemaIssue } from "./schema.ts";
import type { Warning } from "./warning.ts";

/** Documents up to this size are validated whole at every snapshot. */
const WHOLE_DOCUMENT_BYTES = 4 * 1024 * 1024;

/** Violations of the schema at `schemaPath`. Throws SCHEMA_INVALID when the schema itself cannot be used. */
export async function checkSchema(
  schemaPath: string,
  prepared: PreparedVersion,
): Promise<readonly SchemaIssue[]> {
  const { loadSchema, validateAgainstSchema, validateEntries } = await import("./schema.ts");
  const schema = await loadSchema(schemaPath);
  const { bytes, layout, plan } = prepared;
  if (bytes.length <= WHOLE_DOCUMENT_BYTES || layout === null) return validateAgainstSchema(schema, bytes);
  const issues: SchemaIssue[] = [];
  for (const [index, pattern] of layout.entries.entries()) {
    const entries = plan.changed.flatMap(({ container, id, start, valueEnd }): SchemaEntry[] => {
      if (container === null || id === null || patternIndex(layout, container) !== index) return [];
      return [{ id, text: valueText(bytes.subarray(start, valueEnd), container) }];
    });
    issues.push(...validateEntries(schema, pattern, entries));
  }
  return issues;
}

/** One warning for each violation. */
export function schemaWarnings(issues: readonly SchemaIssue[]): Warning[] {
  return issues.map(({ path, message, line, column }) => ({
    code: "SCHEMA_VIOLATION",
    message: `${path === "" ? "The document" : path} ${message} (line ${line}, column ${column}).`,
    data: { path, line, column },
  }));
}

function patternIndex(layout: Layout, container: Container): number {
  const tokens = parsePointer(container.pointer);
  return patternsOf(layout).findIndex(
    (pattern) =>
      pattern.length === tokens.length + 1 &&
      tokens.every((token, depth) => pattern[depth] === "*" || pattern[depth] === token),
  );
}

/** The value of the entry that fills `text`: behind the key, where it has one. */
function valueText(text: Uint8Array, container: Container): Uint8Array {
  if (container.kinds.endsWith("a")) return text;
  return text.subarray(new JsonScanner(text).skipKey(0));
}
