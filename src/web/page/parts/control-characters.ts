/**
 * Characters that are not seen, or that change the order in which others are: what a text seems to say is then not what
 * it says.
 *
 * @module
 */

/** A stretch of text as it is, or one character that has to be named. */
export type TextPiece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "control"; readonly name: string };

/**
 * Controls except tab and line breaks; embeddings, overrides and isolates of direction; spaces without width; tags. Joiners
 * and marks of direction belong to the scripts that need them.
 */
const control =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u200b\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/u;

/** The pieces of `text` in their order; one piece where there is nothing to name. */
export function textPieces(text: string): TextPiece[] {
  if (!control.test(text)) return [{ kind: "text", text }];
  return text.split(new RegExp(`(${control.source})`, "u")).flatMap((part, index): TextPiece[] => {
    if (part === "") return [];
    return [index % 2 === 0 ? { kind: "text", text: part } : { kind: "control", name: codePointName(part) }];
  });
}

/** `text` with the names of such characters in their place. */
export function visibleText(text: string): string {
  return textPieces(text)
    .map((piece) => (piece.kind === "text" ? piece.text : piece.name))
    .join("");
}

/** `U+202E` */
function codePointName(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
