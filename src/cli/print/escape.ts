/**
 * Escaping of text from knowledge bases and records before it reaches a terminal.
 *
 * @module
 */

import { escapeText } from "../../index.ts";

export { escapeText };

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
