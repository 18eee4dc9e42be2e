/**
 * Shortening of long texts: what is hidden, and the note that says so.
 *
 * @module
 */
import { amountOf } from "./phrase.ts";

/** Longest stretch that is shown whole. */
const LONGEST = 180;

/** Unchanged text between two changes that is shown whole, up to so many characters. */
const LONGEST_COMMON = 60;

/** A hidden part shorter than this would take more room as a note. */
const LEAST_HIDDEN = 30;

/** A piece of shown text, or a note of what is hidden in its place. */
export type ShownPiece =
  | { readonly kind: "shown"; readonly text: string }
  | { readonly kind: "note"; readonly text: string };

/** The text without its middle where it is long. */
export function shortenMiddle(text: string): ShownPiece[] {
  return withoutMiddle(text, LONGEST / 2, LONGEST / 2);
}

/** Text that did not change, without what is far from the changes in front of it and behind it. */
export function shortenCommon(
  text: string,
  changes: { readonly inFront: boolean; readonly behind: boolean },
): ShownPiece[] {
  const half = LONGEST_COMMON / 2;
  if (!changes.inFront && !changes.behind) return withoutMiddle(text, LONGEST_COMMON, 0);
  return withoutMiddle(text, changes.inFront ? half : 0, changes.behind ? half : 0);
}

/** `text`, at most about 180 characters of it: a longer one without its middle, and a note of how much is hidden. */
export function shortened(text: string): string {
  return shortenMiddle(text)
    .map((piece) => (piece.kind === "note" ? `[${piece.text}]` : piece.text))
    .join("");
}

/** `text` with only so many characters at either end, if that hides enough to be worth a note. */
function withoutMiddle(text: string, atStart: number, atEnd: number): ShownPiece[] {
  if (text.length - atStart - atEnd < LEAST_HIDDEN) return [{ kind: "shown", text }];
  const from = betweenCharacters(text, atStart);
  const to = betweenCharacters(text, text.length - atEnd);
  const pieces: ShownPiece[] = [
    { kind: "shown", text: text.slice(0, from) },
    { kind: "note", text: `${amountOf(to - from, "character")} hidden` },
    { kind: "shown", text: text.slice(to) },
  ];
  return pieces.filter((piece) => piece.text !== "");
}

/** The offset, or one less where it would cut a surrogate pair. */
function betweenCharacters(text: string, offset: number): number {
  const isLow = /^[\udc00-\udfff]/.test(text.slice(offset, offset + 1));
  return isLow && /[\ud800-\udbff]$/.test(text.slice(0, offset)) ? offset - 1 : offset;
}
