/** Enough words for an entry to be recognised under another id. */
export const longText: string =
  "Si el equipo no responde, apague el aparato y espere diez segundos antes de volver a encenderlo otra vez";

/** Numbered steps, as in a knowledge base. */
export function steps(...texts: readonly string[]): readonly object[] {
  return texts.map((text, index) => ({ step_number: index + 1, text }));
}
