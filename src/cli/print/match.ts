/**
 * Printers of what a search found.
 *
 * @module
 */
import type { MatchedValue, SearchMatch, TextSpan, Version } from "../../index.ts";
import { count, utc } from "./amount.ts";
import { escapeText } from "./escape.ts";
import type { Page } from "./page.ts";
import { shortRef } from "./version.ts";

/** Characters of a value that are shown on either side of a match. */
const CONTEXT = 40;

/** Places of one text that are shown before the rest is counted. */
const MOST_PLACES = 5;

/** The entries with their values that match, a line for each value. */
export function matchLines(matches: readonly SearchMatch[], page: Page): string[] {
  return matches.flatMap((match, index) => [
    ...(index > 0 && matches[index - 1]?.id === match.id ? [] : [page.style.yellow(nameOf(match.id))]),
    placeLine(match, page),
  ]);
}

/** Ids, one on each line. */
export function entryIdLines(ids: readonly string[]): string[] {
  return ids.map(escapeText);
}

/** A line for each stretch of versions, and with `places` the values below it, as they are in its last version. */
export function spanLines(
  spans: readonly TextSpan[],
  { places }: { readonly places: boolean },
  page: Page,
): string[] {
  return spans.flatMap((span) => [
    spanLine(span, page),
    ...(places ? span.places.slice(0, MOST_PLACES).map((place) => placeLine(place, page)) : []),
    ...(places && span.places.length > MOST_PLACES
      ? [`    ${page.style.dim(`and ${count(span.places.length - MOST_PLACES, "place")} more`)}`]
      : []),
  ]);
}

/** `router  "módem"  v2..v4  came with v2 by Ana, went with v5 by Luis`. */
function spanLine({ id, found, first, last, gone }: TextSpan, page: Page): string {
  const { yellow, cyan, dim } = page.style;
  const range = first.versionId === last.versionId ? ref(first) : `${ref(first)}..${ref(last)}`;
  const end = gone === null ? "still there" : `went with ${byWhom(gone)}`;
  return [
    yellow(nameOf(id)),
    ...(found === null ? [] : [cyan(JSON.stringify(escapeText(found)))]),
    range,
    dim(`came with ${byWhom(first)}, ${end}`),
  ].join("  ");
}

function byWhom(version: Version): string {
  return `${ref(version)} by ${escapeText(version.author)} (${utc(version.createdAt)})`;
}

function ref({ versionId }: Version): string {
  return shortRef(versionId);
}

function nameOf(id: string | null): string {
  return id === null ? "(outside all entries)" : escapeText(id);
}

function placeLine({ path, text, ranges }: MatchedValue, page: Page): string {
  return `    ${path === "" ? "(whole value)" : escapeText(path)}  ${excerpt(text, ranges, page)}`;
}

/** The text around the first match, with all matches in it marked. */
function excerpt(text: string, ranges: MatchedValue["ranges"], page: Page): string {
  const [first] = ranges;
  if (first === undefined) return "";
  const from = boundary(text, first[0] - CONTEXT, 0);
  const to = boundary(text, first[1] + CONTEXT, text.length);
  const shown = ranges.filter(([, end]) => end <= to);
  const parts: string[] = [from > 0 ? "…" : ""];
  let at = from;
  for (const [start, end] of shown) {
    parts.push(escapeText(text.slice(at, start)), marked(text.slice(start, end), page));
    at = end;
  }
  parts.push(escapeText(text.slice(at, to)), to < text.length ? "…" : "");
  const hidden = ranges.length - shown.length;
  if (hidden > 0) parts.push(page.style.dim(`  [${count(hidden, "match", "matches")} more]`));
  return parts.join("");
}

/** Where to cut: never inside a surrogate pair, and at the end of the text where little would be left out. */
function boundary(text: string, offset: number, end: number): number {
  if (Math.abs(offset - end) < 8 || offset < 0 || offset > text.length) return end;
  return /^[\udc00-\udfff]/.test(text.slice(offset, offset + 1)) ? offset - 1 : offset;
}

/** On a page without colours `»match«`. */
function marked(text: string, { style }: Page): string {
  const shown = escapeText(text);
  return style.isColorSupported ? style.bold(style.underline(style.red(shown))) : `»${shown}«`;
}
