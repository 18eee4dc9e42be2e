/**
 * Which texts of a knowledge base may become links.
 *
 * @module
 */

const linkedSchemes: readonly string[] = ["http:", "https:", "mailto:"];

/** The address that `text` is, as a whole, where following it does no more than opening a page or a letter; else null. */
export function safeLink(text: string): string | null {
  if (!/^[a-z]+:\S+$/i.test(text) || !URL.canParse(text)) return null;
  const { protocol, href } = new URL(text);
  return linkedSchemes.includes(protocol) ? href : null;
}
