/**
 * Escaping of text from knowledge bases, for each place where it may be shown.
 *
 * @module
 */

/** Controls (ESC and the C1 set included), line and paragraph separators, bidirectional overrides, lone surrogates. */
const UNSAFE = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/**
 * The text on one line, every character that could move a cursor or turn the text around written as `\u001b`.
 *
 * @example
 * ```ts
 * escapeText("two\nlines"); // "two\\u000alines"
 * ```
 */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

const HTML_ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** The text inside an element or a quoted attribute of HTML. */
export function escapeHtml(text: string): string {
  return escapeText(text).replace(/[&<>"']/g, (character) => HTML_ENTITIES[character]!);
}

/**
 * The text between tags inside a line of Markdown: every punctuation mark is a character reference, of which Markdown
 * takes none for syntax.
 *
 * @see CommonMark 0.31, entity and numeric character references: https://spec.commonmark.org/0.31.2/#entity-and-numeric-character-references
 */
export function escapeMarkdown(text: string): string {
  return escapeText(text).replace(/[!-/:-@[-`{-~]/g, (character) => `&#${character.charCodeAt(0)};`);
}
