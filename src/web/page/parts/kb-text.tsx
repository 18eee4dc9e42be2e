/**
 * KbText: text of the knowledge base, in which nothing hides.
 *
 * @module
 */
import type { JSX } from "preact";
import { textPieces } from "./control-characters.ts";

/** The text; characters that would not be seen, or would reorder it, by their names. */
export function KbText({ text }: { readonly text: string }): JSX.Element {
  return (
    <>
      {textPieces(text).map((piece, index) =>
        piece.kind === "text" ? (
          piece.text
        ) : (
          <span key={index} class="control">
            {piece.name}
          </span>
        ),
      )}
    </>
  );
}
