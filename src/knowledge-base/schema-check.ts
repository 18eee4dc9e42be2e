/**
 * Schema violations of a prepared version: of the whole document where it is small, else of the entries that changed.
 *
 * @module
 */

import { placesOf } from "../json/place.ts";
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
  const starts = new Map<string, number>();
  for (const [index, pattern] of layout.entries.entries()) {
    const entries = plan.changed.flatMap(({ container, id, start, valueEnd }): SchemaEntry[] => {
      if (container === null || id === null || patternIndex(layout, container) !== index) return [];
      const { key = id, text } = keyAndValue(bytes.subarray(start, valueEnd), container);
      starts.set(id, valueEnd - text.length);
      return [{ id, key, text }];
    });
    issues.push(...validateEntries(schema, pattern, entries));
  }
  return placedInDocument(bytes, issues, starts);
}

/** `issues` of entries, whose values start at `starts`, with their lines and columns in the document. */
function placedInDocument(
  bytes: Uint8Array,
  issues: readonly SchemaIssue[],
  starts: ReadonlyMap<string, number>,
): readonly SchemaIssue[] {
  const entryStarts = issues.map(({ path }) => starts.get(parsePointer(path)[0] ?? "") ?? 0);
  const places = placesOf(bytes, entryStarts);
  return issues.map((issue, index) => {
    const { line, column } = places[index]!;
    return {
      ...issue,
      line: line + issue.line - 1,
      column: issue.line === 1 ? column + issue.column - 1 : issue.column,
    };
  });
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

/** The key, where it has one, and the value of the entry that fills `text`. */
function keyAndValue(
  text: Uint8Array,
  container: Container,
): { readonly key?: string; readonly text: Uint8Array } {
  if (container.kinds.endsWith("a")) return { text };
  const scanner = new JsonScanner(text);
  return { key: scanner.readString(0), text: text.subarray(scanner.skipKey(0)) };
}
