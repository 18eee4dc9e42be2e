/**
 * Printer of the origins of an entry's fields.
 *
 * @module
 */
import { type Blame, type BlamedField, getAtPointer, stringifyJson } from "../../index.ts";
import { utc } from "./amount.ts";
import { escapeText } from "./escape.ts";
import type { Page } from "./page.ts";
import { alignedRows, type Row } from "./rows.ts";
import { shortRef } from "./version.ts";
import { cutToWidth } from "./width.ts";

/** Columns of a value that are shown, at most. */
const MOST_OF_VALUE = 100;

/** A row per field: path, version, time, author, value. Members and elements that all come from one version are one row. */
export function blameLines(blame: Blame, page: Page): string[] {
  const { cyan, yellow, dim } = page.style;
  return alignedRows(
    foldedFields(blame).map((field) => rowOf(field, blame.id)),
    [cyan, yellow, dim, String],
    page,
  );
}

/** The fields, where all that stands in one member or element of the entry has one origin that member or element itself. */
function foldedFields({ fields, value }: Blame): BlamedField[] {
  const byPath = new Map<string, BlamedField[]>();
  for (const field of fields) {
    for (const path of pathsTo(field.path)) {
      const known = byPath.get(path);
      if (known === undefined) byPath.set(path, [field]);
      else known.push(field);
    }
  }
  const folded = new Set<string>();
  return fields.flatMap((field) => {
    const path = pathsTo(field.path).find((prefix) => haveOneOrigin(byPath.get(prefix) ?? []));
    if (path === undefined || byPath.get(path)?.length === 1) return [field];
    if (folded.has(path)) return [];
    folded.add(path);
    return [{ ...field, path, value: getAtPointer(value, path) ?? null }];
  });
}

/** The pointer of each value on the way to `path`, the outermost member first, the whole entry left out. */
function pathsTo(path: string): string[] {
  const ends = [...path.matchAll(/\/[^/]*/g)].map((match) => match.index + match[0].length);
  return ends.length === 0 ? [path] : ends.map((end) => path.slice(0, end));
}

function haveOneOrigin(fields: readonly BlamedField[]): boolean {
  const [first] = fields;
  return fields.every((field) => field.versionId === first?.versionId && field.id === first.id);
}

function rowOf({ path, value, versionId, author, createdAt, id }: BlamedField, name: string): Row {
  const formerly = id === name ? "" : ` as ${escapeText(id)}`;
  return {
    cells: [
      path === "" ? "(whole value)" : escapeText(path),
      versionId === null ? "live" : shortRef(versionId) + formerly,
      createdAt === null ? "not saved" : utc(createdAt),
      escapeText(author ?? ""),
    ],
    text: cutToWidth(escapeText(stringifyJson(value)), MOST_OF_VALUE),
  };
}
