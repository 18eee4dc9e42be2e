/**
 * Escaping of text from knowledge bases and records before it reaches a terminal.
 *
 * @module
 */

/** Controls (ESC and the C1 set included), line and paragraph separators, bidirectional overrides, lone surrogates. */
const UNSAFE = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** The text on one line, every character that could move the cursor or turn the text around written as `\u001b`. */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/**
 * Text of several lines, each escaped, tabs kept. JSON stays the same JSON: such characters stand raw in strings only,
 * where `\u001b` means the same.
 */
export function escapeLines(text: string): string {
  return text.split(/\r?\n/).map(escapeLine).join("\n");
}

function escapeLine(line: string): string {
  return line.split("\t").map(escapeText).join("\t");
}
