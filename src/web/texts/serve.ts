/** What `kbvault serve` says on the terminal. */
const en = {
  page: (address: string) => `The page: ${address}`,
  readOnly: "It only shows. Snapshots, restores and undo need --allow-restore.",
  mayWrite: "It may take snapshots, restore and undo: whoever has the address above may.",
  tokenToRead: "Reading needs the token, too.",
  stop: "Ctrl-C ends it.",
  noBrowser: "No browser could be opened here. Open the address yourself.",
};

const es: typeof en = {
  page: (address) => `La página: ${address}`,
  readOnly: "Solo muestra. Para guardar versiones, restaurar y deshacer hace falta --allow-restore.",
  mayWrite: "Permite guardar versiones, restaurar y deshacer a quien tenga la dirección de arriba.",
  tokenToRead: "Para leer también hace falta el token.",
  stop: "Se termina con Ctrl-C.",
  noBrowser: "No se pudo abrir ningún navegador aquí. Abra usted la dirección.",
};

export const serving: { readonly en: typeof en; readonly es: typeof en } = { en, es };
