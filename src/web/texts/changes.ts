/** Texts of what changed inside an entry. */
const en = {
  kinds: {
    added: "added",
    removed: "removed",
    changed: "changed",
    moved: "moved",
    renumbered: "renumbered",
  },
  wholeValue: "whole value",
  moved: (from: string, to: string) => `moved from position ${from} to ${to}`,
  hiddenLines: (text: string, amount: number) => `${text} ${amount === 1 ? "line" : "lines"} hidden`,
  hiddenCharacters: (text: string, amount: number) =>
    `${text} ${amount === 1 ? "character" : "characters"} hidden`,
  showWhole: "Show all of this text",
  nothingBefore: "nothing here before",
  nothingAfter: "nothing here any more",
  severities: { info: "note", warn: "warning", error: "error" },
  restoreEntry: (name: string) => `Restore as of ${name}…`,
  restoreField: (field: string, name: string) => `Restore “${field}” as of ${name}`,
  restoreFieldShort: "Restore field…",
  rawOf: (name: string) => `JSON in ${name}`,
  rawMissing: "The entry is not there.",
};

const es: typeof en = {
  kinds: {
    added: "añadido",
    removed: "eliminado",
    changed: "cambiado",
    moved: "movido",
    renumbered: "renumerado",
  },
  wholeValue: "valor completo",
  moved: (from, to) => `movido de la posición ${from} a la ${to}`,
  hiddenLines: (text, amount) => `${text} ${amount === 1 ? "línea oculta" : "líneas ocultas"}`,
  hiddenCharacters: (text, amount) => `${text} ${amount === 1 ? "carácter oculto" : "caracteres ocultos"}`,
  showWhole: "Mostrar todo este texto",
  nothingBefore: "antes no había nada aquí",
  nothingAfter: "ya no hay nada aquí",
  severities: { info: "nota", warn: "aviso", error: "error" },
  restoreEntry: (name) => `Restaurar según ${name}…`,
  restoreField: (field, name) => `Restaurar «${field}» según ${name}`,
  restoreFieldShort: "Restaurar campo…",
  rawOf: (name) => `JSON en ${name}`,
  rawMissing: "La entrada no está ahí.",
};

export const changes: { readonly en: typeof en; readonly es: typeof en } = { en, es };
