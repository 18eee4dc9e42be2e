/**
 * Printer of paths.
 *
 * @module
 */
import { isAbsolute, relative, resolve } from "node:path";
import { isUrl } from "../../index.ts";
import { escapeText } from "./escape.ts";
import type { Page } from "./page.ts";

/** The path as people want to read it: relative inside the working folder, else absolute; a URL as it is. */
export function pathText(path: string, page: Page): string {
  if (isUrl(path)) return escapeText(path);
  const inside = relative(page.folder, resolve(page.folder, path));
  return escapeText(inside === "" || inside.startsWith("..") || isAbsolute(inside) ? path : inside);
}
