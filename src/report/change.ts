/**
 * One change as a reader wants it.
 *
 * @module
 */
import { stringifyJson } from "../json/stringify.ts";
import { JsonNumber, type JsonValue } from "../json/value.ts";
import type { FieldChange, FieldChangeKind } from "../knowledge-base/comparison.ts";
import { compareTexts } from "../knowledge-base/diff/words.ts";
import type { ReviewFinding } from "../knowledge-base/review/review.ts";
import { firstLines, linesOf, type ReportLine } from "./lines.ts";
import { shortened } from "./shorten.ts";

/** Before and after stand on one line up to this many characters. */
const ONE_LINE = 72;

/** Members or elements of a value that are shown before the rest is counted. */
const MOST_MEMBERS = 12;

/** What a change looks like. */
export type ChangeBody =
  /** Positions count from 1. */
  | { readonly kind: "moved"; readonly from: number; readonly to: number }
  /** JSON text, null on the side that has nothing. */
  | { readonly kind: "values"; readonly before: string | null; readonly after: string | null }
  | { readonly kind: "lines"; readonly lines: readonly ReportLine[] };

/** One change of an entry. */
export interface ReportChange {
  /** JSON Pointer, as in FieldChange. */
  readonly path: string;
  readonly kind: FieldChangeKind;
  readonly body: ChangeBody;
  readonly findings: readonly ReviewFinding[];
}

/** The change with what a reader sees of its values, or with all of them where `whole`. */
export function reportedChange(
  change: FieldChange,
  findings: readonly ReviewFinding[],
  whole = false,
): ReportChange {
  return { path: change.path, kind: change.kind, body: bodyOf(change, whole), findings };
}

function bodyOf({ kind, before, after }: FieldChange, whole: boolean): ChangeBody {
  if (kind === "moved") return { kind: "moved", from: Number(before) + 1, to: Number(after) + 1 };
  if (isText(before) && isText(after) && !isShort(before, after))
    return { kind: "lines", lines: linesOf(compareTexts(before, after), whole) };
  const one = before === undefined ? after : before;
  if (one !== undefined && (before === undefined || after === undefined) && !isShort(one))
    return { kind: "lines", lines: preview(kind === "removed" ? "removed" : "added", one, whole) };
  return { kind: "values", before: valueText(before, whole), after: valueText(after, whole) };
}

function isText(value: JsonValue | undefined): value is string {
  return typeof value === "string";
}

/** Whether the JSON texts of the values fit on one line. */
function isShort(...values: readonly JsonValue[]): boolean {
  let length = 0;
  for (const value of values) {
    if (typeof value === "string" && (value.length > ONE_LINE || value.includes("\n"))) return false;
    length += stringifyJson(value).length;
  }
  return length <= ONE_LINE;
}

function valueText(value: JsonValue | undefined, whole: boolean): string | null {
  if (value === undefined) return null;
  const text = stringifyJson(value);
  return whole ? text : shortened(text);
}

/** A value that is on one side only, or the beginning of it: a line for each member or element, or the lines of a text. */
function preview(side: "removed" | "added", value: JsonValue, whole: boolean): ReportLine[] {
  if (typeof value === "string") return linesOf([{ kind: side, text: value }], whole);
  const texts = memberTexts(value);
  return whole
    ? texts.map((text) => ({ kind: side, parts: [{ kind: side, text }] }))
    : firstLines(side, texts, MOST_MEMBERS);
}

function memberTexts(value: JsonValue): string[] {
  if (typeof value !== "object" || value === null || value instanceof JsonNumber)
    return [stringifyJson(value)];
  if (Array.isArray(value)) return value.map((element: JsonValue) => stringifyJson(element));
  return Object.entries(value).map(([key, member]) => `${key}: ${stringifyJson(member)}`);
}
