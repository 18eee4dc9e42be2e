/**
 * HiddenNote: how much of a text is not shown.
 *
 * @module
 */
import type { JSX } from "preact";
import { texts } from "../language.ts";

/** `12 lines hidden`, as the server says it, in the language of the page; as a button where all can be shown. */
export function HiddenNote({
  text,
  onShow,
}: {
  readonly text: string;
  readonly onShow?: (() => void) | undefined;
}): JSX.Element {
  const words = noteText(text);
  if (onShow === undefined) return <span class="hidden-note">{words}</span>;
  return (
    <button type="button" class="hidden-note" title={texts.changes.showWhole} onClick={onShow}>
      {words}
    </button>
  );
}

function noteText(text: string): string {
  const [, digits, unit] = /^(\d+) (line|character)s? hidden$/.exec(text) ?? [];
  if (digits === undefined) return text;
  const amount = Number(digits);
  const words = unit === "line" ? texts.changes.hiddenLines : texts.changes.hiddenCharacters;
  return words(texts.number(amount), amount);
}
