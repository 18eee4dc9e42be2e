/**
 * Printer of one field change: path, kind, before and after, long texts shortened around the difference.
 *
 * @module
 */
import { type FieldChange, type JsonValue, stringifyJson } from "../../index.ts";
import { count } from "./amount.ts";
import { escapeText } from "./escape.ts";
import type { Page } from "./page.ts";

/** Characters kept on either side of a difference, and of a long text that has nothing to compare with. */
const CONTEXT = 30;
/** Longest text that is shown whole, the context on both sides included. */
const LONGEST = 180;
/** A hidden part shorter than this would take more room as a note. */
const LEAST_HIDDEN = 30;
/** Before and after stand on one line up to this many characters. */
const ONE_LINE = 72;

/** The lines of one change, for instance `/difficulty  changed  "fácil" -> "medio"`. */
export function changeLines({ path, kind, before, after }: FieldChange, page: Page): string[] {
  const [removed, added] = shortenPair(jsonText(before), jsonText(after));
  const red = page.style.red(escapeText(removed));
  const green = page.style.green(escapeText(added));
  const head = `${path === "" ? "(whole value)" : escapeText(path)}  ${page.style.dim(kind)}`;
  switch (kind) {
    case "added":
      return [`${head}  ${green}`];
    case "removed":
      return [`${head}  ${red}`];
    case "moved":
      return [`${head}  from position ${red} to ${green}`];
    case "changed":
      if (removed.length + added.length <= ONE_LINE) return [`${head}  ${red} -> ${green}`];
      return [head, `    - ${red}`, `    + ${green}`];
  }
}

function jsonText(value: JsonValue | undefined): string {
  return value === undefined ? "" : stringifyJson(value);
}

/** Both texts without the long parts that they share, and without the middle of what is left where that is long too. */
export function shortenPair(before: string, after: string): [before: string, after: string] {
  const head = sharedHead(before, after);
  const tail = sharedTail(before, after, head);
  return [shorten(before, head, tail), shorten(after, head, tail)];
}

function shorten(text: string, sharedBefore: number, sharedAfter: number): string {
  const from = hides(sharedBefore - CONTEXT) ? beforeCharacter(text, sharedBefore - CONTEXT) : 0;
  const to = hides(sharedAfter - CONTEXT)
    ? beforeCharacter(text, text.length - sharedAfter + CONTEXT)
    : text.length;
  return note(from) + shortenMiddle(text.slice(from, to)) + note(text.length - to);
}

function shortenMiddle(text: string): string {
  if (!hides(text.length - LONGEST)) return text;
  const from = beforeCharacter(text, LONGEST / 2);
  const to = beforeCharacter(text, text.length - LONGEST / 2);
  return text.slice(0, from) + note(to - from) + text.slice(to);
}

/** The offset, or one less where it would cut a surrogate pair. */
function beforeCharacter(text: string, offset: number): number {
  return /^[\udc00-\udfff]/.test(text.slice(offset, offset + 1)) ? offset - 1 : offset;
}

function hides(characters: number): boolean {
  return characters >= LEAST_HIDDEN;
}

function note(hidden: number): string {
  return hidden === 0 ? "" : `[${count(hidden, "character")} hidden]`;
}

function sharedHead(before: string, after: string): number {
  const most = Math.min(before.length, after.length);
  let length = 0;
  while (length < most && before[length] === after[length]) length++;
  return length;
}

function sharedTail(before: string, after: string, head: number): number {
  const most = Math.min(before.length, after.length) - head;
  let length = 0;
  while (length < most && before[before.length - 1 - length] === after[after.length - 1 - length]) length++;
  return length;
}
